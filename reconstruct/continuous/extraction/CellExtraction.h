// The walk over cells and their simplices that facets and parts have in common.
#ifndef mir_reconstruct_continuous_extraction_CellExtraction_h
#define mir_reconstruct_continuous_extraction_CellExtraction_h

#include "reconstruct/continuous/extraction/ArrangedSimplex.h"
#include "reconstruct/continuous/subdivision/CellFields.h"
#include "reconstruct/continuous/extraction/InterfacePoints.h"

#include <algorithm>
#include <vector>

namespace mir {

/// Fields and points of one cell after the other of a block.
class CellExtraction
{
public:
  CellExtraction(const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field,
    BlockPoints& points)
    : Band(band)
    , Mesh(mesh)
    , Field(field)
    , Points(points)
  {}

protected:
  /// Calls uniform(cluster) for the clusters of cell c that one material fills, mixed(simplex) for
  /// the simplices of the others.
  template <class Uniform, class Mixed>
  void walk(int c, const Uniform& uniform, const Mixed& mixed)
  {
    this->Fields.load(this->Band, this->Mesh, c, this->Field);
    const CellSubdivision& cell = *this->Fields.cell;
    this->Points.start(
      this->Mesh.boundaryNodesOf(c), cell.boundaryNodes, cell.nodes, this->Fields.positions.data());
    const int clusters = cell.numberOfClusters();
    for (int cluster = 0; cluster < clusters; ++cluster)
    {
      if (this->Fields.uniform(cluster))
      {
        uniform(cluster);
        continue;
      }
      for (int s = cell.clusters[cluster]; s < cell.clusters[cluster + 1]; ++s)
      {
        mixed(s);
      }
    }
  }

  unsigned char material(int place) const { return this->Fields.materials[place]; }

  /// The point on the edge of two vertices of a simplex in which two materials meet.
  int crossing(const int* nodes, const CellFields::Meeting& meeting, int i, int j)
  {
    return this->Points.edge(nodes[i], nodes[j], meeting.differences[i], meeting.differences[j],
      this->material(meeting.first), this->material(meeting.second));
  }

  /// The regions of a simplex in which more than two materials meet.
  void arrange(const int* nodes)
  {
    this->Simplex.start(this->Points, nodes, this->Mesh.dimension + 1, this->Fields.count);
    for (int k = 0; k < this->Fields.count; ++k)
    {
      this->Simplex.add(this->material(k), this->Fields.run(k));
    }
    this->Simplex.findCorners();
  }

  const CellBand& Band;
  const SubcellBand& Mesh;
  const std::vector<double>& Field;
  CellFields Fields;
  CellPoints Points;
  ArrangedSimplex Simplex;
  /// Points or corners of one face, to be used again.
  std::vector<int> Outline;
};

inline int numberOfBlocks(const SubcellBand& mesh, int count)
{
  const int size = cellsInBlock(mesh.dimension);
  return (count + size - 1) / size;
}

/// Calls body(c) for the cells of block b.
template <class Body>
void forCellsOfBlock(const SubcellBand& mesh, int b, const Body& body)
{
  const int size = cellsInBlock(mesh.dimension);
  for (int c = b * size; c < std::min(mesh.numberOfCells(), (b + 1) * size); ++c)
  {
    body(c);
  }
}

} // namespace mir

#endif
