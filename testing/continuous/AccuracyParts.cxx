#include "AccuracyParts.h"

#include "Meshes.h"
#include "Planes.h"
#include "Sweep.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace mir::testing {

namespace {

using Seeds = const std::vector<unsigned>&;

/// The first of the placements, where a case takes long.
std::vector<unsigned> firstOf(Seeds seeds, std::size_t count)
{
  return { seeds.begin(),
    seeds.begin() + static_cast<std::ptrdiff_t>(std::min(count, seeds.size())) };
}

Recipe averaged(const std::string& planes = "LVIRA", int r = 4)
{
  Recipe recipe;
  recipe.planes = planes;
  recipe.refinement = r;
  return recipe;
}

std::vector<Recipe> allMethods(int r = 4)
{
  return { averaged("LVIRA", r), recipeOf(ContinuousMethod::AveragedParaboloids, r),
    recipeOf(ContinuousMethod::Variational, r) };
}

/// A method, soft and then within a tolerance, for noisy fractions.
Recipe relaxed(Recipe recipe, double noise)
{
  recipe.conserve = Conservation::Relaxed;
  recipe.tolerance = noise;
  return recipe;
}

/// Every kind of cell, random fractions and shapes: all counts must be 0.
void conservationPart(Table& table, Seeds seeds, bool quick)
{
  Wanted wanted;
  wanted.recipes = allMethods();
  wanted.checks = true;
  Wanted fast = wanted;
  fast.recipes = { averaged("Least Squares") };
  for (const char* noise : { "noise2", "noise3", "noise5", "noise8" })
  {
    sweep(table, seeds, std::string("conservation ") + noise, noise, planarMeshes(),
      { quick ? 8 : 16 }, fast);
  }
  for (const char* name : { "circle", "star", "filament0.5", "triple", "quadrants", "aligned",
         "annulus0.5", "layers", "islands" })
  {
    sweep(table, firstOf(seeds, quick ? 1 : 3), std::string("conservation ") + name, name,
      planarMeshes(), { 12 }, wanted);
  }
  const std::vector<unsigned> few = firstOf(seeds, quick ? 1 : 2);
  fast.recipes[0].refinement = 2;
  for (const char* noise : { "noise2", "noise3", "noise8" })
  {
    sweep(table, few, std::string("conservation ") + noise, noise, spatialMeshes(),
      { quick ? 4 : 6 }, fast);
  }
  for (const char* name : { "sphere", "cube", "shell0.5", "tripleline", "octants" })
  {
    sweep(table, few, std::string("conservation ") + name, name, spatialMeshes(), { quick ? 6 : 8 },
      fast);
  }
}

/// Averaged planes of every estimator beside their PLIC.
void planesPart(Table& table, Seeds seeds, bool quick)
{
  for (const std::string& mesh : planarMeshes())
  {
    Wanted wanted;
    wanted.planes = planeMethods(mesh);
    wanted.planes.push_back("exact");
    for (const std::string& planes : wanted.planes)
    {
      wanted.recipes.push_back(averaged(planes));
    }
    sweep(table, seeds, "planes circle", "circle", { mesh }, { quick ? 25 : 50 }, wanted);
    sweep(table, seeds, "planes star", "star", { mesh }, { quick ? 25 : 50 }, wanted);
  }
  for (const char* name : { "sphere", "cube", "torus", "shell1" })
  {
    for (const char* mesh : { "boxes", "hexahedra", "tetrahedra" })
    {
      Wanted wanted;
      wanted.planes = planeMethods(mesh);
      for (const std::string& planes : wanted.planes)
      {
        wanted.recipes.push_back(averaged(planes, 2));
      }
      wanted.recipes.push_back(averaged("LVIRA", 4));
      const std::string test = std::string("planes ") + name;
      const bool onGrids = std::strcmp(name, "torus") == 0 || std::strcmp(name, "shell1") == 0;
      if (!onGrids || isGrid(mesh))
      {
        sweep(table, quick ? firstOf(seeds, 1) : seeds, test, name, { mesh }, { quick ? 12 : 16 },
          wanted);
      }
      if (!onGrids && !quick)
      {
        sweep(table, firstOf(seeds, 2), test, name, { mesh }, { 32 }, wanted);
      }
    }
  }
}

Wanted besidePlanes()
{
  Wanted wanted;
  wanted.planes = { "LVIRA", "Reconstructed Distance", "exact" };
  wanted.recipes = allMethods();
  return wanted;
}

void circlePart(Table& table, Seeds seeds, bool quick)
{
  sweep(table, seeds, "circle", "circle", planarMeshes(),
    quick ? std::vector<int>{ 12, 25 } : std::vector<int>{ 12, 25, 50, 100 }, besidePlanes());
}

void starPart(Table& table, Seeds seeds, bool quick)
{
  sweep(table, seeds, "star", "star", planarMeshes(),
    quick ? std::vector<int>{ 25 } : std::vector<int>{ 12, 25, 50 }, besidePlanes());
}

/// Where the domain's boundary cuts what is round, and where a corner comes close to it.
void edgePart(Table& table, Seeds seeds, bool quick)
{
  for (const char* name : { "coast", "pier" })
  {
    sweep(table, seeds, name, name, quick ? std::vector<std::string>{ "quads" } : planarMeshes(),
      { 25 }, besidePlanes());
  }
}

void filamentPart(Table& table, Seeds seeds, bool quick)
{
  const std::vector<std::string> meshes =
    quick ? std::vector<std::string>{ "quads" } : planarMeshes();
  for (const char* name : { "filament0.5", "filament1" })
  {
    sweep(table, seeds, name, name, meshes, { 25 }, besidePlanes());
  }
}

void spherePart(Table& table, Seeds seeds, bool quick)
{
  const std::vector<int> sizes = quick ? std::vector<int>{ 8, 12 } : std::vector<int>{ 8, 16, 32 };
  // A tetrahedron of 2 sub-edges an edge has few nodes for a sixth of a cube; a hexahedron of 4 has
  // ten times as many as it needs.
  for (const auto& [mesh, r] : { std::pair{ "hexahedra", 2 }, std::pair{ "tetrahedra", 4 } })
  {
    Wanted wanted;
    wanted.planes = { "LVIRA", "exact" };
    wanted.recipes = allMethods(r);
    sweep(table, seeds, "sphere", "sphere", { mesh }, sizes, wanted);
    if (!quick)
    {
      sweep(table, firstOf(seeds, 4), "cube", "cube", { mesh }, { 16 }, wanted);
      wanted.planes = { "LVIRA" };
      sweep(table, firstOf(seeds, 4), "tripleline", "tripleline", { mesh }, { 12 }, wanted);
    }
  }
}

void materialsPart(Table& table, Seeds seeds, bool quick)
{
  Wanted wanted;
  wanted.planes = { "LVIRA" };
  wanted.nested = true;
  wanted.recipes = allMethods();
  const std::vector<int> sizes = quick ? std::vector<int>{ 16 } : std::vector<int>{ 16, 32 };
  for (const char* name : { "triple", "quadrants", "annulus0.5", "layers", "islands" })
  {
    sweep(table, seeds, name, name, { "quads" }, sizes, wanted);
    if (!quick && std::strcmp(name, "islands") != 0)
    {
      sweep(table, seeds, name, name, { "triangles", "voronoi" }, { 16 }, wanted);
    }
  }
}

void noisePart(Table& table, Seeds seeds, bool)
{
  Wanted wanted;
  wanted.planes = { "LVIRA" };
  for (const auto& [amount, noise] : { std::pair{ ".001", 0.001 }, std::pair{ ".01", 0.01 } })
  {
    wanted.recipes = allMethods();
    for (const Recipe& recipe : allMethods())
    {
      wanted.recipes.push_back(relaxed(recipe, noise));
    }
    sweep(table, seeds, std::string("noise ") + amount, std::string("circle~") + amount,
      { "quads", "triangles" }, { 25 }, wanted);
  }
}

} // namespace

const std::vector<AccuracyPart>& accuracyParts()
{
  static const std::vector<AccuracyPart> parts{ { "circle", circlePart }, { "star", starPart },
    { "edge", edgePart }, { "filament", filamentPart }, { "materials", materialsPart },
    { "noise", noisePart }, { "conservation", conservationPart }, { "planes", planesPart },
    { "sphere", spherePart } };
  return parts;
}

} // namespace mir::testing
