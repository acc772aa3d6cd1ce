#include "data/SolidMeasures.h"

#include "data/SolidRegion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

constexpr double Infinity = std::numeric_limits<double>::infinity();
constexpr double NotANumber = std::numeric_limits<double>::quiet_NaN();
/// Differences of traces below this part of a face are rounding.
constexpr double TraceRounding = 1e-13;

[[noreturn]] void fail(const char* what, std::int64_t id, const char* why)
{
  throw std::invalid_argument(std::string(what) + " " + std::to_string(id) + " " + why);
}

/// A facet with its loop counter-clockwise seen from outside.
struct Facet
{
  std::int64_t id;
  int inside;
  int outside;
  std::vector<Vec3> loop;

  bool bounds(int material) const { return this->inside == material || this->outside == material; }
};

void turn(Facet& facet)
{
  std::reverse(facet.loop.begin(), facet.loop.end());
}

/// What the truth says of the facets of a cell.
struct CellNormals
{
  double sum = 0.0;
  std::int64_t count = 0;
  double largestDistance = 0.0;
};

/// What there is to know of a cell.
struct CellState
{
  double volume = 0.0;
  bool missing = false;
  /// Facets inside of it.
  bool crossed = false;
  /// Largest error of the materials' volumes, as a part of the cell.
  double conservation = 0.0;
  /// Volumes of the truth in the cell and of the difference of the first material's region.
  double truth = 0.0;
  double difference = 0.0;
  CellNormals normals;
  /// Traces of the measured materials, one after the other, on the cell's faces in turn; empty
  /// where one material has all.
  std::vector<FaceTrace> traces;
  /// Facets on its faces.
  std::vector<std::int64_t> onFaces;
};

class Measurement
{
public:
  Measurement(const SolidMeshView& mesh, const CellMaterials& materials, const SolidFacets& facets,
    const Solid* truth)
    : Mesh(mesh)
    , Materials(materials)
    , Facets(facets)
    , Truth(truth)
    , Measured(materials.measured())
    , States(mesh.cells)
    , Distances(truth ? facets.size() : 0, NotANumber)
  {
    this->sortFaces();
    this->FacetOffsets.assign(mesh.cells + 1, 0);
    for (std::int64_t cell : facets.cells)
    {
      ++this->FacetOffsets[cell + 1];
    }
    for (std::int64_t cell = 0; cell < mesh.cells; ++cell)
    {
      this->FacetOffsets[cell + 1] += this->FacetOffsets[cell];
    }
    this->FacetIds.resize(facets.size());
    std::vector<std::int64_t> next(this->FacetOffsets.begin(), this->FacetOffsets.end() - 1);
    for (std::int64_t f = 0; f < facets.size(); ++f)
    {
      this->FacetIds[next[facets.cells[f]]++] = f;
    }
  }

  void run(const ParallelFor& parallelFor)
  {
    parallelFor(static_cast<int>(this->Mesh.cells), [this](int begin, int end) {
      for (int cell = begin; cell < end; ++cell)
      {
        if (this->active(cell))
        {
          this->measureActive(cell);
        }
        else if (this->Truth)
        {
          this->measurePure(cell);
        }
      }
    });
    for (std::int64_t cell = 0; cell < this->Mesh.cells; ++cell)
    {
      const double volume = this->States[cell].volume;
      if ((this->Truth || this->active(cell)) && (!(volume > 0.0) || !std::isfinite(volume)))
      {
        fail("cell", cell, "has no positive, finite volume");
      }
    }
  }

  InterfaceErrors errors() const
  {
    InterfaceErrors errors;
    errors.summary.cells = this->Mesh.cells;
    errors.continuity.assign(this->States.size(), 0.0);
    double conservation = 0.0;
    for (std::int64_t cell = 0; cell < this->Mesh.cells; ++cell)
    {
      const CellState& state = this->States[cell];
      const bool mixed = this->Materials.mixed(cell);
      errors.conservation.push_back(state.conservation);
      errors.summary.conservationMax = std::max(errors.summary.conservationMax, state.conservation);
      errors.summary.mixed += mixed;
      errors.summary.missing += state.missing;
      conservation += mixed ? state.conservation : 0.0;
    }
    errors.summary.conservationMean =
      errors.summary.mixed > 0 ? conservation / static_cast<double>(errors.summary.mixed) : 0.0;
    this->addContinuity(errors);
    if (this->Truth)
    {
      this->addTruth(errors);
    }
    return errors;
  }

private:
  bool active(std::int64_t cell) const
  {
    return this->Materials.mixed(cell) || this->FacetOffsets[cell + 1] > this->FacetOffsets[cell];
  }

