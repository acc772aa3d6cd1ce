#include "plic/SimplexFan.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

double sixfoldVolume(Vec3 a, Vec3 b, Vec3 c, Vec3 d)
{
  return dot(cross(b - a, c - a), d - a);
}

double twofoldArea(Vec3 a, Vec3 b, Vec3 c)
{
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/// Adds to the coefficients of the volume below x + s in powers of s those of a triangle's part,
/// for x in [h0, h2).
void addTriangleSeries(const SortedHeights& h, double x, double volume, std::array<double, 4>& sum)
{
  const bool first = x < h[1];
  const double t = first ? x - h[0] : h[2] - x;
  const double k = volume / ((h[2] - h[0]) * (first ? h[1] - h[0] : h[2] - h[1]));
  sum[0] += first ? k * t * t : volume - k * t * t;
  sum[1] += 2.0 * k * t;
  sum[2] += first ? k : -k;
}

/// The same for a tetrahedron and x in [h0, h3).
void addTetrahedronSeries(
  const SortedHeights& h, double x, double volume, std::array<double, 4>& sum)
{
  if (x < h[1] || x >= h[2])
  {
    const bool first = x < h[1];
    const double t = first ? x - h[0] : h[3] - x;
    const double k = volume /
      ((h[3] - h[0]) * (first ? (h[1] - h[0]) * (h[2] - h[0]) : (h[3] - h[1]) * (h[3] - h[2])));
    const double kt = k * t;
    const double ktt = kt * t;
    sum[0] += first ? ktt * t : volume - ktt * t;
    sum[1] += 3.0 * ktt;
    sum[2] += first ? 3.0 * kt : -3.0 * kt;
    sum[3] += k;
    return;
  }
  const double width = h[2] - h[1];
  const double inverse = 1.0 / width;
  const double scale = volume * width / (h[3] - h[0]);
  const double p = (h[1] - h[0]) / (h[2] - h[0]);
  const double q = (h[3] - h[2]) / (h[3] - h[1]);
  // From h1 on the part is b0 + w / all (3 p u + 3 (1 - p) u^2 - (2 - p - q) u^3), u = (x - h1) /
  // w; near h2 as seen from there, so that no digits are lost.
  const double u = (x - h[1]) * inverse;
  const double v = (h[2] - x) * inverse;
  const double r = 1.0 - p;
  const double cubic = r + 1.0 - q;
  const double below = volume * (h[1] - h[0]) * p / (h[3] - h[0]);
  sum[0] += below + scale * u * (3.0 * p + u * (3.0 * r - cubic * u));
  sum[1] += scale * inverse * 3.0 * (v * v * p + 2.0 * u * v + u * u * q);
  sum[2] += scale * inverse * inverse * 3.0 * (r - cubic * u);
  sum[3] -= scale * inverse * inverse * inverse * cubic;
}

/// Where in a cell of height 1 a plane that cuts off `fraction` is likely to lie: the search's
/// first guess.
double likelyPlace(double fraction)
{
  const double t = fraction < 0.5 ? std::sqrt(0.5 * std::max(fraction, 0.0))
                                  : 1.0 - std::sqrt(0.5 * std::max(1.0 - fraction, 0.0));
  return std::clamp(t, 1e-3, 1.0 - 1e-3);
}

/// Root in [0, 1] of the cubic with the given values and slopes at 0 and 1, monotone there.
double hermiteRoot(double value0, double slope0, double value1, double slope1, double target)
{
  const double rise = value1 - value0;
  const double c2 = 3.0 * rise - 2.0 * slope0 - slope1;
  const double c3 = slope0 + slope1 - 2.0 * rise;
  const double goal = target - value0;
  double low = 0.0;
  double high = 1.0;
  // Near an end that the volume leaves as a cube, Newton's method would creep.
  double t = std::clamp(goal / rise, 0.0, 1.0);
  t = t < 0.1 && c3 > 0.5 * rise ? std::cbrt(t)
    : t > 0.9 && c3 > 0.5 * rise ? 1.0 - std::cbrt(1.0 - t)
                                 : t;
  for (int iteration = 0; iteration < 60; ++iteration)
  {
    const double error = ((c3 * t + c2) * t + slope0) * t - goal;
    const double slope = (3.0 * c3 * t + 2.0 * c2) * t + slope0;
    (error < 0.0 ? low : high) = t;
    double next = t - error / slope;
    next = next > low && next < high ? next : 0.5 * (low + high);
    if (std::abs(next - t) <= 1e-15)
    {
      return next;
    }
    t = next;
  }
  return t;
}

} // namespace

