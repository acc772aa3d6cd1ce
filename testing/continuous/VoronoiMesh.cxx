#include "Meshes.h"

#include "RandomCells.h"

#include "plic/Polygon.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mir::testing {

namespace {

/// Points in [0, 1]^2 by buckets of a lattice.
class Buckets
{
public:
  Buckets(const std::vector<Vec2>& points, int across)
    : Across(across)
    , Lists(static_cast<std::size_t>(across) * across)
  {
    for (int i = 0; i < static_cast<int>(points.size()); ++i)
    {
      this->Lists[this->index(this->place(points[i].x), this->place(points[i].y))].push_back(i);
    }
  }
  int place(double x) const
  {
    return std::clamp(static_cast<int>(x * this->Across), 0, this->Across - 1);
  }
  /// Calls visit(i) for the points in the buckets `ring` steps away from a point's bucket.
  template <typename Visit>
  void ring(Vec2 x, int ring, const Visit& visit) const
  {
    const int column = this->place(x.x);
    const int row = this->place(x.y);
    for (int j = std::max(0, row - ring); j <= std::min(this->Across - 1, row + ring); ++j)
    {
      for (int i = std::max(0, column - ring); i <= std::min(this->Across - 1, column + ring); ++i)
      {
        if (std::max(std::abs(i - column), std::abs(j - row)) == ring)
        {
          for (int point : this->Lists[this->index(i, j)])
          {
            visit(point);
          }
        }
      }
    }
  }

private:
  std::size_t index(int i, int j) const { return static_cast<std::size_t>(j) * this->Across + i; }

  int Across;
  std::vector<std::vector<int>> Lists;
};

/// The cells of points of spacing 1 / n: the square, cut by the bisectors with all near points.
std::vector<Polygon> voronoiCells(const std::vector<Vec2>& points, int n)
{
  const Buckets buckets(points, n);
  std::vector<Polygon> cells(points.size());
  for (int site = 0; site < static_cast<int>(points.size()); ++site)
  {
    Polygon& cell = cells[site];
    cell = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
    const Vec2 x = points[site];
    for (int ring = 0; ring <= n; ++ring)
    {
      double reach = 0.0;
      for (const Vec2& vertex : cell)
      {
        reach = std::max(reach, length(vertex - x));
      }
      // A point in the ring is at least ring - 1 buckets away, and cuts only within 2 reaches.
      if ((ring - 1.0) / n > 2.0 * reach)
      {
        break;
      }
      buckets.ring(x, ring, [&](int other) {
        if (other != site)
        {
          const Vec2 away = points[other] - x;
          Polygon cut;
          clip(cell, away, 0.5 * (dot(points[other], points[other]) - dot(x, x)), cut);
          cell = cut;
        }
      });
    }
  }
  return cells;
}

/// How many of the square's sides a vertex lies on.
int sides(Vec2 x)
{
  constexpr double near = 1e-9;
  return (x.x < near || x.x > 1.0 - near) + (x.y < near || x.y > 1.0 - near);
}

} // namespace

CellBand voronoiMesh(int n, unsigned seed, int steps)
{
  Dice dice(7919 * seed + 57);
  std::vector<Vec2> points;
  for (int j = 0; j < n; ++j)
  {
    for (int i = 0; i < n; ++i)
    {
      points.push_back(1.0 / n * (Vec2{ i + 0.5, j + 0.5 } + dice.point2(0.35)));
    }
  }
  std::vector<Polygon> cells = voronoiCells(points, n);
  for (int step = 0; step < steps; ++step)
  {
    for (std::size_t i = 0; i < points.size(); ++i)
    {
      points[i] = centroid(cells[i]);
    }
    cells = voronoiCells(points, n);
  }

  // Vertices of different cells are one where they are near; corners and sides stay.
  std::vector<Vec2> vertices;
  for (const Polygon& cell : cells)
  {
    vertices.insert(vertices.end(), cell.begin(), cell.end());
  }
  std::vector<int> owner(vertices.size());
  std::iota(owner.begin(), owner.end(), 0);
  auto root = [&owner](int i) {
    while (owner[i] != i)
    {
      i = owner[i] = owner[owner[i]];
    }
    return i;
  };
  const Buckets near(vertices, n);
  for (int i = 0; i < static_cast<int>(vertices.size()); ++i)
  {
    for (int ring = 0; ring < 2; ++ring)
    {
      near.ring(vertices[i], ring, [&](int j) {
        if (j < i && length(vertices[i] - vertices[j]) < 0.02 / n)
        {
          const int a = root(i);
          const int b = root(j);
          const bool keepA = sides(vertices[a]) > sides(vertices[b]) ||
            (sides(vertices[a]) == sides(vertices[b]) && a < b);
          (keepA ? owner[b] : owner[a]) = keepA ? a : b;
        }
      });
    }
  }
  CellBand band;
  band.dimension = 2;
  std::vector<int> ids(vertices.size(), -1);
  int next = 0;
  for (const Polygon& cell : cells)
  {
    for (std::size_t i = 0; i < cell.size(); ++i)
    {
      const int kept = root(next++);
      if (ids[kept] < 0)
      {
        ids[kept] = static_cast<int>(band.points.size());
        band.points.push_back({ vertices[kept].x, vertices[kept].y, 0.0 });
      }
      const std::size_t begin = band.cellOffsets.back();
      const bool first = band.cellPoints.size() == begin;
      const bool last = i + 1 == cell.size();
      if (first ||
        (band.cellPoints.back() != ids[kept] && !(last && band.cellPoints[begin] == ids[kept])))
      {
        band.cellPoints.push_back(ids[kept]);
      }
    }
    // A run of joined vertices may go round the cell's start.
    const std::size_t begin = band.cellOffsets.back();
    while (band.cellPoints.size() > begin + 3 && band.cellPoints.back() == band.cellPoints[begin])
    {
      band.cellPoints.pop_back();
    }
    const std::size_t size = band.cellPoints.size() - begin;
    band.kinds.push_back(size == 3 ? CellKind::Simplex : CellKind::General);
    band.cellOffsets.push_back(static_cast<std::int64_t>(band.cellPoints.size()));
  }
  allocateMeasures(band);
  measureBand(band, 0, band.numberOfCells());
  return band;
}

} // namespace mir::testing
