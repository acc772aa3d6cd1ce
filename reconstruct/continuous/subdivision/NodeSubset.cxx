#include "reconstruct/continuous/subdivision/NodeSubset.h"

#include <cstddef>
#include <utility>

namespace mir {

NodeSubset::NodeSubset(const SubcellBand& mesh, const std::vector<std::vector<int>>& nodes)
  : Mesh(mesh)
{
  for (std::size_t type = 0; type < nodes.size(); ++type)
  {
    const CellSubdivision& cell = mesh.subdivisions[type];
    std::vector<int> onBoundary;
    Places places;
    for (std::size_t i = 0; i < nodes[type].size(); ++i)
    {
      const int node = nodes[type][i];
      if (node < cell.boundaryNodes)
      {
        onBoundary.push_back(node);
      }
      else
      {
        places.interior.push_back(static_cast<int>(i));
        places.interiorNodes.push_back(node - cell.boundaryNodes);
      }
    }
    this->Choices.emplace_back(cell, onBoundary);
    places.boundary.resize(onBoundary.size());
    for (std::size_t i = 0; i < nodes[type].size(); ++i)
    {
      if (nodes[type][i] < cell.boundaryNodes)
      {
        places.boundary[this->Choices.back().before[nodes[type][i]]] = static_cast<int>(i);
      }
    }
    this->OfType.push_back(std::move(places));
  }
  this->Offsets.assign(mesh.numberOfCells() + 1, 0);
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const int fields = mesh.materialCount(c) == 2 ? 1 : mesh.materialCount(c);
    this->Offsets[c + 1] =
      this->Offsets[c] + fields * static_cast<std::int64_t>(this->placesOf(c).boundary.size());
  }
  this->AtBoundary.resize(this->Offsets.back());
}

void NodeSubset::gather(int c, int k, const std::vector<double>& field, double* values) const
{
  const Places& places = this->placesOf(c);
  const std::vector<int>& boundary = this->Choices[this->Mesh.cellSubdivisions[c]].nodes;
  const int count = this->Mesh.materialCount(c);
  const int* table = this->Mesh.slotTableOf(c);
  for (std::size_t i = 0; i < boundary.size(); ++i)
  {
    const int* slots = table + static_cast<std::ptrdiff_t>(count) * boundary[i];
    values[places.boundary[i]] = count == 2 ? field[slots[0]] - field[slots[1]] : field[slots[k]];
  }
  const int step = count == 2 ? 1 : count;
  const double* interior = field.data() + this->Mesh.interiorSlots[c] + k;
  for (std::size_t i = 0; i < places.interior.size(); ++i)
  {
    values[places.interior[i]] = interior[places.interiorNodes[i] * step];
  }
}

void NodeSubset::keep(int c, int k, const double* values, std::vector<double>& field)
{
  const Places& places = this->placesOf(c);
  double* boundary = this->AtBoundary.data() + this->firstAt(c, k);
  for (std::size_t i = 0; i < places.boundary.size(); ++i)
  {
    boundary[i] = values[places.boundary[i]];
  }
  const int count = this->Mesh.materialCount(c);
  const int step = count == 2 ? 1 : count;
  double* interior = field.data() + this->Mesh.interiorSlots[c] + k;
  for (std::size_t i = 0; i < places.interior.size(); ++i)
  {
    interior[places.interiorNodes[i] * step] = values[places.interior[i]];
  }
}

void NodeSubset::average(std::vector<double>& field, const ParallelFor& parallelFor) const
{
  averageSharedNodes(
    this->Mesh, this->Choices,
    [this](int c) {
      return BoundaryValues{ this->AtBoundary.data() + this->firstAt(c, 0),
        static_cast<std::ptrdiff_t>(this->placesOf(c).boundary.size()) };
    },
    field, parallelFor);
}

} // namespace mir