  void sortFaces()
  {
    this->Parts.reserve(this->Mesh.faces.size());
    for (const MeshFace& face : this->Mesh.faces)
    {
      this->Parts.push_back(planarParts(face.polygon));
    }
    this->CellFaces.resize(this->Mesh.cells);
    this->FirstOfA.resize(this->Mesh.faces.size());
    this->FirstOfB.resize(this->Mesh.faces.size());
    for (std::size_t f = 0; f < this->Mesh.faces.size(); ++f)
    {
      const MeshFace& face = this->Mesh.faces[f];
      std::vector<CellFace>& a = this->CellFaces[face.a];
      this->FirstOfA[f] = a.size();
      for (const FacePart& part : this->Parts[f])
      {
        a.push_back({ &part, false });
      }
      if (face.b >= 0)
      {
        std::vector<CellFace>& b = this->CellFaces[face.b];
        this->FirstOfB[f] = b.size();
        for (const FacePart& part : this->Parts[f])
        {
          b.push_back({ &part, true });
        }
      }
    }
  }

  /// The facets inside of a cell; notes those on its faces.
  std::vector<Facet> facetsOf(std::int64_t cell)
  {
    std::vector<Facet> inside;
    for (std::int64_t i = this->FacetOffsets[cell]; i < this->FacetOffsets[cell + 1]; ++i)
    {
      const std::int64_t id = this->FacetIds[i];
      const auto [in, out] = this->Facets.materials[id];
      Facet facet{ id, in, out, this->Facets.loop(id) };
      if (facet.loop.size() < 3)
      {
        continue;
      }
      if (liesOnBoundary(this->CellFaces[cell], facet.loop))
      {
        this->States[cell].onFaces.push_back(id);
      }
      else
      {
        inside.push_back(std::move(facet));
      }
    }
    return inside;
  }

  SolidRegion regionOf(int material, std::int64_t cell, const std::vector<Facet>& facets) const
  {
    std::vector<std::vector<Vec3>> loops;
    for (const Facet& facet : facets)
    {
      if (facet.bounds(material))
      {
        loops.push_back(facet.loop);
        if (facet.inside != material)
        {
          std::reverse(loops.back().begin(), loops.back().end());
        }
      }
    }
    return closeSolidRegion(this->CellFaces[cell], loops);
  }

  /// Whether the facets of a cell conserve better the other way round.
  bool isTurned(std::int64_t cell, double volume, std::vector<Facet> facets) const
  {
    const int material = facets[0].inside;
    auto error = [&]() {
      return std::abs(mir::volume(this->regionOf(material, cell, facets).boundary) / volume -
        this->Materials.part(material, cell));
    };
    const double ahead = error();
    std::for_each(facets.begin(), facets.end(), turn);
    return error() < ahead;
  }

  void measureActive(std::int64_t cell)
  {
    CellState& state = this->States[cell];
    if (this->CellFaces[cell].empty())
    {
      return;
    }
    const Vec3 origin = this->CellFaces[cell][0].part->corners[0];
    SolidRegion whole = fullSolidRegion(this->CellFaces[cell]);
    state.volume = volume(whole.boundary);
    std::vector<Facet> facets = this->facetsOf(cell);
    state.crossed = !facets.empty();
    state.missing = facets.empty() && this->Materials.mixed(cell);
    const bool turned =
      state.crossed && !this->Facets.oriented && this->isTurned(cell, state.volume, facets);
    if (turned)
    {
      std::for_each(facets.begin(), facets.end(), turn);
    }
    for (int material : this->Measured)
    {
      SolidRegion region;
      if (state.crossed)
      {
        region = this->regionOf(material, cell, facets);
        state.traces.insert(state.traces.end(), region.traces.begin(), region.traces.end());
      }
      else if (this->full(material, cell))
      {
        region = whole;
      }
      const double part = volume(region.boundary);
      state.conservation = std::max(
        state.conservation, std::abs(part / state.volume - this->Materials.part(material, cell)));
      if (this->Truth && material == 0)
      {
        state.truth = this->insideTruth(whole.boundary, origin);
        const double both = this->insideTruth(region.boundary, origin);
        state.difference = std::max(0.0, part + state.truth - 2.0 * both);
      }
    }
    if (this->Truth)
    {
      this->measureNormals(cell, turned);
    }
  }

  double insideTruth(Polyhedron& local, Vec3 origin) const
  {
    if (local.points.empty())
    {
      return 0.0;
    }
    for (Vec3& x : local.points)
    {
      x = x + origin;
    }
    return this->Truth->volumeInside(local);
  }

