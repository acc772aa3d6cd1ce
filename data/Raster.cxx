#include "data/Raster.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

struct Segment
{
  Vec2 a;
  Vec2 b;
};

// The loops' edges in units of the cell size.
std::vector<Segment> scaledSegments(const std::vector<Polygon>& loops, const UniformGrid& grid)
{
  std::vector<Segment> segments;
  const double scale = 1.0 / grid.cellSize;
  for (const Polygon& loop : loops)
  {
    for (std::size_t k = 0; k < loop.size(); ++k)
    {
      const Vec2 next = loop[k + 1 < loop.size() ? k + 1 : 0];
      segments.push_back({ scale * (loop[k] - grid.origin), scale * (next - grid.origin) });
    }
  }
  return segments;
}

// Adds to one row (nx + 1 differences of the running sum) the area to the right of the piece from
// x = left to x = right that spans the signed height `height`.
void addPiece(double* row, int nx, double left, double right, double height)
{
  if (left >= nx)
  {
    return;
  }
  if (right <= 0.0)
  {
    row[0] += height;
    return;
  }
  if (right - left < 1e-12)
  {
    const int cell = static_cast<int>(std::floor(left));
    if (cell < 0)
    {
      row[0] += height;
    }
    else if (cell < nx)
    {
      const double covered = 0.5 * (left + right) - cell;
      row[cell] += height * (1.0 - covered);
      row[cell + 1] += height * covered;
    }
    return;
  }
  const double perLength = height / (right - left);
  double x = left;
  if (x < 0.0)
  {
    row[0] -= perLength * x;
    x = 0.0;
  }
  for (int cell = static_cast<int>(std::floor(x)); x < right && cell < nx; ++cell)
  {
    const double end = std::min(right, cell + 1.0);
    const double covered = 0.5 * (x + end) - cell;
    const double part = perLength * (end - x);
    row[cell] += part * (1.0 - covered);
    row[cell + 1] += part * covered;
    x = end;
  }
}

void addSegment(std::vector<double>& sums, const UniformGrid& grid, Segment s)
{
  double sign = -1.0;
  if (s.a.y > s.b.y)
  {
    std::swap(s.a, s.b);
    sign = 1.0;
  }
  if (s.a.y == s.b.y || s.b.y <= 0.0 || s.a.y >= grid.ny)
  {
    return;
  }
  const double slope = (s.b.x - s.a.x) / (s.b.y - s.a.y);
  const int first = static_cast<int>(std::floor(std::max(s.a.y, 0.0)));
  const int last = static_cast<int>(std::ceil(std::min(s.b.y, 1.0 * grid.ny)));
  for (int j = first; j < last; ++j)
  {
    const double low = std::max(s.a.y, static_cast<double>(j));
    const double high = std::min(s.b.y, j + 1.0);
    if (high > low)
    {
      const double xLow = low == s.a.y ? s.a.x : s.a.x + (low - s.a.y) * slope;
      const double xHigh = high == s.b.y ? s.b.x : s.a.x + (high - s.a.y) * slope;
      addPiece(sums.data() + static_cast<std::size_t>(j) * (grid.nx + 1), grid.nx,
        std::min(xLow, xHigh), std::max(xLow, xHigh), sign * (high - low));
    }
  }
}

// Where the loops cross the lattice rows: row b lies at y = b / r, moved up by a hair so that
// vertices on a row cause no doubt.
std::vector<std::vector<std::pair<double, int>>> rowCrossings(
  const std::vector<Segment>& segments, int rows, int r)
{
  constexpr double hair = 1e-11;
  std::vector<std::vector<std::pair<double, int>>> crossings(rows);
  for (const Segment& s : segments)
  {
    const double low = std::min(s.a.y, s.b.y);
    const double high = std::max(s.a.y, s.b.y);
    const double first = std::max(0.0, std::floor(low * r) - 1.0);
    const double last = std::min(rows - 1.0, std::ceil(high * r));
    for (double row = first; row <= last; row += 1.0)
    {
      const double y = row / r + hair;
      if ((s.a.y <= y) != (s.b.y <= y))
      {
        const double t = (y - s.a.y) / (s.b.y - s.a.y);
        crossings[static_cast<int>(row)].push_back(
          { s.a.x + t * (s.b.x - s.a.x), s.b.y > s.a.y ? 1 : -1 });
      }
    }
  }
  for (auto& row : crossings)
  {
    std::sort(row.begin(), row.end());
  }
  return crossings;
}

