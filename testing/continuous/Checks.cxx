#include "Checks.h"

#include "ClippedRegions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

namespace mir::testing {

namespace {

/// A place in [0, 1) that depends on the index alone, never the same twice.
double scattered(int index, double step)
{
  const double x = 0.371 + index * step;
  return x - std::floor(x);
}

/// Points of a band cell's face, sorted.
std::vector<int> facePoints(const CellBand& band, int cell, int face)
{
  const int* points = band.cellPoints.data() + band.cellOffsets[cell];
  std::vector<int> ids;
  if (band.dimension == 2)
  {
    ids = { points[face], points[(face + 1) % band.cellSize(cell)] };
  }
  else
  {
    const FaceTable& table = band.shapes[band.cellShapes[cell]];
    for (int i = table.offsets[face]; i < table.offsets[face + 1]; ++i)
    {
      ids.push_back(points[table.vertices[i]]);
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

int numberOfFaces(const CellBand& band, int cell)
{
  return band.dimension == 2
    ? band.cellSize(cell)
    : static_cast<int>(band.shapes[band.cellShapes[cell]].offsets.size()) - 1;
}

/// The cells on either side of each face, the second one -1 at the boundary.
using FaceCells = std::map<std::vector<int>, std::array<int, 2>>;

FaceCells facesOf(const CellBand& band, const std::vector<int>& cells)
{
  FaceCells faces;
  for (int cell : cells)
  {
    for (int f = 0; f < numberOfFaces(band, cell); ++f)
    {
      const auto [it, isNew] =
        faces.emplace(facePoints(band, cell, f), std::array<int, 2>{ cell, -1 });
      if (!isNew)
      {
        it->second[1] = cell;
      }
    }
  }
  return faces;
}

/// Mixed cells and their neighbours, ascending.
std::vector<int> nearCells(const Problem& problem)
{
  std::vector<int> cells;
  for (int cell : problem.mixed)
  {
    cells.push_back(cell);
    cells.insert(cells.end(), problem.band.neighbours.begin() + problem.band.neighbourOffsets[cell],
      problem.band.neighbours.begin() + problem.band.neighbourOffsets[cell + 1]);
  }
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

bool haveCommon(const BandMaterials& materials, int a, int b)
{
  for (auto i = materials.offsets[a]; i < materials.offsets[a + 1]; ++i)
  {
    for (auto j = materials.offsets[b]; j < materials.offsets[b + 1]; ++j)
    {
      if (materials.materials[i] == materials.materials[j])
      {
        return true;
      }
    }
  }
  return false;
}

/// The materials of one cell along a face, at points that depend on the shared nodes alone.
class FaceWinners
{
public:
  FaceWinners(
    const Problem& problem, const SubcellBand& mesh, const std::vector<double>& field, int samples)
    : Mesh(mesh)
    , Regions(problem.band, mesh, field)
    , Samples(samples)
  {}

  /// Sub-edge or sub-triangle, by its sorted shared nodes (-1 fills up), and the materials, bit by
  /// bit, that are the largest at its points.
  using Winners = std::map<std::array<int, 3>, std::vector<std::uint64_t>>;

  Winners run(int c, int face)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    if (this->Loaded != c)
    {
      this->Regions.load(c);
      this->Loaded = c;
    }
    const int* shared = this->Mesh.boundaryNodesOf(c);
    const int corners = this->Mesh.dimension;
    Winners result;
    for (int s = cell.faceSimplexOffsets[face]; s < cell.faceSimplexOffsets[face + 1]; ++s)
    {
      std::array<std::pair<int, int>, 3> nodes{ { { -1, -1 }, { -1, -1 }, { -1, -1 } } };
      for (int i = 0; i < corners; ++i)
      {
        nodes[i] = { shared[cell.faceSimplices[s][i]], cell.faceSimplices[s][i] };
      }
      for (const auto& [a, b] : { std::pair{ 0, 1 }, std::pair{ 1, 2 }, std::pair{ 0, 1 } })
      {
        if (b < corners && nodes[b] < nodes[a])
        {
          std::swap(nodes[a], nodes[b]);
        }
      }
      std::vector<std::uint64_t> won;
      for (int i = 0; i < this->Samples; ++i)
      {
        double u = scattered(i, 0.7548776662466927);
        double v = scattered(i, 0.5698402909980532);
        if (u + v > 1.0)
        {
          u = 1.0 - u;
          v = 1.0 - v;
        }
        const double lambda[3] = { u, corners == 2 ? 1.0 - u : v,
          corners == 2 ? 0.0 : 1.0 - u - v };
        won.push_back(this->winners(c, nodes, corners, lambda));
      }
      result[{ nodes[0].first, nodes[1].first, nodes[2].first }] = std::move(won);
    }
    return result;
  }

private:
  /// One bit for each material that is the largest to rounding.
  std::uint64_t winners(
    int c, const std::array<std::pair<int, int>, 3>& nodes, int corners, const double* lambda) const
  {
    const int count = this->Mesh.materialCount(c);
    std::array<double, 64> values{};
    double most = -1e300;
    double scale = 0.0;
    for (int k = 0; k < count; ++k)
    {
      for (int i = 0; i < corners; ++i)
      {
        const double value = this->Regions.value(k, nodes[i].second);
        values[k] += lambda[i] * value;
        scale = std::max(scale, std::abs(value));
      }
      most = std::max(most, values[k]);
    }
    std::uint64_t bits = 0;
    for (int k = 0; k < count; ++k)
    {
      const bool wins = values[k] >= most - 1e-13 * scale;
      bits |= wins ? std::uint64_t{ 1 } << this->Mesh.materialsOf(c)[k] : 0;
    }
    return bits;
  }

  const SubcellBand& Mesh;
  ClippedRegions Regions;
  int Samples;
  int Loaded = -1;
};

/// Faces of a mixed cell, in the sub-division's order, by their sorted points: those of the band
/// that are nodes of the face.
std::vector<std::vector<int>> facesOfMixed(const SubcellBand& mesh, int c)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  std::vector<std::vector<int>> faces(cell.numberOfFaces());
  for (int f = 0; f < cell.numberOfFaces(); ++f)
  {
    for (int i = cell.faceNodeOffsets[f]; i < cell.faceNodeOffsets[f + 1]; ++i)
    {
      const int point = mesh.sharedPoints[mesh.boundaryNodesOf(c)[cell.faceNodes[i]]];
      if (point >= 0)
      {
        faces[f].push_back(point);
      }
    }
    std::sort(faces[f].begin(), faces[f].end());
  }
  return faces;
}

bool onDomainBoundary(Vec3 x, int dimension)
{
  auto atEnd = [](double t) { return std::abs(t) < 1e-9 || std::abs(t - 1.0) < 1e-9; };
  return atEnd(x.x) || atEnd(x.y) || (dimension == 3 && atEnd(x.z));
}

/// Whether two points lie on one side of the unit cube.
bool onOneSide(Vec3 a, Vec3 b)
{
  auto same = [](double s, double t) {
    return (std::abs(s) < 1e-9 && std::abs(t) < 1e-9) ||
      (std::abs(s - 1.0) < 1e-9 && std::abs(t - 1.0) < 1e-9);
  };
  return same(a.x, b.x) || same(a.y, b.y) || same(a.z, b.z);
}

using Key = std::array<double, 3>;

Key keyOf(Vec3 x)
{
  return { x.x, x.y, x.z };
}

/// Ends seen from each material: how often its boundary comes in less how often it leaves.
struct End
{
  std::map<int, int> balance;
  int facets = 0;

  void add(int inside, int outside, int sign)
  {
    this->balance[inside] += sign;
    this->balance[outside] -= sign;
    ++this->facets;
  }
  bool closes() const
  {
    return std::all_of(this->balance.begin(), this->balance.end(),
      [](const auto& entry) { return entry.second == 0; });
  }
};

GraphCounts planarGraph(const Problem& problem, const ContinuousFacets& facets,
  const std::vector<std::array<int, 2>>& pureCells, const std::vector<std::vector<int>>& pureFaces)
{
  GraphCounts counts;
  std::map<Key, End> ends;
  for (std::size_t i = 0; i + 1 < facets.facetOffsets.size(); ++i)
  {
    const int* points = facets.facetPoints.data() + facets.facetOffsets[i];
    ends[keyOf(facets.points[points[0]])].add(facets.inside[i], facets.outside[i], -1);
    ends[keyOf(facets.points[points[1]])].add(facets.inside[i], facets.outside[i], 1);
  }
  // Faces between full cells, of which only ends that meet facets matter.
  const BandMaterials& held = problem.materials;
  for (std::size_t i = 0; i < pureFaces.size(); ++i)
  {
    const auto [a, b] = pureCells[i];
    const Vec3 p = problem.band.points[pureFaces[i][0]];
    const Vec3 q = problem.band.points[pureFaces[i][1]];
    const bool left = cross(q - p, problem.band.centroids[a] - p).z > 0.0;
    const int inside = held.materials[held.offsets[left ? a : b]];
    const int outside = held.materials[held.offsets[left ? b : a]];
    for (int end = 0; end < 2; ++end)
    {
      const auto found = ends.find(keyOf(end ? q : p));
      if (found != ends.end())
      {
        found->second.add(inside, outside, end ? 1 : -1);
      }
    }
  }
  for (const auto& [key, end] : ends)
  {
    ++counts.ends;
    const bool bad = !end.closes() && !onDomainBoundary({ key[0], key[1], 0.0 }, 2);
    counts.junctions += end.facets > 2;
    counts.badJunctions += bad && end.facets > 2;
    counts.badEnds += bad && end.facets <= 2;
  }
  return counts;
}

GraphCounts spatialGraph(const Problem& problem, const ContinuousFacets& facets,
  const std::vector<std::vector<int>>& pureFaces)
{
  GraphCounts counts;
  std::map<std::array<int, 2>, End> edges;
  for (std::size_t i = 0; i + 1 < facets.facetOffsets.size(); ++i)
  {
    const int* points = facets.facetPoints.data() + facets.facetOffsets[i];
    const auto size = static_cast<int>(facets.facetOffsets[i + 1] - facets.facetOffsets[i]);
    for (int j = 0; j < size; ++j)
    {
      const int a = points[j];
      const int b = points[(j + 1) % size];
      edges[{ std::min(a, b), std::max(a, b) }].add(
        facets.inside[i], facets.outside[i], a < b ? 1 : -1);
    }
  }
  auto onPureFace = [&](Vec3 a, Vec3 b) {
    for (const auto& face : pureFaces)
    {
      // Within the face's box: faces between full cells end at mixed cells along their edges.
      Vec3 low = problem.band.points[face[0]];
      Vec3 high = low;
      for (int id : face)
      {
        const Vec3 x = problem.band.points[id];
        low = { std::min(low.x, x.x), std::min(low.y, x.y), std::min(low.z, x.z) };
        high = { std::max(high.x, x.x), std::max(high.y, x.y), std::max(high.z, x.z) };
      }
      auto within = [&](Vec3 x) {
        constexpr double room = 1e-12;
        return x.x > low.x - room && x.x < high.x + room && x.y > low.y - room &&
          x.y < high.y + room && x.z > low.z - room && x.z < high.z + room;
      };
      if (within(a) && within(b))
      {
        return true;
      }
    }
    return false;
  };
  for (const auto& [key, edge] : edges)
  {
    ++counts.ends;
    bool bad = !edge.closes();
    if (bad)
    {
      const Vec3 a = facets.points[key[0]];
      const Vec3 b = facets.points[key[1]];
      bad = !onOneSide(a, b) && !onPureFace(a, b);
    }
    counts.junctions += edge.facets > 2;
    counts.badJunctions += bad && edge.facets > 2;
    counts.badEnds += bad && edge.facets <= 2;
  }
  return counts;
}

} // namespace

double conservationError(
  const Problem& problem, const SubcellBand& mesh, const std::vector<double>& field)
{
  ClippedRegions regions(problem.band, mesh, field);
  double worst = 0.0;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    regions.load(c);
    const std::vector<double> volumes = regions.volumes();
    for (int k = 0; k < mesh.materialCount(c); ++k)
    {
      worst = std::max(worst, std::abs(volumes[k] - mesh.fractionsOf(c)[k]));
    }
  }
  return worst;
}

ContinuityCounts continuity(
  const Problem& problem, const SubcellBand& mesh, const std::vector<double>& field, int samples)
{
  const FaceCells faces = facesOf(problem.band, nearCells(problem));
  FaceWinners winners(problem, mesh, field, samples);
  // Winners of the first cell of each face, until the second one comes.
  std::map<std::vector<int>, FaceWinners::Winners> waiting;
  ContinuityCounts counts;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const std::vector<std::vector<int>> own = facesOfMixed(mesh, c);
    for (int f = 0; f < static_cast<int>(own.size()); ++f)
    {
      const std::array<int, 2>& sides = faces.at(own[f]);
      const int other = sides[0] == mesh.cells[c] ? sides[1] : sides[0];
      if (other < 0 || !haveCommon(problem.materials, mesh.cells[c], other))
      {
        continue;
      }
      FaceWinners::Winners won = winners.run(c, f);
      const bool pure = mesh.cellOfBand[other] < 0;
      const auto first = waiting.find(own[f]);
      if (!pure && first == waiting.end())
      {
        waiting.emplace(own[f], std::move(won));
        continue;
      }
      ++counts.faces;
      const int material =
        pure ? problem.materials.materials[problem.materials.offsets[other]] : -1;
      for (const auto& [key, here] : won)
      {
        counts.points += static_cast<long long>(here.size());
        const std::vector<std::uint64_t>* there = nullptr;
        if (!pure)
        {
          const auto found = first->second.find(key);
          there = found == first->second.end() ? nullptr : &found->second;
        }
        for (std::size_t i = 0; i < here.size(); ++i)
        {
          const std::uint64_t other = pure ? std::uint64_t{ 1 } << material
            : there                        ? (*there)[i]
                                           : 0;
          counts.mismatches += (here[i] & other) == 0;
          counts.ties += (here[i] & other) != 0 && here[i] != other;
        }
      }
      if (!pure)
      {
        waiting.erase(first);
      }
    }
  }
  return counts;
}

GraphCounts graph(const Problem& problem, const ContinuousFacets& facets)
{
  std::vector<std::array<int, 2>> pureCells;
  std::vector<std::vector<int>> pureFaces;
  const BandMaterials& held = problem.materials;
  for (const auto& [points, cells] : facesOf(problem.band, nearCells(problem)))
  {
    const auto [a, b] = cells;
    if (b >= 0 && held.count(a) == 1 && held.count(b) == 1 &&
      held.materials[held.offsets[a]] != held.materials[held.offsets[b]])
    {
      pureCells.push_back(cells);
      pureFaces.push_back(points);
    }
  }
  GraphCounts counts = problem.band.dimension == 2
    ? planarGraph(problem, facets, pureCells, pureFaces)
    : spatialGraph(problem, facets, pureFaces);
  counts.facets = static_cast<long long>(facets.facetOffsets.size()) - 1;
  std::map<Key, int> seen;
  for (const Vec3& x : facets.points)
  {
    counts.twins += ++seen[keyOf(x)] > 1;
  }
  return counts;
}

} // namespace mir::testing
