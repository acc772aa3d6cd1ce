#include "reconstruct/continuous/ExtractInterface.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace mir {

namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;

struct PairHash
{
  std::size_t operator()(const Pair& pair) const
  {
    const std::uint64_t x = static_cast<std::uint64_t>(pair.first) * 0x9e3779b97f4a7c15ull +
      static_cast<std::uint64_t>(pair.second);
    return static_cast<std::size_t>((x ^ (x >> 31)) * 0xbf58476d1ce4e5b9ull);
  }
};

class Extraction
{
public:
  Extraction(const SubcellMesh& subcells, const PlanarMesh& mesh, const std::vector<double>& phi)
    : Subcells(subcells)
    , Mesh(mesh)
    , Phi(phi)
    , NodePoint(subcells.nodes.size(), -1)
  {}

  InterfaceLines run(const std::vector<double>& fractions, double tolerance)
  {
    for (std::int64_t m = 0; m < this->Subcells.numberOfCells(); ++m)
    {
      this->addCell(m);
    }
    this->dropSlits();
    this->addFaces(fractions, tolerance);
    this->contract();
    return std::move(this->Lines);
  }

private:
  void addCell(std::int64_t m)
  {
    const std::int64_t* nodes = this->Subcells.nodesOf(m);
    for (const auto& triangle : this->Subcells.cellTemplate(m).triangles)
    {
      const std::int64_t corners[3] = { nodes[triangle[0]], nodes[triangle[1]],
        nodes[triangle[2]] };
      const bool inside[3] = { this->Phi[corners[0]] > 0.0, this->Phi[corners[1]] > 0.0,
        this->Phi[corners[2]] > 0.0 };
      if (inside[0] == inside[1] && inside[1] == inside[2])
      {
        continue;
      }
      // Counter-clockwise, the segment starts where the boundary leaves the material.
      std::int64_t start = -1;
      std::int64_t end = -1;
      for (int i = 0; i < 3; ++i)
      {
        const int j = (i + 1) % 3;
        if (inside[i] != inside[j])
        {
          (inside[i] ? start : end) = this->crossing(corners[i], corners[j]);
        }
      }
      this->addSegment(start, end, this->Subcells.cells[m]);
    }
  }

  void addSegment(std::int64_t start, std::int64_t end, std::int64_t cell)
  {
    if (start != end)
    {
      this->Lines.segments.push_back({ start, end });
      this->Lines.cells.push_back(cell);
    }
  }

  std::int64_t addPoint(Vec2 position)
  {
    this->Lines.points.push_back(position);
    return static_cast<std::int64_t>(this->Lines.points.size()) - 1;
  }

  std::int64_t crossing(std::int64_t a, std::int64_t b)
  {
    if (this->Phi[a] == 0.0 || this->Phi[b] == 0.0)
    {
      const std::int64_t node = this->Phi[a] == 0.0 ? a : b;
      std::int64_t& point = this->NodePoint[node];
      if (point < 0)
      {
        point = this->addPoint(this->Subcells.nodes[node]);
        if (this->Subcells.meshPoints[node] >= 0)
        {
          this->MeshPoint.emplace(this->Subcells.meshPoints[node], point);
        }
      }
      return point;
    }
    const Pair edge = std::minmax(a, b);
    const auto found = this->EdgePoint.emplace(edge, -1);
    if (found.second)
    {
      const double first = this->Phi[edge.first] * this->Subcells.nodeSizes[edge.first];
      const double second = this->Phi[edge.second] * this->Subcells.nodeSizes[edge.second];
      const double t = first / (first - second);
      const Vec2 from = this->Subcells.nodes[edge.first];
      const Vec2 along = this->Subcells.nodes[edge.second] - from;
      found.first->second = this->addPoint(from + t * along);
    }
    return found.first->second;
  }

  // Two segments between the same nodes in opposite directions enclose nothing.
  void dropSlits()
  {
    std::vector<unsigned char> onNode(this->Lines.points.size(), 0);
    for (const std::int64_t point : this->NodePoint)
    {
      if (point >= 0)
      {
        onNode[point] = 1;
      }
    }
    std::map<Pair, std::size_t> open;
    std::set<std::size_t> dropped;
    for (std::size_t s = 0; s < this->Lines.segments.size(); ++s)
    {
      const auto [start, end] = this->Lines.segments[s];
      if (!onNode[start] || !onNode[end])
      {
        continue;
      }
      const auto opposite = open.find({ end, start });
      if (opposite != open.end())
      {
        dropped.insert({ s, opposite->second });
      }
      else
      {
        open[{ start, end }] = s;
      }
    }
    this->keep([&](std::size_t s) { return dropped.count(s) == 0; });
  }

