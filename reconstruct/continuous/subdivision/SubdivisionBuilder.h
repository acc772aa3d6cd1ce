// Puts a sub-division together: numbers nodes by their place and turns simplices the right way
// round.
#ifndef mir_reconstruct_continuous_subdivision_SubdivisionBuilder_h
#define mir_reconstruct_continuous_subdivision_SubdivisionBuilder_h

#include "reconstruct/continuous/subdivision/CellSubdivision.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// A sub-division in the making. Places are integer weights of up to four anchors that sum to
/// denominator(); the same place is the same node. First add anchors and boundary nodes, then
/// simplices; what is new from then on is interior.
class SubdivisionBuilder
{
public:
  /// Numerators over the anchors of a simplex of the map.
  using Weights = std::array<int, 4>;

  /// The cell's vertices are its first anchors.
  SubdivisionBuilder(int dimension, int vertices, int r);

  /// Weights of r sub-edges are multiples of unit(), divisible by 2, 3 and 4.
  static constexpr int unit() { return 24; }
  int denominator() const { return unit() * this->Cell.refinement; }

  /// The mean of vertices, or their sum with given numerators.
  int addMean(const std::vector<int>& vertices);
  int addAnchor(
    const std::vector<int>& vertices, const std::vector<int>& numerators, int denominator);

  /// Adds the nodes of all vertices, edges and, in 3D, faces, and the faces' tables. In 2D the
  /// edges join the vertices i and i + 1. `centres` has the anchor of each face's mean (-1: a
  /// triangle).
  void addPlanarBoundary();
  void addSolidBoundary(const FaceTable& faces, const std::vector<int>& centres);

  /// A simplex of the map by its anchors, of positive measure as they are ordered.
  int addMacro(const std::array<int, 4>& anchors);

  /// Adds a simplex within a macro by the weights of its corners; turned round where it is
  /// negative. Simplices of one cluster id lie together; -1: the id is found from the place in the
  /// macro.
  void addSimplex(int macro, const std::array<Weights, 4>& corners, std::int64_t cluster = -1);
  /// As addSimplex(), but split about its centroid when no corner is an interior node.
  void addMovableSimplex(int macro, const std::array<Weights, 4>& corners);

  /// The node at a place, which is added when it is new.
  int node(const std::array<int, 4>& anchors, const Weights& weights);

  int dimension() const { return this->Cell.dimension; }
  int refinement() const { return this->Cell.refinement; }
  const std::array<int, 4>& macro(int i) const { return this->Cell.macros[i]; }

  /// The sub-division. `bump` receives the anchors and weights (summing to 1) of an interior node.
  template <class Bump>
  CellSubdivision finish(Bump bump)
  {
    this->sortByClusters();
    this->findAlikeClusters();
    this->findShapes();
    CellSubdivision& cell = this->Cell;
    cell.bump.assign(cell.nodes, 0.0);
    double largest = 0.0;
    for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
    {
      cell.bump[i] = bump(cell.placeAnchors[i], cell.placeWeights[i]);
      largest = cell.bump[i] > largest ? cell.bump[i] : largest;
    }
    for (double& b : cell.bump)
    {
      b /= largest > 0.0 ? largest : 1.0;
    }
    return std::move(this->Cell);
  }

private:
  // Anchors and numerators of a place, sorted; those not used are 0.
  using Key = std::array<std::uint32_t, 4>;
  struct Slot
  {
    Key key{};
    int node = -1;
  };

  Slot& slotOf(const Key& key);

  void addEdgeNodes(int a, int b);
  void sortByClusters();
  void findAlikeClusters();
  void findShapes();
  std::int64_t clusterOf(int macro, const std::array<Weights, 4>& corners) const;

  CellSubdivision Cell;
  // Open addressing; the number of slots is a power of two.
  std::vector<Slot> Slots{ 1024 };
  std::vector<Weights> Numerators;
  std::vector<std::int64_t> ClusterIds;
};

/// A simplex's clusters when they are given: after those of addSimplex()'s own.
constexpr std::int64_t namedCluster(int i)
{
  return (std::int64_t{ 1 } << 62) + i;
}

/// Fills what a type has in affine cells: its simplices' weights, the clusters', axes and places.
void setAffine(CellSubdivision& cell, std::vector<double> weights);

/// Throws std::logic_error where a simplex has no interior node.
void checkInteriorNodes(const CellSubdivision& cell);

} // namespace mir

#endif