// For every cell the segments whose bounding box comes within `limit` of it.
std::vector<std::vector<int>> segmentsNearCells(
  const std::vector<Segment>& segments, const UniformGrid& grid, double limit)
{
  std::vector<std::vector<int>> near(static_cast<std::size_t>(grid.nx) * grid.ny);
  for (std::size_t k = 0; k < segments.size(); ++k)
  {
    const Segment& s = segments[k];
    const double x0 = std::max(0.0, std::floor(std::min(s.a.x, s.b.x) - limit));
    const double x1 = std::min(grid.nx - 1.0, std::floor(std::max(s.a.x, s.b.x) + limit));
    const double y0 = std::max(0.0, std::floor(std::min(s.a.y, s.b.y) - limit));
    const double y1 = std::min(grid.ny - 1.0, std::floor(std::max(s.a.y, s.b.y) + limit));
    for (double j = y0; j <= y1; j += 1.0)
    {
      for (double i = x0; i <= x1; i += 1.0)
      {
        near[static_cast<std::size_t>(j) * grid.nx + static_cast<std::size_t>(i)].push_back(
          static_cast<int>(k));
      }
    }
  }
  return near;
}

} // namespace

std::vector<double> cellCoverage(const std::vector<Polygon>& loops, const UniformGrid& grid)
{
  std::vector<double> sums(static_cast<std::size_t>(grid.nx + 1) * grid.ny, 0.0);
  for (const Segment& s : scaledSegments(loops, grid))
  {
    addSegment(sums, grid, s);
  }
  std::vector<double> coverage(static_cast<std::size_t>(grid.nx) * grid.ny);
  for (int j = 0; j < grid.ny; ++j)
  {
    double running = 0.0;
    for (int i = 0; i < grid.nx; ++i)
    {
      running += sums[static_cast<std::size_t>(j) * (grid.nx + 1) + i];
      const double value = running;
      coverage[static_cast<std::size_t>(j) * grid.nx + i] =
        value < 1e-13 ? 0.0 : (value > 1.0 - 1e-13 ? 1.0 : value);
    }
  }
  return coverage;
}

void latticeDistances(const std::vector<Polygon>& loops, const UniformGrid& grid,
  const std::vector<int>& cells, int r, double limit, std::vector<float>& nodes)
{
  const std::vector<Segment> segments = scaledSegments(loops, grid);
  const auto crossings = rowCrossings(segments, grid.ny * r + 1, r);
  const auto near = segmentsNearCells(segments, grid, limit);
  const int count = (r + 1) * (r + 1);
  std::vector<double> px(count);
  std::vector<double> py(count);
  std::vector<double> square(count);
  nodes.resize(cells.size() * static_cast<std::size_t>(count));

  for (std::size_t c = 0; c < cells.size(); ++c)
  {
    const int i = cells[c] % grid.nx;
    const int j = cells[c] / grid.nx;
    for (int k = 0; k < count; ++k)
    {
      px[k] = i + static_cast<double>(k % (r + 1)) / r;
      py[k] = j + static_cast<double>(k / (r + 1)) / r;
      square[k] = limit * limit;
    }
    for (int index : near[cells[c]])
    {
      const Segment& s = segments[index];
      const Vec2 edge = s.b - s.a;
      const double lengthSquared = dot(edge, edge);
      const double inverse = lengthSquared > 0.0 ? 1.0 / lengthSquared : 0.0;
      for (int k = 0; k < count; ++k)
      {
        const double dx = px[k] - s.a.x;
        const double dy = py[k] - s.a.y;
        const double t = std::min(1.0, std::max(0.0, (dx * edge.x + dy * edge.y) * inverse));
        const double ex = dx - t * edge.x;
        const double ey = dy - t * edge.y;
        square[k] = std::min(square[k], ex * ex + ey * ey);
      }
    }
    float* out = nodes.data() + c * count;
    for (int b = 0; b <= r; ++b)
    {
      const auto& row = crossings[static_cast<std::size_t>(j) * r + b];
      std::size_t passed = 0;
      int winding = 0;
      for (int a = 0; a <= r; ++a)
      {
        const int k = b * (r + 1) + a;
        while (passed < row.size() && row[passed].first <= px[k])
        {
          winding += row[passed++].second;
        }
        const double distance = std::sqrt(square[k]);
        out[k] = static_cast<float>(winding != 0 ? distance : -distance);
      }
    }
  }
}

} // namespace mir
