#include "plic/MaterialOrder.h"

#include <utility>

namespace mir {

MaterialOrder::MaterialOrder(const CellBand& band, Fractions fractions)
  : Band(band)
  , FractionOf(std::move(fractions))
{}

void MaterialOrder::choose(
  int, const MaterialEstimate* materials, int count, bool, std::vector<MaterialCut>& cuts)
{
  cuts.clear();
  for (int i = 0; i < count; ++i)
  {
    cuts.push_back({ materials[i].material, materials[i].fraction, materials[i].normal });
  }
}

} // namespace mir
