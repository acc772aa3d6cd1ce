// Accuracy of the continuous methods: conservation, continuity and displacement on every mesh.
//
// mirContinuousAccuracy [--quick] [--part NAME] ...      all tables, or one of them
// mirContinuousAccuracy --case circle --mesh triangles --n 25 [--method variational] ...
// Rows of CSV on the standard output; what is being worked on, and its time, on the other one.
#include "AccuracyParts.h"
#include "Pictures.h"
#include "Sweep.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

const char* const Usage =
  "usage: mirContinuousAccuracy [options]\n"
  "  --quick             two placements, coarse meshes\n"
  "  --part NAME         conservation, planes, circle, star, edge, filament, sphere, materials,\n"
  "                      noise; may be repeated; all by default\n"
  "  --development       the placements that methods are developed with\n"
  "  --pictures          the interfaces of some cases, instead\n"
  "one experiment instead:\n"
  "  --case NAME --mesh NAME --n CELLS\n"
  "  --method NAME       plic, nested, planes, paraboloids, variational; may be repeated; all by\n"
  "                      default\n"
  "  --planes NAME       LVIRA by default; \"exact\"; see Planes.h\n"
  "  --refinement R      4 by default\n"
  "  --relaxed TOLERANCE, --off\n"
  "  --seeds FIRST LAST\n";

struct Options
{
  bool quick = false;
  bool pictures = false;
  std::vector<std::string> parts;
  std::vector<unsigned> seeds;
  std::string name;
  std::string mesh = "quads";
  int n = 25;
  std::vector<std::string> methods;
  Recipe recipe;
};

bool parse(int count, char** words, Options& options)
{
  options.seeds = reportedSeeds();
  for (int i = 1; i < count; ++i)
  {
    const std::string word = words[i];
    auto next = [&]() -> std::string { return i + 1 < count ? words[++i] : ""; };
    if (word == "--quick")
    {
      options.quick = true;
      options.seeds = { reportedSeeds()[0], reportedSeeds()[1] };
    }
    else if (word == "--pictures")
    {
      options.pictures = true;
    }
    else if (word == "--part")
    {
      options.parts.push_back(next());
    }
    else if (word == "--development")
    {
      options.seeds = developmentSeeds();
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
    else if (word == "--case")
    {
      options.name = next();
    }
    else if (word == "--mesh")
    {
      options.mesh = next();
    }
    else if (word == "--n")
    {
      options.n = std::atoi(next().c_str());
    }
    else if (word == "--method")
    {
      options.methods.push_back(next());
    }
    else if (word == "--planes")
    {
      options.recipe.planes = next();
    }
    else if (word == "--refinement")
    {
      options.recipe.refinement = std::atoi(next().c_str());
    }
    else if (word == "--relaxed")
    {
      options.recipe.conserve = Conservation::Relaxed;
      options.recipe.tolerance = std::atof(next().c_str());
    }
    else if (word == "--off")
    {
      options.recipe.conserve = Conservation::Off;
    }
    else
    {
      return false;
    }
  }
  return !options.seeds.empty();
}

void experiment(Table& table, const Options& options)
{
  Wanted wanted;
  auto asked = [&](const char* method) {
    return options.methods.empty() ||
      std::find(options.methods.begin(), options.methods.end(), method) != options.methods.end();
  };
  if (asked("plic") && options.name.rfind("noise", 0) != 0)
  {
    wanted.planes.push_back(options.recipe.planes);
  }
  const bool several = options.name.rfind("noise", 0) != 0 &&
    makeTruth(options.name.substr(0, options.name.find('~')), options.n, 0)->materials > 2;
  wanted.nested = asked("nested") && several;
  for (const auto& [name, method] : { std::pair{ "planes", ContinuousMethod::AveragedPlanes },
         std::pair{ "paraboloids", ContinuousMethod::AveragedParaboloids },
         std::pair{ "variational", ContinuousMethod::Variational } })
  {
    if (asked(name))
    {
      wanted.recipes.push_back(options.recipe);
      wanted.recipes.back().method = method;
    }
  }
  wanted.checks = true;
  sweep(table, options.seeds, options.name, options.name, { options.mesh }, { options.n }, wanted);
}

/// PLIC and the continuous methods on six cases.
void printMethods()
{
  const Recipe averaged;
  const Recipe paraboloids = recipeOf(ContinuousMethod::AveragedParaboloids);
  const Recipe variational = recipeOf(ContinuousMethod::Variational);
  printPictureHeading();
  printPictures({ { "star", "triangles", 16 }, { "triple", "voronoi", 8 },
                  { "annulus0.7", "quads", 10 }, { "layers", "distorted", 12 },
                  { "cube", "tetrahedra", 8 }, { "tripleline", "hexahedra", 6 } },
    { { "PLIC", nullptr, "LVIRA" }, { "Averaged Planes", &averaged, "" },
      { "Averaged Paraboloids", &paraboloids, "" }, { "Variational", &variational, "" } });
}

} // namespace

int main(int count, char** words)
{
  Options options;
  if (!parse(count, words, options))
  {
    std::fputs(Usage, stderr);
    return 2;
  }
  if (options.pictures)
  {
    printMethods();
    return 0;
  }
  const double begin = seconds();
  Table table;
  try
  {
    if (!options.name.empty())
    {
      experiment(table, options);
      return 0;
    }
    for (const AccuracyPart& part : accuracyParts())
    {
      if (options.parts.empty() ||
        std::find(options.parts.begin(), options.parts.end(), part.name) != options.parts.end())
      {
        part.run(table, options.seeds, options.quick);
      }
    }
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mirContinuousAccuracy: %s\n", error.what());
    return 1;
  }
  std::fprintf(stderr, "%.0f s in all\n", seconds() - begin);
  return 0;
}
