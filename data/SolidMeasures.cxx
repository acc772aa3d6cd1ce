#include "data/SolidMeasures.h"

#include "data/MeasuredSolidCells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// Differences of traces below this part of a face are rounding.
constexpr double TraceRounding = 1e-13;

/// Sums over measured cells and the faces between them.
class Summation
{
public:
  Summation(const SolidMeshView& mesh, const CellMaterials& materials, const SolidFacets& facets,
    const MeasuredSolidCells& cells)
    : Mesh(mesh)
    , Materials(materials)
    , Facets(facets)
    , Cells(cells)
  {}

  InterfaceErrors errors(bool withTruth) const
  {
    InterfaceErrors errors;
    errors.summary.cells = this->Mesh.cells;
    errors.continuity.assign(this->Mesh.cells, 0.0);
    double conservation = 0.0;
    for (std::int64_t cell = 0; cell < this->Mesh.cells; ++cell)
    {
      const MeasuredSolidCell& state = this->Cells[cell];
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
    if (withTruth)
    {
      this->addTruth(errors);
    }
    return errors;
  }

private:
  /// Trace of the k-th measured material on a part, by its place among those of the cell.
  FaceTrace trace(int k, std::int64_t cell, std::size_t place, const FacePart& part) const
  {
    const MeasuredSolidCell& state = this->Cells[cell];
    if (state.crossed)
    {
      return state.traces[k * this->Cells.partsOfCell(cell) + place];
    }
    return this->Cells.full(this->Cells.measured()[k], cell) ? FaceTrace{ part.polygon }
                                                             : FaceTrace{};
  }

  /// Takes a trace from a part's one side to the other through the facets of a cell that lie on it.
  void cross(std::int64_t cell, const FacePart& part, int material, FaceTrace& trace) const
  {
    for (std::int64_t id : this->Cells[cell].onFaces)
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
    const double share = this->Cells.measured().size() > 1 ? 0.5 : 1.0;
    double total = 0.0;
    double different = 0.0;
    std::vector<std::array<double, 2>> covered(this->Cells.measured().size());
    const std::vector<FacePart>& parts = this->Cells.parts(f);
    for (std::size_t p = 0; p < parts.size(); ++p)
    {
      const FacePart& part = parts[p];
      total += area(part.polygon);
      for (int k = 0; k < static_cast<int>(this->Cells.measured().size()); ++k)
      {
        FaceTrace a = this->trace(k, face.a, this->Cells.firstOfA(f) + p, part);
        this->cross(face.a, part, this->Cells.measured()[k], a);
        this->cross(face.b, part, this->Cells.measured()[k], a);
        const FaceTrace b = this->trace(k, face.b, this->Cells.firstOfB(f) + p, part);
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
      return !this->Materials.mixed(cell) && !this->Cells[cell].crossed;
    };
    auto wrong = [this](std::int64_t cell) {
      return !this->Materials.mixed(cell) && this->Cells[cell].crossed;
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
    SolidCellNormals all;
    for (std::int64_t cell = 0; cell < this->Mesh.cells; ++cell)
    {
      const MeasuredSolidCell& state = this->Cells[cell];
      const SolidCellNormals& normals = state.normals;
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
    errors.distance = this->Cells.distances();
    const bool anyFacet = std::any_of(errors.distance.begin(), errors.distance.end(),
      [](double distance) { return !std::isnan(distance); });
    for (double& distance : errors.distance)
    {
      distance /= h;
    }
    summary.shape = difference > 0.0 ? difference / truth : 0.0;
    summary.normal = all.count > 0 ? all.sum / static_cast<double>(all.count) : 0.0;
    summary.hausdorff = anyFacet ? all.largestDistance / h
      : summary.mixed > 0        ? std::numeric_limits<double>::infinity()
                                 : 0.0;
  }

  const SolidMeshView& Mesh;
  const CellMaterials& Materials;
  const SolidFacets& Facets;
  const MeasuredSolidCells& Cells;
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
  MeasuredSolidCells cells(mesh, materials, facets, truth);
  cells.measure(parallelFor);
  return Summation(mesh, materials, facets, cells).errors(truth != nullptr);
}

} // namespace mir
