#include "data/SolidMeasures.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

constexpr double Infinity = std::numeric_limits<double>::infinity();
constexpr double NotANumber = std::numeric_limits<double>::quiet_NaN();
/// A facet that cuts less than this off a pure cell lies on its boundary.
constexpr double OnBoundary = 1e-9;
/// Differences of traces below this part of a face are rounding.
constexpr double TraceRounding = 1e-13;

bool finite(Vec3 p)
{
  return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z);
}

[[noreturn]] void fail(const char* what, std::int64_t id, const char* why)
{
  throw std::invalid_argument(std::string(what) + " " + std::to_string(id) + " " + why);
}

/// The facet's constant in coordinates relative to `origin`. In extended precision, where a
/// difference of large numbers loses no more digits than the facet itself has.
double localConstant(const PlanarFacet3& facet, Vec3 origin)
{
  long double constant = facet.constant;
  constant -= static_cast<long double>(facet.normal.x) * origin.x;
  constant -= static_cast<long double>(facet.normal.y) * origin.y;
  constant -= static_cast<long double>(facet.normal.z) * origin.z;
  return static_cast<double>(constant);
}

void shift(Polyhedron& polyhedron, Vec3 offset)
{
  for (Vec3& point : polyhedron.points)
  {
    point = point + offset;
  }
}

/// What the region of a cell is: its part below the facet, or all or nothing of it.
struct CellState
{
  double volume = 0.0;
  bool planar = false;
  bool full = false;
  bool mixed = false;
  bool missing = false;
};

/// Vertices of the facet as it lies in the cell, in the cell's local coordinates.
std::vector<Vec3> facetCorners(const Polyhedron& local, const PlanarFacet3& facet, double constant)
{
  std::vector<Vec3> corners;
  for (const auto& loop : cut(local, facet.normal, constant))
  {
    corners.insert(corners.end(), loop.begin(), loop.end());
  }
  return corners;
}

/// The triangles or the one planar polygon that a face stands for, relative to its first vertex.
std::vector<std::vector<Vec3>> planarParts(const std::vector<Vec3>& polygon)
{
  Polyhedron face;
  std::vector<int> ids;
  for (const Vec3& point : polygon)
  {
    ids.push_back(static_cast<int>(ids.size()));
    face.points.push_back(point - polygon[0]);
  }
  addFace(face, ids.data(), static_cast<int>(ids.size()));
  std::vector<std::vector<Vec3>> parts(face.numberOfFaces());
  for (int f = 0; f < face.numberOfFaces(); ++f)
  {
    for (int i = face.faceOffsets[f]; i < face.faceOffsets[f + 1]; ++i)
    {
      parts[f].push_back(face.points[face.faceVertices[i]]);
    }
  }
  return parts;
}

Vec3 vectorArea(const std::vector<Vec3>& polygon)
{
  Vec3 twice;
  for (std::size_t i = 2; i < polygon.size(); ++i)
  {
    twice = twice + cross(polygon[i - 1] - polygon[0], polygon[i] - polygon[0]);
  }
  return 0.5 * twice;
}

/// Part of a planar polygon in normal . x <= constant (Sutherland and Hodgman 1974).
std::vector<Vec3> clipPolygon(const std::vector<Vec3>& polygon, Vec3 normal, double constant)
{
  std::vector<Vec3> result;
  for (std::size_t i = 0; i < polygon.size(); ++i)
  {
    const Vec3 a = polygon[i];
    const Vec3 b = polygon[(i + 1) % polygon.size()];
    const double da = dot(normal, a) - constant;
    const double db = dot(normal, b) - constant;
    if (da <= 0.0)
    {
      result.push_back(a);
    }
    if ((da < 0.0 && db > 0.0) || (da > 0.0 && db < 0.0))
    {
      result.push_back(a + da / (da - db) * (b - a));
    }
  }
  return result;
}

/// Areas of the traces of both neighbours and of what they have in common, as parts of the face.
struct FaceTraces
{
  double a = 0.0;
  double b = 0.0;
  double both = 0.0;
};

