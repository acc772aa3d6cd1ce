#include "data/SegmentLocator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace mir {

namespace {

constexpr double Infinity = std::numeric_limits<double>::infinity();

Vec2 nearestOnSegment(const std::array<Vec2, 2>& segment, Vec2 point)
{
  const Vec2 d = segment[1] - segment[0];
  const double dd = dot(d, d);
  const double t = dd > 0.0 ? std::clamp(dot(point - segment[0], d) / dd, 0.0, 1.0) : 0.0;
  return t == 1.0 ? segment[1] : segment[0] + t * d;
}

/// Distance of x to the interval [low, high].
double gap(double x, double low, double high)
{
  return std::max({ 0.0, low - x, x - high });
}

} // namespace

SegmentLocator::SegmentLocator(std::vector<std::array<Vec2, 2>> segments)
  : Segments(std::move(segments))
{
  if (this->Segments.empty())
  {
    return;
  }
  this->Low = this->High = this->Segments[0][0];
  double total = 0.0;
  for (const auto& segment : this->Segments)
  {
    for (const Vec2& p : segment)
    {
      this->Low = { std::min(this->Low.x, p.x), std::min(this->Low.y, p.y) };
      this->High = { std::max(this->High.x, p.x), std::max(this->High.y, p.y) };
    }
    total += length(segment[1] - segment[0]);
  }
  // At most about four grid cells a segment, and none smaller than a segment's mean length.
  const double n = static_cast<double>(this->Segments.size());
  const Vec2 extent = this->High - this->Low;
  this->Width = std::max({ total / n, std::sqrt(extent.x / n * extent.y) / 2.0,
    (extent.x + extent.y) / (4.0 * n), std::numeric_limits<double>::min() });
  this->Columns = 1 + static_cast<int>(extent.x / this->Width);
  this->Rows = 1 + static_cast<int>(extent.y / this->Width);

  this->Offsets.assign(static_cast<std::size_t>(this->Columns) * this->Rows + 1, 0);
  for (const auto& segment : this->Segments)
  {
    this->visitCells(segment, [this](std::size_t cell) { ++this->Offsets[cell + 1]; });
  }
  std::partial_sum(this->Offsets.begin(), this->Offsets.end(), this->Offsets.begin());
  this->Entries.resize(this->Offsets.back());
  std::vector<std::int64_t> next(this->Offsets.begin(), this->Offsets.end() - 1);
  for (std::size_t s = 0; s < this->Segments.size(); ++s)
  {
    this->visitCells(this->Segments[s], [this, &next, s](std::size_t cell) {
      this->Entries[next[cell]++] = static_cast<std::int64_t>(s);
    });
  }
}

int SegmentLocator::column(double x) const
{
  const double i = std::floor((x - this->Low.x) / this->Width);
  return static_cast<int>(std::clamp(i, 0.0, this->Columns - 1.0));
}

int SegmentLocator::row(double y) const
{
  const double j = std::floor((y - this->Low.y) / this->Width);
  return static_cast<int>(std::clamp(j, 0.0, this->Rows - 1.0));
}

template <typename Visit>
void SegmentLocator::visitCells(const std::array<Vec2, 2>& segment, Visit visit) const
{
  // Column by column, and a little to all sides for what rounding may do.
  const double pad = 1e-6 * this->Width;
  const Vec2 a = segment[0].x <= segment[1].x ? segment[0] : segment[1];
  const Vec2 b = segment[0].x <= segment[1].x ? segment[1] : segment[0];
  const double low = std::min(a.y, b.y) - pad;
  const double high = std::max(a.y, b.y) + pad;
  const int last = this->column(b.x + pad);
  for (int i = this->column(a.x - pad); i <= last; ++i)
  {
    double y0 = low;
    double y1 = high;
    if (b.x - a.x > this->Width)
    {
      const double left = this->Low.x + i * this->Width - pad;
      const double t0 = std::clamp((left - a.x) / (b.x - a.x), 0.0, 1.0);
      const double t1 = std::clamp((left + this->Width + 2.0 * pad - a.x) / (b.x - a.x), 0.0, 1.0);
      std::tie(y0, y1) = std::minmax(a.y + t0 * (b.y - a.y), a.y + t1 * (b.y - a.y));
      y0 = std::max(low, y0 - pad);
      y1 = std::min(high, y1 + pad);
    }
    const int top = this->row(y1);
    for (int j = this->row(y0); j <= top; ++j)
    {
      visit(static_cast<std::size_t>(j) * this->Columns + i);
    }
  }
}

SegmentLocator::Nearest SegmentLocator::nearest(Vec2 point) const
{
  Nearest best;
  best.distance = Infinity;
  if (this->Segments.empty())
  {
    return best;
  }
  auto search = [&](int i, int j) {
    const std::size_t cell = static_cast<std::size_t>(j) * this->Columns + i;
    for (std::int64_t e = this->Offsets[cell]; e < this->Offsets[cell + 1]; ++e)
    {
      const std::int64_t s = this->Entries[e];
      const Vec2 candidate = nearestOnSegment(this->Segments[s], point);
      const double distance = length(point - candidate);
      if (distance < best.distance || (distance == best.distance && s < best.segment))
      {
        best = { s, candidate, distance };
      }
    }
  };
  const int ci = this->column(point.x);
  const int cj = this->row(point.y);
  // Segments reach over the edges of their grid cells by less than this.
  const double slack = 1e-6 * this->Width;
  const double dx = gap(point.x, this->Low.x, this->High.x);
  const double dy = gap(point.y, this->Low.y, this->High.y);
  for (int ring = 0;; ++ring)
  {
    const int i0 = std::max(ci - ring, 0);
    const int i1 = std::min(ci + ring, this->Columns - 1);
    const int j0 = std::max(cj - ring, 0);
    const int j1 = std::min(cj + ring, this->Rows - 1);
    for (int j = j0; j <= j1; ++j)
    {
      const bool wholeRow = j == cj - ring || j == cj + ring;
      for (int i = i0; i <= i1; ++i)
      {
        if (wholeRow || i == ci - ring || i == ci + ring)
        {
          search(i, j);
        }
        else if (ci + ring < this->Columns)
        {
          i = ci + ring - 1; // on to the ring's other side
        }
        else
        {
          break;
        }
      }
    }
    // The least distance to the part of the grid not seen yet, on each of the four sides.
    double unseen = Infinity;
    if (i0 > 0)
    {
      const double x = this->Low.x + i0 * this->Width;
      unseen = std::min(unseen, std::hypot(std::max(0.0, point.x - x), dy));
    }
    if (i1 < this->Columns - 1)
    {
      const double x = this->Low.x + (i1 + 1) * this->Width;
      unseen = std::min(unseen, std::hypot(std::max(0.0, x - point.x), dy));
    }
    if (j0 > 0)
    {
      const double y = this->Low.y + j0 * this->Width;
      unseen = std::min(unseen, std::hypot(std::max(0.0, point.y - y), dx));
    }
    if (j1 < this->Rows - 1)
    {
      const double y = this->Low.y + (j1 + 1) * this->Width;
      unseen = std::min(unseen, std::hypot(std::max(0.0, y - point.y), dx));
    }
    if (unseen - slack > best.distance || unseen == Infinity)
    {
      return best;
    }
  }
}

} // namespace mir
