// Stencils of image data and rectilinear grids.
#ifndef mir_filters_GridStencils_h
#define mir_filters_GridStencils_h

#include "plic/AxisStencil.h"
#include "plic/Vector.h"

#include "vtkType.h" // for vtkIdType

#include <array>
#include <vector>

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// The 3 x 3 (x 3) cells about a cell of a grid whose cells are boxes along three axes, which for
/// image data may be turned. Outside of the mesh the nearest cell's fraction is repeated, and in
/// place of hidden cells without fractions the cell's own. Safe from several threads.
class GridStencils
{
public:
  GridStencils(const MeshAdaptor& mesh, const MaterialFractions& fractions);

  /// Whether a mesh has such stencils.
  static bool apply(const MeshAdaptor& mesh);

  AxisStencil stencil(vtkIdType cell, int material) const;

  /// Whether a cell lies at a side of the grid: fewer cells than elsewhere tell where its plane
  /// lies.
  bool isAtEdge(vtkIdType cell) const;

  /// A stencil's direction in the coordinates of the mesh (u, v of its plane in 2D).
  Vec3 direction(Vec3 n) const;

private:
  const MaterialFractions& Fractions;
  int Dimension;
  std::array<vtkIdType, 3> Cells{ 1, 1, 1 };
  std::array<vtkIdType, 3> Strides{ 1, 1, 1 };
  /// The grid's axes in the order of the stencil's: those of the plane first in 2D.
  std::array<int, 3> Axes{ 0, 1, 2 };
  /// -1 where coordinates fall.
  std::array<int, 3> Steps{ 1, 1, 1 };
  std::vector<double> Widths[3];
  /// Directions of the stencil's axes.
  Vec3 Directions[3];
};

} // namespace mir

#endif
