// The mixed cells of a band, split into simplices on shared nodes, with a field for each material.
#ifndef mir_reconstruct_continuous_subdivision_SubcellBand_h
#define mir_reconstruct_continuous_subdivision_SubcellBand_h

#include "plic/CellBand.h"
#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "plic/Vector.h"
#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace mir {

/// What the cells of a band hold: for band cell c the materials materials[offsets[c]] .. ascending
/// and their fractions, which are greater than 0 and sum to 1. A pure cell has one.
struct BandMaterials
{
  std::vector<std::int64_t> offsets{ 0 };
  std::vector<unsigned char> materials;
  std::vector<double> fractions;

  int count(int cell) const { return static_cast<int>(offsets[cell + 1] - offsets[cell]); }
};

/// How a value of a field is held at a shared node.
enum class SlotRule : unsigned char
{
  /// May win at the node.
  Free,
  /// Its material is not in every cell about the node: it stays below the free ones.
  Lowered,
  /// No material is in all cells about the node: the tied ones are equal there.
  Tied
};

/// The sub-division of a band's mixed cells.
///
/// A field has a value for each material at each node, in units of length: the region of material
/// k in a cell is where its value, linear in every simplex, is the largest of those present in the
/// cell. Only differences count. Neighbours hold the same values at the nodes of their common face,
/// so that regions join up by construction, and a material that a cell does not hold has exactly no
/// part of it.
///
/// Values are stored in slots. A node about which only the materials a < b occur has one slot, with
/// the value of a less that of b (near a signed distance, positive in a); others have one slot for
/// each material about them (near half the signed distance to the region's boundary). Slot 0 is
/// always 0: the value of a less that of b at a node is field[s] - field[t], with the slots (s, t)
/// from slotTable.
///
/// "Cell c" below is a position in `cells`.
struct SubcellBand
{
  int dimension = 2;
  int refinement = 4;

  std::vector<CellSubdivision> subdivisions;

  /// Cell of the band, ascending, and its sub-division.
  std::vector<int> cells;
  std::vector<int> cellSubdivisions;
  /// One a cell of the band: its position in `cells`, or -1.
  UninitializedVector<int> cellOfBand;
  /// Points of the band in the order of the sub-division's vertices, from vertexOffsets[c].
  std::vector<std::int64_t> vertexOffsets{ 0 };
  std::vector<int> cellVertices;
  /// Sum of the simplices' measures, and its square (cube) root: the cell's size.
  std::vector<double> measures;
  std::vector<double> sizes;

  /// Materials of cell c, ascending, and their fractions, from materialOffsets[c].
  std::vector<std::int64_t> materialOffsets{ 0 };
  std::vector<unsigned char> cellMaterials;
  std::vector<double> fractions;

  /// Nodes on faces, each shared by all cells about it. Node numbers do not depend on threads.
  /// Positions are in the band's coordinates, summed over the vertices in an order that their ids
  /// alone determine.
  UninitializedVector<Vec3> sharedPositions;
  /// Mean size of the cells that share the node.
  UninitializedVector<double> sharedSizes;
  /// From the ids of the points that span the node and its place among them, whatever vertex a
  /// cell starts with and whatever cells come before it.
  UninitializedVector<std::uint64_t> sharedHashes;
  /// The band's point that the node is, or -1.
  UninitializedVector<int> sharedPoints;
  /// Shared node of each local boundary node of cell c, from boundaryOffsets[c].
  std::vector<std::int64_t> boundaryOffsets{ 0 };
  UninitializedVector<int> boundaryNodes;

  /// Shared nodes come in entities, the vertices, edges and faces of the mixed cells, each with its
  /// inner nodes: of entity e the nodes entityNodes[e] .. entityNodes[e + 1] - 1. All nodes of one
  /// have the same cells about them: the mixed ones, ascending, from aboutOffsets[e] of aboutCells.
  /// In each of these they are local nodes, in some order, from aboutFirst on.
  std::vector<int> entityNodes{ 0 };
  std::vector<std::int64_t> aboutOffsets{ 0 };
  std::vector<int> aboutCells;
  std::vector<int> aboutFirst;

