// Accuracy of the sub-cell model in space: displacement, conservation and continuity beside PLIC
// and Variational, on cubes.
//
// mirNeuralSolidAccuracy [--quick] [--case NAME] ... [--n CELLS] ... [--seeds COUNT] [--model FILE]
//   [--neural]    the model alone
// Rows of CSV on the standard output (testing/continuous/Table.h).
#include "Checks.h"
#include "Displacement.h"
#include "Planes.h"
#include "Problem.h"
#include "Recipe.h"
#include "Table.h"

#include "reconstruct/continuous/LatticeField.h"
#include "reconstruct/neural/SolidModel.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

struct Options
{
  std::vector<std::string> cases;
  std::vector<int> sizes;
  std::size_t seeds = 8;
  bool neuralAlone = false;
  std::string model;
};

bool parse(int count, char** words, Options& options)
{
  for (int i = 1; i < count; ++i)
  {
    const std::string word = words[i];
    if (word == "--quick")
    {
      options.sizes = { 16 };
      options.seeds = 2;
    }
    else if (word == "--neural")
    {
      options.neuralAlone = true;
    }
    else if (i + 1 == count)
    {
      return false;
    }
    else if (word == "--case")
    {
      options.cases.push_back(words[++i]);
    }
    else if (word == "--n")
    {
      options.sizes.push_back(std::atoi(words[++i]));
    }
    else if (word == "--seeds")
    {
      options.seeds = static_cast<std::size_t>(std::atoi(words[++i]));
    }
    else if (word == "--model")
    {
      options.model = words[++i];
    }
    else
    {
      return false;
    }
  }
  if (options.cases.empty())
  {
    options.cases = { "sphere", "cube", "torus", "sheet.5", "wire1", "slotted" };
  }
  if (options.sizes.empty())
  {
    options.sizes = { 16, 32, 48 };
  }
  options.seeds = std::min(options.seeds, reportedSeeds().size());
  return options.seeds > 0;
}

/// What the model says on the lattice of every mixed cell, conserved.
Outcome neural(const Problem& problem, const SolidModel& model, int r)
{
  Outcome outcome;
  outcome.mesh = subdivideBand(problem.band, problem.materials, r);
  std::vector<double> fractions(problem.band.numberOfCells());
  for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
  {
    fractions[cell] = problem.fraction(0, cell);
  }
  const SolidGrid grid(problem.n, problem.n, problem.n);
  const std::vector<std::int64_t> cells(problem.mixed.begin(), problem.mixed.end());
  const std::vector<double> values = solidNodeValues(grid, fractions, cells, model, r);
  std::vector<std::array<int, 8>> corners;
  for (int cell : outcome.mesh.cells)
  {
    corners.emplace_back();
    std::copy_n(
      problem.band.cellPoints.begin() + problem.band.cellOffsets[cell], 8, corners.back().begin());
  }
  const SmoothSurfaces smooth = smoothSurfaces(problem, outcome.mesh);
  outcome.field = latticeField(outcome.mesh, corners, values, r, runSerially, &smooth);
  outcome.conservation = conserve(outcome.mesh, outcome.field, {});
  return outcome;
}

void report(Table& table, const std::string& test, const Problem& problem,
  const std::string& method, const Outcome& outcome)
{
  const double error = displacement(problem, outcome.mesh, outcome.field);
  table.add(test, problem, method, "Displacement", error);
  table.add(test, problem, method, "DisplacementMax", error);
  table.add(test, problem, method, "ConservationMax",
    conservationError(problem, outcome.mesh, outcome.field));
  table.add(
    test, problem, method, "CellsAdjusted", static_cast<double>(outcome.conservation.adjusted));
  const ContinuityCounts faces = continuity(problem, outcome.mesh, outcome.field, 4);
  table.add(test, problem, method, "Faces", static_cast<double>(faces.faces));
  table.add(test, problem, method, "FaceMismatches", static_cast<double>(faces.mismatches));
}

} // namespace

int main(int count, char** words)
{
  Options options;
  if (!parse(count, words, options))
  {
    std::fputs("usage: mirNeuralSolidAccuracy [--quick] [--neural] [--case NAME] [--n CELLS] "
               "[--seeds COUNT] [--model FILE]\n",
      stderr);
    return 2;
  }
  try
  {
    const SolidModel model =
      options.model.empty() ? shippedSolidModel() : loadSolidModel(readSafetensors(options.model));
    Table table;
    Recipe variational;
    variational.method = ContinuousMethod::Variational;
    variational.planes = "Least Squares";
    variational.refinement = 2;
    for (const std::string& name : options.cases)
    {
      for (int n : options.sizes)
      {
        for (std::size_t s = 0; s < options.seeds; ++s)
        {
          const Problem problem = makeProblem(name, "boxes", n, reportedSeeds()[s]);
          report(table, name, problem, "Neural subcell3d", neural(problem, model, 4));
          report(table, name, problem, "Neural subcell3d, r = 2", neural(problem, model, 2));
          if (options.neuralAlone)
          {
            continue;
          }
          for (const char* planes : { "Youngs", "Mixed Youngs-Centered", "Reconstructed Distance" })
          {
            table.add(name, problem, std::string("PLIC ") + planes, "Displacement",
              planeDisplacement(problem, planeNormals(problem, planes)));
          }
          report(table, name, problem, variational.name(), carryOut(problem, variational));
        }
        table.print();
      }
    }
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mirNeuralSolidAccuracy: %s\n", error.what());
    return 1;
  }
  return 0;
}
