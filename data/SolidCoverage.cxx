#include "data/SolidCoverage.h"

#include "plic/BoxCut.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

struct Cube
{
  Vec3 low;
  int cell;
};

// A cube's points: its corners, x fastest, and its centre.
constexpr int pointsPerCube = 9;
// Cubes whose points are evaluated together: they stay in the first-level cache.
constexpr int blockCubes = 32;
// Estimates of bodies without closed form can be this many times the distance.
constexpr double farEstimate = 2.0;
constexpr double nearEstimate = 1.25;

/// Buffers of coordinates and the least of the bodies' values there.
class Evaluation
{
public:
  explicit Evaluation(const std::vector<SolidShape>& bodies)
    : Bodies(bodies)
    , Values(blockCubes * pointsPerCube)
    , Others(blockCubes * pointsPerCube)
  {
    for (std::vector<double>& axis : this->Axes)
    {
      axis.resize(blockCubes * pointsPerCube);
    }
  }

  void place(int point, Vec3 x)
  {
    this->Axes[0][point] = x.x;
    this->Axes[1][point] = x.y;
    this->Axes[2][point] = x.z;
  }

  const double* values(int count)
  {
    const PointArrays points{ this->Axes[0].data(), this->Axes[1].data(), this->Axes[2].data(),
      count };
    this->Bodies[0].estimates(points, this->Values.data());
    for (std::size_t b = 1; b < this->Bodies.size(); ++b)
    {
      this->Bodies[b].estimates(points, this->Others.data());
      for (int i = 0; i < count; ++i)
      {
        this->Values[i] = std::min(this->Values[i], this->Others[i]);
      }
    }
    return this->Values.data();
  }

private:
  const std::vector<SolidShape>& Bodies;
  std::vector<double> Values;
  std::vector<double> Others;
  std::vector<double> Axes[3];
};

/// The plane of the eight corners' values, in units of the cube's edge: value = offset + slope . x
/// for x in [-1/2, 1/2]^3.
struct CornerPlane
{
  explicit CornerPlane(const double* corners)
  {
    double mean = 0.0;
    Vec3 g{ 0.0, 0.0, 0.0 };
    for (int c = 0; c < 8; ++c)
    {
      mean += corners[c];
      g.x += c & 1 ? corners[c] : -corners[c];
      g.y += c & 2 ? corners[c] : -corners[c];
      g.z += c & 4 ? corners[c] : -corners[c];
    }
    this->slope = 0.25 * g;
    this->mean = 0.125 * mean;
  }

  double deviation(const double* corners, double centre) const
  {
    double largest = std::fabs(centre - this->mean);
    for (int c = 0; c < 8; ++c)
    {
      const double plane = this->mean + (c & 1 ? 0.5 : -0.5) * this->slope.x +
        (c & 2 ? 0.5 : -0.5) * this->slope.y + (c & 4 ? 0.5 : -0.5) * this->slope.z;
      largest = std::max(largest, std::fabs(corners[c] - plane));
    }
    return largest;
  }

  double fractionInside(double centre) const
  {
    const double offset = centre + (this->mean - centre) / 3.0;
    const double reach =
      0.5 * (std::fabs(this->slope.x) + std::fabs(this->slope.y) + std::fabs(this->slope.z));
    if (std::fabs(offset) >= reach)
    {
      return offset < 0.0 ? 1.0 : 0.0;
    }
    const double below = -offset + 0.5 * (this->slope.x + this->slope.y + this->slope.z);
    return boxFractionBelow({ 1.0, 1.0, 1.0 }, this->slope, below);
  }

  Vec3 slope;
  double mean = 0.0;
};

} // namespace

std::vector<double> solidFractions(
  const std::vector<SolidShape>& bodies, int n, const CoverageAccuracy& accuracy)
{
  const double halfDiagonal = 0.5 * std::sqrt(3.0);
  const bool exact =
    std::all_of(bodies.begin(), bodies.end(), [](const SolidShape& body) { return body.exact(); });
  Evaluation evaluation(bodies);
  std::vector<double> fractions(static_cast<std::size_t>(n) * n * n, 0.0);
  std::vector<Cube> cubes;
  std::vector<Cube> halves;

  // Whole cells by their centres alone.
  const int count = n * n * n;
  for (int first = 0; first < count; first += blockCubes * pointsPerCube)
  {
    const int size = std::min(blockCubes * pointsPerCube, count - first);
    for (int p = 0; p < size; ++p)
    {
      const int cell = first + p;
      evaluation.place(p, { cell % n + 0.5, cell / n % n + 0.5, cell / (n * n) + 0.5 });
    }
    const double* centres = evaluation.values(size);
    for (int p = 0; p < size; ++p)
    {
      const int cell = first + p;
      if (std::fabs(centres[p]) > (exact ? 1.0 : farEstimate) * halfDiagonal)
      {
        fractions[cell] = centres[p] < 0.0 ? 1.0 : 0.0;
        continue;
      }
      cubes.push_back({ { double(cell % n), double(cell / n % n), double(cell / (n * n)) }, cell });
    }
  }

  double size = 1.0;
  for (int level = 0; !cubes.empty(); ++level, size *= 0.5)
  {
    const double part = size * size * size;
    const double near = (exact ? 1.0 : level == 0 ? farEstimate : nearEstimate) * halfDiagonal;
    halves.clear();
    for (std::size_t first = 0; first < cubes.size(); first += blockCubes)
    {
      const int block = static_cast<int>(std::min<std::size_t>(blockCubes, cubes.size() - first));
      for (int b = 0; b < block; ++b)
      {
        const Vec3 low = cubes[first + b].low;
        for (int c = 0; c < 8; ++c)
        {
          evaluation.place(pointsPerCube * b + c,
            { low.x + (c & 1 ? size : 0.0), low.y + (c & 2 ? size : 0.0),
              low.z + (c & 4 ? size : 0.0) });
        }
        evaluation.place(pointsPerCube * b + 8, low + Vec3{ 0.5 * size, 0.5 * size, 0.5 * size });
      }
      const double* values = evaluation.values(pointsPerCube * block);
      for (int b = 0; b < block; ++b)
      {
        const Cube& cube = cubes[first + b];
        const double* corners = values + pointsPerCube * b;
        const double centre = corners[8];
        if (std::fabs(centre) > near * size)
        {
          fractions[cube.cell] += centre < 0.0 ? part : 0.0;
          continue;
        }
        const CornerPlane plane(corners);
        const bool flat = level > 0 && plane.deviation(corners, centre) < accuracy.deviation;
        if (flat || level == accuracy.depth)
        {
          fractions[cube.cell] += part * plane.fractionInside(centre);
          continue;
        }
        for (int c = 0; c < 8; ++c)
        {
          const double half = 0.5 * size;
          halves.push_back(
            { cube.low + Vec3{ c & 1 ? half : 0.0, c & 2 ? half : 0.0, c & 4 ? half : 0.0 },
              cube.cell });
        }
      }
    }
    std::swap(cubes, halves);
  }
  for (double& f : fractions)
  {
    f = std::clamp(f, 0.0, 1.0);
  }
  return fractions;
}

void unionDistances(
  const std::vector<SolidShape>& bodies, const PointArrays& points, double* result)
{
  bodies[0].distances(points, result);
  std::vector<double> other(bodies.size() > 1 ? points.count : 0);
  for (std::size_t b = 1; b < bodies.size(); ++b)
  {
    bodies[b].distances(points, other.data());
    for (int i = 0; i < points.count; ++i)
    {
      result[i] = std::min(result[i], other[i]);
    }
  }
}

} // namespace mir
