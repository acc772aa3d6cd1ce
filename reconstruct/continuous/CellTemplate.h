// How one type of cell splits into triangles on nodes: local topology, stored once a type.
#ifndef mir_reconstruct_continuous_CellTemplate_h
#define mir_reconstruct_continuous_CellTemplate_h

#include <array>
#include <vector>

namespace mir {

/// The sub-division of a cell type. Local nodes come in the order: lattice nodes, then nodes that
/// are means of lattice nodes (the centres of a quad's sub-quads), each a degree of freedom of its
/// own. Every triangle has a node with a positive bump, so that its area can always be changed from
/// within the cell.
struct CellTemplate
{
  int refinement = 0;
  int vertices = 0;
  int latticeNodes = 0;
  int nodes = 0;

  /// Local nodes of the triangles, counter-clockwise.
  std::vector<std::array<int, 3>> triangles;

  /// Position of the nodes as weights of the cell's vertices: shape[node * vertices + vertex],
  /// correctly rounded, so that neighbours of different types agree on a common edge.
  std::vector<double> shape;

  /// Local node at every vertex, and strictly inside every edge e from vertex e to vertex e + 1.
  std::vector<int> vertexNodes;
  std::vector<std::vector<int>> edgeNodes;
  /// Nodes on the cell's boundary (vertices and edges), and inside, which no other cell shares.
  std::vector<int> boundaryNodes;
  std::vector<int> interiorNodes;

  /// One value a node: 0 on the cell's boundary, in (0, 1] inside.
  std::vector<double> bump;

  /// Node latticeNodes + k is the mean of the lattice nodes
  /// meanNodes[meanOffsets[k]] .. meanNodes[meanOffsets[k + 1] - 1].
  std::vector<int> meanOffsets{ 0 };
  std::vector<int> meanNodes;
};

/// A quad as r x r bilinear sub-quads of four triangles about the mean of their corners. Lattice
/// node j (r + 1) + i lies at (u, v) = (i / r, j / r), u from vertex 0 to 1, v from vertex 0 to 3;
/// the centre of sub-quad (i, j) is node (r + 1)^2 + j r + i. The bump is 16 u (1 - u) v (1 - v).
CellTemplate quadTemplate(int r);

} // namespace mir

#endif
