#include "Recipe.h"

#include "Meshes.h"

#include "plic/ReconstructedDistance.h"
#include "reconstruct/continuous/starts/CornerField.h"
#include "reconstruct/continuous/starts/LatticeField.h"
#include "reconstruct/continuous/starts/ParaboloidField.h"
#include "reconstruct/continuous/starts/StartingField.h"
#include "reconstruct/neural/Irregularity.h"
#include "reconstruct/neural/NeuralField.h"
#include "reconstruct/neural/SolidGrid.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace mir::testing {

namespace {

/// What a network's field is made from: the first material's fractions, and where the cells lie on
/// a grid.
struct NetworkInput
{
  NetworkInput(const Problem& problem, const Recipe& recipe)
    : field(problem.field(0))
  {
    if (recipe.model)
    {
      this->mesh = planarMesh(problem.band);
      this->planar = logicalGrid(this->mesh);
    }
    else if (recipe.solidModel)
    {
      std::vector<std::array<std::int64_t, 8>> hexahedra(problem.band.numberOfCells());
      for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
      {
        std::copy_n(problem.band.cellPoints.begin() + problem.band.cellOffsets[cell], 8,
          hexahedra[cell].begin());
      }
      this->solid = SolidGrid(hexahedra);
    }
  }

  MaterialField field;
  PlanarMesh mesh;
  LogicalGrid planar;
  SolidGrid solid{ 0, 0, 0 };
};

/// The corners of the lattice of each mixed cell, which are the cell's points in the mesh's order.
template <std::size_t corners, typename PointsOf>
std::vector<std::array<int, corners>> latticeCorners(
  const SubcellBand& mesh, const PointsOf& pointsOf)
{
  std::vector<std::array<int, corners>> result;
  for (int cell : mesh.cells)
  {
    result.emplace_back();
    std::copy_n(pointsOf(cell), corners, result.back().begin());
  }
  return result;
}

/// Paraboloids through the planes of Reconstructed Distance.
SmoothSurfaces smoothSurfaces(const Problem& problem, const MaterialField& field,
  const SubcellBand& mesh, std::vector<double> irregularities, const ParallelFor& parallelFor)
{
  const int rounds = roundsForSmoothSurfaces(irregularities);
  MaterialNormals normals;
  for (const Vec3& normal : reconstructedDistance(problem.band, field, parallelFor, rounds))
  {
    normals.push_back(normal);
    normals.push_back(-normal);
  }
  SmoothSurfaces smooth;
  smooth.planes = bentPlanes(problem.band, mesh, normals, parallelFor);
  smooth.irregularities = std::move(irregularities);
  return smooth;
}

std::vector<double> networkField(
  const Problem& problem, const NetworkInput& input, const SubcellBand& mesh, const Recipe& recipe)
{
  const std::vector<std::int64_t> cells(mesh.cells.begin(), mesh.cells.end());
  const std::vector<double>& fractions = input.field.fractions;
  const ParallelFor& loops = recipe.parallelFor;
  const CellCorners cornersOf = [&problem](std::int64_t cell, Vec3* corners) {
    for (int i = 0; i < problem.band.cellSize(cell); ++i)
    {
      corners[i] = problem.band.point(cell, i);
    }
  };
  if (recipe.solidModel)
  {
    const SmoothSurfaces smooth = smoothSurfaces(
      problem, input.field, mesh, irregularity(input.solid, cornersOf, cells, loops), loops);
    const CellBand& band = problem.band;
    const auto corners = latticeCorners<8>(
      mesh, [&](int cell) { return band.cellPoints.data() + band.cellOffsets[cell]; });
    const UninitializedVector<double> values =
      solidNodeValues(input.solid, fractions, cells, *recipe.solidModel, recipe.refinement, loops);
    return latticeField(band, mesh, corners, values, loops, &smooth);
  }
  const SmoothSurfaces smooth = smoothSurfaces(
    problem, input.field, mesh, irregularity(input.planar, cornersOf, cells, loops), loops);
  const auto corners =
    latticeCorners<4>(mesh, [&](int cell) { return input.mesh.cellPoints(cell); });
  const UninitializedVector<double> values =
    subcellNodeValues(input.planar, fractions, cells, *recipe.model, loops);
  return latticeField(problem.band, mesh, corners, values, loops, &smooth);
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
  std::string text = this->model ? "Neural subcell"
    : this->solidModel           ? "Neural subcell3d"
                                 : methods[static_cast<int>(this->method)] + this->planes;
  if (this->refinement != 4)
  {
    text += ", r = " + std::to_string(this->refinement);
  }
  text += this->conserve == Conservation::Relaxed ? ", relaxed"
    : this->conserve == Conservation::Off         ? ", off"
                                                  : "";
  return text;
}

Recipe recipeOf(ContinuousMethod method, int refinement)
{
  Recipe recipe;
  recipe.method = method;
  recipe.planes = "Reconstructed Distance";
  recipe.refinement = refinement;
  return recipe;
}

Outcome carryOut(const Problem& problem, const Recipe& recipe)
{
  const double begin = seconds();
  const MaterialNormals normals =
    recipe.network() ? MaterialNormals() : planeNormals(problem, recipe.planes);
  const double planes = seconds() - begin;
  Outcome outcome = carryOut(problem, recipe, normals);
  outcome.planes = planes;
  return outcome;
}

Outcome carryOut(const Problem& problem, const Recipe& recipe, const MaterialNormals& normals)
{
  Outcome outcome;
  const NetworkInput input(problem, recipe);
  double last = seconds();
  auto lap = [&last](double& stage) {
    const double now = seconds();
    stage += now - last;
    last = now;
  };
  outcome.mesh =
    subdivideBand(problem.band, problem.materials, recipe.refinement, {}, recipe.parallelFor);
  lap(outcome.subdivide);
  const bool variational = recipe.method == ContinuousMethod::Variational;
  const bool bent = recipe.method == ContinuousMethod::AveragedParaboloids ||
    (variational && recipe.planes == "Reconstructed Distance");
  std::vector<BentPlane> surfaces;
  outcome.field = recipe.network() ? networkField(problem, input, outcome.mesh, recipe)
    : bent
    ? averagedParaboloids(
        problem.band, problem.materials, outcome.mesh, normals, recipe.parallelFor, &surfaces)
    : averagedPlanes(problem.band, problem.materials, outcome.mesh, normals, recipe.parallelFor);
  lap(outcome.start);
  ConservationOptions options;
  options.mode = recipe.conserve;
  options.tolerance = recipe.tolerance;
  options.parallelFor = recipe.parallelFor;
  if (variational)
  {
    VariationalOptions smoothing;
    if (bent)
    {
      smoothing.planes = &surfaces;
      smoothing.sharpStart = [&](const std::vector<char>& sharp) {
        return cornerField(problem.band, problem.materials, outcome.mesh,
          planeNormals(problem, "Least Squares"), surfaces, sharp, recipe.parallelFor);
      };
    }
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
