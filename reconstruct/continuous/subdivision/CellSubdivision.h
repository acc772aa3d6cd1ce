// How a type of cell splits into simplices on nodes: local topology, stored once a type.
#ifndef mir_reconstruct_continuous_subdivision_CellSubdivision_h
#define mir_reconstruct_continuous_subdivision_CellSubdivision_h

#include "plic/CellBand.h"
#include "plic/Vector.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// The sub-division of a type of cell into triangles (2D) or tetrahedra (3D), r sub-edges a mesh
/// edge. What lies on a face depends on that face alone and on none of its vertices' order, so that
/// cells of all types agree on common faces:
/// - an edge has r sub-edges;
/// - a triangle (as a face in 3D) has r^2 sub-triangles, split at a node in the middle of each side
///   that cuts off a corner;
/// - a quad has r x r sub-quads of four triangles about their centres, on the four triangles about
///   the mean of its vertices, so that warped faces enclose the volume that plic/ gives them;
/// - a larger polygon has the triangles about the mean of its vertices, each with r^2.
///
/// The nodes of a sub-edge or sub-triangle of a face lie on parts of it that hold one another, a
/// vertex, an edge of that, the face, and one lies within the face: so the rules of presence at its
/// nodes (SubcellBand) agree with one another.
///
/// Every simplex has an interior node, which no other cell shares, so that its measure can always
/// be changed from within the cell (asserted when a sub-division is made).
struct CellSubdivision
{
  /// Up to 32 clusters whose simplices have the same places among the cluster's nodes, so that what
  /// holds for a simplex of each is a bit of a word. Those of a cluster that few others are like
  /// are clusters of their own here, as single simplices are all alike.
  struct AlikeClusters
  {
    static constexpr int most = 32;
    /// Where the weight of each is among the cell's, and its first simplex.
    std::vector<int> weights;
    std::vector<int> begins;
    /// Places of the vertices of a cluster's simplices among its nodes.
    std::vector<std::array<int, 4>> places;
    /// Place after place the node of every cluster there, and some beyond, as vectors are read.
    std::vector<int> nodes;
    static constexpr int beyond = 16;

    int numberOfPlaces() const
    {
      return (static_cast<int>(this->nodes.size()) - beyond) /
        static_cast<int>(this->begins.size());
    }
  };

  int dimension = 2;
  int refinement = 0;
  /// Vertices of the cell.
  int vertices = 0;
  /// Local nodes: those on the cell's boundary are [0, boundaryNodes), the interior ones follow.
  int boundaryNodes = 0;
  int nodes = 0;

  /// Local nodes of the simplices, of positive measure in a convex cell; in 2D the last one is -1.
  std::vector<std::array<int, 4>> simplices;
  /// Runs of simplices that lie together, such as a sub-cube, and the nodes they use: where no
  /// field changes the sign on a cluster's nodes it does so on none of its simplices.
  /// Cluster c has the simplices clusters[c] .. clusters[c + 1] - 1 and the nodes
  /// clusterNodes[clusterNodeOffsets[c]] ..
  std::vector<int> clusters{ 0 };
  std::vector<int> clusterNodeOffsets{ 0 };
  std::vector<int> clusterNodes;
  /// All simplices again, by clusters of one shape.
  std::vector<AlikeClusters> alikeClusters;

  /// The position of a node is the sum of numerator / denominator of the vertices: local vertices
  /// shapeVertices[shapeOffsets[node]] .. and their numerators, reduced to lowest terms.
  std::vector<int> shapeOffsets{ 0 };
  std::vector<int> shapeVertices;
  std::vector<int> shapeNumerators;
  std::vector<int> shapeDenominators;

  /// One value a node: 0 on the cell's boundary, in (0, 1] inside, 1 at the largest.
  std::vector<double> bump;

  /// Measures of the simplices over that of the cell in an affine cell (simplex, parallelogram,
  /// parallelepiped), and after them those of the clusters; empty for types that are none.
  std::vector<double> affineWeights;
  /// Of the same types the vertices whose edges from vertex 0 span the cell, and where each node of
  /// an affine cell lies on these axes: the first coordinates of all nodes, then the second and the
  /// third ones (2D: 0).
  std::array<int, 3> axisVertices{ -1, -1, -1 };
  std::vector<double> affinePlaces;

  /// The cell's faces (2D: edges), in the order of its face table (2D: edge i joins the vertices i
  /// and i + 1): nodes faceNodes[faceNodeOffsets[f]] .., and the simplices of the face, `dimension`
  /// nodes each (2D: sub-edges), outwards, faceSimplices[faceSimplexOffsets[f]] ..
  std::vector<int> faceNodeOffsets{ 0 };
  std::vector<int> faceNodes;
  std::vector<int> faceSimplexOffsets{ 0 };
  std::vector<std::array<int, 3>> faceSimplices;

