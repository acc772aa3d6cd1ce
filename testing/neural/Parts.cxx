#include "Parts.h"

#include <utility>

namespace mir::testing {

namespace {

std::vector<int> sizesOf(const PartOptions& options, std::vector<int> sizes)
{
  if (options.quick && sizes.size() > 2)
  {
    sizes.resize(2);
  }
  return sizes;
}

/// More placements than are reported elsewhere, for what is rare in each.
std::vector<unsigned> manySeeds(const PartOptions& options, unsigned count)
{
  std::vector<unsigned> seeds = options.seeds;
  while (!options.quick && seeds.size() < count)
  {
    seeds.push_back(seeds.back() + 1);
  }
  return seeds;
}

void circlePart(Table& table, const PartOptions& options)
{
  // 8, 16, 32, 64, 128, 256 and 512 cells across.
  Wanted wanted = wantedOf(options);
  if (!options.networkAlone)
  {
    wanted.recipes.push_back(recipeOf(ContinuousMethod::AveragedPlanes));
  }
  sweep(table, options.seeds, "circle", "circle", { "quads" },
    sizesOf(options, { 13, 25, 50, 100, 200, 400, 800 }), wanted);
}

void cornersPart(Table& table, const PartOptions& options)
{
  for (const char* name : { "square", "star" })
  {
    sweep(table, options.seeds, name, name, { "quads" }, sizesOf(options, { 13, 25, 50, 100 }),
      wantedOf(options));
  }
}

void filamentPart(Table& table, const PartOptions& options)
{
  for (const char* name : { "filament0.5", "filament0.75", "filament1", "filament2" })
  {
    sweep(table, options.seeds, name, name, { "quads" }, sizesOf(options, { 25, 50, 100 }),
      wantedOf(options));
  }
}

void unseenPart(Table& table, const PartOptions& options)
{
  for (const char* name : { "zalesak", "gear", "cusp", "spiral0.6", "bowtie" })
  {
    sweep(table, options.seeds, name, name, { "quads" }, sizesOf(options, { 25, 50 }),
      wantedOf(options));
  }
}

void edgePart(Table& table, const PartOptions& options)
{
  Wanted wanted = wantedOf(options);
  wanted.edges = true;
  sweep(table, manySeeds(options, 40), "coast", "coast", { "quads" }, sizesOf(options, { 25, 50 }),
    wanted);
}

void noisePart(Table& table, const PartOptions& options)
{
  for (const auto& [name, deviation] :
    { std::pair{ "circle~.001", 0.001 }, { "circle~.01", 0.01 } })
  {
    Wanted wanted = wantedOf(options);
    Recipe soft = wanted.recipes.front();
    soft.conserve = Conservation::Relaxed;
    soft.tolerance = deviation;
    wanted.recipes.push_back(soft);
    sweep(table, options.seeds, name, name, { "quads" }, { 25 }, wanted);
  }
}

void distortedPart(Table& table, const PartOptions& options)
{
  Wanted wanted = wantedOf(options);
  if (!options.networkAlone)
  {
    wanted.planes = { "LVIRA", "Reconstructed Distance" };
  }
  for (const char* name : { "circle", "star" })
  {
    sweep(table, options.seeds, name, name, { "stretched", "curvilinear", "distorted" }, { 25, 50 },
      wanted);
  }
}

} // namespace

const std::vector<NeuralPart>& neuralParts()
{
  static const std::vector<NeuralPart> parts{ { "circle", circlePart }, { "corners", cornersPart },
    { "filament", filamentPart }, { "unseen", unseenPart }, { "edge", edgePart },
    { "noise", noisePart }, { "distorted", distortedPart } };
  return parts;
}

Wanted wantedOf(const PartOptions& options)
{
  Wanted wanted;
  Recipe network;
  network.model = options.model;
  network.refinement = options.model->subdivisions;
  wanted.recipes = { network };
  wanted.checks = true;
  wanted.facets = true;
  if (!options.networkAlone)
  {
    wanted.planes = { "Youngs", "ELVIRA", "Reconstructed Distance" };
    wanted.recipes.push_back(recipeOf(ContinuousMethod::Variational));
  }
  return wanted;
}

} // namespace mir::testing
