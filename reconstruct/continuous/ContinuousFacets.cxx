#include "reconstruct/continuous/ContinuousInterface.h"

#include "reconstruct/continuous/ArrangedSimplex.h"
#include "reconstruct/continuous/CellFields.h"
#include "reconstruct/continuous/FaceFacets.h"
#include "reconstruct/continuous/FacetBlock.h"
#include "reconstruct/continuous/TetrahedronCase.h"

#include <algorithm>

namespace mir {

namespace {

class CellFacets
{
public:
  CellFacets(const CellBand& band, const SubcellBand& mesh, double rounding, FacetBlock& block)
    : Band(band)
    , Mesh(mesh)
    , Rounding(rounding)
    , Block(block)
    , Points(block.points)
  {}

  void addCell(int c, const std::vector<double>& field)
  {
    this->Fields.load(this->Band, this->Mesh, c, field);
    const CellSubdivision& cell = *this->Fields.cell;
    this->Points.start(
      this->Mesh.boundaryNodesOf(c), cell.boundaryNodes, cell.nodes, this->Fields.positions.data());
    const double size = this->Mesh.sizes[c];
    this->Owner = { this->Mesh.cells[c], this->Mesh.dimension, size,
      1e-14 * size + this->Rounding };
    const int clusters = static_cast<int>(cell.clusters.size()) - 1;
    for (int cluster = 0; cluster < clusters; ++cluster)
    {
      if (this->Fields.uniform(cluster))
      {
        continue;
      }
      for (int s = cell.clusters[cluster]; s < cell.clusters[cluster + 1]; ++s)
      {
        this->addSimplex(cell.simplices[s].data());
      }
    }
  }

private:
  void addSimplex(const int* nodes)
  {
    const CellFields::Meeting meeting = this->Fields.meeting(nodes);
    if (meeting.more)
    {
      this->addMany(nodes);
    }
    else if (meeting.second >= 0)
    {
      this->Mesh.dimension == 2 ? this->addSegment(nodes, meeting)
                                : this->addPolygon(nodes, meeting);
    }
  }

  int crossing(const int* nodes, const CellFields::Meeting& meeting, int i, int j)
  {
    return this->Points.edge(nodes[i], nodes[j], meeting.differences[i], meeting.differences[j],
      this->Fields.materials[meeting.first], this->Fields.materials[meeting.second]);
  }

  void addSegment(const int* nodes, const CellFields::Meeting& meeting)
  {
    // Counter-clockwise, the segment starts where the boundary leaves the first material.
    int ends[2] = { -1, -1 };
    for (int i = 0; i < 3; ++i)
    {
      const int j = i < 2 ? i + 1 : 0;
      const bool inside = (meeting.inside >> i & 1) != 0;
      if (inside != ((meeting.inside >> j & 1) != 0))
      {
        ends[inside ? 0 : 1] = this->crossing(nodes, meeting, i, j);
      }
    }
    this->add(
      ends, 2, this->Fields.materials[meeting.first], this->Fields.materials[meeting.second]);
  }

  void addPolygon(const int* nodes, const CellFields::Meeting& meeting)
  {
    const TetrahedronCase& tetrahedron = tetrahedronCases[meeting.inside];
    const unsigned char* v = tetrahedron.order;
    int corners[4];
    int count = 3;
    switch (tetrahedron.inside)
    {
      case 1:
        corners[0] = this->crossing(nodes, meeting, v[0], v[1]);
        corners[1] = this->crossing(nodes, meeting, v[0], v[2]);
        corners[2] = this->crossing(nodes, meeting, v[0], v[3]);
        break;
      case 2:
        corners[0] = this->crossing(nodes, meeting, v[0], v[2]);
        corners[1] = this->crossing(nodes, meeting, v[0], v[3]);
        corners[2] = this->crossing(nodes, meeting, v[1], v[3]);
        corners[3] = this->crossing(nodes, meeting, v[1], v[2]);
        count = 4;
        break;
      default:
        corners[0] = this->crossing(nodes, meeting, v[0], v[1]);
        corners[1] = this->crossing(nodes, meeting, v[0], v[3]);
        corners[2] = this->crossing(nodes, meeting, v[0], v[2]);
    }
    this->add(corners, count, this->Fields.materials[meeting.first],
      this->Fields.materials[meeting.second]);
  }

  void addMany(const int* nodes)
  {
    ArrangedSimplex& simplex = this->Simplex;
    simplex.start(this->Points, nodes, this->Mesh.dimension + 1, this->Fields.count);
    for (int k = 0; k < this->Fields.count; ++k)
    {
      simplex.add(this->Fields.materials[k], this->Fields.run(k));
    }
    simplex.findCorners();
    const SimplexArrangement& arrangement = simplex.arrangement();
    for (int j = 0; j < arrangement.numberOfMaterials(); ++j)
    {
      for (int k = j + 1; k < arrangement.numberOfMaterials(); ++k)
      {
        const std::uint64_t pair = std::uint64_t{ 1 } << j | std::uint64_t{ 1 } << k;
        if (simplex.outline(simplex.allNodes(), pair, this->Points, this->Outline))
        {
          this->add(this->Outline.data(), static_cast<int>(this->Outline.size()),
            simplex.material(j), simplex.material(k));
        }
      }
    }
  }

  void add(const int* corners, int count, int inside, int outside)
  {
    this->Block.add(corners, count, inside, outside, this->Owner);
  }

  const CellBand& Band;
  const SubcellBand& Mesh;
  const double Rounding;
  FacetBlock& Block;
  CellPoints Points;
  CellFields Fields;
  ArrangedSimplex Simplex;
  std::vector<int> Outline;
  FacetBlock::Owner Owner;
};

} // namespace

ContinuousFacets extractFacets(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, const ParallelFor& parallelFor)
{
  checkField(mesh, field);
  const double rounding = roundingDistance(band);
  const int size = cellsInBlock(mesh.dimension);
  const int cells = mesh.numberOfCells();
  const int faces = static_cast<int>(mesh.disjointFaces.size());
  const int cellBlocks = (cells + size - 1) / size;
  const int faceBlocks = (faces + size - 1) / size;
  std::vector<FacetBlock> blocks(static_cast<std::size_t>(cellBlocks) + faceBlocks);
  parallelFor(static_cast<int>(blocks.size()), [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      if (b < cellBlocks)
      {
        CellFacets facets(band, mesh, rounding, blocks[b]);
        for (int c = b * size; c < std::min(cells, (b + 1) * size); ++c)
        {
          facets.addCell(c, field);
          if (c == b * size + 3)
          {
            blocks[b].reserve(size / 3);
          }
        }
      }
      else
      {
        const int first = (b - cellBlocks) * size;
        addFaceFacets(mesh, field, first, std::min(faces, first + size), rounding, blocks[b]);
      }
    }
  });
  std::uint64_t materials = 0;
  for (const unsigned char material : mesh.cellMaterials)
  {
    materials |= std::uint64_t{ 1 } << material;
  }
  materials &= materials - 1;
  const bool many = (materials & (materials - 1)) != 0;
  return assembleFacets(blocks, mesh.dimension, many, parallelFor);
}

} // namespace mir