  /// Quads and hexahedra: the node at (i, j, k) / r of the lattice, index i + (r + 1) (j +
  /// (r + 1) k), u from vertex 0 to 1, v from vertex 0 to 3, w from vertex 0 to 4. Empty for
  /// others.
  std::vector<int> lattice;

  /// Boundary nodes are numbered by where they lie: the vertices; then the r - 1 nodes of edge e
  /// from edges[e][0] to edges[e][1], from vertices + e (r - 1); then, in 3D, the nodes within face
  /// f from faceInner[f], in the order of facePattern() for the face's own vertices
  /// faceVertices[faceVertexOffsets[f]] .., counter-clockwise seen from outside.
  std::vector<std::array<int, 2>> edges;
  std::vector<int> faceVertexOffsets{ 0 };
  std::vector<int> faceVertices;
  std::vector<int> faceInner;

  /// The anchors of the piecewise linear map: the vertices, then means of vertices such as the
  /// faces' and the cell's centres. Anchor a is the sum of numerator / denominator of the vertices
  /// anchorVertices[anchorOffsets[a]] ..
  std::vector<int> anchorOffsets{ 0 };
  std::vector<int> anchorVertices;
  std::vector<int> anchorNumerators;
  std::vector<int> anchorDenominators;
  /// Each node by at most four anchors and their weights (0 for those not used).
  std::vector<std::array<int, 4>> placeAnchors;
  std::vector<std::array<double, 4>> placeWeights;

  /// The simplices of the map, by anchors, and for each simplex of the sub-division the one that it
  /// lies in and its part of that one. Empty for quads, whose map is bilinear.
  std::vector<std::array<int, 4>> macros;
  std::vector<int> simplexMacros;
  std::vector<double> simplexParts;

  /// The place of a vertex on axis d of these types, 0 or 1.
  int axisPlace(int vertex, int d) const
  {
    return this->vertices == this->dimension + 1 ? vertex == d + 1
      : d == 0                                   ? vertex % 4 == 1 || vertex % 4 == 2
      : d == 1                                   ? vertex % 4 >= 2
                                                 : vertex >= 4;
  }
  int numberOfClusters() const { return static_cast<int>(this->clusters.size()) - 1; }
  /// Of the simplices and of the clusters.
  std::size_t numberOfWeights() const
  {
    return this->simplices.size() + static_cast<std::size_t>(this->numberOfClusters());
  }
  int numberOfFaces() const { return static_cast<int>(this->faceNodeOffsets.size()) - 1; }
  int numberOfAnchors() const { return static_cast<int>(this->anchorDenominators.size()); }
};

/// What a face of so many vertices looks like, as a planar cell by the rules above: a node's place
/// is given by the vertices 0 .. vertices - 1 and, unless it is a triangle, the anchor `vertices`,
/// their mean. Its boundary nodes come first, then those within.
CellSubdivision facePattern(int vertices, int r);

/// 2D cells. Vertices run counter-clockwise. Polygons of five or more vertices are split about the
/// mean of their vertices.
CellSubdivision triangleSubdivision(int r);
CellSubdivision quadSubdivision(int r);
CellSubdivision polygonSubdivision(int vertices, int r);
/// Of a polygon whose triangles about the mean of its vertices are not all of positive area, quads
/// and non-convex ones too: a triangulation by its own vertices, each triangle split as a triangle.
CellSubdivision polygonSubdivision(const std::vector<Vec2>& polygon, int r);

/// 3D cells by their faces (outwards, local vertices), numbered as canonicalFaces() does, so that
/// equal types are equal; `order` receives the face table's vertex for every vertex of the
/// sub-division.
/// - A hexahedron has r^3 sub-cubes, each of 24 tetrahedra (centre, a face's centre, an edge).
/// - A tetrahedron has r^3 sub-tetrahedra and octahedra, the latter split about their centres; what
///   then has no interior node is split about its centroid.
/// - Any other cell (wedges, pyramids, prisms, polyhedra) is split about the mean of its vertices
///   into tetrahedra over the triangles of its faces, and pyramids over quads, which refine layer
///   after layer.
/// All are exact refinements of the tetrahedra over the triangles of the faces: positive where
/// these are, whatever the warp.
CellSubdivision solidSubdivision(const FaceTable& faces, int r, std::vector<int>& order);
/// The same of a table from canonicalFaces().
CellSubdivision canonicalSolidSubdivision(const FaceTable& faces, int r);

/// Any cell, split about the sum of centreNumerators / centreDenominator of its vertices instead of
/// their mean; the numerators sum to the denominator. Its vertices are those of the table.
CellSubdivision conedSolidSubdivision(
  const FaceTable& faces, int r, const std::vector<int>& centreNumerators, int centreDenominator);

} // namespace mir

#endif
