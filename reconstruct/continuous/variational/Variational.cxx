#include "reconstruct/continuous/variational/Variational.h"

#include "reconstruct/continuous/variational/CornerCells.h"
#include "reconstruct/continuous/variational/SmoothnessSystem.h"
#include "reconstruct/continuous/variational/SmoothnessTerms.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

/// Simplices farther from the interface than this part of the cell's size do not count. In space
/// there are many, and those that the interface nearly cuts suffice.
double reachOf(int dimension)
{
  return dimension == 2 ? 0.5 : 0.15;
}
/// Normals that differ by more than this from what curvature explains tell of a corner. Circles and
/// spheres of three cells' radius reach .04, corners mostly .25 and more.
constexpr double cornerTurn = 0.15;
/// Cells about a corner that it can reach.
constexpr int cornerRings = 2;
/// Cells rest when their interface, and that of their neighbours, has moved by less than this part
/// of a cell; corners creep.
constexpr double smoothRest = 2e-3;
constexpr double sharpRest = 1e-3;
/// Where paraboloids fit better than this part of a cell, they are the smoothest interface; of
/// noisy fractions, which they follow, only where they fit much better.
constexpr double smoothMisfit = 0.05;
constexpr double noisyMisfit = 2e-3;

/// Marks the neighbours of the marked cells.
void widen(const SmoothnessTerms& terms, std::vector<char>& marked)
{
  const std::vector<char> before = marked;
  for (std::size_t c = 0; c < before.size(); ++c)
  {
    if (!before[c])
    {
      continue;
    }
    for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1]; ++k)
    {
      marked[terms.neighbours[k]] = 1;
    }
  }
}

/// Gives the nodes of the marked cells the values of another field.
void restore(const SubcellBand& mesh, const std::vector<char>& marked,
  const std::vector<double>& start, std::vector<double>& field)
{
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    if (!marked[c])
    {
      continue;
    }
    const int materials = mesh.materialCount(c);
    const CellSubdivision& cell = mesh.subdivision(c);
    for (int i = 0; i < cell.boundaryNodes * materials; ++i)
    {
      const int s = mesh.slotTableOf(c)[i];
      field[s] = start[s];
    }
    const auto first = mesh.interiorSlots[c];
    const int width = materials == 2 ? 1 : materials;
    const auto count = static_cast<std::int64_t>(cell.nodes - cell.boundaryNodes) * width;
    std::copy_n(start.begin() + first, count, field.begin() + first);
  }
}

} // namespace

VariationalReport smooth(const CellBand& band, const SubcellBand& mesh, std::vector<double>& field,
  const VariationalOptions& options)
{
  if (field.size() != static_cast<std::size_t>(mesh.slots))
  {
    throw std::invalid_argument("the field has " + std::to_string(field.size()) + " values for " +
      std::to_string(mesh.slots) + " slots");
  }
  VariationalReport report;
  const int cells = mesh.numberOfCells();
  if (options.planes && options.planes->size() != static_cast<std::size_t>(cells))
  {
    throw std::invalid_argument("there are " + std::to_string(options.planes->size()) +
      " planes for " + std::to_string(cells) + " cells");
  }
  applyPresence(mesh, field);
  const std::vector<double> start = field;
  const double reach = reachOf(mesh.dimension);
  SmoothnessTerms terms = smoothnessTerms(band, mesh, field, reach, options.parallelFor);
  SmoothnessOptions energy;
  if (options.tolerance > 0.0)
  {
    // A misfit of the tolerance in every cell weighs about as much as the jumps that it saves.
    energy.soft = true;
    energy.penalty = 1.0 / (3.0 * options.tolerance);
  }
  std::vector<char> sharp(cells, 0);
  // Cells that the stage may move, and those that it does in the next step.
  std::vector<char> mayMove(cells, 1);
  std::vector<char> active(cells, 1);
  bool goOn = true;
  const auto run = [&](int most, double rest, double from, int& steps) {
    bool moves = std::find(active.begin(), active.end(), 1) != active.end();
    if (!moves)
    {
      return;
    }
    SmoothnessSystem system(mesh, terms, options.parallelFor);
    system.begin(energy, sharp);
    for (int i = 0; i < most && goOn && moves; ++i)
    {
      ++steps;
      const std::vector<double> motions = system.step(active, field);
      goOn = options.progress(from + 0.5 * (i + 1.0) / most);
      // Cells rest while nothing about them moves.
      std::transform(motions.begin(), motions.end(), active.begin(),
        [rest](double motion) { return motion >= rest; });
      widen(terms, active);
      moves = false;
      for (int c = 0; c < cells; ++c)
      {
        active[c] = active[c] && mayMove[c];
        moves = moves || active[c];
      }
    }
    report.linearIterations += system.linearIterations();
  };
  if (options.planes)
  {
    const double most = energy.soft ? noisyMisfit : smoothMisfit;
    std::transform(options.planes->begin(), options.planes->end(), active.begin(),
      [most](const BentPlane& plane) { return plane.misfit > most; });
    widen(terms, active);
  }
  run(options.smoothSteps, smoothRest, 0.0, report.smoothSteps);

  const std::vector<double> turns = unexplainedTurns(band, mesh, terms, field, options.parallelFor);
  std::transform(
    turns.begin(), turns.end(), sharp.begin(), [](double turn) { return turn > cornerTurn; });
  for (int i = 0; i < cornerRings; ++i)
  {
    widen(terms, sharp);
  }
  report.sharpCells = std::count(sharp.begin(), sharp.end(), 1);
  if (report.sharpCells > 0 && options.sharpSteps > 0 && goOn)
  {
    restore(mesh, sharp, options.sharpStart ? options.sharpStart(sharp) : start, field);
    applyPresence(mesh, field);
    terms = smoothnessTerms(band, mesh, field, reach, options.parallelFor);
    mayMove = sharp;
    widen(terms, mayMove);
    active = mayMove;
    energy.penalty *= energy.soft ? 1.0 : 10.0;
    energy.linearTolerance = 1e-3;
    energy.linearIterations = 80;
    run(options.sharpSteps, sharpRest, 0.5, report.sharpSteps);
  }
  if (goOn)
  {
    options.progress(1.0);
  }
  return report;
}

} // namespace mir