  void measurePure(std::int64_t cell)
  {
    CellState& state = this->States[cell];
    Polyhedron whole;
    this->Mesh.cell(cell, whole);
    state.volume = volume(whole);
    state.truth = this->Truth->volumeInside(whole);
    state.difference =
      std::max(0.0, this->full(0, cell) ? state.volume - state.truth : state.truth);
  }

  /// All facets of the first material, those on the cell's boundary too.
  void measureNormals(std::int64_t cell, bool turned)
  {
    CellNormals& normals = this->States[cell].normals;
    for (std::int64_t i = this->FacetOffsets[cell]; i < this->FacetOffsets[cell + 1]; ++i)
    {
      const std::int64_t id = this->FacetIds[i];
      const auto [inside, outside] = this->Facets.materials[id];
      const std::vector<Vec3> loop = this->Facets.loop(id);
      const Vec3 area = vectorArea(loop);
      const double size = length(area);
      if ((inside != 0 && outside != 0) || size == 0.0)
      {
        continue;
      }
      const bool outwards = (inside == 0) != turned;
      const NearestSurfacePoint nearest = this->Truth->nearest(loopCentroid(loop));
      this->Distances[id] = nearest.signedDistance;
      normals.sum +=
        std::max(0.0, 1.0 - (outwards ? 1.0 : -1.0) / size * dot(area, nearest.normal));
      ++normals.count;
      normals.largestDistance = std::max(normals.largestDistance, std::abs(nearest.signedDistance));
      for (const Vec3& corner : loop)
      {
        normals.largestDistance =
          std::max(normals.largestDistance, std::abs(this->Truth->nearest(corner).signedDistance));
      }
    }
    if (this->States[cell].missing && this->Materials.holds(0, cell))
    {
      normals = { 2.0, 1, 0.0 };
    }
  }

  /// Whether a material has all of a cell that no facets cross.
  bool full(int material, std::int64_t cell) const
  {
    return material ==
      (this->States[cell].missing ? this->Materials.rarest(cell) : this->Materials.filler(cell));
  }

  /// Trace of the k-th measured material on a part, by its place among those of the cell.
  FaceTrace trace(int k, std::int64_t cell, std::size_t place, const FacePart& part) const
  {
    const CellState& state = this->States[cell];
    if (state.crossed)
    {
      return state.traces[k * this->CellFaces[cell].size() + place];
    }
    return this->full(this->Measured[k], cell) ? FaceTrace{ part.polygon } : FaceTrace{};
  }

  /// Takes a trace from a part's one side to the other through the facets of a cell that lie on it.
  void cross(std::int64_t cell, const FacePart& part, int material, FaceTrace& trace) const
  {
    for (std::int64_t id : this->States[cell].onFaces)
    {
      const auto [inside, outside] = this->Facets.materials[id];
      const std::vector<Vec3> loop = this->Facets.loop(id);
      if ((inside != material && outside != material) ||
        !std::all_of(loop.begin(), loop.end(), [&part](Vec3 x) { return part.contains(x); }))
      {
        continue;
      }
      Polygon polygon;
      for (const Vec3& x : loop)
      {
        polygon.push_back(part.project(x));
      }
      if (inside == material)
      {
        std::reverse(polygon.begin(), polygon.end());
      }
      trace.push_back(std::move(polygon));
    }
  }

  /// The part of a face whose sides hold different materials with no facet between, and whether a
  /// region ends on it.
  std::pair<double, bool> mismatch(std::size_t f) const
  {
    const MeshFace& face = this->Mesh.faces[f];
    // A place with different materials is in the difference of two of them.
    const double share = this->Measured.size() > 1 ? 0.5 : 1.0;
    double total = 0.0;
    double different = 0.0;
    std::vector<std::array<double, 2>> covered(this->Measured.size());
    for (std::size_t p = 0; p < this->Parts[f].size(); ++p)
    {
      const FacePart& part = this->Parts[f][p];
      total += area(part.polygon);
      for (int k = 0; k < static_cast<int>(this->Measured.size()); ++k)
      {
        FaceTrace a = this->trace(k, face.a, this->FirstOfA[f] + p, part);
        this->cross(face.a, part, this->Measured[k], a);
        this->cross(face.b, part, this->Measured[k], a);
        const FaceTrace b = this->trace(k, face.b, this->FirstOfB[f] + p, part);
        different += share * differenceArea(a, b);
        for (const Polygon& loop : a)
        {
          covered[k][0] += area(loop);
        }
        for (const Polygon& loop : b)
        {
          covered[k][1] += area(loop);
        }
      }
    }
    const double part = total > 0.0 ? std::min(1.0, different / total) : 0.0;
    const bool isCut = std::any_of(covered.begin(), covered.end(), [total](const auto& sides) {
      return std::any_of(sides.begin(), sides.end(), [total](double side) {
        return side > TraceRounding * total && side < (1.0 - TraceRounding) * total;
      });
    });
    return { part > TraceRounding ? part : 0.0, isCut };
  }