FaceTraces traces(const SharedFace& face, const std::vector<CellState>& states,
  const std::vector<PlanarFacet3>& facets)
{
  const Vec3 origin = face.polygon[0];
  auto trace = [&](const std::vector<Vec3>& polygon, std::int64_t cell) {
    const CellState& state = states[cell];
    if (!state.planar)
    {
      return state.full ? polygon : std::vector<Vec3>{};
    }
    return clipPolygon(polygon, facets[cell].normal, localConstant(facets[cell], origin));
  };
  FaceTraces sum;
  double total = 0.0;
  for (const auto& part : planarParts(face.polygon))
  {
    const Vec3 whole = vectorArea(part);
    const double size = length(whole);
    if (size == 0.0)
    {
      continue;
    }
    const Vec3 unit = 1.0 / size * whole;
    const std::vector<Vec3> a = trace(part, face.a);
    total += size;
    sum.a += dot(unit, vectorArea(a));
    sum.b += dot(unit, vectorArea(trace(part, face.b)));
    sum.both += dot(unit, vectorArea(trace(a, face.b)));
  }
  return total > 0.0 ? FaceTraces{ sum.a / total, sum.b / total, sum.both / total } : FaceTraces{};
}

void checkInput(const SolidMeshView& mesh, const std::vector<double>& fractions,
  const std::vector<PlanarFacet3>& facets)
{
  const std::size_t cells = static_cast<std::size_t>(mesh.cells);
  if (fractions.size() != cells || facets.size() != cells)
  {
    throw std::invalid_argument("a mesh of " + std::to_string(cells) + " cells has " +
      std::to_string(fractions.size()) + " volume fractions and " + std::to_string(facets.size()) +
      " facets");
  }
  for (std::int64_t cell = 0; cell < mesh.cells; ++cell)
  {
    const PlanarFacet3& facet = facets[cell];
    if (!std::isfinite(fractions[cell]))
    {
      fail("cell", cell, "has a volume fraction that is not finite");
    }
    if (facet.present &&
      (!finite(facet.normal) || !std::isfinite(facet.constant) || !finite(facet.centroid)))
    {
      fail("cell", cell, "has a facet that is not finite");
    }
    if (facet.present && dot(facet.normal, facet.normal) == 0.0)
    {
      fail("cell", cell, "has a facet without a normal");
    }
  }
  for (std::size_t f = 0; f < mesh.faces.size(); ++f)
  {
    const SharedFace& face = mesh.faces[f];
    if (face.a < 0 || face.a >= mesh.cells || face.b < 0 || face.b >= mesh.cells)
    {
      fail("face", static_cast<std::int64_t>(f), "has a cell id out of range");
    }
    if (face.polygon.size() < 3)
    {
      fail("face", static_cast<std::int64_t>(f), "has fewer than three vertices");
    }
    if (!std::all_of(face.polygon.begin(), face.polygon.end(), finite))
    {
      fail("face", static_cast<std::int64_t>(f), "has coordinates that are not finite");
    }
  }
}

void measureContinuity(const SolidMeshView& mesh, const std::vector<CellState>& states,
  const std::vector<PlanarFacet3>& facets, SolidErrors& errors)
{
  std::int64_t count = 0;
  double sum = 0.0;
  for (const SharedFace& face : mesh.faces)
  {
    const CellState& a = states[face.a];
    const CellState& b = states[face.b];
    const bool plain = !a.planar && !b.planar;
    if (plain && (a.full == b.full || (!a.mixed && !b.mixed)))
    {
      continue;
    }
    const FaceTraces trace = traces(face, states, facets);
    double mismatch = trace.a + trace.b - 2.0 * trace.both;
    mismatch = mismatch > TraceRounding ? std::min(mismatch, 1.0) : 0.0;
    auto isCut = [](double part) { return part > TraceRounding && part < 1.0 - TraceRounding; };
    if (mismatch == 0.0 && !isCut(trace.a) && !isCut(trace.b))
    {
      continue;
    }
    ++count;
    sum += mismatch;
    for (std::int64_t cell : { face.a, face.b })
    {
      errors.continuity[cell] = std::max(errors.continuity[cell], mismatch);
    }
    errors.summary.continuityMax = std::max(errors.summary.continuityMax, mismatch);
  }
  errors.summary.continuityMean = count > 0 ? sum / static_cast<double>(count) : 0.0;
}

} // namespace

