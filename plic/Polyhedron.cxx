#include "plic/Polyhedron.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

/// Twice the vector area of a face, relative to its first vertex.
Vec3 faceNormal(const Polyhedron& p, int face)
{
  const int begin = p.faceOffsets[face];
  const int end = p.faceOffsets[face + 1];
  const Vec3 origin = p.points[p.faceVertices[begin]];
  Vec3 sum;
  for (int i = begin + 2; i < end; ++i)
  {
    sum =
      sum + cross(p.points[p.faceVertices[i - 1]] - origin, p.points[p.faceVertices[i]] - origin);
  }
  return sum;
}

using EdgeKey = std::pair<int, int>;

/// A directed piece of the cut across one face, between the edges where it enters and leaves.
struct CutPiece
{
  EdgeKey from;
  EdgeKey to;
};

EdgeKey edgeKey(int a, int b)
{
  return a < b ? EdgeKey{ a, b } : EdgeKey{ b, a };
}

/// Where the plane meets the edge (a, b), computed alike from both of the edge's faces.
Vec3 crossing(const Polyhedron& p, const std::vector<double>& height, EdgeKey edge)
{
  const double ha = height[edge.first];
  const double hb = height[edge.second];
  const Vec3 a = p.points[edge.first];
  const Vec3 b = p.points[edge.second];
  return a + ha / (ha - hb) * (b - a);
}

std::vector<double> heights(const Polyhedron& p, Vec3 normal, double constant)
{
  std::vector<double> height(p.points.size());
  for (std::size_t i = 0; i < height.size(); ++i)
  {
    height[i] = dot(normal, p.points[i]) - constant;
  }
  return height;
}

/// How the plane cuts one face. Edge i of the face joins its vertices i and i + 1; rising edges
/// lead from below the plane to above it, falling ones back.
struct FaceCut
{
  std::vector<int> rising;
  /// falling[i] is where the cut that leaves the part below at rising[i] comes back to it.
  std::vector<int> falling;
};

void cutFace(
  const Polyhedron& p, int face, const std::vector<double>& height, Vec3 normal, FaceCut& result)
{
  result.rising.clear();
  result.falling.clear();
  const int begin = p.faceOffsets[face];
  const int count = p.faceOffsets[face + 1] - begin;
  const int* vertices = p.faceVertices.data() + begin;
  for (int i = 0; i < count; ++i)
  {
    const bool below = height[vertices[i]] < 0.0;
    if (below != (height[vertices[(i + 1) % count]] < 0.0))
    {
      (below ? result.rising : result.falling).push_back(i);
    }
  }
  if (result.rising.size() > 1)
  {
    // A non-convex face: pair the crossings in order along the cut line.
    const Vec3 along = cross(normal, faceNormal(p, face));
    auto position = [&](int i) {
      const EdgeKey key = edgeKey(vertices[i], vertices[(i + 1) % count]);
      return dot(along, crossing(p, height, key) - p.points[vertices[0]]);
    };
    auto sort = [&](std::vector<int>& edges) {
      std::stable_sort(
        edges.begin(), edges.end(), [&](int a, int b) { return position(a) < position(b); });
    };
    sort(result.rising);
    sort(result.falling);
  }
}

/// The pieces of the cut in every face, in the direction of the cap of the part below.
std::vector<CutPiece> cutPieces(const Polyhedron& p, const std::vector<double>& height, Vec3 normal)
{
  std::vector<CutPiece> pieces;
  FaceCut cut;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    cutFace(p, face, height, normal, cut);
    const int begin = p.faceOffsets[face];
    const int count = p.faceOffsets[face + 1] - begin;
    auto key = [&](int i) {
      return edgeKey(p.faceVertices[begin + i], p.faceVertices[begin + (i + 1) % count]);
    };
    for (std::size_t i = 0; i < cut.rising.size(); ++i)
    {
      pieces.push_back({ key(cut.falling[i]), key(cut.rising[i]) });
    }
  }
  return pieces;
}

/// Joins the pieces into closed loops of edge keys, counter-clockwise seen from above the plane.
std::vector<std::vector<EdgeKey>> cutLoops(std::vector<CutPiece> pieces)
{
  std::vector<std::vector<EdgeKey>> loops;
  // Cells have few faces: a search through what is left is quicker than any index.
  while (!pieces.empty())
  {
    std::vector<EdgeKey> loop;
    for (std::size_t next = 0; next < pieces.size();)
    {
      const EdgeKey to = pieces[next].to;
      loop.push_back(pieces[next].from);
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(next));
      for (next = 0; next < pieces.size() && pieces[next].from != to; ++next)
      {}
    }
    loops.push_back(std::move(loop));
  }
  return loops;
}

} // namespace

