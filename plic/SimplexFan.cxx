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

/// Part of a triangle with the heights h below d, and its derivative, by the formula that holds on
/// the side of `inside` (Bernstein form of a linear B-spline's integral).
double triangleBelow(const std::array<double, 4>& h, double d, double inside, double& slope)
{
  const bool first = inside < h[1];
  const double t = first ? d - h[0] : h[2] - d;
  const double product = (h[2] - h[0]) * (first ? h[1] - h[0] : h[2] - h[1]);
  slope = 2.0 * t / product;
  return first ? t * t / product : 1.0 - t * t / product;
}

/// The same for a tetrahedron: a quadratic B-spline's integral.
double tetrahedronBelow(const std::array<double, 4>& h, double d, double inside, double& slope)
{
  if (inside < h[1])
  {
    const double t = d - h[0];
    const double q = t * t / ((h[1] - h[0]) * (h[2] - h[0]) * (h[3] - h[0]));
    slope = 3.0 * q;
    return q * t;
  }
  if (inside >= h[2])
  {
    const double t = h[3] - d;
    const double q = t * t / ((h[3] - h[0]) * (h[3] - h[1]) * (h[3] - h[2]));
    slope = 3.0 * q;
    return 1.0 - q * t;
  }
  // Between the middle vertices: the cubic from its Bernstein coefficients, no differences taken.
  const double all = h[3] - h[0];
  const double width = h[2] - h[1];
  const double low = (h[1] - h[0]) / ((h[2] - h[0]) * all);
  const double high = (h[3] - h[2]) / ((h[3] - h[1]) * all);
  const double b0 = (h[1] - h[0]) * low;
  const double b3 = 1.0 - (h[3] - h[2]) * high;
  const double b1 = b0 + low * width;
  const double b2 = b3 - high * width;
  const double u = (d - h[1]) / width;
  const double v = (h[2] - d) / width;
  slope = 3.0 / all * (v * (d - h[0]) / (h[2] - h[0]) + u * (h[3] - d) / (h[3] - h[1]));
  return v * v * (v * b0 + 3.0 * u * b1) + u * u * (3.0 * v * b2 + u * b3);
}

/// The d below which lies `fraction` of a triangle.
double triangleConstant(const std::array<double, 4>& h, double fraction)
{
  const double all = h[2] - h[0];
  const double first = (h[1] - h[0]) * all;
  if (fraction * all < h[1] - h[0])
  {
    return h[0] + std::sqrt(fraction * first);
  }
  return h[2] - std::sqrt((1.0 - fraction) * (h[2] - h[1]) * all);
}

