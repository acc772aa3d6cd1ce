#include "Recipe.h"

#include "reconstruct/continuous/ParaboloidField.h"
#include "reconstruct/continuous/StartingField.h"
#include "reconstruct/neural/NeuralField.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace mir::testing {

SmoothSurfaces smoothSurfaces(
  const Problem& problem, const SubcellBand& mesh, const ParallelFor& parallelFor)
{
  const MaterialNormals normals = planeNormals(problem, "Reconstructed Distance");
  SmoothSurfaces smooth;
  smooth.values = planeValues(problem.band, problem.materials, mesh, normals, parallelFor);
  smooth.misfits = bendPlanes(problem.band, mesh, normals, smooth.values, parallelFor);
  return smooth;
}

namespace {

PlanarMesh planarMesh(const CellBand& band)
{
  PlanarMesh mesh;
  for (const Vec3& x : band.points)
  {
    mesh.points.push_back({ x.x, x.y });
  }
  mesh.offsets = band.cellOffsets;
  mesh.connectivity.assign(band.cellPoints.begin(), band.cellPoints.end());
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    if (band.inverted[cell])
    {
      std::reverse(mesh.connectivity.begin() + mesh.offsets[cell],
        mesh.connectivity.begin() + mesh.offsets[cell + 1]);
    }
  }
  return mesh;
}

std::vector<double> networkField(const Problem& problem, const SubcellBand& mesh,
  const SubcellModel& model, const ParallelFor& parallelFor)
{
  const PlanarMesh planar = planarMesh(problem.band);
  std::vector<double> fractions(problem.band.numberOfCells());
  for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
  {
    fractions[cell] = problem.fraction(0, cell);
  }
  std::vector<std::array<int, 4>> quads;
  for (int cell : mesh.cells)
  {
    const std::int64_t* points = planar.cellPoints(cell);
    quads.push_back({ static_cast<int>(points[0]), static_cast<int>(points[1]),
      static_cast<int>(points[2]), static_cast<int>(points[3]) });
  }
  const std::vector<double> values = subcellNodeValues(
    logicalGrid(planar), fractions, { mesh.cells.begin(), mesh.cells.end() }, model);
  const SmoothSurfaces smooth = smoothSurfaces(problem, mesh, parallelFor);
  return latticeField(mesh, quads, values, model.subdivisions, parallelFor, &smooth);
}

} // namespace

double seconds()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string Recipe::name() const
{
  static const char* const methods[] = { "Averaged Planes ", "Averaged Paraboloids ",
    "Variational " };
  std::string text = this->model ? "Neural " + this->modelName
                                 : methods[static_cast<int>(this->method)] + this->planes;
  if (this->model && this->method == ContinuousMethod::Variational)
  {
    text += ", variational";
  }
  if (this->refinement != 4)
  {
    text += ", r = " + std::to_string(this->refinement);
  }
  text += this->conserve == Conservation::Relaxed ? ", relaxed"
    : this->conserve == Conservation::Off         ? ", off"
                                                  : "";
  return text;
}

Outcome carryOut(const Problem& problem, const Recipe& recipe)
{
  const double begin = seconds();
  const MaterialNormals normals =
    recipe.model ? MaterialNormals() : planeNormals(problem, recipe.planes);
  const double planes = seconds() - begin;
  Outcome outcome = carryOut(problem, recipe, normals);
  outcome.planes = planes;
  return outcome;
}

Outcome carryOut(const Problem& problem, const Recipe& recipe, const MaterialNormals& normals)
{
  Outcome outcome;
  double last = seconds();
  auto lap = [&last](double& stage) {
    const double now = seconds();
    stage += now - last;
    last = now;
  };
  outcome.mesh =
    subdivideBand(problem.band, problem.materials, recipe.refinement, {}, recipe.parallelFor);
  lap(outcome.subdivide);
  const auto planes = [&](const MaterialNormals& from) {
    return averagedPlanes(problem.band, problem.materials, outcome.mesh, from, recipe.parallelFor);
  };
  const bool variational = recipe.method == ContinuousMethod::Variational;
  const bool bent = recipe.method == ContinuousMethod::AveragedParaboloids ||
    (variational && recipe.planes == "Reconstructed Distance");
  std::vector<double> misfits;
  outcome.field = recipe.model
    ? networkField(problem, outcome.mesh, *recipe.model, recipe.parallelFor)
    : bent ? averagedParaboloids(
               problem.band, problem.materials, outcome.mesh, normals, recipe.parallelFor, &misfits)
           : planes(normals);
  lap(outcome.start);
  ConservationOptions options;
  options.mode = recipe.conserve;
  options.tolerance = recipe.tolerance;
  options.parallelFor = recipe.parallelFor;
  if (variational)
  {
    const std::vector<double> corners = planes(planeNormals(problem, recipe.cornerPlanes));
    lap(outcome.start);
    VariationalOptions smoothing;
    smoothing.misfits = bent ? &misfits : nullptr;
    smoothing.sharpStart = &corners;
    smoothing.tolerance = recipe.conserve == Conservation::Relaxed ? recipe.tolerance : 0.0;
    smoothing.parallelFor = recipe.parallelFor;
    outcome.variational = smooth(problem.band, outcome.mesh, outcome.field, smoothing);
    lap(outcome.smooth);
  }
  outcome.conservation = conserve(outcome.mesh, outcome.field, options);
  lap(outcome.conserve);
  return outcome;
}

} // namespace mir::testing
