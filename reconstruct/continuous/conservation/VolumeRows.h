// The volumes of all cells of a band and their derivatives, as a sparse matrix in rows.
#ifndef mir_reconstruct_continuous_conservation_VolumeRows_h
#define mir_reconstruct_continuous_conservation_VolumeRows_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace mir {

/// Materials with smaller fractions have no row.
constexpr double smallestRow = 1e-6;

/// The derivatives J of the volumes, in parts of the cells, for the values of a field in units of
/// the sizes of their nodes. A row is a material of a cell but its largest, of a fraction of at
/// least smallestRow. Values at interior nodes belong to one cell each: of them only the products
/// of a cell's rows are needed in J J^T.
///
/// All sums run in an order that depends on the mesh alone.
class VolumeRows
{
public:
  explicit VolumeRows(const SubcellBand& mesh, const ParallelFor& parallelFor = runSerially);

  int numberOfRows() const { return this->RowOffsets.back(); }
  /// Rows of cell c are rowOffsets()[c] .. rowOffsets()[c + 1] - 1, each for the material
  /// rowMaterials()[row] by its position in the cell.
  const std::vector<int>& rowOffsets() const { return this->RowOffsets; }
  const std::vector<unsigned char>& rowMaterials() const { return this->RowMaterials; }

  /// Volumes of the materials of every cell in the order of SubcellBand::fractions, at a field that
  /// obeys the rules of presence.
  void evaluate(const std::vector<double>& field);
  /// Volumes and derivatives; where `changed` is not empty (one a cell) only those of the cells
  /// marked have changed since the last time, after which transpose() was not called.
  void linearise(const std::vector<double>& field, const std::vector<char>& changed = {});
  const std::vector<double>& volumes() const { return this->Volumes; }

  /// To be called after linearise() and before all that follows.
  void transpose();

  /// The shared slots on which any volume depends, ascending.
  const std::vector<int>& touched() const { return this->Touched; }
  /// The shared nodes that these belong to; node i of them has the touched slots touchedStart()[i]
  /// .. touchedStart()[i + 1] - 1.
  const std::vector<int>& touchedNodes() const { return this->TouchedNodes; }
  const std::vector<int>& touchedStart() const { return this->TouchedStart; }
  /// Position of a shared slot in touched(), or -1.
  int placeOfSlot(std::int64_t slot) const { return this->PlaceOfSlot[slot]; }

  /// The many and short loops over rows and touched slots: with few they start no threads.
  ParallelFor shortLoops() const
  {
    constexpr int few = 512;
    return this->numberOfRows() < few ? ParallelFor(runSerially) : this->Parallel;
  }

  /// J^T x on the touched slots, 0 where held.
  void spread(const std::vector<double>& x, const std::vector<unsigned char>& held,
    std::vector<double>& onSlots) const;
  /// (J J^T + diag(regular)) x, given J^T x on the touched slots; returns its product with x.
  double apply(const std::vector<double>& x, const std::vector<double>& onSlots,
    const std::vector<double>& regular, std::vector<double>& image);
  /// The diagonal of J J^T.
  void diagonal(const std::vector<unsigned char>& held, std::vector<double>& result) const;
  /// Adds J^T x at the interior nodes of all cells, at most `maximumStep` of the cell's size each.
  void moveInterior(
    const std::vector<double>& x, double maximumStep, std::vector<double>& field) const;

private:
  /// Derivatives that are not 0 in a run of cells, row after row.
  struct Chunk
  {
    std::vector<int> sharedStart;
    UninitializedVector<int> shared;
    UninitializedVector<double> sharedValues;
    std::vector<int> interiorStart;
    UninitializedVector<int> interior;
    UninitializedVector<double> interiorValues;
    /// The blocks of shared nodes that the rows depend on, a bit each, or more than these.
    std::uint32_t touchedBlocks = 0;

    void clear();
    /// Appends the rows [first, last) of another one.
    void append(const Chunk& other, int first, int last);
  };
  struct Scratch;

  /// Cells that are stored together; sums over cells run chunk by chunk.
  static constexpr int chunkCells = 16;
  /// Blocks of shared nodes, a bit each of a word. With more of them chunks touch several.
  static constexpr int nodeBlocks = 16;

  /// Numbers of slots, of their nodes and of entries of rows.
  struct Touches
  {
    int slots = 0;
    int nodes = 0;
    int entries = 0;

    void add(const Touches& other)
    {
      this->slots += other.slots;
      this->nodes += other.nodes;
      this->entries += other.entries;
    }
  };

  int chunkBegin(int chunk) const;
  int nodeBlockBegin(int block) const;
  bool anyIn(int chunk, const std::vector<char>& changed) const;
  void evaluateCell(int cell, const std::vector<double>& field, double* gradient, Scratch& scratch);
  void lineariseCell(int cell, const std::vector<double>& field, Scratch& scratch);
  void addPair(int cell, Scratch& scratch);
  void addMany(int cell, Scratch& scratch);
  template <class Body>
  void forEntriesAt(int block, const Body& body) const;
  Touches countTouches(int block);
  void fillColumns(int block, const Touches& before);

  const SubcellBand& Mesh;
  ParallelFor Parallel;
  std::vector<int> RowOffsets{ 0 };
  std::vector<unsigned char> RowMaterials;
  /// Products of the interior derivatives of the rows of each cell.
  std::vector<std::int64_t> BlockOffsets{ 0 };
  std::vector<double> Blocks;
  std::vector<Chunk> Chunks;
  std::vector<double> Volumes;

  /// Shared node n is in block n >> BlockShift.
  int BlockShift = 0;
  std::vector<int> Touched;
  std::vector<int> TouchedNodes;
  std::vector<int> TouchedStart;
  std::vector<int> PlaceOfSlot;
  /// Rows and derivatives of each touched slot.
  std::vector<int> ColumnStart;
  std::unique_ptr<int[]> ColumnRows;
  std::unique_ptr<double[]> ColumnValues;
  std::vector<double> Partial;
};

} // namespace mir

#endif
