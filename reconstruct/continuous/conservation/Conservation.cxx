#include "reconstruct/continuous/conservation/Conservation.h"

#include "reconstruct/continuous/subdivision/CellFields.h"
#include "reconstruct/continuous/conservation/CellWeights.h"
#include "reconstruct/continuous/conservation/Seeds.h"
#include "reconstruct/continuous/conservation/SharedProjection.h"
#include "reconstruct/continuous/conservation/Ties.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

// Tries with other interior tilts where a volume jumps over its fraction, each larger: where all
// nodes of a sub-triangle of a face are held at a tie, its simplex belongs to one side or the other
// as a whole, and the others must make up for it.
constexpr int mostTilts = 12;
constexpr double tiltGrowth = 2.5;
constexpr double heightGrowth = 5.0;

// What solving a cell has left.
struct CellOutcome
{
  double start = 0.0;
  double startExcess = 0.0;
  double residual = 0.0;
  int evaluations = 0;
  bool fallback = false;
};

CellOutcome solveCell(const SubcellBand& mesh, int c, std::vector<double>& field,
  CellWeights& solver, std::vector<double>& values, std::vector<double>& best)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int count = mesh.materialCount(c);
  values.resize(numberOfValues(mesh, c));
  CellOutcome outcome;
  double tilt = tieTilt;
  double height = 1.0;
  for (int round = 0; round <= mostTilts; ++round)
  {
    gatherValues(mesh, c, field, values.data());
    if (round > 0)
    {
      tiltInterior(mesh, c, round, tilt, values.data());
      settleTies(mesh, c, round, height, values.data());
      tilt *= tiltGrowth;
      height *= heightGrowth;
    }
    const CellWeightsResult result = count == 2
      ? solver.solvePair(
          cell, mesh.weightsOf(c), mesh.sizes[c], mesh.fractionsOf(c)[0], values.data())
      : solver.solve(
          cell, mesh.weightsOf(c), mesh.sizes[c], count, mesh.fractionsOf(c), values.data());
    outcome.start = round == 0 ? result.start : outcome.start;
    outcome.startExcess = round == 0 ? result.startExcess : outcome.startExcess;
    outcome.evaluations += result.evaluations;
    outcome.fallback = outcome.fallback || result.fallback;
    if (result.residual <= exactLimit)
    {
      outcome.residual = result.residual;
      scatterInterior(mesh, c, values.data(), field);
      return outcome;
    }
    if (round == 0 || result.residual < outcome.residual)
    {
      outcome.residual = result.residual;
      best = values;
    }
  }
  scatterInterior(mesh, c, best.data(), field);
  return outcome;
}

// Largest |volume - fraction| of the materials of every cell.
std::vector<double> residualsOf(const SubcellBand& mesh, const std::vector<double>& volumes)
{
  std::vector<double> residuals(mesh.numberOfCells(), 0.0);
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    for (std::int64_t i = mesh.materialOffsets[c]; i < mesh.materialOffsets[c + 1]; ++i)
    {
      residuals[c] = std::max(residuals[c], std::fabs(volumes[i] - mesh.fractions[i]));
    }
  }
  return residuals;
}

// Solves all cells, in parts between which the caller can stop: false then. Returns the outcomes of
// those that were reached.
bool solveCells(const SubcellBand& mesh, std::vector<double>& field,
  const ConservationOptions& options, std::vector<CellOutcome>& outcomes,
  std::vector<double>& residuals)
{
  const int cells = mesh.numberOfCells();
  outcomes.assign(cells, {});
  // Not many for few cells: each waits for all threads.
  const int parts = std::clamp(cells / 1024, 1, 16);
  for (int part = 0; part < parts; ++part)
  {
    const int first = static_cast<int>(static_cast<std::int64_t>(cells) * part / parts);
    const int last = static_cast<int>(static_cast<std::int64_t>(cells) * (part + 1) / parts);
    forDearCells(options.parallelFor, last - first, 1, [&](int begin, int end) {
      CellWeights solver;
      std::vector<double> values;
      std::vector<double> best;
      for (int c = first + begin; c < first + end; ++c)
      {
        outcomes[c] = solveCell(mesh, c, field, solver, values, best);
      }
    });
    for (int c = first; c < last; ++c)
    {
      residuals[c] = outcomes[c].residual;
    }
    if (!options.progress(0.6 + 0.4 * (part + 0.5) / parts))
    {
      return false;
    }
  }
  return true;
}

