#include "Parts.h"

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

void circlePart(Table& table, const PartOptions& options)
{
  // 8, 16, 32, 64 and 128 cells across.
  sweep(table, options.seeds, "circle", "circle", { "quads" },
    sizesOf(options, { 13, 25, 50, 100, 200 }), wantedOf(options));
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
    sweep(table, options.seeds, name, name, { "quads" }, sizesOf(options, { 25, 100 }),
      wantedOf(options));
  }
}

void unseenPart(Table& table, const PartOptions& options)
{
  for (const char* name : { "zalesak", "gear", "cusp", "spiral0.6", "bowtie" })
  {
    sweep(table, options.seeds, name, name, { "quads" }, { 50 }, wantedOf(options));
  }
}

void edgePart(Table& table, const PartOptions& options)
{
  sweep(table, options.seeds, "coast", "coast", { "quads" }, sizesOf(options, { 25, 50 }),
    wantedOf(options));
}

void noisePart(Table& table, const PartOptions& options)
{
  for (const char* name : { "circle~.001", "circle~.01" })
  {
    Wanted wanted = wantedOf(options);
    Recipe soft = wanted.recipes.front();
    soft.conserve = Conservation::Relaxed;
    soft.tolerance = name[9] == '0' ? 0.001 : 0.01;
    wanted.recipes.push_back(soft);
    sweep(table, options.seeds, name, name, { "quads" }, { 25 }, wanted);
  }
}

void distortedPart(Table& table, const PartOptions& options)
{
  for (const char* name : { "circle", "star" })
  {
    sweep(table, options.seeds, name, name, { "curvilinear", "distorted" }, { 25, 50 },
      wantedOf(options));
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
  if (!options.networkAlone)
  {
    wanted.planes = { "Youngs", "ELVIRA", "Reconstructed Distance" };
    Recipe variational;
    variational.method = ContinuousMethod::Variational;
    variational.planes = "Least Squares";
    wanted.recipes.push_back(variational);
  }
  return wanted;
}

} // namespace mir::testing