SolidErrors measure(const SolidMeshView& mesh, const std::vector<double>& fractions,
  double tolerance, const std::vector<PlanarFacet3>& facets, const Solid* truth)
{
  checkInput(mesh, fractions, facets);
  const std::size_t cells = static_cast<std::size_t>(mesh.cells);
  SolidErrors errors;
  errors.conservation.assign(cells, 0.0);
  errors.continuity.assign(cells, 0.0);
  ErrorSummary& summary = errors.summary;
  summary.cells = mesh.cells;
  if (truth)
  {
    errors.shape.assign(cells, 0.0);
    errors.normal.assign(cells, 0.0);
    errors.distance.assign(cells, NotANumber);
  }

  std::vector<CellState> states(cells);
  Polyhedron cell;
  Polyhedron region;
  double conservation = 0.0;
  double difference = 0.0;
  double truthVolume = 0.0;
  double normals = 0.0;
  double largest = 0.0;
  double mixedVolume = 0.0;
  double allVolume = 0.0;
  std::int64_t normalCount = 0;
  std::int64_t facetCount = 0;
  for (std::int64_t id = 0; id < mesh.cells; ++id)
  {
    CellState& state = states[id];
    const PlanarFacet3& facet = facets[id];
    const double f = fractions[id];
    state.mixed = f > tolerance && f < 1.0 - tolerance;
    state.full = f >= 0.5;
    state.missing = state.mixed && !facet.present;
    if (state.missing)
    {
      state.full = !state.full;
    }
    double part = state.full ? 1.0 : 0.0;
    if (truth || state.mixed || facet.present)
    {
      cell.clear();
      mesh.cell(id, cell);
      const Vec3 origin = cell.points.empty() ? Vec3{} : cell.points[0];
      shift(cell, -origin);
      state.volume = volume(cell);
      if (!(state.volume > 0.0) || !std::isfinite(state.volume))
      {
        fail("cell", id, "has no positive, finite volume");
      }
      allVolume += state.volume;
      mixedVolume += state.mixed ? state.volume : 0.0;
      const double constant = facet.present ? localConstant(facet, origin) : 0.0;
      if (facet.present)
      {
        clip(cell, facet.normal, constant, region);
        const double below = volume(region) / state.volume;
        state.planar = state.mixed || (below > OnBoundary && below < 1.0 - OnBoundary);
        part = state.planar ? below : part;
      }
      if (truth)
      {
        // A facet's corners and centroid against the true boundary.
        if (facet.present)
        {
          const NearestSurfacePoint nearest = truth->nearest(facet.centroid);
          const Vec3 unit = 1.0 / length(facet.normal) * facet.normal;
          errors.distance[id] = nearest.signedDistance;
          errors.normal[id] = std::max(0.0, 1.0 - dot(unit, nearest.normal));
          largest = std::max(largest, std::abs(nearest.signedDistance));
          for (const Vec3& corner : facetCorners(cell, facet, constant))
          {
            largest = std::max(largest, std::abs(truth->nearest(origin + corner).signedDistance));
          }
          ++facetCount;
        }
        else if (state.missing)
        {
          errors.normal[id] = 2.0;
        }
        normals += errors.normal[id];
        normalCount += facet.present || state.missing;
        shift(cell, origin);
        const double inside = truth->volumeInside(cell);
        double error = state.full ? state.volume - inside : inside;
        if (state.planar)
        {
          shift(region, origin);
          error = part * state.volume + inside - 2.0 * truth->volumeInside(region);
        }
        error = std::max(0.0, error);
        errors.shape[id] = error / state.volume;
        difference += error;
        truthVolume += inside;
      }
    }
    const double error = std::abs(part - pureFraction(f, state.mixed));
    errors.conservation[id] = error;
    summary.conservationMax = std::max(summary.conservationMax, error);
    summary.mixed += state.mixed;
    summary.missing += state.missing;
    conservation += state.mixed ? error : 0.0;
  }
  summary.conservationMean =
    summary.mixed > 0 ? conservation / static_cast<double>(summary.mixed) : 0.0;
  measureContinuity(mesh, states, facets, errors);
  if (truth)
  {
    const double h = std::cbrt(summary.mixed > 0 ? mixedVolume / static_cast<double>(summary.mixed)
                                                 : allVolume / static_cast<double>(cells));
    for (double& distance : errors.distance)
    {
      distance /= h;
    }
    summary.shape = difference > 0.0 ? difference / truthVolume : 0.0;
    summary.normal = normalCount > 0 ? normals / static_cast<double>(normalCount) : 0.0;
    summary.hausdorff = facetCount > 0 ? largest / h : summary.mixed > 0 ? Infinity : 0.0;
  }
  return errors;
}

} // namespace mir
