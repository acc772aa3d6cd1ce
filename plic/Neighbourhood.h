// A cell and its neighbours, to be cut by one plane again and again.
#ifndef mir_plic_Neighbourhood_h
#define mir_plic_Neighbourhood_h

#include "plic/BoxCut.h"
#include "plic/CellBand.h"
#include "plic/CutSums.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mir {

/// A cell and its neighbours, about the cell's centroid and in units of its size.
class Neighbourhood
{
public:
  int dimension = 3;

  void clear()
  {
    this->Points.clear();
    this->Faces.assign(1, 0);
    this->FaceVertices.clear();
    this->FaceAreas.clear();
    this->Cells.clear();
  }

  /// The first cell is the one that the plane belongs to.
  void addBox(Vec3 low, Vec3 widths, double fraction)
  {
    Cell& cell = this->add(CellKind::Box, fraction);
    cell.volume = widths.x * widths.y * widths.z;
    cell.centroid = low + 0.5 * widths;
    this->Points.push_back(low);
    this->Points.push_back(widths);
  }

  void addBandCell(const CellBand& band, int index, Vec3 centre, double unit, double fraction)
  {
    const int n = band.cellSize(index);
    if (band.kinds[index] == CellKind::Box)
    {
      const Vec3 low = band.origin(index);
      Vec3 widths = 1.0 / unit * (band.point(index, this->dimension == 2 ? 2 : 6) - low);
      widths.z = this->dimension == 2 ? 1.0 : widths.z;
      this->addBox(1.0 / unit * (low - centre), widths, fraction);
      return;
    }
    Cell& cell = this->add(band.kinds[index], fraction);
    cell.volume = band.volumes[index] / (this->dimension == 2 ? unit * unit : unit * unit * unit);
    cell.centroid = 1.0 / unit * (band.centroids[index] - centre);
    if (cell.kind == CellKind::Simplex)
    {
      cell.count = n;
      for (int i = 0; i < n; ++i)
      {
        this->Points.push_back(1.0 / unit * (band.point(index, i) - centre));
      }
      return;
    }
    const Vec3 shift = band.origin(index) - centre;
    if (this->dimension == 2)
    {
      band.polygon(index, this->Polygon);
      cell.count = n;
      for (const Vec2& point : this->Polygon)
      {
        this->Points.push_back(1.0 / unit * (Vec3{ point.x, point.y, 0.0 } + shift));
      }
      return;
    }
    band.polyhedron(index, this->Polyhedron);
    cell.count = static_cast<int>(this->Polyhedron.points.size());
    for (const Vec3& point : this->Polyhedron.points)
    {
      this->Points.push_back(1.0 / unit * (point + shift));
    }
    cell.firstFace = static_cast<int>(this->Faces.size()) - 1;
    cell.faceCount = this->Polyhedron.numberOfFaces();
    const int offset = static_cast<int>(this->FaceVertices.size());
    for (int f = 0; f < cell.faceCount; ++f)
    {
      this->Faces.push_back(offset + this->Polyhedron.faceOffsets[f + 1]);
    }
    this->FaceVertices.insert(this->FaceVertices.end(), this->Polyhedron.faceVertices.begin(),
      this->Polyhedron.faceVertices.end());
    const Vec3* points = this->Points.data() + cell.first;
    for (int f = cell.firstFace; f < cell.firstFace + cell.faceCount; ++f)
    {
      const int* face = this->FaceVertices.data() + this->Faces[f];
      const int size = this->Faces[f + 1] - this->Faces[f];
      Vec3 area;
      for (int i = 2; i < size; ++i)
      {
        area =
          area + cross(points[face[i - 1]] - points[face[0]], points[face[i]] - points[face[0]]);
      }
      this->FaceAreas.push_back(area);
    }
  }

  int numberOfCells() const { return static_cast<int>(this->Cells.size()); }
  double fraction(int cell) const { return this->Cells[cell].fraction; }
  double volume(int cell) const { return this->Cells[cell].volume; }
  double weight(int cell) const { return this->Cells[cell].weight; }
  double sumOfWeights() const { return this->SumOfWeights; }

  /// Weighs the neighbours, once all are there, by the inverse `power` (0 or 4) of their distance:
  /// 1 for the nearest.
  void weigh(int power)
  {
    const Vec3 centre = this->Cells[0].centroid;
    double nearest = 1e300;
    auto distance2 = [&](const Cell& cell) {
      const Vec3 d = cell.centroid - centre;
      return d.x * d.x + d.y * d.y + (this->dimension == 2 ? 0.0 : d.z * d.z);
    };
    for (std::size_t i = 1; i < this->Cells.size(); ++i)
    {
      nearest = std::min(nearest, distance2(this->Cells[i]));
    }
    this->SumOfWeights = 0.0;
    for (std::size_t i = 1; i < this->Cells.size(); ++i)
    {
      Cell& cell = this->Cells[i];
      const double ratio = power == 0 ? 1.0 : nearest / distance2(cell);
      cell.weight = std::max(ratio * ratio, leastWeight);
      this->SumOfWeights += cell.weight;
    }
  }

