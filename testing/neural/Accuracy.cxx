// Accuracy of the neural method in the plane, conserved, beside PLIC and Variational.
//
// mirNeuralAccuracy [--quick] [--part NAME] ... [--model FILE]
// mirNeuralAccuracy --case circle --n 50 [--mesh quads] [--seeds FIRST LAST] [--model FILE]
// mirNeuralAccuracy --pictures    (both dimensions)
// Rows of CSV on the standard output; what is being worked on, and its time, on the other one.
#include "Parts.h"

#include "Pictures.h"
#include "Recipe.h"
#include "Sweep.h"

#include "reconstruct/neural/SolidModel.h"
#include "reconstruct/neural/SubcellModel.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

const char* const Usage = "usage: mirNeuralAccuracy [options]\n"
                          "  --quick             two placements, no fine meshes\n"
                          "  --part NAME         circle, corners, filament, unseen, edge, noise, "
                          "distorted; may be repeated\n"
                          "  --model FILE        weights instead of those that are compiled in\n"
                          "  --network           the network alone, nothing to compare it with\n"
                          "  --case NAME --n CELLS [--mesh NAME]   one experiment instead\n"
                          "  --seeds FIRST LAST\n"
                          "  --pictures          the interfaces of some cases, instead\n";

/// PLIC, Variational and networks on shapes that no network was trained with.
void printMethods(const SubcellModel& model)
{
  Recipe variational = recipeOf(ContinuousMethod::Variational);
  Recipe network;
  network.model = &model;
  const PictureColumn youngs{ "Youngs", nullptr, "Youngs" };
  const PictureColumn elvira{ "ELVIRA", nullptr, "ELVIRA" };
  printPictureHeading();
  printPictures({ { "zalesak", "quads", 25 }, { "gear", "quads", 25 }, { "cusp", "quads", 16 },
                  { "spiral0.6", "quads", 32 } },
    { youngs, elvira, { "Variational", &variational, "" }, { "Neural", &network, "" } });
  variational.refinement = 2;
  network.model = nullptr;
  network.solidModel = &shippedSolidModel();
  printPictures({ { "cube", "boxes", 12 }, { "torus", "boxes", 12 }, { "sheet.5", "boxes", 12 } },
    { youngs, elvira, { "Variational", &variational, "" }, { "Neural", &network, "" } });
}

} // namespace

int main(int count, char** words)
{
  PartOptions options;
  options.seeds = reportedSeeds();
  std::vector<std::string> parts;
  std::string name;
  std::string mesh = "quads";
  std::string file;
  int n = 50;
  bool pictures = false;
  for (int i = 1; i < count; ++i)
  {
    const std::string word = words[i];
    auto next = [&]() -> std::string { return i + 1 < count ? words[++i] : ""; };
    if (word == "--quick")
    {
      options.quick = true;
      options.seeds.resize(2);
    }
    else if (word == "--pictures")
    {
      pictures = true;
    }
    else if (word == "--network")
    {
      options.networkAlone = true;
    }
    else if (word == "--part")
    {
      parts.push_back(next());
    }
    else if (word == "--model")
    {
      file = next();
    }
    else if (word == "--case")
    {
      name = next();
    }
    else if (word == "--mesh")
    {
      mesh = next();
    }
    else if (word == "--n")
    {
      n = std::atoi(next().c_str());
    }
    else if (word == "--seeds")
    {
      const int first = std::atoi(next().c_str());
      const int last = std::atoi(next().c_str());
      options.seeds.clear();
      for (int seed = first; seed <= last; ++seed)
      {
        options.seeds.push_back(static_cast<unsigned>(seed));
      }
    }
    else
    {
      std::fputs(Usage, stderr);
      return 2;
    }
  }
  try
  {
    const SubcellModel model =
      file.empty() ? shippedSubcellModel() : loadSubcellModel(readSafetensors(file));
    options.model = &model;
    if (pictures)
    {
      printMethods(model);
      return 0;
    }
    Table table;
    if (!name.empty())
    {
      sweep(table, options.seeds, name, name, { mesh }, { n }, wantedOf(options));
      return 0;
    }
    for (const NeuralPart& part : neuralParts())
    {
      if (parts.empty() || std::find(parts.begin(), parts.end(), part.name) != parts.end())
      {
        part.run(table, options);
      }
    }
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mirNeuralAccuracy: %s\n", error.what());
    return 1;
  }
  return 0;
}
