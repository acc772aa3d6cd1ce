#include "data/Region.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace mir {

namespace {

constexpr double Pi = 3.14159265358979323846;

/// Smallest counter-clockwise turn from angle a to angle b, in (0, 2 pi].
double turn(double a, double b)
{
  double t = std::fmod(b - a, 2.0 * Pi);
  return t <= 1e-14 ? t + 2.0 * Pi : t;
}

double startAngle(const BoundaryPiece& piece)
{
  return std::atan2(piece.from.y - piece.centre.y, piece.from.x - piece.centre.x);
}

/// Signed angle that an arc sweeps.
double sweep(const BoundaryPiece& piece)
{
  const double a = startAngle(piece);
  const double b = std::atan2(piece.to.y - piece.centre.y, piece.to.x - piece.centre.x);
  return piece.counterClockwise ? turn(a, b) : -turn(b, a);
}

Vec2 onArc(const BoundaryPiece& piece, double angle)
{
  return piece.centre + piece.radius * Vec2{ std::cos(angle), std::sin(angle) };
}

} // namespace

Vec2 AffineFrame::fromSpace(Vec2 x) const
{
  return this->vectorFromSpace(x - this->origin);
}

Vec2 AffineFrame::vectorFromSpace(Vec2 v) const
{
  const double d = this->determinant();
  return { cross(v, this->yAxis) / d, cross(this->xAxis, v) / d };
}

Region::Region(std::vector<BoundaryLoop> loops, AffineFrame frame)
  : Loops(std::move(loops))
  , Placement(frame)
{
  for (const BoundaryLoop& loop : this->Loops)
  {
    for (const BoundaryPiece& piece : loop)
    {
      this->addMonotonePieces(piece);
    }
  }
  this->sortIntoBins();
  // The area by the same integral, over a box about everything: its digits are those of the shape.
  if (this->Pieces.empty())
  {
    return;
  }
  const double inf = std::numeric_limits<double>::infinity();
  Vec2 low{ inf, inf };
  Vec2 high{ -inf, -inf };
  for (const MonotonePiece& piece : this->Pieces)
  {
    low = { std::min(low.x, piece.xMin), std::min(low.y, piece.low.y) };
    high = { std::max(high.x, piece.xMax), std::max(high.y, piece.high.y) };
  }
  const Vec2 margin = 0.5 * (high - low);
  low = low - margin;
  high = high + margin;
  Polygon box{ low, { high.x, low.y }, high, { low.x, high.y } };
  for (Vec2& corner : box)
  {
    corner = this->Placement.toSpace(corner);
  }
  this->Area = this->areaInside(box);
}

