// A 2D mesh of polygonal cells and an interface on it, the currency of the 2D methods and measures.
#ifndef mir_plic_PlanarMesh_h
#define mir_plic_PlanarMesh_h

#include "plic/Polygon.h"
#include "plic/Vector.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// Polygonal cells over shared points. Cell c has the vertices
/// connectivity[offsets[c]] .. connectivity[offsets[c + 1] - 1], counter-clockwise.
struct PlanarMesh
{
  std::vector<Vec2> points;
  std::vector<std::int64_t> offsets{ 0 };
  std::vector<std::int64_t> connectivity;

  std::int64_t numberOfCells() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
  int cellSize(std::int64_t cell) const
  {
    return static_cast<int>(offsets[cell + 1] - offsets[cell]);
  }
  const std::int64_t* cellPoints(std::int64_t cell) const
  {
    return connectivity.data() + offsets[cell];
  }
  /// The vertices of a cell, counter-clockwise.
  Polygon polygon(std::int64_t cell) const;
};

/// An edge shared by the cells `left` and `right`; `right` is -1 on the mesh boundary.
/// The edge runs from point `first` to point `second` counter-clockwise in `left`.
/// `leftEdge` and `rightEdge` are its positions within the cells (edge e joins vertices e, e + 1).
struct MeshEdge
{
  std::int64_t first = 0;
  std::int64_t second = 0;
  std::int64_t left = 0;
  std::int64_t right = -1;
  int leftEdge = 0;
  int rightEdge = -1;
};

/// The unique edges of a mesh, ordered by (smaller point id, larger point id).
/// Edges used by three or more cells are a std::runtime_error naming the first such cell.
std::vector<MeshEdge> meshEdges(const PlanarMesh& mesh);

/// Interface segments in the cells of a PlanarMesh. Segment s runs from points[segments[s][0]] to
/// points[segments[s][1]] with the inside material on its left. Neighbouring segments share points.
struct InterfaceLines
{
  std::vector<Vec2> points;
  std::vector<std::array<std::int64_t, 2>> segments;
  /// Source cell of every segment; for an interface that lies on a face, the cell on its left.
  std::vector<std::int64_t> cells;
  /// Inside and outside; empty where all are 0 and 1.
  std::vector<std::array<int, 2>> materials;
  /// Whether the direction of the segments tells the inside.
  bool oriented = true;
};

} // namespace mir

#endif