/// The same for a tetrahedron.
double tetrahedronConstant(const std::array<double, 4>& h, double fraction)
{
  // In units of the height, so that scales change no digit of the roots.
  const double all = h[3] - h[0];
  const double low = h[1] - h[0];
  const double high = h[3] - h[2];
  if (fraction * ((h[2] - h[0]) * all) < low * low)
  {
    return h[0] + all * std::cbrt(fraction * (low / all) * ((h[2] - h[0]) / all));
  }
  if ((1.0 - fraction) * ((h[3] - h[1]) * all) <= high * high)
  {
    return h[3] - all * std::cbrt((1.0 - fraction) * (high / all) * ((h[3] - h[1]) / all));
  }
  // The middle part is nearly straight: Newton's method on its closed form.
  double a = h[1];
  double b = h[2];
  double d = 0.5 * (a + b);
  for (int iteration = 0; iteration < 60; ++iteration)
  {
    double slope;
    const double error = tetrahedronBelow(h, d, d, slope) - fraction;
    (error < 0.0 ? a : b) = d;
    double next = d - error / slope;
    next = next > a && next < b ? next : 0.5 * (a + b);
    if (std::abs(next - d) <= 1e-15 * all)
    {
      return next;
    }
    d = next;
  }
  return d;
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

void SimplexFan::setSimplex(const Vec3* corners, int dimensionOfCell)
{
  this->dimension = dimensionOfCell;
  this->points.assign(corners, corners + dimensionOfCell + 1);
  this->volume = std::abs(dimensionOfCell == 2
      ? 0.5 * twofoldArea(corners[0], corners[1], corners[2])
      : sixfoldVolume(corners[0], corners[1], corners[2], corners[3]) / 6.0);
  this->simplices.assign(1, { 0, 1, 2, dimensionOfCell == 2 ? 0 : 3 });
  this->volumes.assign(1, this->volume);
}

void FanCutter::set(const SimplexFan& fan, Vec3 normal)
{
  this->Fan = &fan;
  this->Normal = normal;
  this->Heights.resize(fan.points.size());
  for (std::size_t i = 0; i < fan.points.size(); ++i)
  {
    this->Heights[i] = dot(normal, fan.points[i]);
  }
  const int corners = fan.dimension + 1;
  this->Simplices.resize(fan.simplices.size());
  for (std::size_t s = 0; s < fan.simplices.size(); ++s)
  {
    Sorted& sorted = this->Simplices[s];
    for (int i = 0; i < corners; ++i)
    {
      const int point = fan.simplices[s][i];
      const double height = this->Heights[point];
      int at = i;
      for (; at > 0 && sorted.heights[at - 1] > height; --at)
      {
        sorted.heights[at] = sorted.heights[at - 1];
        sorted.points[at] = sorted.points[at - 1];
      }
      sorted.heights[at] = height;
      sorted.points[at] = point;
    }
  }
}

FanCutter::Value FanCutter::evaluate(double constant, double inside) const
{
  const bool planar = this->Fan->dimension == 2;
  Value sum;
  for (std::size_t s = 0; s < this->Simplices.size(); ++s)
  {
    const std::array<double, 4>& h = this->Simplices[s].heights;
    const double volume = this->Fan->volumes[s];
    if (inside <= h[0])
    {
      continue;
    }
    if (inside >= h[planar ? 2 : 3])
    {
      sum.volume += volume;
      continue;
    }
    double slope;
    const double part = planar ? triangleBelow(h, constant, inside, slope)
                               : tetrahedronBelow(h, constant, inside, slope);
    sum.volume += volume * part;
    sum.slope += volume * slope;
  }
  return sum;
}

double FanCutter::volumeBelow(double constant) const
{
  return this->evaluate(constant, constant).volume;
}

double FanCutter::planeConstant(double fraction)
{
  if (this->Simplices.size() == 1)
  {
    const std::array<double, 4>& h = this->Simplices[0].heights;
    return this->Fan->dimension == 2 ? triangleConstant(h, fraction)
                                     : tetrahedronConstant(h, fraction);
  }
  std::sort(this->Heights.begin(), this->Heights.end());
  const double total = this->Fan->volume;
  const double target = fraction * total;
  std::size_t low = 0;
  std::size_t high = this->Heights.size() - 1;
  while (high - low > 1)
  {
    const std::size_t middle = (low + high) / 2;
    (this->volumeBelow(this->Heights[middle]) <= target ? low : high) = middle;
  }
  const double a = this->Heights[low];
  const double b = this->Heights[high];
  const double width = b - a;
  if (!(width > 0.0))
  {
    return a;
  }
  const double inside = a + 0.5 * width;
  const Value below = this->evaluate(a, inside);
  const Value above = this->evaluate(b, inside);
  if (!(above.volume > below.volume))
  {
    return a;
  }
  double d = a +
    width *
      hermiteRoot(below.volume, below.slope * width, above.volume, above.slope * width, target);
  const Value value = this->evaluate(d, inside);
  const double step = (value.volume - target) / value.slope;
  if (std::isfinite(step) && d - step > a && d - step < b)
  {
    d -= step;
  }
  return d;
}

int FanCutter::cutSimplex(double constant, Vec3 (&points)[4]) const
{
  const Sorted& sorted = this->Simplices[0];
  const std::array<double, 4>& h = sorted.heights;
  const int top = this->Fan->dimension;
  if (!(constant > h[0] && constant <= h[top]))
  {
    return 0;
  }
  auto crossing = [&](int i, int j) {
    const Vec3 a = this->Fan->points[sorted.points[i]];
    return a + (constant - h[i]) / (h[j] - h[i]) * (this->Fan->points[sorted.points[j]] - a);
  };
  int count = 3;
  if (top == 2)
  {
    count = 2;
    points[0] = crossing(0, 2);
    points[1] = constant <= h[1] ? crossing(0, 1) : crossing(1, 2);
    const Vec3 along = points[1] - points[0];
    if (this->Normal.x * along.y - this->Normal.y * along.x < 0.0)
    {
      std::swap(points[0], points[1]);
    }
    return count;
  }
  if (constant <= h[1])
  {
    points[0] = crossing(0, 1);
    points[1] = crossing(0, 2);
    points[2] = crossing(0, 3);
  }
  else if (constant > h[2])
  {
    points[0] = crossing(0, 3);
    points[1] = crossing(1, 3);
    points[2] = crossing(2, 3);
  }
  else
  {
    count = 4;
    points[0] = crossing(0, 2);
    points[1] = crossing(0, 3);
    points[2] = crossing(1, 3);
    points[3] = crossing(1, 2);
  }
  Vec3 twice = cross(points[1] - points[0], points[2] - points[0]);
  if (count == 4)
  {
    twice = cross(points[2] - points[0], points[3] - points[1]);
  }
  if (dot(twice, this->Normal) < 0.0)
  {
    std::reverse(points, points + count);
  }
  return count;
}

CutMoments FanCutter::moments(double constant) const
{
  const std::vector<Vec3>& points = this->Fan->points;
  MomentSum sum(points[0] + (constant - dot(this->Normal, points[0])) * this->Normal);
  for (std::size_t s = 0; s < this->Simplices.size(); ++s)
  {
    const Sorted& sorted = this->Simplices[s];
    const std::array<double, 4>& h = sorted.heights;
    const double sign = this->Fan->volumes[s] < 0.0 ? -1.0 : 1.0;
    auto crossing = [&](int i, int j) {
      const Vec3 a = points[sorted.points[i]];
      return a + (constant - h[i]) / (h[j] - h[i]) * (points[sorted.points[j]] - a);
    };
    const int top = this->Fan->dimension;
    if (constant < h[0] || constant >= h[top])
    {
      continue;
    }
    if (top == 2)
    {
      sum.addSegment(crossing(0, 2), constant < h[1] ? crossing(0, 1) : crossing(1, 2), sign);
    }
    else if (constant < h[1])
    {
      sum.addTriangle(crossing(0, 1), crossing(0, 2), crossing(0, 3), sign);
    }
    else if (constant >= h[2])
    {
      sum.addTriangle(crossing(0, 3), crossing(1, 3), crossing(2, 3), sign);
    }
    else
    {
      const Vec3 b = crossing(0, 3);
      const Vec3 d = crossing(1, 2);
      sum.addTriangle(crossing(0, 2), b, d, sign);
      sum.addTriangle(b, crossing(1, 3), d, sign);
    }
  }
  return sum.result();
}

} // namespace mir