void Polyhedron::clear()
{
  this->points.clear();
  this->faceOffsets.assign(1, 0);
  this->faceVertices.clear();
}

void addFace(Polyhedron& p, const int* vertices, int count)
{
  auto append = [&p](std::initializer_list<int> ids) {
    p.faceVertices.insert(p.faceVertices.end(), ids);
    p.faceOffsets.push_back(static_cast<int>(p.faceVertices.size()));
  };
  if (count > 3)
  {
    Vec3 mean;
    for (int i = 0; i < count; ++i)
    {
      mean = mean + 1.0 / count * (p.points[vertices[i]] - p.points[vertices[0]]);
    }
    mean = mean + p.points[vertices[0]];
    Vec3 normal;
    double size2 = 0.0;
    for (int i = 0; i < count; ++i)
    {
      const Vec3 a = p.points[vertices[i]] - mean;
      normal = normal + cross(a, p.points[vertices[(i + 1) % count]] - mean);
      size2 = std::max(size2, dot(a, a));
    }
    const double norm = length(normal);
    double warp = 0.0;
    for (int i = 0; i < count; ++i)
    {
      warp = std::max(warp, std::abs(dot(normal, p.points[vertices[i]] - mean)));
    }
    if (warp > 1e-12 * norm * std::sqrt(size2))
    {
      const int centre = static_cast<int>(p.points.size());
      p.points.push_back(mean);
      for (int i = 0; i < count; ++i)
      {
        append({ vertices[i], vertices[(i + 1) % count], centre });
      }
      return;
    }
  }
  p.faceVertices.insert(p.faceVertices.end(), vertices, vertices + count);
  p.faceOffsets.push_back(static_cast<int>(p.faceVertices.size()));
}

double volume(const Polyhedron& p)
{
  if (p.points.empty())
  {
    return 0.0;
  }
  double sixfold = 0.0;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    sixfold +=
      dot(faceNormal(p, face), p.points[p.faceVertices[p.faceOffsets[face]]] - p.points[0]);
  }
  return sixfold / 6.0;
}

Vec3 centroid(const Polyhedron& p)
{
  if (p.points.empty())
  {
    return {};
  }
  const Vec3 origin = p.points[0];
  double sixfold = 0.0;
  Vec3 moment;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    const int begin = p.faceOffsets[face];
    const Vec3 a = p.points[p.faceVertices[begin]] - origin;
    for (int i = begin + 2; i < p.faceOffsets[face + 1]; ++i)
    {
      const Vec3 b = p.points[p.faceVertices[i - 1]] - origin;
      const Vec3 c = p.points[p.faceVertices[i]] - origin;
      const double weight = dot(a, cross(b, c));
      sixfold += weight;
      moment = moment + weight / 4.0 * (a + b + c);
    }
  }
  double size = 0.0;
  Vec3 mean;
  for (const Vec3& point : p.points)
  {
    size = std::max(size, length(point - origin));
    mean = mean + 1.0 / static_cast<double>(p.points.size()) * (point - origin);
  }
  if (std::abs(sixfold) <= 1e-14 * size * size * size)
  {
    return origin + mean;
  }
  return origin + 1.0 / sixfold * moment;
}

