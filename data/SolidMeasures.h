// Error measures of an interface in space, against the fractions and the ground truth.
#ifndef mir_data_SolidMeasures_h
#define mir_data_SolidMeasures_h

#include "data/CellMaterials.h"
#include "data/Measures.h"
#include "data/Solid.h"
#include "plic/ParallelFor.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace mir {

/// A face of a mesh between the cells a and b, b = -1 at the mesh's boundary; its polygon runs
/// counter-clockwise seen from outside of a.
struct MeshFace
{
  std::int64_t a = 0;
  std::int64_t b = -1;
  std::vector<Vec3> polygon;
};

/// A mesh of polyhedra as the measures see it.
struct SolidMeshView
{
  std::int64_t cells = 0;
  /// The faces of every cell that is mixed or holds facets, each once; of the others those that
  /// they share with these.
  std::vector<MeshFace> faces;
  /// Fills an empty polyhedron with a cell, in the mesh's coordinates. Called for cells that are
  /// pure and hold no facets, where there is a truth.
  std::function<void(std::int64_t, Polyhedron&)> cell;
};

/// Facets between materials, any number in a cell: planar polygons.
struct SolidFacets
{
  std::vector<Vec3> points;
  /// Facet f has the points connectivity[offsets[f]] .. connectivity[offsets[f + 1] - 1],
  /// counter-clockwise seen from outside.
  std::vector<std::int64_t> offsets{ 0 };
  std::vector<std::int64_t> connectivity;
  /// Inside and outside.
  std::vector<std::array<int, 2>> materials;
  std::vector<std::int64_t> cells;
  /// Whether the facets' turn tells the inside.
  bool oriented = true;

  std::int64_t size() const { return static_cast<std::int64_t>(this->offsets.size()) - 1; }
  std::vector<Vec3> loop(std::int64_t facet) const;
};

/// The measures of measure(const PlanarMesh&, ...) in space. What differs:
/// - the region of a material in a cell is what its facets enclose, see closeSolidRegion();
/// - continuity is measured in area, by differenceArea() on the planar parts of faces. Where facets
///   between the materials of the two sides lie on a face, it is the interface and not an error.
///   Less than 1e-13 of a face is rounding and counts as 0;
/// - the total shape error is divided by the sum over all cells of |T in c|;
/// - the cell size h is the cube root of the mean volume of the mixed cells;
/// - the Hausdorff distance is one-sided: the largest distance to the true boundary over the
///   corners and centroids of the facets, in cell sizes. True boundary that no facet comes near
///   does not show in it (infinite only when there are mixed cells and no facets at all);
/// - normals are those of the facets' loops, compared at their centroids.
///
/// The same values on any threads. Throws std::invalid_argument, naming the first such cell, face
/// or facet, for sizes that do not fit, coordinates that are not finite, cells without positive
/// volume and ids and materials out of range.
InterfaceErrors measure(const SolidMeshView& mesh, const CellMaterials& materials,
  const SolidFacets& facets, const Solid* truth, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
