// A simplex of a cell in which three or more materials may meet, with the cell's points.
#ifndef mir_reconstruct_continuous_extraction_ArrangedSimplex_h
#define mir_reconstruct_continuous_extraction_ArrangedSimplex_h

#include "reconstruct/continuous/extraction/InterfacePoints.h"
#include "reconstruct/continuous/extraction/SimplexArrangement.h"

#include <array>
#include <vector>

namespace mir {

/// Sorts a simplex's nodes by their global numbers, so that all cells see the same faces, and turns
/// the corners of its regions into points.
class ArrangedSimplex
{
public:
  /// Local nodes of the cell whose points these are, in an order that counts as positive, and the
  /// largest number of materials to come.
  void start(const CellPoints& points, const int* nodes, int count, int materials);
  /// A material (below 64) by its values at all local nodes of the cell. Numbers ascend within a
  /// group; both groups may have the same ones.
  void add(int material, const double* values, int group = 0);
  void findCorners()
  {
    this->Arrangement.findCorners();
    this->Points.assign(this->Arrangement.corners().size(), -1);
  }

  const SimplexArrangement& arrangement() const { return this->Arrangement; }
  /// The material at a place in its list.
  int material(int place) const { return this->Arrangement.material(place) % 64; }
  /// All nodes of the simplex.
  unsigned allNodes() const { return (1u << this->Count) - 1; }
  /// The point of a corner.
  int point(int corner, CellPoints& points);
  /// The points of an outline (SimplexArrangement::outline()), counter-clockwise or along the order
  /// in which the nodes came.
  bool outline(
    unsigned nodes, std::uint64_t materials, CellPoints& points, std::vector<int>& result);
  /// Prepares the order of the corners.
  void rankCorners();
  /// The corners of an outline, starting with the first in an order that neighbours agree on: the
  /// nodes first.
  bool pulledOutline(unsigned nodes, std::uint64_t materials, std::vector<int>& corners) const;
  /// That order.
  bool precedes(int corner, int other) const;

private:
  int addCorner(const RegionCorner& corner, CellPoints& points) const;

  SimplexArrangement Arrangement;
  int Count = 0;
  int Orientation = 1;
  int Nodes[4] = {};
  std::vector<std::array<double, 4>> Values;
  std::size_t Added = 0;
  std::vector<int> Points;
  std::vector<int> Outline;
  /// The node at which each corner lies, or -1.
  std::vector<int> TiedNodes;
};

} // namespace mir

#endif
