// A mesh of polyhedra and an interface of planar facets in it, as the error measures see them.
#ifndef mir_data_SolidFacets_h
#define mir_data_SolidFacets_h

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

/// Area times unit normal of a planar loop, towards where it runs counter-clockwise.
Vec3 vectorArea(const std::vector<Vec3>& loop);
/// Its centroid.
Vec3 loopCentroid(const std::vector<Vec3>& loop);

/// Throws std::invalid_argument, naming the first such face or facet, for sizes that do not fit,
/// coordinates that are not finite, and ids and materials out of range.
void checkFaces(const SolidMeshView& mesh);
void checkFacets(const SolidMeshView& mesh, int materials, const SolidFacets& facets);

} // namespace mir

#endif
