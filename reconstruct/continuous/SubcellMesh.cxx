#include "reconstruct/continuous/SubcellMesh.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

namespace mir {

namespace {

using Edge = std::pair<std::int64_t, std::int64_t>;

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
std::uint64_t mix(std::uint64_t x)
{
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

struct EdgeHash
{
  std::size_t operator()(const Edge& edge) const
  {
    return static_cast<std::size_t>(
      mix(static_cast<std::uint64_t>(edge.first)) + static_cast<std::uint64_t>(edge.second));
  }
};

// A sum over the vertices does not depend on their order.
std::uint64_t nodeHash(const std::int64_t* points, const double* shape, int vertices)
{
  std::uint64_t sum = 0;
  for (int v = 0; v < vertices; ++v)
  {
    if (shape[v] != 0.0)
    {
      std::uint64_t bits;
      std::memcpy(&bits, &shape[v], sizeof bits);
      sum += mix(mix(static_cast<std::uint64_t>(points[v])) ^ bits);
    }
  }
  return mix(sum);
}

enum class Phase : unsigned char
{
  Mixed = 0,
  Full = 1,
  Empty = 2
};

class Builder
{
public:
  Builder(const PlanarMesh& mesh, const std::vector<double>& fractions, double tolerance, int r)
    : Source(mesh)
    , Fractions(fractions)
    , Tolerance(tolerance)
    , VertexNode(mesh.points.size(), -1)
  {
    this->Result.refinement = r;
    this->Result.meshCells = mesh.numberOfCells();
    this->Result.templates.push_back(quadTemplate(r));
  }

  SubcellMesh build()
  {
    for (std::int64_t cell = 0; cell < this->Source.numberOfCells(); ++cell)
    {
      if (this->phase(cell) == Phase::Mixed)
      {
        this->addCell(cell);
      }
    }
    this->sizeNodes();
    this->boundByPureCells();
    return std::move(this->Result);
  }

private:
  Phase phase(std::int64_t cell) const
  {
    const double f = this->Fractions[cell];
    if (std::isnan(f))
    {
      throw std::invalid_argument(
        "the volume fraction of cell " + std::to_string(cell) + " is not a number");
    }
    return f <= this->Tolerance    ? Phase::Empty
      : f >= 1.0 - this->Tolerance ? Phase::Full
                                   : Phase::Mixed;
  }

  void addCell(std::int64_t cell)
  {
    if (this->Source.cellSize(cell) != 4)
    {
      throw std::invalid_argument(
        "cell " + std::to_string(cell) + " is mixed but not a quadrilateral");
    }
    const CellTemplate& local = this->Result.templates[0];
    this->addWeights(cell, local);
    this->addNodes(cell, local);
    this->Result.cells.push_back(cell);
    this->Result.cellTemplates.push_back(0);
    this->Result.nodeOffsets.push_back(static_cast<std::int64_t>(this->Result.cellNodes.size()));
    this->Result.triangleOffsets.push_back(static_cast<std::int64_t>(this->Result.weights.size()));
  }

  // Areas from coordinates relative to the first vertex: exact wherever the mesh lies.
  void addWeights(std::int64_t cell, const CellTemplate& local)
  {
    const std::int64_t* points = this->Source.cellPoints(cell);
    Vec2 corners[4];
    for (int v = 0; v < 4; ++v)
    {
      corners[v] = this->Source.points[points[v]] - this->Source.points[points[0]];
    }
    const double twiceArea = cross(corners[2], corners[3] - corners[1]);
    bool valid = twiceArea > 0.0 && std::isfinite(twiceArea);
    for (int v = 0; v < 4; ++v)
    {
      const Vec2 corner = corners[v];
      // A straight corner may look re-entrant by the rounding of its coordinates.
      valid = valid &&
        cross(corners[(v + 1) % 4] - corner, corners[(v + 3) % 4] - corner) > -1e-7 * twiceArea;
    }
    this->Positions.assign(local.nodes, Vec2{});
    for (int n = 0; n < local.nodes; ++n)
    {
      for (int v = 1; v < 4; ++v)
      {
        this->Positions[n] = this->Positions[n] + local.shape[4 * n + v] * corners[v];
      }
    }
    double sum = 0.0;
    for (const auto& triangle : local.triangles)
    {
      const Vec2 a = this->Positions[triangle[0]];
      const double part = cross(this->Positions[triangle[1]] - a, this->Positions[triangle[2]] - a);
      valid = valid && part > 0.0;
      sum += part;
      this->Result.weights.push_back(part);
    }
    if (!valid)
    {
      throw std::invalid_argument("cell " + std::to_string(cell) +
        " is mixed but not a convex, counter-clockwise quadrilateral of positive area");
    }
    std::for_each(this->Result.weights.end() - static_cast<std::ptrdiff_t>(local.triangles.size()),
      this->Result.weights.end(), [sum](double& weight) { weight /= sum; });
    this->Result.cellSizes.push_back(std::sqrt(0.5 * twiceArea));
  }

  void addNodes(std::int64_t cell, const CellTemplate& local)
  {
    const std::int64_t* points = this->Source.cellPoints(cell);
    const std::size_t start = this->Result.cellNodes.size();
    this->Result.cellNodes.resize(start + local.nodes);
    std::int64_t* cellNodes = this->Result.cellNodes.data() + start;
    const auto add = [&](int node, Vec2 position, std::int64_t meshPoint) {
      const double* shape = local.shape.data() + node * local.vertices;
      this->Result.hashes.push_back(nodeHash(points, shape, local.vertices));
      this->Result.nodes.push_back(position);
      this->Result.meshPoints.push_back(meshPoint);
      return this->Result.numberOfNodes() - 1;
    };
    for (int v = 0; v < local.vertices; ++v)
    {
      std::int64_t& known = this->VertexNode[points[v]];
      if (known < 0)
      {
        known = add(local.vertexNodes[v], this->Source.points[points[v]], points[v]);
      }
      cellNodes[local.vertexNodes[v]] = known;
    }
    for (int e = 0; e < local.vertices; ++e)
    {
      const Edge edge = std::minmax(points[e], points[(e + 1) % local.vertices]);
      const bool forward = edge.first == points[e];
      const std::vector<int>& inside = local.edgeNodes[e];
      const int count = static_cast<int>(inside.size());
      const auto found = this->EdgeNode.emplace(edge, this->Result.numberOfNodes());
      for (int k = 0; k < count; ++k)
      {
        const int node = forward ? inside[k] : inside[count - 1 - k];
        if (found.second)
        {
          const Vec2 a = this->Source.points[edge.first];
          const Vec2 b = this->Source.points[edge.second];
          add(node, a + (static_cast<double>(k + 1) / local.refinement) * (b - a), -1);
        }
        cellNodes[node] = found.first->second + k;
      }
    }
    for (const int node : local.interiorNodes)
    {
      cellNodes[node] = add(node, this->Source.points[points[0]] + this->Positions[node], -1);
    }
  }

  void sizeNodes()
  {
    SubcellMesh& result = this->Result;
    std::vector<int> counts(result.nodes.size(), 0);
    result.nodeSizes.assign(result.nodes.size(), 0.0);
    for (std::int64_t m = 0; m < result.numberOfCells(); ++m)
    {
      for (std::int64_t k = result.nodeOffsets[m]; k < result.nodeOffsets[m + 1]; ++k)
      {
        result.nodeSizes[result.cellNodes[k]] += result.cellSizes[m];
        ++counts[result.cellNodes[k]];
      }
    }
    for (std::size_t n = 0; n < counts.size(); ++n)
    {
      result.nodeSizes[n] /= counts[n];
    }
  }

  void boundByPureCells()
  {
    std::vector<unsigned char> touched(this->Result.nodes.size(), 0);
    const int inside = this->Result.refinement - 1;
    for (std::int64_t cell = 0; cell < this->Source.numberOfCells(); ++cell)
    {
      const Phase phase = this->phase(cell);
      if (phase == Phase::Mixed)
      {
        continue;
      }
      const std::int64_t* points = this->Source.cellPoints(cell);
      const int size = this->Source.cellSize(cell);
      for (int v = 0; v < size; ++v)
      {
        const std::int64_t node = this->VertexNode[points[v]];
        if (node < 0)
        {
          continue;
        }
        touched[node] |= static_cast<unsigned char>(phase);
        const std::int64_t next = points[v + 1 < size ? v + 1 : 0];
        if (this->VertexNode[next] < 0)
        {
          continue;
        }
        const auto found = this->EdgeNode.find(std::minmax(points[v], next));
        for (int k = 0; found != this->EdgeNode.end() && k < inside; ++k)
        {
          touched[found->second + k] |= static_cast<unsigned char>(phase);
        }
      }
    }
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const unsigned char touch : touched)
    {
      const bool tie = touch == 3;
      this->Result.lower.push_back(tie ? 0.0 : (touch & 1) ? pureCellMargin : -infinity);
      this->Result.upper.push_back(tie ? 0.0 : (touch & 2) ? -pureCellMargin : infinity);
    }
  }

  const PlanarMesh& Source;
  const std::vector<double>& Fractions;
  double Tolerance;
  SubcellMesh Result;
  std::vector<std::int64_t> VertexNode;
  // First of the nodes inside an edge, which follow each other from its smaller point id.
  std::unordered_map<Edge, std::int64_t, EdgeHash> EdgeNode;
  // Of the current cell's nodes, relative to its first vertex.
  std::vector<Vec2> Positions;
};

} // namespace

SubcellMesh subdivide(
  const PlanarMesh& mesh, const std::vector<double>& fractions, double tolerance, int r)
{
  if (r < 2)
  {
    throw std::invalid_argument("a sub-division needs at least 2 sub-edges an edge");
  }
  if (!(tolerance >= 0.0 && tolerance < 0.5))
  {
    throw std::invalid_argument("the tolerance of pure cells must lie in [0, 1/2)");
  }
  if (static_cast<std::int64_t>(fractions.size()) != mesh.numberOfCells())
  {
    throw std::invalid_argument("there are " + std::to_string(fractions.size()) +
      " volume fractions for " + std::to_string(mesh.numberOfCells()) + " cells");
  }
  return Builder(mesh, fractions, tolerance, r).build();
}

std::vector<double> mixedFractions(const SubcellMesh& mesh, const std::vector<double>& fractions)
{
  const auto size = static_cast<std::int64_t>(fractions.size());
  if (size == mesh.numberOfCells())
  {
    return fractions;
  }
  if (size != mesh.meshCells)
  {
    throw std::invalid_argument("there are " + std::to_string(size) + " volume fractions for " +
      std::to_string(mesh.numberOfCells()) + " mixed cells of " + std::to_string(mesh.meshCells));
  }
  std::vector<double> mixed;
  mixed.reserve(mesh.cells.size());
  for (const std::int64_t cell : mesh.cells)
  {
    mixed.push_back(fractions[cell]);
  }
  return mixed;
}

} // namespace mir
