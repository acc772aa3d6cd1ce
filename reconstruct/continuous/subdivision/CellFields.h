// Values and positions of one cell's nodes, as extraction reads them.
#ifndef mir_reconstruct_continuous_subdivision_CellFields_h
#define mir_reconstruct_continuous_subdivision_CellFields_h

#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <cstdint>
#include <vector>

namespace mir {

/// Throws std::invalid_argument when the field does not fit the mesh, or is not finite, naming the
/// band's cell.
void checkField(const SubcellBand& mesh, const std::vector<double>& field,
  const ParallelFor& parallelFor = runSerially);

/// Calls body(begin, end) for ranges of the field's values, a share of them for every cell.
template <class Body>
void forValues(const SubcellBand& mesh, const ParallelFor& parallelFor, const Body& body)
{
  const std::int64_t cells = mesh.numberOfCells();
  parallelFor(mesh.numberOfCells(),
    [&](int begin, int end) { body(mesh.slots * begin / cells, mesh.slots * end / cells); });
}

/// forBlocks() over cells whose volumes are found: each is worth some items, so that threads share
/// few cells evenly.
template <class Body>
void forDearCells(const ParallelFor& parallelFor, int cells, int size, const Body& body)
{
  constexpr int worth = 4;
  forBlocks(parallelFor, worth * cells, worth * size, body);
}

/// Distances below this are rounding: a part of the cell, and of the coordinates.
double roundingDistance(const CellBand& band);

/// Cells in a block that one thread works on at a time; fixed, so that results do not depend on
/// threads.
inline int cellsInBlock(int dimension)
{
  return dimension == 2 ? 256 : 32;
}

/// The fields of one cell; keeps its memory from cell to cell.
struct CellFields
{
  const CellSubdivision* cell = nullptr;
  int count = 0;
  const unsigned char* materials = nullptr;
  std::vector<Vec3> positions;
  /// For two materials the first less the second; else material after material.
  std::vector<double> values;
  /// Place of the material that wins at every node; ties belong to the lower.
  std::vector<unsigned char> winners;

  void load(const CellBand& band, const SubcellBand& mesh, int c, const std::vector<double>& field);
  const double* run(int place) const { return this->values.data() + place * this->cell->nodes; }
  /// Whether one material wins at all nodes of a cluster, and so in all of it.
  bool uniform(int cluster) const
  {
    const int* nodes = this->cell->clusterNodes.data();
    const int begin = this->cell->clusterNodeOffsets[cluster];
    const int end = this->cell->clusterNodeOffsets[cluster + 1];
    const unsigned char first = this->winners[nodes[begin]];
    int others = 0;
    for (int i = begin + 1; i < end; ++i)
    {
      others |= this->winners[nodes[i]] ^ first;
    }
    return others == 0;
  }

  /// What meets in a simplex: one material, two with the differences of their values, or more.
  struct Meeting
  {
    int first = 0;
    int second = -1;
    bool more = false;
    double differences[4];
    /// Nodes where the first wins.
    unsigned inside = 0;
  };
  Meeting meeting(const int* nodes) const
  {
    // One material at all nodes, as most simplices have it.
    const unsigned char first = this->winners[nodes[0]];
    int others = this->winners[nodes[1]] ^ first;
    others |= this->winners[nodes[2]] ^ first;
    others |= this->cell->dimension == 3 ? this->winners[nodes[3]] ^ first : 0;
    if (others == 0)
    {
      Meeting result;
      result.first = first;
      return result;
    }
    return this->mixedMeeting(nodes);
  }

private:
  Meeting mixedMeeting(const int* nodes) const;
};

} // namespace mir

#endif
