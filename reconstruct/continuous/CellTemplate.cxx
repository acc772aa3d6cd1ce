#include "reconstruct/continuous/CellTemplate.h"

namespace mir {

namespace {

// Adds the node at (x, y) / n of the unit square.
void addQuadNode(CellTemplate& cell, int x, int y, int n)
{
  const double total = static_cast<double>(n) * n;
  const int weights[4] = { (n - x) * (n - y), x * (n - y), x * y, (n - x) * y };
  for (const int weight : weights)
  {
    cell.shape.push_back(weight / total);
  }
  cell.bump.push_back(16.0 * (x * (n - x) / total) * (y * (n - y) / total));
  const bool inside = x > 0 && x < n && y > 0 && y < n;
  (inside ? cell.interiorNodes : cell.boundaryNodes).push_back(cell.nodes);
  ++cell.nodes;
}

} // namespace

CellTemplate quadTemplate(int r)
{
  CellTemplate cell;
  cell.refinement = r;
  cell.vertices = 4;
  // In half sub-edges, the centres have integer positions too.
  const int n = 2 * r;
  for (int j = 0; j <= r; ++j)
  {
    for (int i = 0; i <= r; ++i)
    {
      addQuadNode(cell, 2 * i, 2 * j, n);
    }
  }
  cell.latticeNodes = cell.nodes;
  const auto lattice = [r](int i, int j) { return j * (r + 1) + i; };
  for (int j = 0; j < r; ++j)
  {
    for (int i = 0; i < r; ++i)
    {
      const int centre = cell.nodes;
      addQuadNode(cell, 2 * i + 1, 2 * j + 1, n);
      const int corners[4] = { lattice(i, j), lattice(i + 1, j), lattice(i + 1, j + 1),
        lattice(i, j + 1) };
      for (int k = 0; k < 4; ++k)
      {
        cell.triangles.push_back({ corners[k], corners[(k + 1) % 4], centre });
        cell.meanNodes.push_back(corners[k]);
      }
      cell.meanOffsets.push_back(static_cast<int>(cell.meanNodes.size()));
    }
  }
  cell.vertexNodes = { lattice(0, 0), lattice(r, 0), lattice(r, r), lattice(0, r) };
  cell.edgeNodes.resize(4);
  for (int k = 1; k < r; ++k)
  {
    cell.edgeNodes[0].push_back(lattice(k, 0));
    cell.edgeNodes[1].push_back(lattice(r, k));
    cell.edgeNodes[2].push_back(lattice(r - k, r));
    cell.edgeNodes[3].push_back(lattice(0, r - k));
  }
  return cell;
}

} // namespace mir
