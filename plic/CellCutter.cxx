#include "plic/CellCutter.h"

#include "plic/PlaneConstant.h"

namespace mir {

CellCutter::CellCutter(const CellBand& band)
  : Band(band)
{}

} // namespace mir