  /// True if the plane goes through the cell; then `sums` are those of the cell, else only the
  /// volume is.
  bool cut(int index, Vec3 normal, double constant, CutSums& sums)
  {
    const Cell& cell = this->Cells[index];
    const Vec3* points = this->Points.data() + cell.first;
    if (cell.kind == CellKind::Box)
    {
      sums = cutBox(points[0], points[1], normal, constant);
      return sums.area > 0.0;
    }
    double* heights = this->Heights;
    if (cell.count > fixedHeights)
    {
      this->ManyHeights.resize(cell.count);
      heights = this->ManyHeights.data();
    }
    int below = 0;
    for (int i = 0; i < cell.count; ++i)
    {
      heights[i] = dot(normal, points[i]) - constant;
      below += heights[i] < 0.0;
    }
    if (below == 0 || below == cell.count)
    {
      sums = CutSums{};
      sums.volume = below == 0 ? 0.0 : cell.volume;
      return false;
    }
    if (cell.kind == CellKind::Simplex)
    {
      sums = this->dimension == 2 ? cutTriangle(points, heights, cell.volume)
                                  : cutTetrahedron(points, heights, normal, cell.volume);
    }
    else if (this->dimension == 2)
    {
      sums = cutPolygon(points, heights, cell.count, normal);
    }
    else
    {
      sums = cutPolyhedron({ points, this->Faces.data() + cell.firstFace, this->FaceVertices.data(),
                             this->FaceAreas.data() + cell.firstFace, cell.faceCount },
        heights, normal);
    }
    return sums.area > 0.0;
  }

  /// The lowest and highest n . x of the first cell.
  void extent(Vec3 normal, double& low, double& high) const
  {
    const Cell& cell = this->Cells[0];
    const Vec3* points = this->Points.data() + cell.first;
    low = high = dot(normal, points[0]);
    if (cell.kind == CellKind::Box)
    {
      const double m[3] = { normal.x * points[1].x, normal.y * points[1].y,
        normal.z * points[1].z };
      for (const double part : m)
      {
        (part < 0.0 ? low : high) += part;
      }
      return;
    }
    for (int i = 1; i < cell.count; ++i)
    {
      const double height = dot(normal, points[i]);
      low = std::min(low, height);
      high = std::max(high, height);
    }
  }

  /// The constant that keeps the first cell's fraction, by Newton's method from a guess, and the
  /// sums there.
  double constant(Vec3 normal, double guess, CutSums& sums)
  {
    const Cell& cell = this->Cells[0];
    const Vec3* points = this->Points.data();
    if (cell.kind == CellKind::Box)
    {
      const double d = boxPlaneConstant(points[1], normal, cell.fraction) + dot(normal, points[0]);
      this->cut(0, normal, d, sums);
      return d;
    }
    double low;
    double high;
    this->extent(normal, low, high);
    const double target = cell.fraction * cell.volume;
    const double tolerance = 4e-16 * cell.volume;
    double d = guess > low && guess < high ? guess : low + cell.fraction * (high - low);
    for (int iteration = 0; iteration < 100; ++iteration)
    {
      this->cut(0, normal, d, sums);
      const double error = sums.volume - target;
      (error < 0.0 ? low : high) = d;
      const double next = sums.area > 0.0 ? d - error / sums.area : low;
      const double safe = next > low && next < high ? next : 0.5 * (low + high);
      if (std::abs(error) <= tolerance || safe == d || !(high > low))
      {
        break;
      }
      d = safe;
    }
    return d;
  }

  /// The descent of the fractions by least squares over the neighbours, weighted by the inverse
  /// square of their distance.
  Vec3 descent() const
  {
    double a[3][3] = {};
    Vec3 b;
    double size = 0.0;
    for (std::size_t i = 1; i < this->Cells.size(); ++i)
    {
      Vec3 d = this->Cells[i].centroid - this->Cells[0].centroid;
      d.z = this->dimension == 2 ? 0.0 : d.z;
      const double weight = 1.0 / dot(d, d);
      const double difference = this->Cells[i].fraction - this->Cells[0].fraction;
      const double x[3] = { d.x, d.y, d.z };
      for (int r = 0; r < 3; ++r)
      {
        for (int c = 0; c < 3; ++c)
        {
          a[r][c] += weight * x[r] * x[c];
        }
      }
      b = b - weight * difference * d;
      size += std::abs(difference) * std::sqrt(weight);
    }
    if (length(b) <= 1e-12 * size)
    {
      return {};
    }
    // A ridge lets directions that the neighbours do not span rest.
    const double ridge = 1e-9 * (a[0][0] + a[1][1] + a[2][2]);
    const Vec3 r0{ a[0][0] + ridge, a[0][1], a[0][2] };
    const Vec3 r1{ a[1][0], a[1][1] + ridge, a[1][2] };
    const Vec3 r2{ a[2][0], a[2][1], a[2][2] + ridge };
    const Vec3 c0 = cross(r1, r2);
    const Vec3 gradient =
      1.0 / dot(r0, c0) * (b.x * c0 + b.y * cross(r2, r0) + b.z * cross(r0, r1));
    const double norm = length(gradient);
    return norm > 0.0 ? 1.0 / norm * gradient : Vec3{};
  }

private:
  /// Weights next to the largest: where cells are flat, far neighbours still tell a direction.
  static constexpr double leastWeight = 1e-4;

  struct Cell
  {
    CellKind kind = CellKind::Box;
    int first = 0;
    int count = 0;
    int firstFace = 0;
    int faceCount = 0;
    double fraction = 0.0;
    double volume = 0.0;
    double weight = 1.0;
    Vec3 centroid;
  };

  Cell& add(CellKind kind, double fraction)
  {
    Cell cell;
    cell.kind = kind;
    cell.first = static_cast<int>(this->Points.size());
    cell.fraction = fraction;
    this->Cells.push_back(cell);
    return this->Cells.back();
  }

  static constexpr int fixedHeights = 64;
  std::vector<Vec3> Points;
  std::vector<int> Faces{ 0 };
  std::vector<int> FaceVertices;
  std::vector<Vec3> FaceAreas;
  std::vector<Cell> Cells;
  double SumOfWeights = 0.0;
  double Heights[fixedHeights];
  std::vector<double> ManyHeights;
  mir::Polygon Polygon;
  mir::Polyhedron Polyhedron;
};

} // namespace mir

#endif
