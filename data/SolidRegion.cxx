#include "data/SolidRegion.h"

#include "data/CellRegion.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir {

namespace {

using Segment = std::array<Vec2, 2>;

bool same(Vec2 a, Vec2 b)
{
  return a.x == b.x && a.y == b.y;
}

bool same(Vec3 a, Vec3 b)
{
  return a.x == b.x && a.y == b.y && a.z == b.z;
}

/// The edges of the facets that lie on a face, with the region on their left in its plane; those
/// of two facets that meet there cancel.
std::vector<Segment> segmentsOn(const CellFace& face, const std::vector<std::vector<Vec3>>& facets)
{
  const FacePart& part = *face.part;
  std::vector<Segment> segments;
  for (const std::vector<Vec3>& facet : facets)
  {
    for (std::size_t i = 0; i < facet.size(); ++i)
    {
      const Vec3 a = facet[i];
      const Vec3 b = facet[(i + 1) % facet.size()];
      if (!part.contains(a) || !part.contains(b) || !part.contains(a + 0.5 * (b - a)))
      {
        continue;
      }
      // Facet and face run along their common edge in opposite directions.
      Segment segment{ part.project(b), part.project(a) };
      if (face.reversed)
      {
        std::swap(segment[0], segment[1]);
      }
      if (same(segment[0], segment[1]))
      {
        continue;
      }
      const auto back = std::find_if(segments.begin(), segments.end(),
        [&](const Segment& s) { return same(s[0], segment[1]) && same(s[1], segment[0]); });
      if (back != segments.end())
      {
        segments.erase(back);
      }
      else
      {
        segments.push_back(segment);
      }
    }
  }
  return segments;
}

/// Traces of which some are not known yet: faces that no facet ends on.
class TraceSearch
{
public:
  TraceSearch(const std::vector<CellFace>& faces, const std::vector<std::vector<Vec3>>& facets)
    : Faces(faces)
    , Regions(faces.size())
    , Known(faces.size(), 0)
    , Traces(faces.size())
  {
    for (std::size_t f = 0; f < faces.size(); ++f)
    {
      const std::vector<Segment> segments = segmentsOn(faces[f], facets);
      if (!segments.empty())
      {
        this->Regions[f] = closeRegion(faces[f].part->polygon, segments);
        this->Traces[f] = this->Regions[f].loops;
        this->Known[f] = 1;
      }
    }
  }

  bool anyKnown() const
  {
    return std::find(this->Known.begin(), this->Known.end(), 1) != this->Known.end();
  }

  void setAll(bool full)
  {
    for (std::size_t f = 0; f < this->Faces.size(); ++f)
    {
      this->set(f, full);
    }
  }

  /// From face to face over common edges.
  void spread()
  {
    bool changed = true;
    while (changed)
    {
      changed = false;
      for (std::size_t f = 0; f < this->Faces.size(); ++f)
      {
        const double vote = this->Known[f] ? 0.0 : this->voteOfNeighbours(f);
        if (vote != 0.0)
        {
          this->set(f, vote > 0.0);
          changed = true;
        }
      }
    }
  }

  std::vector<FaceTrace>& traces() { return this->Traces; }

private:
  void set(std::size_t f, bool full)
  {
    this->Regions[f] = full ? fullRegion(this->Faces[f].part->polygon) : CellRegion{};
    this->Traces[f] = this->Regions[f].loops;
    this->Known[f] = 1;
  }

  /// Length of the common edges with known faces that is in their traces, minus what is not.
  double voteOfNeighbours(std::size_t f) const
  {
    const std::vector<Vec3>& own = this->Faces[f].part->corners;
    double vote = 0.0;
    for (std::size_t g = 0; g < this->Faces.size(); ++g)
    {
      if (g == f || !this->Known[g])
      {
        continue;
      }
      const std::vector<Vec3>& other = this->Faces[g].part->corners;
      for (std::size_t e = 0; e < other.size(); ++e)
      {
        const Vec3 a = other[e];
        const Vec3 b = other[(e + 1) % other.size()];
        for (std::size_t i = 0; i < own.size(); ++i)
        {
          const Vec3 c = own[i];
          const Vec3 d = own[(i + 1) % own.size()];
          if ((same(a, c) && same(b, d)) || (same(a, d) && same(b, c)))
          {
            vote += length(b - a) * (traceLength(this->Regions[g], static_cast<int>(e)) - 0.5);
          }
        }
      }
    }
    return vote;
  }

  const std::vector<CellFace>& Faces;
  std::vector<CellRegion> Regions;
  std::vector<char> Known;
  std::vector<FaceTrace> Traces;
};

void addLoop(const std::vector<Vec3>& loop, Polyhedron& boundary)
{
  for (const Vec3& x : loop)
  {
    boundary.faceVertices.push_back(static_cast<int>(boundary.points.size()));
    boundary.points.push_back(x);
  }
  boundary.faceOffsets.push_back(static_cast<int>(boundary.faceVertices.size()));
}

void addTrace(const CellFace& face, const FaceTrace& trace, Vec3 origin, Polyhedron& boundary)
{
  for (const Polygon& polygon : trace)
  {
    std::vector<Vec3> loop;
    for (const Vec2& u : polygon)
    {
      loop.push_back(face.part->lift(u) - origin);
    }
    if (face.reversed)
    {
      std::reverse(loop.begin(), loop.end());
    }
    addLoop(loop, boundary);
  }
}

} // namespace

SolidRegion closeSolidRegion(
  const std::vector<CellFace>& faces, const std::vector<std::vector<Vec3>>& facets)
{
  const Vec3 origin = faces[0].part->corners[0];
  SolidRegion region;
  for (const std::vector<Vec3>& facet : facets)
  {
    std::vector<Vec3> loop;
    for (const Vec3& x : facet)
    {
      loop.push_back(x - origin);
    }
    addLoop(loop, region.boundary);
  }
  TraceSearch search(faces, facets);
  if (search.anyKnown())
  {
    search.spread();
  }
  else
  {
    search.setAll(volume(region.boundary) < 0.0);
  }
  region.traces = std::move(search.traces());
  for (std::size_t f = 0; f < faces.size(); ++f)
  {
    addTrace(faces[f], region.traces[f], origin, region.boundary);
  }
  return region;
}

SolidRegion fullSolidRegion(const std::vector<CellFace>& faces)
{
  SolidRegion region;
  for (const CellFace& face : faces)
  {
    region.traces.push_back({ face.part->polygon });
    addTrace(face, region.traces.back(), faces[0].part->corners[0], region.boundary);
  }
  return region;
}

bool liesOnBoundary(const std::vector<CellFace>& faces, const std::vector<Vec3>& facet)
{
  auto onAny = [&faces](Vec3 x) {
    return std::any_of(
      faces.begin(), faces.end(), [x](const CellFace& face) { return face.part->contains(x); });
  };
  Vec3 mean;
  for (const Vec3& x : facet)
  {
    mean = mean + 1.0 / static_cast<double>(facet.size()) * (x - facet[0]);
  }
  return onAny(facet[0] + mean) && std::all_of(facet.begin(), facet.end(), onAny);
}

} // namespace mir
