// The cuts of a polyhedron by a plane. Vertices below the plane have a negative height; every edge
// from below to above has one crossing, which its two faces compute alike.
#include "plic/Polyhedron.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mir {

namespace {

/// The vertices of an edge, the lesser first.
using EdgeKey = std::pair<int, int>;

EdgeKey edgeKey(int a, int b)
{
  return a < b ? EdgeKey{ a, b } : EdgeKey{ b, a };
}

/// A directed piece of the cut across one face, between the edges where it enters and leaves.
struct CutPiece
{
  EdgeKey from;
  EdgeKey to;
};

/// How the plane cuts one face. Edge i of the face joins its vertices i and i + 1; rising edges
/// lead from below the plane to above it, falling ones back.
struct FaceCut
{
  std::vector<int> rising;
  /// falling[i] is where the cut that leaves the part below at rising[i] comes back to it.
  std::vector<int> falling;
};

/// Memory that one thread keeps from call to call.
struct Workspace
{
  std::vector<double> heights;
  FaceCut face;
  std::vector<CutPiece> pieces;
  std::vector<int> kept;
  std::vector<std::pair<EdgeKey, int>> crossings;
  std::vector<char> done;
};

Workspace& workspace()
{
  thread_local Workspace instance;
  return instance;
}

/// One face's vertices.
struct Face
{
  const int* vertices;
  int count;

  Face(const Polyhedron& p, int face)
    : vertices(p.faceVertices.data() + p.faceOffsets[face])
    , count(p.faceOffsets[face + 1] - p.faceOffsets[face])
  {}
  int operator[](int i) const { return this->vertices[i]; }
  int next(int i) const { return i + 1 == this->count ? 0 : i + 1; }
  EdgeKey edge(int i) const { return edgeKey(this->vertices[i], this->vertices[this->next(i)]); }
};

/// Twice the vector area of a face.
Vec3 faceNormal(const Polyhedron& p, const Face& face)
{
  const Vec3 origin = p.points[face[0]];
  Vec3 sum;
  for (int i = 2; i < face.count; ++i)
  {
    sum = sum + cross(p.points[face[i - 1]] - origin, p.points[face[i]] - origin);
  }
  return sum;
}

/// Where the plane meets an edge.
Vec3 crossing(const Polyhedron& p, const std::vector<double>& height, EdgeKey edge)
{
  const double ha = height[edge.first];
  const double hb = height[edge.second];
  const Vec3 a = p.points[edge.first];
  const Vec3 b = p.points[edge.second];
  return a + ha / (ha - hb) * (b - a);
}

const std::vector<double>& findHeights(const Polyhedron& p, Vec3 normal, double constant)
{
  std::vector<double>& heights = workspace().heights;
  heights.resize(p.points.size());
  for (std::size_t i = 0; i < heights.size(); ++i)
  {
    heights[i] = dot(normal, p.points[i]) - constant;
  }
  return heights;
}

void cutFace(const Polyhedron& p, const Face& face, const std::vector<double>& height, Vec3 normal,
  FaceCut& result)
{
  result.rising.clear();
  result.falling.clear();
  bool below = height[face[0]] < 0.0;
  for (int i = 0; i < face.count; ++i)
  {
    const bool nextBelow = height[face[face.next(i)]] < 0.0;
    if (below != nextBelow)
    {
      (below ? result.rising : result.falling).push_back(i);
    }
    below = nextBelow;
  }
  if (result.rising.size() > 1)
  {
    // A non-convex face: pair the crossings in order along the cut line.
    const Vec3 along = cross(normal, faceNormal(p, face));
    auto position = [&](int i) {
      return dot(along, crossing(p, height, face.edge(i)) - p.points[face[0]]);
    };
    auto sort = [&](std::vector<int>& edges) {
      std::sort(edges.begin(), edges.end(), [&](int a, int b) {
        const double atA = position(a);
        const double atB = position(b);
        return atA != atB ? atA < atB : a < b;
      });
    };
    sort(result.rising);
    sort(result.falling);
  }
}

/// Adds the pieces of the cut in a face, in the direction of the cap of the part below.
void addPieces(const Face& face, const FaceCut& cut, std::vector<CutPiece>& pieces)
{
  for (std::size_t i = 0; i < cut.rising.size(); ++i)
  {
    pieces.push_back({ face.edge(cut.falling[i]), face.edge(cut.rising[i]) });
  }
}

/// Brings the pieces of each closed loop in order and calls visit(begin, end) with their positions.
/// Seen from above the plane loops turn counter-clockwise.
template <typename Visit>
void forEachLoop(std::vector<CutPiece>& pieces, Visit&& visit)
{
  // Cells have few faces: a search through what is left is quicker than any index.
  for (std::size_t begin = 0; begin < pieces.size();)
  {
    std::size_t end = begin + 1;
    while (end < pieces.size())
    {
      std::size_t next = end;
      while (next < pieces.size() && pieces[next].from != pieces[end - 1].to)
      {
        ++next;
      }
      if (next == pieces.size())
      {
        break;
      }
      std::swap(pieces[end], pieces[next]);
      ++end;
    }
    visit(begin, end);
    begin = end;
  }
}

} // namespace

