#include "reconstruct/training/OneThread.h"

#include <torch/torch.h>

#include <dlfcn.h>
#include <malloc.h>

namespace mir {

void useOneThread()
{
  torch::set_num_threads(1);
  // OpenBLAS has threads of its own that LibTorch does not know of.
  using SetThreads = void (*)(int);
  void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads");
  if (symbol)
  {
    reinterpret_cast<SetThreads>(symbol)(1);
  }
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

} // namespace mir