// The steps on all nodes; false where the caller stops.
bool runShared(const SubcellBand& mesh, std::vector<double>& field,
  const ConservationOptions& options, SharedProjection& projection, ConservationReport& report)
{
  const bool exact = options.mode == Conservation::Exact;
  std::vector<double> start;
  double startExcess = 0.0;
  if (!exact)
  {
    projection.linearise(field);
    start = field;
    startExcess = projection.meanExcess();
  }
  if (tiltTies(mesh, field, options.parallelFor) > 0 || exact)
  {
    projection.linearise(field);
  }
  std::vector<char> changed;
  report.seeded =
    seedLostMaterials(mesh, projection.volumes(), exact ? 0.0 : options.tolerance, field, changed);
  if (report.seeded > 0)
  {
    projection.linearise(field, changed);
  }
  const bool goesOn = options.progress(0.3);
  if (goesOn)
  {
    projection.run(field);
  }
  report.sharedIterations = projection.iterations();
  report.linearIterations = projection.linearIterations();
  if (!exact && projection.meanExcess() > startExcess)
  {
    field.swap(start);
    projection.linearise(field);
  }
  report.residuals = residualsOf(mesh, projection.volumes());
  return goesOn && options.progress(0.6);
}

// The last stage, once more from before the last step on all nodes should that have made it worse.
bool runCells(const SubcellBand& mesh, std::vector<double>& field,
  const ConservationOptions& options, const SharedProjection& projection,
  ConservationReport& report)
{
  std::vector<CellOutcome> outcomes;
  // The steps can have made ties of their own.
  tiltTies(mesh, field, options.parallelFor);
  bool goesOn = solveCells(mesh, field, options, outcomes, report.residuals);
  if (goesOn && projection.iterations() > 0)
  {
    double excess = 0.0;
    for (const CellOutcome& outcome : outcomes)
    {
      excess += outcome.startExcess;
    }
    if (excess > projection.leastExcess() * mesh.numberOfCells())
    {
      projection.restoreBest(field);
      tiltTies(mesh, field, options.parallelFor);
      ConservationOptions again = options;
      again.progress = [&](double) { return options.progress(1.0); };
      goesOn = solveCells(mesh, field, again, outcomes, report.residuals);
    }
  }
  for (const CellOutcome& outcome : outcomes)
  {
    report.adjusted += outcome.start > 1e-6 ? 1 : 0;
    report.evaluations += outcome.evaluations;
    report.mostEvaluations = std::max(report.mostEvaluations, outcome.evaluations);
    report.fallbacks += outcome.fallback ? 1 : 0;
  }
  return goesOn;
}

} // namespace

ConservationReport conserve(
  const SubcellBand& mesh, std::vector<double>& field, const ConservationOptions& options)
{
  checkField(mesh, field, options.parallelFor);
  ConservationReport report;
  const bool exact = options.mode == Conservation::Exact;
  const double limit = exact ? exactLimit : options.tolerance;
  applyPresence(mesh, field, options.parallelFor);
  bool goesOn = options.progress(0.0);
  if (options.mode == Conservation::Off || !goesOn)
  {
    VolumeRows volumes(mesh, options.parallelFor);
    volumes.evaluate(field);
    report.residuals = residualsOf(mesh, volumes.volumes());
  }
  else
  {
    SharedProjectionOptions project;
    project.maximumIterations = options.sharedIterations;
    project.tolerance = exact ? 0.0 : options.tolerance;
    project.parallelFor = options.parallelFor;
    // The last stage finds the volumes after the last step anyway.
    project.evaluatesLast = !exact;
    SharedProjection projection(mesh, project);
    goesOn = runShared(mesh, field, options, projection, report);
    if (exact && goesOn)
    {
      goesOn = runCells(mesh, field, options, projection, report);
    }
  }
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    report.maxResidual = std::max(report.maxResidual, report.residuals[c]);
    if (report.residuals[c] > limit)
    {
      report.firstFailed = report.failed == 0 ? mesh.cells[c] : report.firstFailed;
      ++report.failed;
    }
  }
  if (goesOn)
  {
    options.progress(1.0);
  }
  return report;
}

} // namespace mir
