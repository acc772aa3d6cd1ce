#include "plic/PlanarMesh.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>

namespace mir {

Polygon PlanarMesh::polygon(std::int64_t cell) const
{
  Polygon vertices;
  vertices.reserve(this->cellSize(cell));
  for (std::int64_t i = this->offsets[cell]; i < this->offsets[cell + 1]; ++i)
  {
    vertices.push_back(this->points[this->connectivity[i]]);
  }
  return vertices;
}

std::vector<MeshEdge> meshEdges(const PlanarMesh& mesh)
{
  struct HalfEdge
  {
    std::int64_t low;
    std::int64_t high;
    std::int64_t cell;
    int edge;
  };
  std::vector<HalfEdge> halves;
  halves.reserve(mesh.connectivity.size());
  for (std::int64_t cell = 0; cell < mesh.numberOfCells(); ++cell)
  {
    const std::int64_t* ids = mesh.cellPoints(cell);
    const int n = mesh.cellSize(cell);
    for (int e = 0; e < n; ++e)
    {
      const auto [low, high] = std::minmax(ids[e], ids[(e + 1) % n]);
      halves.push_back({ low, high, cell, e });
    }
  }
  std::sort(halves.begin(), halves.end(), [](const HalfEdge& a, const HalfEdge& b) {
    return std::tie(a.low, a.high, a.cell, a.edge) < std::tie(b.low, b.high, b.cell, b.edge);
  });
  std::vector<MeshEdge> edges;
  for (std::size_t i = 0; i < halves.size();)
  {
    std::size_t end = i + 1;
    while (
      end < halves.size() && halves[end].low == halves[i].low && halves[end].high == halves[i].high)
    {
      ++end;
    }
    if (end - i > 2)
    {
      throw std::runtime_error(
        "an edge of cell " + std::to_string(halves[i].cell) + " is used by three or more cells");
    }
    const std::int64_t left = halves[i].cell;
    const std::int64_t* ids = mesh.cellPoints(left);
    MeshEdge edge;
    edge.left = left;
    edge.leftEdge = halves[i].edge;
    edge.first = ids[edge.leftEdge];
    edge.second = ids[(edge.leftEdge + 1) % mesh.cellSize(left)];
    if (end - i == 2)
    {
      edge.right = halves[i + 1].cell;
      edge.rightEdge = halves[i + 1].edge;
    }
    edges.push_back(edge);
    i = end;
  }
  return edges;
}

} // namespace mir
