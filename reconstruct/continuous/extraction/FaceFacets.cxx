#include "reconstruct/continuous/extraction/FaceFacets.h"

#include "reconstruct/continuous/extraction/ArrangedSimplex.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// What one side of a face holds: a run of values at the face's nodes for each material.
struct FaceSide
{
  std::vector<unsigned char> materials;
  std::vector<double> values;
};

class FaceFacets
{
public:
  FaceFacets(
    const SubcellBand& mesh, const std::vector<double>& field, double rounding, FacetBlock& block)
    : Mesh(mesh)
    , Field(field)
    , Rounding(rounding)
    , Block(block)
    , Points(block.points)
  {}

  void addFace(const SubcellBand::DisjointFace& face)
  {
    // The face is taken from a mixed cell; `here` is that side.
    const bool fromA = face.faceA >= 0;
    const int bandCells[2] = { fromA ? face.cellA : face.cellB, fromA ? face.cellB : face.cellA };
    const int faces[2] = { fromA ? face.faceA : face.faceB, fromA ? face.faceB : face.faceA };
    const unsigned char pure = fromA ? face.materialB : face.materialA;
    const int here = this->Mesh.cellOfBand[bandCells[0]];
    const CellSubdivision& cell = this->Mesh.subdivision(here);
    this->loadNodes(here, faces[0]);
    this->loadSide(here, faces[0], this->Sides[0]);
    if (faces[1] >= 0)
    {
      this->loadSide(this->Mesh.cellOfBand[bandCells[1]], faces[1], this->Sides[1]);
    }
    else
    {
      this->Sides[1].materials.assign(1, pure);
      this->Sides[1].values.assign(this->Numbers.size(), 0.0);
    }
    this->Points.start(this->Numbers.data(), static_cast<int>(this->Numbers.size()),
      static_cast<int>(this->Numbers.size()), this->Positions.data());
    const double size = this->Mesh.sizes[here];
    this->Owner = { 0, this->Mesh.dimension, size, 1e-14 * size + this->Rounding };
    for (int s = cell.faceSimplexOffsets[faces[0]]; s < cell.faceSimplexOffsets[faces[0] + 1]; ++s)
    {
      int nodes[3] = { 0, 0, 0 };
      for (int i = 0; i < this->Mesh.dimension; ++i)
      {
        nodes[i] = this->placeOf(this->Mesh.boundaryNodesOf(here)[cell.faceSimplices[s][i]]);
      }
      this->addSimplex(nodes, bandCells);
    }
  }

private:
  int placeOf(int sharedNode) const
  {
    const auto found = std::lower_bound(
      this->Places.begin(), this->Places.end(), std::pair<int, int>{ sharedNode, -1 });
    if (found == this->Places.end() || found->first != sharedNode)
    {
      throw std::logic_error(
        "cells disagree on a face: shared node " + std::to_string(sharedNode) + " is not on it");
    }
    return found->second;
  }