  /// Slots of shared node n: sharedSlots[n] .. sharedSlots[n + 1] - 1, from 1 on; their materials
  /// (of a single slot: a), and of a single slot b.
  UninitializedVector<std::int64_t> sharedSlots{ 1 };
  UninitializedVector<unsigned char> slotMaterials;
  UninitializedVector<unsigned char> otherMaterials;
  /// The rule of each shared slot; for nodes of several slots.
  UninitializedVector<SlotRule> slotRules;
  /// Bounds of the nodes of a single slot: a face of a full cell of a about it: at least pureMargin
  /// of the node's size, of b: at most minus that, of both: 0. Infinite elsewhere, and for other
  /// slots.
  UninitializedVector<double> lower;
  UninitializedVector<double> upper;
  /// First slot of the interior nodes of cell c: one a node for two materials, else node after node
  /// one for each of the cell's materials.
  std::vector<std::int64_t> interiorSlots;
  std::int64_t slots = 1;

  /// Of the boundary nodes of cell c, from slotTableOffsets[c]: for two materials the pairs (s, t)
  /// of every node, else node after node the slot of each of the cell's materials.
  std::vector<std::int64_t> slotTableOffsets{ 0 };
  UninitializedVector<int> slotTable;

  /// What SimplexWeights needs of cell c, from weightOffsets[c] of `weights`; -1 for affine cells,
  /// which have the weights of the sub-division.
  std::vector<std::int64_t> weightOffsets;
  std::vector<double> weights;

  /// Faces between cells of the band that hold no common material, at least one of them mixed: the
  /// face itself is the interface. Band cells and the face of each (position in the sub-division's
  /// faces, or -1 for a pure cell).
  struct DisjointFace
  {
    int cellA = 0;
    int faceA = -1;
    int cellB = 0;
    int faceB = -1;
    /// The material of a pure cell; 0 for mixed ones.
    unsigned char materialA = 0;
    unsigned char materialB = 0;
  };
  std::vector<DisjointFace> disjointFaces;

  int numberOfCells() const { return static_cast<int>(this->cells.size()); }
  int numberOfSharedNodes() const { return static_cast<int>(this->sharedPositions.size()); }
  const CellSubdivision& subdivision(int c) const
  {
    return this->subdivisions[this->cellSubdivisions[c]];
  }
  int materialCount(int c) const
  {
    return static_cast<int>(this->materialOffsets[c + 1] - this->materialOffsets[c]);
  }
  const unsigned char* materialsOf(int c) const
  {
    return this->cellMaterials.data() + this->materialOffsets[c];
  }
  const double* fractionsOf(int c) const
  {
    return this->fractions.data() + this->materialOffsets[c];
  }
  bool isAffine(int c) const { return this->weightOffsets[c] < 0; }
  SimplexWeights weightsOf(int c) const
  {
    const CellSubdivision& cell = this->subdivision(c);
    if (this->isAffine(c))
    {
      return { cell, cell.affineWeights.data() };
    }
    const double* own = this->weights.data() + this->weightOffsets[c];
    return cell.macros.empty() ? SimplexWeights(cell, own) : SimplexWeights::ofMacros(cell, own);
  }
  const int* boundaryNodesOf(int c) const
  {
    return this->boundaryNodes.data() + this->boundaryOffsets[c];
  }
  const int* slotTableOf(int c) const { return this->slotTable.data() + this->slotTableOffsets[c]; }
  bool singleSlot(int node) const
  {
    return this->sharedSlots[node + 1] - this->sharedSlots[node] == 1;
  }
};

/// |value| at a node of a single slot that touches a full cell is at least this part of the node's
/// size; with 0 some cells between full ones could not conserve.
constexpr double pureMargin = 1e-3;
/// Values of materials that may not win at a node stay this part of the node's size, times
/// 1 + .37 k for material k, below the free ones.
constexpr double presenceMargin = 1e-4;