void Region::addMonotonePieces(const BoundaryPiece& piece)
{
  if (piece.radius == 0.0)
  {
    if (piece.from.y == piece.to.y)
    {
      return; // horizontal pieces have nothing to their left
    }
    MonotonePiece m;
    const bool up = piece.from.y < piece.to.y;
    m.low = up ? piece.from : piece.to;
    m.high = up ? piece.to : piece.from;
    m.sign = up ? 1.0 : -1.0;
    std::tie(m.xMin, m.xMax) = std::minmax(piece.from.x, piece.to.x);
    this->Pieces.push_back(m);
    return;
  }
  // Cut the arc where it runs horizontally: at +-90 degrees.
  const double begin = startAngle(piece);
  const double total = sweep(piece);
  std::vector<std::pair<double, Vec2>> stops{ { 0.0, piece.from } };
  const double step = piece.counterClockwise ? 1.0 : -1.0;
  for (int k = -5; k <= 5; ++k)
  {
    const double along = step * ((k + 0.5) * Pi - begin);
    if (along > 1e-12 && along < std::abs(total) - 1e-12)
    {
      const bool top = k % 2 == 0;
      stops.emplace_back(along, piece.centre + Vec2{ 0.0, top ? piece.radius : -piece.radius });
    }
  }
  std::sort(
    stops.begin(), stops.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  stops.emplace_back(std::abs(total), piece.to);
  for (std::size_t i = 0; i + 1 < stops.size(); ++i)
  {
    const Vec2 a = stops[i].second;
    const Vec2 b = stops[i + 1].second;
    if (a.y == b.y)
    {
      continue;
    }
    MonotonePiece m;
    m.low = a.y < b.y ? a : b;
    m.high = a.y < b.y ? b : a;
    m.sign = a.y < b.y ? 1.0 : -1.0;
    m.centre = piece.centre;
    m.radius = piece.radius;
    // Counter-clockwise arcs run up on the right half, clockwise ones on the left half.
    m.rightHalf = (m.sign > 0.0) == piece.counterClockwise;
    std::tie(m.xMin, m.xMax) = std::minmax(a.x, b.x);
    if (m.rightHalf)
    {
      m.xMax = std::max(
        m.xMax, m.low.y < m.centre.y && m.high.y > m.centre.y ? m.centre.x + m.radius : m.xMax);
    }
    else if (m.low.y < m.centre.y && m.high.y > m.centre.y)
    {
      m.xMin = m.centre.x - m.radius;
    }
    this->Pieces.push_back(m);
  }
}

void Region::sortIntoBins()
{
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  for (const MonotonePiece& piece : this->Pieces)
  {
    low = std::min(low, piece.low.y);
    high = std::max(high, piece.high.y);
  }
  const int count = std::clamp(static_cast<int>(this->Pieces.size()), 1, 1024);
  this->Bins.assign(count, {});
  this->BinOrigin = low;
  this->BinWidth = this->Pieces.empty() || !(high > low) ? 1.0 : (high - low) / count;
  for (int p = 0; p < static_cast<int>(this->Pieces.size()); ++p)
  {
    const MonotonePiece& piece = this->Pieces[p];
    const int first =
      std::clamp(static_cast<int>((piece.low.y - low) / this->BinWidth), 0, count - 1);
    const int last =
      std::clamp(static_cast<int>((piece.high.y - low) / this->BinWidth), 0, count - 1);
    for (int bin = first; bin <= last; ++bin)
    {
      this->Bins[bin].push_back(p);
    }
  }
}

double Region::areaInside(const Polygon& spacePolygon) const
{
  if (spacePolygon.size() < 3 || this->Pieces.empty())
  {
    return 0.0;
  }
  // In the definition's coordinates, relative to a vertex of the polygon: differences first, so
  // that a small polygon keeps its digits.
  const Vec2 origin = this->Placement.fromSpace(spacePolygon[0]);
  Polygon polygon;
  for (const Vec2& point : spacePolygon)
  {
    polygon.push_back(this->Placement.vectorFromSpace(point - spacePolygon[0]));
  }
  double xMin = 0.0;
  double xMax = 0.0;
  double yMin = 0.0;
  double yMax = 0.0;
  for (const Vec2& point : polygon)
  {
    xMin = std::min(xMin, point.x);
    xMax = std::max(xMax, point.x);
    yMin = std::min(yMin, point.y);
    yMax = std::max(yMax, point.y);
  }
  const int count = static_cast<int>(this->Bins.size());
  auto binOf = [&](double y) {
    const double bin = (y - this->BinOrigin) / this->BinWidth;
    return static_cast<int>(std::clamp(bin, 0.0, static_cast<double>(count - 1)));
  };
  const int firstBin = binOf(yMin + origin.y);
  const int lastBin = binOf(yMax + origin.y);
  double sum = 0.0;
  Polygon above;
  Polygon strip;
  Polygon part;
  for (int bin = firstBin; bin <= lastBin; ++bin)
  {
    for (int index : this->Bins[bin])
    {
      const MonotonePiece& piece = this->Pieces[index];
      // A piece in several bins counts in the first one visited.
      if (std::max(firstBin, binOf(piece.low.y)) != bin)
      {
        continue;
      }
      const Vec2 low = piece.low - origin;
      const Vec2 high = piece.high - origin;
      if (high.y <= yMin || low.y >= yMax || piece.xMax - origin.x <= xMin)
      {
        continue;
      }
      clip(polygon, { 0.0, -1.0 }, -low.y, above);
      clip(above, { 0.0, 1.0 }, high.y, strip);
      if (strip.size() < 3)
      {
        continue;
      }
      if (piece.xMin - origin.x >= xMax)
      {
        sum += piece.sign * mir::area(strip);
      }
      else if (piece.radius == 0.0)
      {
        const Vec2 d = high - low;
        clip(strip, { d.y, -d.x }, dot(Vec2{ d.y, -d.x }, low), part);
        sum += piece.sign * mir::area(part);
      }
      else
      {
        const Vec2 centre = piece.centre - origin;
        clip(strip, { 1.0, 0.0 }, centre.x, part);
        double left = mir::area(part);
        if (piece.rightHalf)
        {
          clip(strip, { -1.0, 0.0 }, -centre.x, part);
          left += areaInDisk(part, centre, piece.radius);
        }
        else
        {
          left -= areaInDisk(part, centre, piece.radius);
        }
        sum += piece.sign * left;
      }
    }
  }
  return sum * this->Placement.determinant();
}

double Region::fraction(const Polygon& cell) const
{
  const double f = this->areaInside(cell) / mir::area(cell);
  constexpr double snap = 1e-13;
  return f < snap ? 0.0 : f > 1.0 - snap ? 1.0 : f;
}

bool Region::contains(Vec2 point) const
{
  const Vec2 u = this->Placement.fromSpace(point);
  double winding = 0.0;
  const double bin = (u.y - this->BinOrigin) / this->BinWidth;
  if (bin < 0.0 || bin > static_cast<double>(this->Bins.size()))
  {
    return false;
  }
  const auto& candidates =
    this->Bins[std::min(static_cast<std::size_t>(bin), this->Bins.size() - 1)];
  for (int index : candidates)
  {
    const MonotonePiece& piece = this->Pieces[index];
    if (u.y < piece.low.y || u.y >= piece.high.y)
    {
      continue;
    }
    double x;
    if (piece.radius == 0.0)
    {
      const double t = (u.y - piece.low.y) / (piece.high.y - piece.low.y);
      x = piece.low.x + t * (piece.high.x - piece.low.x);
    }
    else
    {
      const double dy = u.y - piece.centre.y;
      const double dx = std::sqrt(std::max(0.0, piece.radius * piece.radius - dy * dy));
      x = piece.centre.x + (piece.rightHalf ? dx : -dx);
    }
    if (x > u.x)
    {
      winding += piece.sign;
    }
  }
  return winding != 0.0;
}

NearestPoint Region::nearest(Vec2 point) const
{
  NearestPoint best;
  double bestDistance = std::numeric_limits<double>::max();
  auto offer = [&](Vec2 candidate, Vec2 tangent) {
    const double distance = length(point - candidate);
    if (distance < bestDistance)
    {
      bestDistance = distance;
      best.point = candidate;
      best.normal = 1.0 / length(tangent) * Vec2{ tangent.y, -tangent.x };
    }
  };
  const AffineFrame& frame = this->Placement;
  auto vector = [&frame](Vec2 u) { return u.x * frame.xAxis + u.y * frame.yAxis; };
  for (const BoundaryLoop& loop : this->Loops)
  {
    for (const BoundaryPiece& piece : loop)
    {
      if (piece.radius == 0.0)
      {
        const Vec2 a = frame.toSpace(piece.from);
        const Vec2 d = frame.toSpace(piece.to) - a;
        const double dd = dot(d, d);
        if (dd > 0.0)
        {
          offer(a + std::clamp(dot(point - a, d) / dd, 0.0, 1.0) * d, d);
        }
        continue;
      }
      // Stationary points of the distance along the arc: Newton from the best of several starts.
      const double begin = startAngle(piece);
      const double total = sweep(piece);
      const Vec2 centre = frame.toSpace(piece.centre);
      auto at = [&](double s) {
        const double angle = begin + s * total;
        const Vec2 radial = piece.radius * Vec2{ std::cos(angle), std::sin(angle) };
        return std::pair<Vec2, Vec2>{ vector(radial), vector({ -radial.y, radial.x }) };
      };
      constexpr int starts = 16;
      double s = 0.0;
      double least = std::numeric_limits<double>::max();
      for (int i = 0; i <= starts; ++i)
      {
        const double trial = static_cast<double>(i) / starts;
        const double distance = length(centre + at(trial).first - point);
        if (distance < least)
        {
          least = distance;
          s = trial;
        }
      }
      for (int iteration = 0; iteration < 20; ++iteration)
      {
        const auto [radial, tangent] = at(s);
        const Vec2 difference = centre + radial - point;
        const double slope = dot(difference, tangent) * total;
        const double curvature = (dot(tangent, tangent) - dot(difference, radial)) * total * total;
        const double next = curvature > 0.0 ? s - slope / curvature : s;
        const double clamped = std::clamp(next, std::max(0.0, s - 0.1), std::min(1.0, s + 0.1));
        if (std::abs(clamped - s) < 1e-14)
        {
          break;
        }
        s = clamped;
      }
      const auto [radial, tangent] = at(s);
      offer(centre + radial, (total > 0.0 ? 1.0 : -1.0) * tangent);
    }
  }
  best.signedDistance = this->contains(point) ? -bestDistance : bestDistance;
  return best;
}

std::vector<Polygon> Region::outline(int resolution) const
{
  std::vector<Polygon> polygons;
  for (const BoundaryLoop& loop : this->Loops)
  {
    Polygon polygon;
    for (const BoundaryPiece& piece : loop)
    {
      polygon.push_back(this->Placement.toSpace(piece.from));
      if (piece.radius > 0.0)
      {
        const double begin = startAngle(piece);
        const double total = sweep(piece);
        const int count =
          std::max(1, static_cast<int>(std::ceil(std::abs(total) / (2.0 * Pi) * resolution)));
        for (int i = 1; i < count; ++i)
        {
          polygon.push_back(this->Placement.toSpace(onArc(piece, begin + i * total / count)));
        }
      }
    }
    polygons.push_back(std::move(polygon));
  }
  return polygons;
}

} // namespace mir
