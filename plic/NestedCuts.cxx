#include "plic/NestedCuts.h"

namespace mir {

NestedCutter::NestedCutter(const CellBand& band)
  : Band(band)
  , Cutter(band)
{}

void NestedCutter::run(int, const MaterialCut*, int, bool) {}

} // namespace mir