void SimplexFan::set(const Polygon& cell)
{
  this->dimension = 2;
  this->points.clear();
  this->simplices.clear();
  this->volumes.clear();
  this->volume = 0.0;
  for (Vec2 x : cell)
  {
    this->points.push_back({ x.x, x.y, 0.0 });
  }
  for (int i = 2; i < static_cast<int>(cell.size()); ++i)
  {
    const double area = 0.5 * twofoldArea(this->points[0], this->points[i - 1], this->points[i]);
    if (area != 0.0)
    {
      this->simplices.push_back({ 0, i - 1, i, 0 });
      this->volumes.push_back(area);
      this->volume += area;
    }
  }
}

void SimplexFan::set(const Polyhedron& cell)
{
  this->dimension = 3;
  this->points = cell.points;
  this->simplices.clear();
  this->volumes.clear();
  this->volume = 0.0;
  for (int face = 0; face < cell.numberOfFaces(); ++face)
  {
    const int begin = cell.faceOffsets[face];
    const int end = cell.faceOffsets[face + 1];
    if (std::find(cell.faceVertices.begin() + begin, cell.faceVertices.begin() + end, 0) !=
      cell.faceVertices.begin() + end)
    {
      continue; // planar: seen from one of its own points it has no volume
    }
    const int first = cell.faceVertices[begin];
    for (int i = begin + 2; i < end; ++i)
    {
      const int b = cell.faceVertices[i - 1];
      const int c = cell.faceVertices[i];
      const double size =
        sixfoldVolume(this->points[0], this->points[first], this->points[b], this->points[c]) / 6.0;
      if (size != 0.0)
      {
        this->simplices.push_back({ 0, first, b, c });
        this->volumes.push_back(size);
        this->volume += size;
      }
    }
  }
}

void FanCutter::set(const SimplexFan& fan, Vec3 normal)
{
  this->Fan = &fan;
  this->Normal = normal;
  this->Heights.resize(fan.points.size());
  double* heights = this->Heights.data();
  for (std::size_t i = 0; i < fan.points.size(); ++i)
  {
    heights[i] = dot(normal, fan.points[i]);
  }
  this->Simplices.resize(fan.simplices.size());
  for (std::size_t s = 0; s < fan.simplices.size(); ++s)
  {
    const std::array<int, 4>& corners = fan.simplices[s];
    const double a = heights[corners[0]];
    const double b = heights[corners[1]];
    const double c = heights[corners[2]];
    this->Simplices[s] =
      fan.dimension == 2 ? sortedHeights(a, b, c) : sortedHeights(a, b, c, heights[corners[3]]);
  }
}

FanCutter::Value FanCutter::evaluate(double constant, double inside) const
{
  const bool planar = this->Fan->dimension == 2;
  Value sum;
  for (std::size_t s = 0; s < this->Simplices.size(); ++s)
  {
    const SortedHeights& h = this->Simplices[s];
    const double volume = this->Fan->volumes[s];
    if (inside < h[0])
    {
      continue;
    }
    if (inside >= h[planar ? 2 : 3])
    {
      sum.volume += volume;
      continue;
    }
    double slope;
    const double part = planar ? trianglePart(h, constant, inside, slope)
                               : tetrahedronPart(h, constant, inside, slope);
    sum.volume += volume * part;
    sum.slope += volume * slope;
  }
  return sum;
}

std::array<double, 4> FanCutter::expand(double x) const
{
  const bool planar = this->Fan->dimension == 2;
  std::array<double, 4> sum{};
  for (std::size_t s = 0; s < this->Simplices.size(); ++s)
  {
    const SortedHeights& h = this->Simplices[s];
    const double volume = this->Fan->volumes[s];
    if (x < h[0])
    {
      continue;
    }
    if (x >= h[planar ? 2 : 3])
    {
      sum[0] += volume;
    }
    else if (planar)
    {
      addTriangleSeries(h, x, volume, sum);
    }
    else
    {
      addTetrahedronSeries(h, x, volume, sum);
    }
  }
  return sum;
}

