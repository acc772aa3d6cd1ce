// The cells about the interface of a data set, as the kernel's compact band.
#ifndef mir_filters_InterfaceBand_h
#define mir_filters_InterfaceBand_h

#include "plic/CellBand.h"

#include "vtkType.h" // for vtkIdType

#include <cstdint>
#include <vector>

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// Cells of a data set about its mixed ones.
struct InterfaceBand
{
  /// Coordinates are those of the mesh (in the plane's u, v and z = 0 for a mesh of dimension 2)
  /// less those of `reference`, so that a mesh far from the origin loses no digits.
  CellBand cells;
  Vec3 reference;
  /// Ids in the data set, ascending, one a cell of the band.
  std::vector<vtkIdType> ids;
  /// Cells of the band that are mixed, ascending, ghosts too.
  std::vector<int> mixed;
  /// The mesh's point that each of the band's is, where the cells share points; else empty.
  std::vector<vtkIdType> pointIds;
};

/// Which cells a band holds and whether `neighbours` of the mixed ones are known.
enum class BandExtent
{
  Mixed,
  /// Of structured data: mixed cells, and all that share a point with one near the sides of a 2D
  /// mesh or near where those of a 3D one meet. Elsewhere the neighbours are the mixed ones.
  NeighboursAtEdge,
  /// Mixed cells and all that share a point with one.
  Neighbours
};

/// Cells share their points where asked to; those of structured data have their own otherwise,
/// which is faster. Hidden cells whose values are no fractions are left out. Throws
/// std::runtime_error naming the first mixed cell without volume, or a polyhedron whose faces do
/// not fit its points.
InterfaceBand makeInterfaceBand(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  BandExtent extent, bool sharedPoints = false);

/// For each point of a band that cells share an id that does not depend on the pieces that the data
/// set is in: its global id where it has them, the place in the whole extent of structured data;
/// else its id.
std::vector<std::int64_t> pieceFreePointIds(const MeshAdaptor& mesh, const InterfaceBand& band);

} // namespace mir

#endif