  void loadNodes(int c, int face)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    this->Numbers.clear();
    this->Positions.clear();
    this->Places.clear();
    for (int i = cell.faceNodeOffsets[face]; i < cell.faceNodeOffsets[face + 1]; ++i)
    {
      const int node = this->Mesh.boundaryNodesOf(c)[cell.faceNodes[i]];
      this->Places.emplace_back(node, static_cast<int>(this->Numbers.size()));
      this->Numbers.push_back(node);
      this->Positions.push_back(this->Mesh.sharedPositions[node]);
    }
    std::sort(this->Places.begin(), this->Places.end());
  }

  void loadSide(int c, int face, FaceSide& side)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const int count = this->Mesh.materialCount(c);
    side.materials.assign(this->Mesh.materialsOf(c), this->Mesh.materialsOf(c) + count);
    this->Values.resize(numberOfValues(this->Mesh, c));
    gatherValues(this->Mesh, c, this->Field, this->Values.data());
    const std::size_t nodes = this->Numbers.size();
    side.values.assign(nodes * count, 0.0);
    for (int i = cell.faceNodeOffsets[face]; i < cell.faceNodeOffsets[face + 1]; ++i)
    {
      const int local = cell.faceNodes[i];
      const int place = this->placeOf(this->Mesh.boundaryNodesOf(c)[local]);
      // Of two materials the cell has the difference alone: the second gets 0.
      for (int k = 0; k < (count == 2 ? 1 : count); ++k)
      {
        side.values[k * nodes + place] =
          this->Values[static_cast<std::size_t>(k) * cell.nodes + local];
      }
    }
  }

  void addSimplex(const int* nodes, const int* bandCells)
  {
    const int dimension = this->Mesh.dimension;
    this->Simplex.start(this->Points, nodes, dimension,
      static_cast<int>(this->Sides[0].materials.size() + this->Sides[1].materials.size()));
    for (int group = 0; group < 2; ++group)
    {
      const FaceSide& side = this->Sides[group];
      for (std::size_t k = 0; k < side.materials.size(); ++k)
      {
        this->Simplex.add(side.materials[k], side.values.data() + k * this->Numbers.size(), group);
      }
    }
    this->Simplex.findCorners();
    const SimplexArrangement& arrangement = this->Simplex.arrangement();
    for (int j = 0; j < arrangement.numberOfMaterials(); ++j)
    {
      for (int k = j + 1; k < arrangement.numberOfMaterials(); ++k)
      {
        const std::uint64_t pair = std::uint64_t{ 1 } << j | std::uint64_t{ 1 } << k;
        if (arrangement.group(j) == arrangement.group(k) ||
          !this->Simplex.outline(this->Simplex.allNodes(), pair, this->Points, this->Outline))
        {
          continue;
        }
        this->addFacet(this->Simplex.material(j), this->Simplex.material(k), bandCells);
      }
    }
    this->Block.alongEdges = true;
    if (dimension == 3)
    {
      this->recordCrossings();
    }
  }

  /// Where the lines of both sides cross, the facets that end on them have no point of their own.
  void recordCrossings()
  {
    const SimplexArrangement& arrangement = this->Simplex.arrangement();
    for (int j = 0; j < arrangement.numberOfMaterials(); ++j)
    {
      for (int k = j + 1; k < arrangement.numberOfMaterials(); ++k)
      {
        const std::uint64_t pair = std::uint64_t{ 1 } << j | std::uint64_t{ 1 } << k;
        if (arrangement.group(j) != arrangement.group(k))
        {
          continue;
        }
        int ends[2] = { -1, -1 };
        int found = 0;
        this->Outline.clear();
        for (int c = 0; c < static_cast<int>(arrangement.corners().size()); ++c)
        {
          const RegionCorner& corner = arrangement.corners()[c];
          if ((pair & ~corner.materials) != 0)
          {
            continue;
          }
          int others = 0;
          for (int m = 0; m < arrangement.numberOfMaterials(); ++m)
          {
            others +=
              (corner.materials >> m & 1) != 0 && arrangement.group(m) != arrangement.group(j) ? 1
                                                                                               : 0;
          }
          if (others == 1 && found < 2)
          {
            ends[found++] = this->Simplex.point(c, this->Points);
          }
          else if (others == 2)
          {
            this->Outline.push_back(this->Simplex.point(c, this->Points));
          }
        }
        for (const int point : this->Outline)
        {
          this->Block.crossings.push_back({ ends[0], ends[1], point });
        }
      }
    }
  }

  void addFacet(int here, int there, const int* bandCells)
  {
    // The outline is counter-clockwise seen from there.
    if (here > there)
    {
      std::reverse(this->Outline.begin(), this->Outline.end());
    }
    this->Owner.cell = bandCells[here < there ? 0 : 1];
    this->Block.add(this->Outline.data(), static_cast<int>(this->Outline.size()),
      std::min(here, there), std::max(here, there), this->Owner);
  }

  const SubcellBand& Mesh;
  const std::vector<double>& Field;
  const double Rounding;
  FacetBlock& Block;
  CellPoints Points;
  ArrangedSimplex Simplex;
  FaceSide Sides[2];
  /// Shared nodes of the face, their positions, and the way back.
  std::vector<int> Numbers;
  std::vector<Vec3> Positions;
  std::vector<std::pair<int, int>> Places;
  std::vector<double> Values;
  std::vector<int> Outline;
  FacetBlock::Owner Owner;
};

} // namespace

void addFaceFacets(const SubcellBand& mesh, const std::vector<double>& field, int first, int last,
  double rounding, FacetBlock& block)
{
  FaceFacets facets(mesh, field, rounding, block);
  for (int face = first; face < last; ++face)
  {
    facets.addFace(mesh.disjointFaces[face]);
  }
}

} // namespace mir
