#include "reconstruct/continuous/Variational.h"

#include "reconstruct/continuous/SmoothnessSystem.h"
#include "reconstruct/continuous/SmoothnessTerms.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace mir {

namespace {

double environment(const char* name, double value)
{
  return getenv(name) ? atof(getenv(name)) : value;
}

} // namespace

VariationalReport smooth(const CellBand& band, const SubcellBand& mesh,
  std::vector<double>& field, const VariationalOptions& options)
{
  VariationalReport report;
  const int cells = mesh.numberOfCells();
  const SmoothnessTerms terms =
    smoothnessTerms(band, mesh, field, environment("REACH", 0.75), options.parallelFor);
  SmoothnessOptions energy;
  energy.penalty = environment("PEN", 100);
  energy.epsilon = environment("EPS", .01);
  energy.sharpSlopeWeight = environment("NU", 10);
  energy.linearTolerance = environment("LTOL", 1e-2);
  energy.linearIterations = environment("LITS", 40);
  energy.otherReach = environment("OTHER", .1);
  if (options.softness > 0.0)
  {
    energy.soft = true;
    energy.penalty = 1.0 / options.softness;
  }
  const double sharpJump = environment("SHARP", .3);
  const int smoothSteps = environment("SMOOTHSTEPS", 4);
  SmoothnessSystem system(mesh, terms, energy, options.parallelFor);
  std::vector<char> sharp(cells, 0);
  const std::vector<char> active(cells, 1);
  std::vector<double> moves;
  for (int sweep = 0; sweep < options.maximumSweeps; ++sweep)
  {
    if (sweep == smoothSteps)
    {
      const std::vector<double> jumps = system.largestJumps(field);
      for (int c = 0; c < cells; ++c)
      {
        if (jumps[c] > sharpJump)
        {
          for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1]; ++k)
          {
            sharp[terms.neighbours[k]] = 1;
          }
        }
      }
      report.sharp = std::count(sharp.begin(), sharp.end(), 1);
    }
    const double largest = system.step(sharp, active, field, moves);
    if (getenv("VERBOSE"))
    {
      fprintf(stderr, "  step %d: largest move %.2e, linear iterations %d\n", sweep, largest, system.linearIterations());
    }
    ++report.sweeps;
    report.solves = system.linearIterations();
    if (!options.progress(static_cast<double>(report.sweeps) / options.maximumSweeps) ||
      (largest < 1e-3 && (sweep >= smoothSteps)))
    {
      break;
    }
  }
  return report;
}

} // namespace mir