  // Segments between full and empty cells. Both touch both ends of such a face.
  void addFaces(const std::vector<double>& fractions, double tolerance)
  {
    std::vector<unsigned char> touched(this->Mesh.points.size(), 0);
    const auto phase = [&](std::int64_t cell) -> unsigned char {
      return fractions[cell] <= tolerance ? 2 : fractions[cell] >= 1.0 - tolerance ? 1 : 0;
    };
    for (std::int64_t cell = 0; cell < this->Mesh.numberOfCells(); ++cell)
    {
      for (int v = 0; v < this->Mesh.cellSize(cell); ++v)
      {
        touched[this->Mesh.cellPoints(cell)[v]] |= phase(cell);
      }
    }
    std::set<Pair> empty;
    for (const unsigned char wanted : { 2, 1 })
    {
      for (std::int64_t cell = 0; cell < this->Mesh.numberOfCells(); ++cell)
      {
        if (phase(cell) != wanted)
        {
          continue;
        }
        const std::int64_t* points = this->Mesh.cellPoints(cell);
        const int size = this->Mesh.cellSize(cell);
        for (int v = 0; v < size; ++v)
        {
          const std::int64_t a = points[v];
          const std::int64_t b = points[v + 1 < size ? v + 1 : 0];
          if (touched[a] != 3 || touched[b] != 3)
          {
            continue;
          }
          if (wanted == 2)
          {
            empty.insert(std::minmax(a, b));
          }
          else if (empty.count(std::minmax(a, b)) != 0)
          {
            const std::int64_t start = this->meshPoint(a);
            this->addSegment(start, this->meshPoint(b), cell);
          }
        }
      }
    }
  }

  std::int64_t meshPoint(std::int64_t id)
  {
    const auto found = this->MeshPoint.emplace(id, -1);
    if (found.second)
    {
      found.first->second = this->addPoint(this->Mesh.points[id]);
    }
    return found.first->second;
  }

  // Ends that rounding made coincide become one point, and what lies between them goes.
  void contract()
  {
    std::vector<Vec2>& points = this->Lines.points;
    std::vector<std::int64_t> same(points.size());
    for (std::size_t p = 0; p < points.size(); ++p)
    {
      same[p] = static_cast<std::int64_t>(p);
    }
    const auto root = [&same](std::int64_t p) {
      while (same[p] != p)
      {
        p = same[p] = same[same[p]];
      }
      return p;
    };
    for (const auto& [start, end] : this->Lines.segments)
    {
      if (points[start].x == points[end].x && points[start].y == points[end].y)
      {
        const Pair ends = std::minmax({ root(start), root(end) });
        same[ends.second] = ends.first;
      }
    }
    for (auto& segment : this->Lines.segments)
    {
      segment = { root(segment[0]), root(segment[1]) };
    }
    this->keep(
      [this](std::size_t s) { return this->Lines.segments[s][0] != this->Lines.segments[s][1]; });
    this->renumber();
  }

  template <typename Predicate>
  void keep(Predicate predicate)
  {
    std::size_t kept = 0;
    for (std::size_t s = 0; s < this->Lines.segments.size(); ++s)
    {
      if (predicate(s))
      {
        this->Lines.segments[kept] = this->Lines.segments[s];
        this->Lines.cells[kept] = this->Lines.cells[s];
        ++kept;
      }
    }
    this->Lines.segments.resize(kept);
    this->Lines.cells.resize(kept);
  }

  // Leaves the points in use, in order of their first use.
  void renumber()
  {
    std::vector<std::int64_t> number(this->Lines.points.size(), -1);
    std::vector<Vec2> points;
    for (auto& segment : this->Lines.segments)
    {
      for (std::int64_t& p : segment)
      {
        if (number[p] < 0)
        {
          number[p] = static_cast<std::int64_t>(points.size());
          points.push_back(this->Lines.points[p]);
        }
        p = number[p];
      }
    }
    this->Lines.points.swap(points);
  }

  const SubcellMesh& Subcells;
  const PlanarMesh& Mesh;
  const std::vector<double>& Phi;
  InterfaceLines Lines;
  std::vector<std::int64_t> NodePoint;
  std::unordered_map<Pair, std::int64_t, PairHash> EdgePoint;
  std::unordered_map<std::int64_t, std::int64_t> MeshPoint;
};

} // namespace

InterfaceLines extractInterface(const SubcellMesh& subcells, const PlanarMesh& mesh,
  const std::vector<double>& fractions, double tolerance, const std::vector<double>& phi)
{
  if (phi.size() != subcells.nodes.size() || mesh.numberOfCells() != subcells.meshCells ||
    static_cast<std::int64_t>(fractions.size()) != subcells.meshCells)
  {
    throw std::invalid_argument("the field, the mesh and its sub-division differ in size");
  }
  return Extraction(subcells, mesh, phi).run(fractions, tolerance);
}

} // namespace mir
