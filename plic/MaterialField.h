// One material's volume fractions in a band of cells.
#ifndef mir_plic_MaterialField_h
#define mir_plic_MaterialField_h

#include "plic/Vector.h"

#include <vector>

namespace mir {

/// The fractions of one material in a CellBand and the cells in which it is mixed.
struct MaterialField
{
  /// One a cell of the band, in [0, 1].
  std::vector<double> fractions;
  /// Cells of the band with tolerance < f < 1 - tolerance, ascending.
  std::vector<int> mixed;
  /// One a cell of the band: its position in `mixed`, or -1.
  std::vector<int> slots;
};

/// A field of the given fractions.
MaterialField materialField(std::vector<double> fractions, double tolerance);

/// Unit normals out of the material, one for each of field.mixed; zero where none can be told.
using NormalField = std::vector<Vec3>;

} // namespace mir

#endif