/// Splits the mixed cells of a measured band that is connected there (connectBand()): it holds all
/// cells that share a point with one (cells missing there count as the domain's boundary).
/// `pointIds` gives the mesh's id of each point of the band, which order sums and hashes; empty for
/// the band's own. Materials must be numbered below 64.
///
/// Presence at a shared node, from the faces about it between two cells of the band of which at
/// least one is mixed: the free materials are those common to the two cells of every such face,
/// faces without a common material left out; what else the cells of those faces hold is lowered;
/// where no material is free those of all common sets are tied. On every simplex of a face with a
/// common material one of these is then free at all nodes that are not tied, and one node is not
/// tied: whatever the field, what only one side holds stays below it, and the same material wins on
/// both sides, but for ties along edges of the mesh.
///
/// A cell that is not seen in full from any point within (2D: of no area), or has faces that turn
/// over about the mean of their vertices, cannot be split. Where `leftOut` is given it receives
/// such cells of the band, which are then missing cells to the others; else they are an error.
///
/// Throws std::invalid_argument naming the band's cell when r < 2, sizes differ, fractions do not
/// fit, or a cell cannot be split.
SubcellBand subdivideBand(const CellBand& band, const BandMaterials& materials, int r,
  const std::vector<std::int64_t>& pointIds = {}, const ParallelFor& parallelFor = runSerially,
  std::vector<int>* leftOut = nullptr);

/// Positions of all local nodes of cell c in the band's coordinates; `positions` has room for
/// subdivision(c).nodes. Shared ones are those of sharedPositions, bit for bit.
void nodePositions(const CellBand& band, const SubcellBand& mesh, int c, Vec3* positions);

/// Values of cell c at its local nodes. For two materials a < b, that of a less that of b, one a
/// node; else material after material, values[k * nodes + node].
void gatherValues(const SubcellBand& mesh, int c, const std::vector<double>& field, double* values);
/// Number of values that gatherValues() writes.
inline int numberOfValues(const SubcellBand& mesh, int c)
{
  const int count = mesh.materialCount(c);
  return mesh.subdivision(c).nodes * (count == 2 ? 1 : count);
}
/// Writes back the values at the interior nodes alone.
void scatterInterior(
  const SubcellBand& mesh, int c, const double* values, std::vector<double>& field);

/// A field from values that every cell has at its own local nodes in the order of gatherValues():
/// where cells share a node, the mean of the values of its cells; where they hold different
/// materials, the values whose differences fit those of the cells best by least squares. Summed in
/// the order of the cells. Presence is not applied. `cellValues` holds cell after cell.
std::vector<double> averageOntoField(const SubcellBand& mesh, const std::vector<double>& cellValues,
  const ParallelFor& parallelFor = runSerially);

/// Some of the boundary nodes of a sub-division, ascending, and before each boundary node (and the
/// end) how many of them.
struct BoundaryChoice
{
  BoundaryChoice(const CellSubdivision& cell, const std::vector<int>& nodes);

  std::vector<int> nodes;
  std::vector<int> before;
};
/// A cell's values at such nodes: for two materials one a node, else material after material,
/// `stride` apart.
struct BoundaryValues
{
  const double* values;
  std::ptrdiff_t stride;
};
/// The same at shared nodes alone: at those of which `choices` has the local nodes in each
/// sub-division. `valuesOf` is called on several threads.
void averageSharedNodes(const SubcellBand& mesh, const std::vector<BoundaryChoice>& choices,
  const std::function<BoundaryValues(int c)>& valuesOf, std::vector<double>& field,
  const ParallelFor& parallelFor = runSerially);

/// Moves the values at shared nodes to where the rules and bounds allow: single slots into their
/// bounds, lowered ones to their margin below the least free one, tied ones to their mean.
void applyPresence(const SubcellBand& mesh, std::vector<double>& field,
  const ParallelFor& parallelFor = runSerially);
/// The same at one node.
void applyPresence(const SubcellBand& mesh, int node, std::vector<double>& field);

} // namespace mir

#endif
