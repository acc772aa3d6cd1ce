// In which order, and along which normals, the materials of a cell are cut.
#ifndef mir_plic_MaterialOrder_h
#define mir_plic_MaterialOrder_h

#include "plic/CellBand.h"
#include "plic/NestedCuts.h"
#include "plic/Vector.h"

#include <functional>
#include <vector>

namespace mir {

/// What is known of one material in a cell.
struct MaterialEstimate
{
  int material = 0;
  /// Of the cell, greater than 0; those of a cell's materials sum to 1.
  double fraction = 0.0;
  /// Unit, out of the material, by any estimator; zero where none can be told.
  Vec3 normal;
  /// The gradient of the material's fractions, not normalised: it points into the material.
  Vec3 gradient;
};

/// Chooses the order of nested cuts and their normals. Keeps its memory from cell to cell: use one
/// object a thread.
class MaterialOrder
{
public:
  /// The fraction of a material in a cell of the band.
  using Fractions = std::function<double(int material, int cell)>;

  /// Keeps a reference to the band, which must be measured and connected.
  MaterialOrder(const CellBand& band, Fractions fractions);

  /// Fills `cuts` for NestedCutter::run() from the materials in a cell in their listed order. Two
  /// materials are cut along the first one's normal.
  void choose(int cell, const MaterialEstimate* materials, int count, bool automatic,
    std::vector<MaterialCut>& cuts);

private:
  const CellBand& Band;
  Fractions FractionOf;
};

} // namespace mir

#endif
