// Facets as several threads find them, and the interface polydata made of them.
#ifndef mir_filters_FacetChunks_h
#define mir_filters_FacetChunks_h

#include "plic/Vector.h"

#include "vtkType.h" // for vtkIdType

#include <array>
#include <vector>

class vtkPolyData;

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// Facets in order. Points are those of space.
struct FacetChunk
{
  std::vector<Vec3> points;
  /// Number of points of each facet.
  std::vector<int> sizes;
  /// The points of the facets one after the other, by their place in `points`; empty where each has
  /// its own, in their order.
  std::vector<int> connectivity;
  std::vector<Vec3> normals;
  std::vector<double> areas;
  std::vector<std::array<int, 2>> materials;
  std::vector<vtkIdType> cells;

  /// Appends a facet between two materials of a cell: a loop counter-clockwise seen from outside,
  /// in a mesh of dimension 2 a segment in its plane with the material inside on its left (in an
  /// extruded mesh the quadrilateral over it). The loop is relative to `origin`; `normal` is unit.
  /// Segments without length are left out.
  void add(const MeshAdaptor& mesh, vtkIdType cell, Vec3 origin, const Vec3* loop, int count,
    Vec3 normal, int inside, int outside);
};

/// Appends the facets on faces between full cells of different materials.
void addPureFaces(const MeshAdaptor& mesh, const MaterialFractions& fractions, FacetChunk& facets);

/// Lines (of planar meshes) or polygons with the arrays MaterialIds, SourceCellIds, Normals and
/// Area, written by all threads.
void writeFacets(
  const MeshAdaptor& mesh, const std::vector<FacetChunk>& chunks, vtkPolyData* output);

} // namespace mir

#endif
