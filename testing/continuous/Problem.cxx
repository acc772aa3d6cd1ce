#include "Problem.h"

#include "Meshes.h"
#include "RandomCells.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

namespace mir::testing {

namespace {

/// Fractions after the prototype's stress test: gamma-distributed shares of exponent .3, of which
/// 40 % vanish and 15 % are 1e-6.
void randomFractions(Dice& dice, std::mt19937& engine, std::vector<double>& fractions)
{
  std::gamma_distribution<double> gamma(0.3);
  const int count = static_cast<int>(fractions.size());
  double sum = 0.0;
  for (double& f : fractions)
  {
    f = gamma(engine);
    sum += f;
  }
  double kept = 0.0;
  for (double& f : fractions)
  {
    f = dice.uniform() < 0.4 ? 0.0 : f / sum;
    f = dice.uniform() < 0.15 ? 1e-6 : f;
    kept += f;
  }
  if (kept < 1e-3)
  {
    fractions[dice.below(count)] = 1.0;
  }
  for (int pass = 0; pass < 2; ++pass)
  {
    sum = 0.0;
    for (double& f : fractions)
    {
      f = f < 1e-8 ? 0.0 : f;
      sum += f;
    }
    for (double& f : fractions)
    {
      f /= sum;
    }
  }
}

void setMaterials(Problem& problem, const std::vector<double>& fractions)
{
  const int count = problem.materialCount;
  for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
  {
    for (int k = 0; k < count; ++k)
    {
      const double f = fractions[static_cast<std::size_t>(cell) * count + k];
      if (f > 0.0)
      {
        problem.materials.materials.push_back(static_cast<unsigned char>(k));
        problem.materials.fractions.push_back(f);
      }
    }
    problem.materials.offsets.push_back(
      static_cast<std::int64_t>(problem.materials.materials.size()));
    if (problem.materials.count(cell) > 1)
    {
      problem.mixed.push_back(cell);
    }
  }
}

/// A problem without materials.
Problem onMesh(const std::string& mesh, int n, unsigned seed)
{
  Problem problem;
  problem.mesh = mesh;
  problem.n = n;
  problem.seed = seed;
  problem.band = makeMesh(mesh, n, seed);
  double total = 0.0;
  for (double volume : problem.band.volumes)
  {
    total += volume;
  }
  problem.size = std::pow(total / problem.band.numberOfCells(), 1.0 / problem.band.dimension);
  return problem;
}

/// Connects the mixed cells of a problem that has its materials.
void connectMixed(Problem& problem)
{
  std::vector<char> wanted(problem.band.numberOfCells(), 0);
  for (int cell : problem.mixed)
  {
    wanted[cell] = 1;
  }
  connectBand(problem.band, wanted);
}

} // namespace

double Problem::fraction(int material, int cell) const
{
  for (auto i = this->materials.offsets[cell]; i < this->materials.offsets[cell + 1]; ++i)
  {
    if (this->materials.materials[i] == material)
    {
      return this->materials.fractions[i];
    }
  }
  return 0.0;
}

MaterialField Problem::field(int material) const
{
  std::vector<double> fractions(this->band.numberOfCells(), 0.0);
  for (int cell = 0; cell < this->band.numberOfCells(); ++cell)
  {
    fractions[cell] = this->fraction(material, cell);
  }
  // Fractions are clean: whatever is not 0 or 1 is mixed.
  return materialField(std::move(fractions), 0.0);
}

const std::vector<unsigned>& developmentSeeds()
{
  static const std::vector<unsigned> seeds{ 0, 1 };
  return seeds;
}

const std::vector<unsigned>& reportedSeeds()
{
  static const std::vector<unsigned> seeds{ 2, 3, 4, 5, 6, 7, 8, 9 };
  return seeds;
}

Problem makeProblem(const std::string& name, const std::string& mesh, int n, unsigned seed)
{
  Problem problem = onMesh(mesh, n, seed);
  problem.name = name;
  const int cells = problem.band.numberOfCells();
  std::vector<double> fractions;
  const bool random = name.rfind("noise", 0) == 0;
  if (random)
  {
    problem.materialCount = std::stoi(name.substr(5));
    Dice dice(1000 * seed + 91);
    std::mt19937 engine(1000 * seed + 92);
    std::vector<double> own(problem.materialCount);
    for (int cell = 0; cell < cells; ++cell)
    {
      randomFractions(dice, engine, own);
      fractions.insert(fractions.end(), own.begin(), own.end());
    }
  }
  else
  {
    const std::size_t tilde = name.find('~');
    problem.truth = makeTruth(name.substr(0, tilde), n, seed);
    if (problem.truth->dimension != problem.band.dimension)
    {
      throw std::invalid_argument("'" + name + "' does not fit the mesh '" + mesh + "'");
    }
    const int count = problem.materialCount = problem.truth->materials;
    fractions.resize(static_cast<std::size_t>(cells) * count);
    for (int cell = 0; cell < cells; ++cell)
    {
      problem.truth->fractions(problem.band, cell, fractions.data() + std::size_t(cell) * count);
    }
    if (tilde != std::string::npos)
    {
      const double deviation = std::stod(name.substr(tilde + 1));
      std::mt19937 engine(1000 * seed + 93);
      std::normal_distribution<double> normal(0.0, deviation);
      for (std::size_t cell = 0; cell < fractions.size(); cell += 2)
      {
        if (count == 2 && fractions[cell] > 0.0 && fractions[cell] < 1.0)
        {
          // Mixed cells stay mixed.
          fractions[cell] = std::clamp(fractions[cell] + normal(engine), 1e-4, 1.0 - 1e-4);
          fractions[cell + 1] = 1.0 - fractions[cell];
        }
      }
    }
  }
  setMaterials(problem, fractions);
  connectMixed(problem);
  return problem;
}

Problem makeProblem(int n, const std::vector<double>& fractions)
{
  Problem problem = onMesh("quads", n, 0);
  std::vector<double> both;
  for (double f : fractions)
  {
    both.insert(both.end(), { f, 1.0 - f });
  }
  setMaterials(problem, both);
  connectMixed(problem);
  return problem;
}

} // namespace mir::testing
