// The regions of several linear fields in one simplex: their corners and what lies between them.
#ifndef mir_reconstruct_continuous_extraction_SimplexArrangement_h
#define mir_reconstruct_continuous_extraction_SimplexArrangement_h

#include "reconstruct/continuous/extraction/ExactDeterminant.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// Where regions meet in the interior of the face of a simplex (an edge, the simplex itself, ..)
/// that has the nodes `nodes`: q + 1 of them with q + 1 materials, of which all are equal there and
/// no other is larger. A node of the simplex with the material that wins there counts, too.
struct RegionCorner
{
  /// Bits of nodes of the simplex, and of places in the list of materials.
  unsigned nodes = 0;
  std::uint64_t materials = 0;
};

/// The upper envelope of linear fields in a segment, triangle or tetrahedron.
///
/// The corners follow from exact signs, with ties broken towards the lower material
/// (determinantSign()), so that any two simplices find the same corners on a common face, whatever
/// else either holds that is below, and each pair's facet is a convex polygon whose corners, seen
/// along their common faces and materials, close up always.
///
/// With two groups of materials the regions of one are laid over those of the other: each corner
/// has materials of both, those of a group being equal and larger than the rest of that group.
class SimplexArrangement
{
public:
  /// Starts a simplex of `nodes` nodes (2 to 4), in ascending order of their global numbers.
  void start(int nodes);
  /// Adds a material by its values at the nodes; numbers ascend within a group. The values must
  /// stay where they are. At most 64 materials in all.
  void add(int material, const double* values, int group = 0);
  /// Drops materials below a single other one of their group at every node, then finds all corners.
  void findCorners();

  int numberOfMaterials() const { return static_cast<int>(this->Materials.size()); }
  int material(int place) const { return this->Materials[place].number; }
  int group(int place) const { return this->Materials[place].group; }
  const double* values(int place) const { return this->Materials[place].values; }
  const std::vector<RegionCorner>& corners() const { return this->Corners; }

  /// The corners of the part of a face that lies in all the regions of `materials`, a segment or a
  /// polygon: in order around, counter-clockwise where `orientation` (of the nodes in their order)
  /// is 1. In a tetrahedron's facet between two materials that is seen from the later in the list.
  /// A segment runs along the nodes' order; in a triangle it has the first material on its left.
  /// Returns false where there is none.
  bool outline(
    unsigned nodes, std::uint64_t materials, int orientation, std::vector<int>& corners) const;

  /// Barycentric coordinates of a corner on its nodes, 0 at others. They depend on the values at
  /// the corner's own nodes alone.
  std::array<double, 4> coordinates(const RegionCorner& corner) const;
  /// The node at which all the corner's materials are exactly equal, which is where it lies, or -1.
  int tiedNode(const RegionCorner& corner) const;

private:
  struct Material
  {
    int number;
    int group;
    const double* values;
  };

  void prune();
  void findOn(unsigned nodes);
  void choose(unsigned nodes, int rows, int next, std::uint64_t chosen);
  void test(unsigned nodes, std::uint64_t materials);
  int rowsOf(std::uint64_t materials, DeterminantRow* rows) const;
  DeterminantRow difference(int upper, int lower) const;
  /// The sign of going from label to label (a missing node or a further material)
  /// counter-clockwise.
  int turn(unsigned nodes, std::uint64_t materials, int from, int to) const;
  DeterminantRow labelRow(std::uint64_t materials, int label) const;

  int Nodes = 0;
  int Groups = 1;
  std::vector<Material> Materials;
  std::vector<RegionCorner> Corners;
};

} // namespace mir

#endif