void clip(const Polyhedron& p, Vec3 normal, double constant, Polyhedron& result,
  std::vector<int>* sourceFaces)
{
  result.clear();
  if (sourceFaces)
  {
    sourceFaces->clear();
  }
  const std::vector<double> height = heights(p, normal, constant);
  std::vector<int> kept(p.points.size(), -1);
  for (std::size_t i = 0; i < kept.size(); ++i)
  {
    if (height[i] < 0.0)
    {
      kept[i] = static_cast<int>(result.points.size());
      result.points.push_back(p.points[i]);
    }
  }
  std::vector<std::pair<EdgeKey, int>> crossings;
  auto crossingId = [&](EdgeKey key) {
    for (const auto& known : crossings)
    {
      if (known.first == key)
      {
        return known.second;
      }
    }
    crossings.emplace_back(key, static_cast<int>(result.points.size()));
    result.points.push_back(crossing(p, height, key));
    return crossings.back().second;
  };
  auto close = [&](std::size_t first, int source) {
    if (result.faceVertices.size() - first >= 3)
    {
      result.faceOffsets.push_back(static_cast<int>(result.faceVertices.size()));
      if (sourceFaces)
      {
        sourceFaces->push_back(source);
      }
    }
    else
    {
      result.faceVertices.resize(first);
    }
  };
  FaceCut cut;
  std::vector<bool> done;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    cutFace(p, face, height, normal, cut);
    const int begin = p.faceOffsets[face];
    const int count = p.faceOffsets[face + 1] - begin;
    const int* vertices = p.faceVertices.data() + begin;
    std::size_t first = result.faceVertices.size();
    if (cut.rising.empty())
    {
      for (int i = 0; i < count && height[vertices[0]] < 0.0; ++i)
      {
        result.faceVertices.push_back(kept[vertices[i]]);
      }
      close(first, face);
      continue;
    }
    auto addCrossing = [&](int i) {
      const int id = crossingId(edgeKey(vertices[i], vertices[(i + 1) % count]));
      result.faceVertices.push_back(id);
    };
    // Every piece of the face below the plane becomes a face of its own: from where the boundary
    // falls, along it to where it rises, across the cut to the next fall.
    done.assign(cut.rising.size(), false);
    for (std::size_t start = 0; start < cut.falling.size(); ++start)
    {
      first = result.faceVertices.size();
      for (std::size_t piece = start; !done[piece];)
      {
        done[piece] = true;
        addCrossing(cut.falling[piece]);
        int i = (cut.falling[piece] + 1) % count;
        while (height[vertices[(i + 1) % count]] < 0.0)
        {
          result.faceVertices.push_back(kept[vertices[i]]);
          i = (i + 1) % count;
        }
        result.faceVertices.push_back(kept[vertices[i]]);
        addCrossing(i);
        piece = std::find(cut.rising.begin(), cut.rising.end(), i) - cut.rising.begin();
      }
      close(first, face);
    }
  }
  for (const auto& loop : cutLoops(cutPieces(p, height, normal)))
  {
    const std::size_t first = result.faceVertices.size();
    for (const EdgeKey& key : loop)
    {
      result.faceVertices.push_back(crossingId(key));
    }
    close(first, -1);
  }
}

double volumeBelow(const Polyhedron& p, Vec3 normal, double constant, double* derivative)
{
  // Divergence theorem about a point of the plane: the cap adds nothing to the volume, and its area
  // closes the sum of the clipped faces' vector areas.
  const std::vector<double> height = heights(p, normal, constant);
  const double normal2 = dot(normal, normal);
  if (p.points.empty() || normal2 == 0.0)
  {
    if (derivative)
    {
      *derivative = 0.0;
    }
    return 0.0;
  }
  const Vec3 origin = p.points[0] - height[0] / normal2 * normal;
  double sixfold = 0.0;
  double twiceCap = 0.0;
  std::vector<Vec3> polygon;
  for (int face = 0; face < p.numberOfFaces(); ++face)
  {
    const int begin = p.faceOffsets[face];
    const int count = p.faceOffsets[face + 1] - begin;
    polygon.clear();
    for (int i = 0; i < count; ++i)
    {
      const int a = p.faceVertices[begin + i];
      const int b = p.faceVertices[begin + (i + 1) % count];
      if (height[a] < 0.0)
      {
        polygon.push_back(p.points[a] - origin);
      }
      if ((height[a] < 0.0) != (height[b] < 0.0))
      {
        polygon.push_back(crossing(p, height, edgeKey(a, b)) - origin);
      }
    }
    Vec3 twiceArea;
    for (std::size_t i = 2; i < polygon.size(); ++i)
    {
      twiceArea = twiceArea + cross(polygon[i - 1] - polygon[0], polygon[i] - polygon[0]);
    }
    if (!polygon.empty())
    {
      sixfold += dot(twiceArea, polygon[0]);
      twiceCap -= dot(twiceArea, normal);
    }
  }
  if (derivative)
  {
    *derivative = 0.5 * twiceCap / normal2;
  }
  return sixfold / 6.0;
}

std::vector<std::vector<Vec3>> cut(const Polyhedron& p, Vec3 normal, double constant)
{
  const std::vector<double> height = heights(p, normal, constant);
  std::vector<std::vector<Vec3>> loops;
  for (const auto& keys : cutLoops(cutPieces(p, height, normal)))
  {
    std::vector<Vec3> loop;
    for (const EdgeKey& key : keys)
    {
      const Vec3 point = crossing(p, height, key);
      // Several edges meet the plane in the same vertex.
      if (loop.empty() || length(point - loop.back()) > 0.0)
      {
        loop.push_back(point);
      }
    }
    while (loop.size() > 1 && length(loop.back() - loop.front()) == 0.0)
    {
      loop.pop_back();
    }
    if (loop.size() >= 3)
    {
      loops.push_back(std::move(loop));
    }
  }
  return loops;
}

} // namespace mir