double FanCutter::volumeBelow(double constant) const
{
  return this->evaluate(constant, constant).volume;
}

double FanCutter::planeConstant(double fraction) const
{
  if (this->Simplices.size() == 1)
  {
    const SortedHeights& h = this->Simplices[0];
    return this->Fan->dimension == 2 ? triangleConstant(h, fraction)
                                     : tetrahedronConstant(h, fraction);
  }
  // Ends of the search: all points' heights at first, with the volumes below them.
  const auto ends = std::minmax_element(this->Heights.begin(), this->Heights.end());
  const double total = this->Fan->volume;
  const double target = fraction * total;
  double low = *ends.first;
  double high = *ends.second;
  double lowVolume = 0.0;
  double highVolume = total;
  while (low < high)
  {
    double x = low + (high - low) * likelyPlace((target - lowVolume) / (highVolume - lowVolume));
    // Of neighbouring numbers the guess may be the upper one, and the search would stand still.
    x = x < high ? x : low;
    double a = low;
    double b = high;
    for (double height : this->Heights)
    {
      a = height <= x ? std::max(a, height) : a;
      b = height > x ? std::min(b, height) : b;
    }
    const std::array<double, 4> c = this->expand(x);
    const double before = a - x;
    const double after = b - x;
    const double volumeA = ((c[3] * before + c[2]) * before + c[1]) * before + c[0];
    const double volumeB = ((c[3] * after + c[2]) * after + c[1]) * after + c[0];
    if (target < volumeA && a > low)
    {
      high = a;
      highVolume = volumeA;
      continue;
    }
    if (target > volumeB && b < high)
    {
      low = b;
      lowVolume = volumeB;
      continue;
    }
    if (!(volumeB > volumeA))
    {
      return a;
    }
    const double slopeA = (3.0 * c[3] * before + 2.0 * c[2]) * before + c[1];
    const double slopeB = (3.0 * c[3] * after + 2.0 * c[2]) * after + c[1];
    const double width = b - a;
    const double d =
      a + width * hermiteRoot(volumeA, slopeA * width, volumeB, slopeB * width, target);
    const Value value = this->evaluate(d, x);
    const double polished = d - (value.volume - target) / value.slope;
    return polished > a && polished < b ? polished : d;
  }
  return low;
}

CutMoments FanCutter::moments(double constant) const
{
  const std::vector<Vec3>& points = this->Fan->points;
  MomentSum sum(points[0] + (constant - dot(this->Normal, points[0])) * this->Normal);
  for (std::size_t s = 0; s < this->Simplices.size(); ++s)
  {
    const SortedHeights& sorted = this->Simplices[s];
    if (constant <= sorted[0] || constant > sorted[this->Fan->dimension])
    {
      continue;
    }
    const std::array<int, 4>& at = this->Fan->simplices[s];
    const Vec3* a = &points[at[0]];
    const Vec3* b = &points[at[1]];
    const Vec3* c = &points[at[2]];
    const double heights[3] = { this->Heights[at[0]] - constant, this->Heights[at[1]] - constant,
      this->Heights[at[2]] - constant };
    if (this->Fan->dimension == 2)
    {
      Vec3 x[2];
      if (cutTriangle({ a, b, c }, heights, x) == 2)
      {
        sum.addSegment(x[0], x[1], this->Fan->volumes[s] < 0.0 ? -1.0 : 1.0);
      }
      continue;
    }
    Vec3 x[4];
    const int count = cutTetrahedron({ a, b, c, &points[at[3]] },
      { heights[0], heights[1], heights[2], this->Heights[at[3]] - constant }, x);
    // Turned by the tetrahedron's own orientation, those of negative volume count negative.
    for (int i = 2; i < count; ++i)
    {
      sum.addTriangle(x[0], x[i - 1], x[i], this->Normal);
    }
  }
  return sum.result();
}

} // namespace mir