void clip(const Polyhedron& p, Vec3 normal, double constant, Polyhedron& result,
  std::vector<int>* sourceFaces)
{
  result.clear();
  if (sourceFaces)
  {
    sourceFaces->clear();
  }
  Workspace& work = workspace();
  const std::vector<double>& height = findHeights(p, normal, constant);
  work.kept.assign(p.points.size(), -1);
  for (std::size_t i = 0; i < work.kept.size(); ++i)
  {
    if (height[i] < 0.0)
    {
      work.kept[i] = static_cast<int>(result.points.size());
      result.points.push_back(p.points[i]);
    }
  }
  work.crossings.clear();
  auto addCrossing = [&](EdgeKey key) {
    for (const auto& known : work.crossings)
    {
      if (known.first == key)
      {
        result.faceVertices.push_back(known.second);
        return;
      }
    }
    const int id = static_cast<int>(result.points.size());
    work.crossings.emplace_back(key, id);
    result.points.push_back(crossing(p, height, key));
    result.faceVertices.push_back(id);
  };
  auto close = [&](std::size_t first, int source) {
    if (result.faceVertices.size() - first < 3)
    {
      result.faceVertices.resize(first);
      return;
    }
    result.faceOffsets.push_back(static_cast<int>(result.faceVertices.size()));
    if (sourceFaces)
    {
      sourceFaces->push_back(source);
    }
  };
  work.pieces.clear();
  const FaceCut& cut = work.face;
  for (int f = 0; f < p.numberOfFaces(); ++f)
  {
    const Face face(p, f);
    cutFace(p, face, height, normal, work.face);
    addPieces(face, cut, work.pieces);
    std::size_t first = result.faceVertices.size();
    if (cut.rising.empty())
    {
      for (int i = 0; i < face.count && height[face[0]] < 0.0; ++i)
      {
        result.faceVertices.push_back(work.kept[face[i]]);
      }
      close(first, f);
      continue;
    }
    // Every piece of the face below the plane becomes a face of its own: from where the boundary
    // falls, along it to where it rises, across the cut to the next fall.
    work.done.assign(cut.rising.size(), 0);
    for (std::size_t start = 0; start < cut.falling.size(); ++start)
    {
      first = result.faceVertices.size();
      for (std::size_t piece = start; !work.done[piece];)
      {
        work.done[piece] = 1;
        addCrossing(face.edge(cut.falling[piece]));
        int i = face.next(cut.falling[piece]);
        while (height[face[face.next(i)]] < 0.0)
        {
          result.faceVertices.push_back(work.kept[face[i]]);
          i = face.next(i);
        }
        result.faceVertices.push_back(work.kept[face[i]]);
        addCrossing(face.edge(i));
        piece = std::find(cut.rising.begin(), cut.rising.end(), i) - cut.rising.begin();
      }
      close(first, f);
    }
  }
  forEachLoop(work.pieces, [&](std::size_t begin, std::size_t end) {
    const std::size_t first = result.faceVertices.size();
    for (std::size_t i = begin; i < end; ++i)
    {
      addCrossing(work.pieces[i].from);
    }
    close(first, -1);
  });
}

