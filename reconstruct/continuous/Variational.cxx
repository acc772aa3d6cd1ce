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
  energy.penalty = environment("PEN", 1e3);
  energy.smoothSlopeWeight = environment("NUS", 1);
  energy.reach = environment("NEAR", .3);
  if (options.softness > 0.0)
  {
    energy.soft = true;
    energy.penalty = 1.0 / options.softness;
  }
  applyPresence(mesh, field);
  const std::vector<double> start = field;
  SmoothnessSystem system(mesh, terms, energy, options.parallelFor);
  std::vector<char> sharp(cells, 0);
  std::vector<char> active(cells, 1);
  std::vector<double> moves;
  const int steps = environment("SMOOTHSTEPS", 4);
  for (int i = 0; i < steps; ++i)
  {
    ++report.sweeps;
    if (system.step(sharp, active, field, moves) < 2e-3)
    {
      break;
    }
  }
  const std::vector<double> jumps = system.largestTurns(field);
  const int rings = environment("RINGS", 1);
  const double limit = environment("SHARP", .1);
  for (int c = 0; c < cells; ++c)
  {
    sharp[c] = jumps[c] > limit;
  }
  for (int i = 0; i < rings; ++i)
  {
    std::vector<char> wide = sharp;
    for (int c = 0; c < cells; ++c)
    {
      for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1] && sharp[c]; ++k)
      {
        wide[terms.neighbours[k]] = 1;
      }
    }
    sharp = wide;
  }
  report.sharp = std::count(sharp.begin(), sharp.end(), 1);
  if (report.sharp > 0)
  {
    std::fill(active.begin(), active.end(), 0);
    for (int c = 0; c < cells; ++c)
    {
      if (!sharp[c])
      {
        continue;
      }
      std::vector<double> values;
      const int materials = mesh.materialCount(c);
      const CellSubdivision& cell = mesh.subdivision(c);
      const auto restore = [&](int s) {
        field[s] = start[s];
      };
      for (int i = 0; i < cell.boundaryNodes * materials; ++i)
      {
        restore(mesh.slotTableOf(c)[i]);
      }
      for (int i = 0; i < (cell.nodes - cell.boundaryNodes) * (materials == 2 ? 1 : materials); ++i)
      {
        restore(static_cast<int>(mesh.interiorSlots[c]) + i);
      }
      for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1]; ++k)
      {
        active[terms.neighbours[k]] = 1;
      }
    }
    energy.penalty = environment("PEN2", 1e4);
    energy.linearTolerance = environment("LTOL2", 1e-3);
    energy.linearIterations = 80;
    system.setOptions(energy);
    for (int i = 0; i < options.maximumSweeps; ++i)
    {
      ++report.sweeps;
      if (system.step(sharp, active, field, moves) < 2e-3)
      {
        break;
      }
    }
  }
  report.solves = system.linearIterations();
  return report;
}

} // namespace mir
