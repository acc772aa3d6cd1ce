// Accuracy of the sub-cell model in space: displacement, conservation and continuity beside PLIC
// and Variational.
//
// mirNeuralSolidAccuracy [--quick] [--case NAME] ... [--mesh NAME] [--n CELLS] ... [--seeds COUNT]
//   [--model FILE] [--neural]    (the model alone)
// Rows of CSV on the standard output (testing/continuous/Table.h).
#include "Sweep.h"

#include "reconstruct/neural/SolidModel.h"

#include <algorithm>
#include <cstddef>
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
  std::string mesh = "boxes";
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
    else if (word == "--mesh")
    {
      options.mesh = words[++i];
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
    options.cases = { "sphere", "cube", "torus", "sheet.5", "wire1", "slotted", "shore" };
  }
  if (options.sizes.empty())
  {
    options.sizes = { 16, 32 };
  }
  options.seeds = std::min(options.seeds, reportedSeeds().size());
  return options.seeds > 0;
}

Wanted wantedOf(const SolidModel& model, bool neuralAlone)
{
  Wanted wanted;
  Recipe fine;
  fine.solidModel = &model;
  Recipe coarse = fine;
  coarse.refinement = 2;
  wanted.recipes = { fine, coarse };
  wanted.checks = true;
  wanted.facets = true;
  if (!neuralAlone)
  {
    wanted.planes = { "Youngs", "Mixed Youngs-Centered", "ELVIRA", "Reconstructed Distance" };
    wanted.recipes.push_back(recipeOf(ContinuousMethod::Variational, 2));
  }
  return wanted;
}

} // namespace

int main(int count, char** words)
{
  Options options;
  if (!parse(count, words, options))
  {
    std::fputs("usage: mirNeuralSolidAccuracy [--quick] [--neural] [--case NAME] [--mesh NAME] "
               "[--n CELLS] [--seeds COUNT] [--model FILE]\n",
      stderr);
    return 2;
  }
  try
  {
    const SolidModel model =
      options.model.empty() ? shippedSolidModel() : loadSolidModel(readSafetensors(options.model));
    Table table;
    const std::vector<unsigned> seeds(reportedSeeds().begin(),
      reportedSeeds().begin() + static_cast<std::ptrdiff_t>(options.seeds));
    for (const std::string& name : options.cases)
    {
      Wanted wanted = wantedOf(model, options.neuralAlone);
      wanted.edges = name == "shore";
      sweep(table, seeds, name, name, { options.mesh }, options.sizes, wanted);
    }
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mirNeuralSolidAccuracy: %s\n", error.what());
    return 1;
  }
  return 0;
}
