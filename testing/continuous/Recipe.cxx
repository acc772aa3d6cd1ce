#include "Recipe.h"

#include "reconstruct/continuous/ParaboloidField.h"
#include "reconstruct/continuous/StartingField.h"

#include <chrono>

namespace mir::testing {

double seconds()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string Recipe::name() const
{
  std::string text = (this->variational ? "Variational " : "Averaged Planes ") + this->planes;
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
  const MaterialNormals normals = planeNormals(problem, recipe.planes);
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
  const bool bent = recipe.variational && recipe.planes == "Reconstructed Distance";
  std::vector<double> misfits;
  outcome.field = bent ? averagedParaboloids(problem.band, problem.materials, outcome.mesh, normals,
                           recipe.parallelFor, &misfits)
                       : planes(normals);
  lap(outcome.start);
  ConservationOptions options;
  options.mode = recipe.conserve;
  options.tolerance = recipe.tolerance;
  options.parallelFor = recipe.parallelFor;
  if (recipe.variational)
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