  void addContinuity(InterfaceErrors& errors) const
  {
    auto pure = [this](std::int64_t cell) {
      return !this->Materials.mixed(cell) && !this->States[cell].crossed;
    };
    auto wrong = [this](std::int64_t cell) {
      return !this->Materials.mixed(cell) && this->States[cell].crossed;
    };
    std::int64_t count = 0;
    double sum = 0.0;
    for (std::size_t f = 0; f < this->Mesh.faces.size(); ++f)
    {
      const auto& [a, b, polygon] = this->Mesh.faces[f];
      if (b < 0 || (pure(a) && pure(b)) ||
        (!this->Materials.haveCommon(a, b) && !wrong(a) && !wrong(b)))
      {
        continue;
      }
      const auto [mismatch, isCut] = this->mismatch(f);
      if (mismatch == 0.0 && !isCut)
      {
        continue;
      }
      ++count;
      sum += mismatch;
      errors.continuity[a] = std::max(errors.continuity[a], mismatch);
      errors.continuity[b] = std::max(errors.continuity[b], mismatch);
      errors.summary.continuityMax = std::max(errors.summary.continuityMax, mismatch);
    }
    errors.summary.continuityMean = count > 0 ? sum / static_cast<double>(count) : 0.0;
  }

  void addTruth(InterfaceErrors& errors) const
  {
    double difference = 0.0;
    double truth = 0.0;
    double mixedVolume = 0.0;
    double allVolume = 0.0;
    CellNormals all;
    for (std::int64_t cell = 0; cell < this->Mesh.cells; ++cell)
    {
      const CellState& state = this->States[cell];
      const CellNormals& normals = state.normals;
      errors.shape.push_back(state.difference / state.volume);
      errors.normal.push_back(
        normals.count > 0 ? normals.sum / static_cast<double>(normals.count) : 0.0);
      difference += state.difference;
      truth += state.truth;
      allVolume += state.volume;
      mixedVolume += this->Materials.mixed(cell) ? state.volume : 0.0;
      all.sum += normals.sum;
      all.count += normals.count;
      all.largestDistance = std::max(all.largestDistance, normals.largestDistance);
    }
    ErrorSummary& summary = errors.summary;
    const double h =
      std::cbrt(summary.mixed > 0 ? mixedVolume / static_cast<double>(summary.mixed)
                                  : allVolume / static_cast<double>(this->Mesh.cells));
    const bool anyFacet = std::any_of(this->Distances.begin(), this->Distances.end(),
      [](double distance) { return !std::isnan(distance); });
    errors.distance = this->Distances;
    for (double& distance : errors.distance)
    {
      distance /= h;
    }
    summary.shape = difference > 0.0 ? difference / truth : 0.0;
    summary.normal = all.count > 0 ? all.sum / static_cast<double>(all.count) : 0.0;
    summary.hausdorff = anyFacet ? all.largestDistance / h : summary.mixed > 0 ? Infinity : 0.0;
  }

  const SolidMeshView& Mesh;
  const CellMaterials& Materials;
  const SolidFacets& Facets;
  const Solid* Truth;
  std::vector<int> Measured;
  /// Planar parts of every face, and where they start among those of its cells.
  std::vector<std::vector<FacePart>> Parts;
  std::vector<std::size_t> FirstOfA;
  std::vector<std::size_t> FirstOfB;
  std::vector<std::vector<CellFace>> CellFaces;
  /// Facets by cell.
  std::vector<std::int64_t> FacetOffsets;
  std::vector<std::int64_t> FacetIds;
  std::vector<CellState> States;
  std::vector<double> Distances;
};

} // namespace

InterfaceErrors measure(const SolidMeshView& mesh, const CellMaterials& materials,
  const SolidFacets& facets, const Solid* truth, const ParallelFor& parallelFor)
{
  if (materials.cells() != mesh.cells)
  {
    throw std::invalid_argument("a mesh of " + std::to_string(mesh.cells) + " cells has " +
      std::to_string(materials.cells()) + " volume fractions");
  }
  checkFaces(mesh);
  checkFacets(mesh, materials.materials(), facets);
  Measurement measurement(mesh, materials, facets, truth);
  measurement.run(parallelFor);
  return measurement.errors();
}

} // namespace mir
