#include "reconstruct/continuous/Variational.h"

#include "reconstruct/continuous/SmoothnessPatch.h"
#include "reconstruct/continuous/SmoothnessTerms.h"

#include <algorithm>

namespace mir {

namespace {

constexpr double reach = 0.75;
constexpr double restingStep = 1e-3;
constexpr double sharpJump = 0.3;

} // namespace

VariationalReport smooth(const CellBand& band, const SubcellBand& mesh,
  std::vector<double>& field, const VariationalOptions& options)
{
  VariationalReport report;
  const int cells = mesh.numberOfCells();
  const SmoothnessTerms terms = smoothnessTerms(band, mesh, field, reach, options.parallelFor);
  SmoothnessOptions energy;
  energy.softness = options.softness;
  std::vector<char> sharp(cells, 0);
  std::vector<double> moved(cells, 1.0);
  std::vector<double> last(cells, 1.0);
  const int colours = static_cast<int>(terms.colourOffsets.size()) - 1;
  SmoothnessPatch patch(mesh, terms, energy);
  for (int sweep = 0; sweep < options.maximumSweeps; ++sweep)
  {
    if (sweep == 2)
    {
      for (int c = 0; c < cells; ++c)
      {
        sharp[c] = patch.largestJump(c, field) > sharpJump;
      }
      std::vector<char> wide = sharp;
      for (int c = 0; c < cells; ++c)
      {
        for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1]; ++k)
        {
          wide[terms.neighbours[k]] = wide[terms.neighbours[k]] || sharp[c];
        }
      }
      sharp = wide;
      report.sharp = std::count(sharp.begin(), sharp.end(), 1);
      for (int c = 0; c < cells; ++c)
      {
        last[c] = sharp[c] ? 1.0 : last[c];
      }
    }
    std::fill(moved.begin(), moved.end(), 0.0);
    for (int x = 0; x < colours; ++x)
    {
      for (int i = terms.colourOffsets[x]; i < terms.colourOffsets[x + 1]; ++i)
      {
        const int c = terms.colouredCells[i];
        bool rests = true;
        for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1]; ++k)
        {
          const int b = terms.neighbours[k];
          rests = rests && std::max(moved[b], last[b]) < restingStep;
        }
        if (!rests)
        {
          moved[c] = patch.step(c, sharp, field);
          ++report.solves;
        }
      }
    }
    last = moved;
    ++report.sweeps;
    if (!options.progress(static_cast<double>(report.sweeps) / options.maximumSweeps) ||
      *std::max_element(moved.begin(), moved.end()) < restingStep)
    {
      break;
    }
  }
  return report;
}

} // namespace mir
