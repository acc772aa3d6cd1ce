#include "HangingFaces.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace mir {

namespace {

constexpr double onFace = 1e-6;

/// Faces of cells as runs of the band's points.
class BandFaces
{
public:
  explicit BandFaces(const CellBand& band)
    : Band(band)
  {}

  int count(int cell) const
  {
    return this->Band.dimension == 2
      ? this->Band.cellSize(cell)
      : static_cast<int>(this->Band.shapes[this->Band.cellShapes[cell]].offsets.size()) - 1;
  }

  void points(int cell, int face, std::vector<int>& result) const
  {
    result.clear();
    const int* corners = this->Band.cellPoints.data() + this->Band.cellOffsets[cell];
    if (this->Band.dimension == 2)
    {
      result = { corners[face], corners[(face + 1) % this->Band.cellSize(cell)] };
      return;
    }
    const FaceTable& table = this->Band.shapes[this->Band.cellShapes[cell]];
    for (int i = table.offsets[face]; i < table.offsets[face + 1]; ++i)
    {
      result.push_back(corners[table.vertices[i]]);
    }
  }

private:
  const CellBand& Band;
};

/// Whether a point lies on a face, away from its corners.
bool liesOn(const CellBand& band, const std::vector<int>& face, Vec3 x)
{
  const Vec3 first = band.points[face[0]];
  if (face.size() == 2)
  {
    const Vec3 along = band.points[face[1]] - first;
    const double size = length(along);
    const double t = dot(x - first, along) / (size * size);
    return t > onFace && t < 1.0 - onFace && length(x - first - t * along) < onFace * size;
  }
  Vec3 normal;
  for (std::size_t i = 2; i < face.size(); ++i)
  {
    normal = normal + cross(band.points[face[i - 1]] - first, band.points[face[i]] - first);
  }
  const double area = length(normal);
  const double size = std::sqrt(area);
  if (!(area > 0.0) || std::abs(dot(x - first, normal)) > onFace * size * area)
  {
    return false;
  }
  for (std::size_t i = 0; i < face.size(); ++i)
  {
    const Vec3 a = band.points[face[i]];
    const Vec3 b = band.points[face[(i + 1) % face.size()]];
    if (length(x - a) < onFace * size || dot(cross(b - a, x - a), normal) < -onFace * area * area)
    {
      return false;
    }
  }
  return true;
}

} // namespace

std::int64_t countHangingFaces(const CellBand& band)
{
  // Faces by a hash of their sorted points; those of one cell alone are looked at.
  struct Face
  {
    std::uint64_t key;
    int cell;
    int face;
  };
  const BandFaces faces(band);
  std::vector<Face> all;
  std::vector<int> points;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    for (int face = 0; face < faces.count(cell); ++face)
    {
      faces.points(cell, face, points);
      std::sort(points.begin(), points.end());
      points.erase(std::unique(points.begin(), points.end()), points.end());
      if (static_cast<int>(points.size()) >= band.dimension)
      {
        std::uint64_t key = points.size();
        for (int point : points)
        {
          key = (key ^ static_cast<std::uint64_t>(point)) * 0x9E3779B97F4A7C15u;
          key ^= key >> 29;
        }
        all.push_back({ key, cell, face });
      }
    }
  }
  std::sort(all.begin(), all.end(),
    [](const Face& a, const Face& b) { return std::tie(a.key, a.cell) < std::tie(b.key, b.cell); });
  std::vector<std::vector<int>> alone(band.numberOfCells());
  for (std::size_t i = 0; i < all.size(); ++i)
  {
    const bool before = i > 0 && all[i - 1].key == all[i].key;
    const bool after = i + 1 < all.size() && all[i + 1].key == all[i].key;
    if (!before && !after)
    {
      alone[all[i].cell].push_back(all[i].face);
    }
  }

  std::set<std::pair<int, int>> hanging;
  auto look = [&](int cell, int other) {
    for (int face : alone[cell])
    {
      faces.points(cell, face, points);
      for (int i = 0; i < band.cellSize(other); ++i)
      {
        const int point = band.cellPoints[band.cellOffsets[other] + i];
        if (std::find(points.begin(), points.end(), point) == points.end() &&
          liesOn(band, points, band.points[point]))
        {
          hanging.emplace(cell, face);
        }
      }
    }
  };
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    for (auto i = band.neighbourOffsets[cell]; i < band.neighbourOffsets[cell + 1]; ++i)
    {
      look(cell, band.neighbours[i]);
      look(band.neighbours[i], cell);
    }
  }
  return static_cast<std::int64_t>(hanging.size());
}

} // namespace mir
