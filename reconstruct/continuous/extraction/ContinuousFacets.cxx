#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include "reconstruct/continuous/extraction/CellExtraction.h"
#include "reconstruct/continuous/extraction/FaceFacets.h"
#include "reconstruct/continuous/extraction/FacetBlock.h"
#include "reconstruct/continuous/volumes/TetrahedronCase.h"

#include <algorithm>

namespace mir {

namespace {

class CellFacets : CellExtraction
{
public:
  CellFacets(const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field,
    double rounding, FacetBlock& block)
    : CellExtraction(band, mesh, field, block.points)
    , Rounding(rounding)
    , Block(block)
  {}

  void addCell(int c)
  {
    const double size = this->Mesh.sizes[c];
    this->Owner = { this->Mesh.cells[c], this->Mesh.dimension, size,
      1e-14 * size + this->Rounding };
    this->walk(
      c, [](int) {}, [this](int s) { this->addSimplex(this->Fields.cell->simplices[s].data()); });
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
    this->add(ends, 2, this->material(meeting.first), this->material(meeting.second));
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
    this->add(corners, count, this->material(meeting.first), this->material(meeting.second));
  }

  void addMany(const int* nodes)
  {
    this->arrange(nodes);
    ArrangedSimplex& simplex = this->Simplex;
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

  const double Rounding;
  FacetBlock& Block;
  FacetBlock::Owner Owner;
};

} // namespace

ContinuousFacets extractFacets(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, const ParallelFor& parallelFor)
{
  checkField(mesh, field, parallelFor);
  const double rounding = roundingDistance(band);
  const int faces = static_cast<int>(mesh.disjointFaces.size());
  const int cellBlocks = numberOfBlocks(mesh, mesh.numberOfCells());
  std::vector<FacetBlock> blocks(
    static_cast<std::size_t>(cellBlocks) + numberOfBlocks(mesh, faces));
  const int size = cellsInBlock(mesh.dimension);
  forBlocks(parallelFor, static_cast<int>(blocks.size()) * size, size, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      if (b >= cellBlocks)
      {
        const int first = (b - cellBlocks) * size;
        addFaceFacets(mesh, field, first, std::min(faces, first + size), rounding, blocks[b]);
        continue;
      }
      CellFacets facets(band, mesh, field, rounding, blocks[b]);
      forCellsOfBlock(mesh, b, [&](int c) {
        facets.addCell(c);
        if (c == b * size + 3)
        {
          blocks[b].reserve(size / 3);
        }
      });
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
