#include "plic/CellBand.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace mir {

void CellBand::polygon(int cell, Polygon& result) const
{
  const int n = this->cellSize(cell);
  const Vec3 origin = this->origin(cell);
  const bool reverse = !this->inverted.empty() && this->inverted[cell];
  result.resize(n);
  for (int i = 0; i < n; ++i)
  {
    const Vec3 x = this->point(cell, reverse ? (n - i) % n : i) - origin;
    result[i] = { x.x, x.y };
  }
}

void CellBand::polyhedron(int cell, Polyhedron& result) const
{
  const int n = this->cellSize(cell);
  const Vec3 origin = this->origin(cell);
  result.clear();
  for (int i = 0; i < n; ++i)
  {
    result.points.push_back(this->point(cell, i) - origin);
  }
  const FaceTable& faces = this->shapes[this->cellShapes[cell]];
  const int count = static_cast<int>(faces.offsets.size()) - 1;
  for (int f = 0; f < count; ++f)
  {
    const int* vertices = faces.vertices.data() + faces.offsets[f];
    const int size = faces.offsets[f + 1] - faces.offsets[f];
    if (this->kinds[cell] == CellKind::General)
    {
      addFace(result, vertices, size);
    }
    else
    {
      result.faceVertices.insert(result.faceVertices.end(), vertices, vertices + size);
      result.faceOffsets.push_back(static_cast<int>(result.faceVertices.size()));
    }
  }
  if (!this->inverted.empty() && this->inverted[cell])
  {
    for (int f = 0; f < result.numberOfFaces(); ++f)
    {
      std::reverse(result.faceVertices.begin() + result.faceOffsets[f],
        result.faceVertices.begin() + result.faceOffsets[f + 1]);
    }
  }
}

void connectBand(CellBand& band, const std::vector<char>& wanted, const ParallelFor& parallelFor)
{
  const int cells = band.numberOfCells();
  std::vector<std::int64_t> offsets(band.points.size() + 1, 0);
  for (int point : band.cellPoints)
  {
    ++offsets[point + 1];
  }
  for (std::size_t i = 1; i < offsets.size(); ++i)
  {
    offsets[i] += offsets[i - 1];
  }
  std::vector<int> cellsAbout(band.cellPoints.size());
  std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
  for (int cell = 0; cell < cells; ++cell)
  {
    for (auto i = band.cellOffsets[cell]; i < band.cellOffsets[cell + 1]; ++i)
    {
      cellsAbout[next[band.cellPoints[i]]++] = cell;
    }
  }

  // Ranges of cells collect their neighbours apart, then these are joined.
  struct Collected
  {
    int begin;
    std::vector<int> neighbours;
  };
  std::vector<Collected> collected;
  std::mutex joining;
  band.neighbourOffsets.assign(cells + 1, 0);
  parallelFor(cells, [&](int begin, int end) {
    std::vector<int> about;
    std::vector<int> list;
    for (int cell = begin; cell < end; ++cell)
    {
      if (!wanted.empty() && !wanted[cell])
      {
        continue;
      }
      about.clear();
      for (auto i = band.cellOffsets[cell]; i < band.cellOffsets[cell + 1]; ++i)
      {
        const int point = band.cellPoints[i];
        // Few enough that looking through them costs less than sorting them all.
        for (auto j = offsets[point]; j < offsets[point + 1]; ++j)
        {
          const int other = cellsAbout[j];
          if (other != cell && std::find(about.begin(), about.end(), other) == about.end())
          {
            about.push_back(other);
          }
        }
      }
      std::sort(about.begin(), about.end());
      list.insert(list.end(), about.begin(), about.end());
      band.neighbourOffsets[cell + 1] = static_cast<std::int64_t>(about.size());
    }
    const std::lock_guard<std::mutex> lock(joining);
    collected.push_back({ begin, std::move(list) });
  });
  for (int cell = 0; cell < cells; ++cell)
  {
    band.neighbourOffsets[cell + 1] += band.neighbourOffsets[cell];
  }
  band.neighbours.resize(band.neighbourOffsets.back());
  for (const Collected& range : collected)
  {
    std::copy(range.neighbours.begin(), range.neighbours.end(),
      band.neighbours.begin() + band.neighbourOffsets[range.begin]);
  }
}

void allocateMeasures(CellBand& band)
{
  band.volumes.assign(band.numberOfCells(), 0.0);
  band.centroids.assign(band.numberOfCells(), Vec3{});
  band.inverted.assign(band.numberOfCells(), 0);
}

void measureBand(CellBand& band, int begin, int end)
{
  Polygon polygon;
  Polyhedron polyhedron;
  for (int cell = begin; cell < end; ++cell)
  {
    const Vec3 origin = band.origin(cell);
    if (band.kinds[cell] == CellKind::Box)
    {
      const Vec3 widths = band.point(cell, band.dimension == 2 ? 2 : 6) - origin;
      band.volumes[cell] = widths.x * widths.y * (band.dimension == 2 ? 1.0 : widths.z);
      band.centroids[cell] = origin + 0.5 * widths;
    }
    else if (band.dimension == 2)
    {
      band.polygon(cell, polygon);
      const double signedArea = area(polygon);
      const Vec2 c = centroid(polygon);
      band.volumes[cell] = std::abs(signedArea);
      band.centroids[cell] = origin + Vec3{ c.x, c.y, 0.0 };
      band.inverted[cell] = signedArea < 0.0;
    }
    else if (band.kinds[cell] == CellKind::Simplex)
    {
      const Vec3 a = band.point(cell, 1) - origin;
      const Vec3 b = band.point(cell, 2) - origin;
      const Vec3 c = band.point(cell, 3) - origin;
      // The table's orientation is that of the volume a . (b x c) > 0.
      const double sixfold = dot(a, cross(b, c));
      band.volumes[cell] = std::abs(sixfold) / 6.0;
      band.centroids[cell] = origin + 0.25 * (a + b + c);
      band.inverted[cell] = sixfold < 0.0;
    }
    else
    {
      band.polyhedron(cell, polyhedron);
      const double signedVolume = volume(polyhedron);
      band.volumes[cell] = std::abs(signedVolume);
      band.centroids[cell] = origin + centroid(polyhedron);
      band.inverted[cell] = signedVolume < 0.0;
    }
  }
}

} // namespace mir
