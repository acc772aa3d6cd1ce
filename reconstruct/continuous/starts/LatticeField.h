// Starting fields from networks, which answer on a lattice of every quadrilateral or hexahedron.
#ifndef mir_reconstruct_continuous_starts_LatticeField_h
#define mir_reconstruct_continuous_starts_LatticeField_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "reconstruct/continuous/starts/ParaboloidField.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <array>
#include <cstddef>
#include <vector>

namespace mir {

/// Smooth interfaces to third order, where networks have an error of some 1e-3 of a cell that does
/// not fall with the size of the cells.
struct SmoothSurfaces
{
  /// bentPlanes() of the band.
  std::vector<BentPlane> planes;
  /// How irregular the grid is about every cell (neural/Irregularity.h); empty where it is not.
  std::vector<double> irregularities;
};

/// The irregularity that leaves a network half of the field: of stars it then draws corners about
/// as well as the planes that take its place.
constexpr double halfIrregularity = 0.05;

/// The rounds of Reconstructed Distance that the planes of SmoothSurfaces need. Where networks see
/// the rest, three: what is left of the normals' error then tilts facets, which changes heights by
/// its square only. All where grids are so irregular that planes take the networks' place.
int roundsForSmoothSurfaces(const std::vector<double>& irregularities);

/// A field from values at the (r + 1)^dimension lattice nodes of every cell of a band sub-divided
/// with the refinement r, averaged where cells share nodes.
///
/// `cells` are the band's points at the corners of each cell's lattice, in any order of the cell's
/// own: (0, 0), (1, 0), (1, 1), (0, 1) of quadrilaterals (4 corners), of hexahedra (8) these at
/// w = 0, then at w = 1. `values` hold cell after cell, in a cell of two materials one lattice, of
/// the value of the lower one less that of the other, and in one of more a lattice for each
/// material in their order; node (i, j, k) / r at i + (r + 1) (j + (r + 1) k); in units of the
/// cell's size (SubcellBand: near a signed distance of two materials, near half of it of more).
/// Nodes of the sub-division that are none of the lattice get the (bi- or tri-)linear value between
/// those about them as they are after averaging.
///
/// Where `smooth` is given, its distances take the lattice's place in cells where the paraboloid
/// fits the facets about it and both tell about the same at the lattice's nodes near the interface:
/// about corners and in films facets may lie on a paraboloid that is not the interface, which the
/// network sees. At the edge of the mesh it sees less, and they may tell more different things. In
/// cells of two materials they also do the more the more irregular the grid is, with planes where
/// nothing fits.
///
/// Throws std::invalid_argument when sizes differ, and naming the band's cell when its corners are
/// not those of the lattice.
template <std::size_t corners>
std::vector<double> latticeField(const CellBand& band, const SubcellBand& mesh,
  const std::vector<std::array<int, corners>>& cells, const UninitializedVector<double>& values,
  const ParallelFor& parallelFor = runSerially, const SmoothSurfaces* smooth = nullptr);

/// The lattices of cell c: one for two materials, else one for each.
inline int latticesOf(const SubcellBand& mesh, int c)
{
  return mesh.materialCount(c) == 2 ? 1 : mesh.materialCount(c);
}

} // namespace mir

#endif
