#include "ThreadsByDefault.h"

#include "vtkSMPTools.h"

#include <cstdlib>
#include <cstring>

namespace mir {

void useThreadsByDefault()
{
  static const bool done = [] {
    if (!std::getenv("VTK_SMP_BACKEND_IN_USE") &&
      std::strcmp(vtkSMPTools::GetBackend(), "Sequential") == 0)
    {
      vtkSMPTools::SetBackend("STDThread");
    }
    return true;
  }();
  static_cast<void>(done);
}

} // namespace mir