double volumeBelow(const Polyhedron& p, Vec3 normal, double constant, double* derivative)
{
  // Divergence theorem about a point of the plane: the cap adds nothing to the volume, and its area
  // closes the sum of the clipped faces' vector areas.
  const std::vector<double>& height = findHeights(p, normal, constant);
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
  for (int f = 0; f < p.numberOfFaces(); ++f)
  {
    const Face face(p, f);
    int held = 0;
    Vec3 apex;
    Vec3 last;
    Vec3 twiceArea;
    auto add = [&](Vec3 x) {
      if (held == 0)
      {
        apex = x - origin;
      }
      const Vec3 next = x - origin - apex;
      if (held >= 2)
      {
        twiceArea = twiceArea + cross(last, next);
      }
      last = next;
      ++held;
    };
    for (int i = 0; i < face.count; ++i)
    {
      const int a = face[i];
      const int b = face[face.next(i)];
      if (height[a] < 0.0)
      {
        add(p.points[a]);
      }
      if ((height[a] < 0.0) != (height[b] < 0.0))
      {
        add(crossing(p, height, edgeKey(a, b)));
      }
    }
    sixfold += dot(twiceArea, apex);
    twiceCap -= dot(twiceArea, normal);
  }
  if (derivative)
  {
    *derivative = 0.5 * twiceCap / normal2;
  }
  return sixfold / 6.0;
}

CutMoments cutMoments(const Polyhedron& p, Vec3 normal, double constant)
{
  // Cones in the plane from the first crossing to the cut's edge in every face. However the
  // crossings of one face are paired, pieces of its line add up to the same.
  const std::vector<double>& height = findHeights(p, normal, constant);
  MomentSum sum(Vec3{});
  bool begun = false;
  for (int f = 0; f < p.numberOfFaces(); ++f)
  {
    const Face face(p, f);
    bool open = false;
    Vec3 ends[2];
    bool below = height[face[0]] < 0.0;
    for (int i = 0; i < face.count; ++i)
    {
      const bool nextBelow = height[face[face.next(i)]] < 0.0;
      if (below != nextBelow)
      {
        const Vec3 x = crossing(p, height, face.edge(i));
        if (!begun)
        {
          begun = true;
          sum = MomentSum(x);
        }
        // From where the boundary falls below to where it rises.
        ends[below ? 1 : 0] = x;
        if (open)
        {
          sum.addCone(ends[0], ends[1], normal);
        }
        open = !open;
      }
      below = nextBelow;
    }
  }
  return sum.result();
}

std::vector<std::vector<Vec3>> cut(const Polyhedron& p, Vec3 normal, double constant)
{
  std::vector<std::vector<Vec3>> loops;
  cut(p, normal, constant, loops);
  return loops;
}

void cut(const Polyhedron& p, Vec3 normal, double constant, std::vector<std::vector<Vec3>>& loops)
{
  Workspace& work = workspace();
  const std::vector<double>& height = findHeights(p, normal, constant);
  work.pieces.clear();
  for (int f = 0; f < p.numberOfFaces(); ++f)
  {
    const Face face(p, f);
    cutFace(p, face, height, normal, work.face);
    addPieces(face, work.face, work.pieces);
  }
  std::size_t count = 0;
  forEachLoop(work.pieces, [&](std::size_t begin, std::size_t end) {
    if (count == loops.size())
    {
      loops.emplace_back();
    }
    std::vector<Vec3>& loop = loops[count];
    loop.clear();
    auto coincide = [](Vec3 a, Vec3 b) { return a.x == b.x && a.y == b.y && a.z == b.z; };
    for (std::size_t i = begin; i < end; ++i)
    {
      const Vec3 point = crossing(p, height, work.pieces[i].from);
      // Several edges meet the plane in the same vertex.
      if (loop.empty() || !coincide(point, loop.back()))
      {
        loop.push_back(point);
      }
    }
    while (loop.size() > 1 && coincide(loop.back(), loop.front()))
    {
      loop.pop_back();
    }
    count += loop.size() >= 3 ? 1 : 0;
  });
  loops.resize(count);
}

} // namespace mir
