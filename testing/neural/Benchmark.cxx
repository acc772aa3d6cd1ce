// Speed of the neural models: mixed cells a second of every backend, precision and thread count.
//
// mirNeuralBenchmark [--quick] [--libtorch]
// Rows of CSV on the standard output; the time is the least of several runs. `network` is the
// perceptron alone, `field` all from fractions to node values: stencils, frames, ties, perceptron;
// `reconstruct` all from fractions on a grid to a field that conserves: `subdivide`, `start`
// (planes, paraboloids, `field`), `conserve`. With --libtorch the forward passes of LibTorch alone.
#include "LeastTime.h"
#include "LibTorchForward.h"
#include "Problem.h"
#include "Recipe.h"
#include "Threads.h"

#include "reconstruct/neural/NeuralField.h"
#include "reconstruct/neural/SolidModel.h"
#ifdef MIR_WITH_CUDA
#include "reconstruct/neural/cuda/SubcellCuda.h"
#endif

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

std::size_t parameters(const Perceptron& network)
{
  std::size_t count = 0;
  for (const DenseLayer& layer : network.layers)
  {
    count += layer.weights.size() + layer.bias.size();
  }
  return count;
}

// A disk on a square grid of n x n cells.
struct Disk
{
  explicit Disk(int n)
    : grid(logicalGrid(n, n))
  {
    for (std::int64_t cell = 0; cell < grid.numberOfCells(); ++cell)
    {
      const double x = grid.column[cell] - 0.5131 * n;
      const double y = grid.row[cell] - 0.4937 * n;
      this->fractions.push_back(std::clamp(0.35 * n - std::hypot(x, y) + 0.5, 0.0, 1.0));
      if (this->fractions.back() > 0.0 && this->fractions.back() < 1.0)
      {
        this->mixed.push_back(cell);
      }
    }
  }

  LogicalGrid grid;
  std::vector<double> fractions;
  std::vector<std::int64_t> mixed;
};

struct Row
{
  std::string model;
  std::size_t parameters;
  std::string stage;
  std::string backend;
  std::string precision;
  int threads;
};

void print(const Row& row, std::size_t cells, double time)
{
  std::printf("%s,%zu,%s,%s,%s,%d,%zu,%.4g,%.4g\n", row.model.c_str(), row.parameters,
    row.stage.c_str(), row.backend.c_str(), row.precision.c_str(), row.threads, cells,
    1e9 * time / static_cast<double>(cells), 1e-6 * static_cast<double>(cells) / time);
  std::fflush(stdout);
}

void measureNetwork(const Row& row, const Perceptron& network, Precision precision, double budget)
{
  constexpr int tiles = 40;
  TileEvaluator tile(network, precision);
  std::fill_n(tile.inputs(), network.inputs() * tileRows, 0.3f);
  print(row, tiles * tileRows, leastTime(budget, [&] {
    for (int k = 0; k < tiles; ++k)
    {
      tile.evaluate(tileRows, network.inputs());
    }
  }));
}

// Every instruction set, then the matrix unit.
void onEveryBackend(
  const std::function<void(const std::string& backend, const char* precision, Precision)>& body)
{
  for (const std::string& name : instructionSets())
  {
    useInstructionSet(name);
    body(name, "single", Precision::Single);
  }
  useInstructionSet(instructionSets().front());
  if (hasMatrixUnit())
  {
    body("AMX", "bfloat16", Precision::BFloat16);
  }
}

void measurePerceptron(const std::string& name, const Perceptron& network, double budget)
{
  Row row{ name, parameters(network), "network", "", "", 1 };
  onEveryBackend([&](const std::string& backend, const char* precision, Precision how) {
    row.backend = backend;
    row.precision = precision;
    measureNetwork(row, network, how, budget);
  });
}

void measureLibTorch(const std::string& name, const Perceptron& network, double budget)
{
  for (int threads : { 1, 2 })
  {
    constexpr std::size_t rows = 8192;
    LibTorchForward forward(network, rows, threads);
    print(
      { name, parameters(network), "network", "LibTorch with " + torchBlas(), "single", threads },
      rows, leastTime(budget, [&] { forward.run(); }));
  }
}

/// `evaluate` goes from fractions to node values.
void measureField(const std::string& name, const Perceptron& network, std::size_t cells,
  double budget, const std::function<void(const ParallelFor&, Precision)>& evaluate)
{
  Row row{ name, parameters(network), "field", "", "", 1 };
  for (int threads : { 1, 2 })
  {
    Threads pool(threads);
    row.threads = threads;
    onEveryBackend([&](const std::string& backend, const char* precision, Precision how) {
      row.backend = backend;
      row.precision = precision;
      print(row, cells, leastTime(budget, [&] { evaluate(pool.parallelFor(), how); }));
    });
  }
}

void measurePlanarField(
  const std::string& name, const SubcellModel& model, const Disk& disk, double budget)
{
  measureField(name, model.network, disk.mixed.size(), budget,
    [&](const ParallelFor& parallelFor, Precision how) {
      subcellNodeValues(disk.grid, disk.fractions, disk.mixed, model, parallelFor, how);
    });
}

// A ball in a cube of n^3 cells.
struct SphereGrid
{
  explicit SphereGrid(int n)
    : grid(n, n, n)
  {
    for (std::int64_t cell = 0; cell < grid.numberOfCells(); ++cell)
    {
      const SolidGrid::Place at = grid.place(cell);
      const double x = at.i - 0.5131 * n;
      const double y = at.j - 0.4937 * n;
      const double z = at.k - 0.4871 * n;
      const double inside = 0.35 * n - std::sqrt(x * x + y * y + z * z);
      this->fractions.push_back(std::clamp(inside + 0.5, 0.0, 1.0));
      if (this->fractions.back() > 0.0 && this->fractions.back() < 1.0)
      {
        this->mixed.push_back(cell);
      }
    }
  }

  SolidGrid grid;
  std::vector<double> fractions;
  std::vector<std::int64_t> mixed;
};

void measureSolidField(
  const std::string& name, const SolidModel& model, const SphereGrid& sphere, double budget)
{
  measureField(name, model.network, sphere.mixed.size(), budget,
    [&](const ParallelFor& parallelFor, Precision how) {
      solidNodeValues(
        sphere.grid, sphere.fractions, sphere.mixed, model, model.subdivisions, parallelFor, how);
    });
}

void measureReconstruction(const std::string& name, const Problem& problem, Recipe recipe,
  std::size_t parameters, double budget)
{
  Row row{ name, parameters, "", instructionSets().front(), "single", 1 };
  for (int threads : { 1, 2 })
  {
    Threads pool(threads);
    recipe.parallelFor = pool.parallelFor();
    row.threads = threads;
    Outcome fastest;
    double whole = 1e300;
    leastTime(budget, [&] {
      Outcome outcome = carryOut(problem, recipe);
      const double time = outcome.subdivide + outcome.start + outcome.conserve;
      if (time < whole)
      {
        whole = time;
        fastest = std::move(outcome);
      }
    });
    for (const auto& [stage, time] : { std::pair{ "subdivide", fastest.subdivide },
           { "start", fastest.start }, { "conserve", fastest.conserve }, { "reconstruct", whole } })
    {
      row.stage = stage;
      print(row, problem.mixed.size(), time);
    }
  }
}

} // namespace

int main(int count, char** words)
{
  bool quick = false;
  bool libTorch = false;
  for (int i = 1; i < count; ++i)
  {
    quick = quick || std::strcmp(words[i], "--quick") == 0;
    libTorch = libTorch || std::strcmp(words[i], "--libtorch") == 0;
  }
  if (count != 1 + quick + libTorch)
  {
    std::fputs("usage: mirNeuralBenchmark [--quick] [--libtorch]\n", stderr);
    return 2;
  }
  const double budget = quick ? 0.02 : 0.4;
  std::puts("Model,Parameters,Stage,Backend,Precision,Threads,Cells,NanosecondsPerCell,"
            "MillionCellsPerSecond");
  const SubcellModel& fast = shippedFastSubcellModel();
  const SubcellModel& subcell = shippedSubcellModel();
  const SolidModel& solid = shippedSolidModel();
  if (libTorch)
  {
    if (haveLibTorch())
    {
      measureLibTorch("subcell-fast", fast.network, budget);
      measureLibTorch("subcell", subcell.network, budget);
      measureLibTorch("subcell3d", solid.network, budget);
    }
    return 0;
  }
  const Disk disk(quick ? 128 : 1024);
  const SphereGrid sphere(quick ? 16 : 96);
  measurePerceptron("subcell-fast", fast.network, budget);
  measurePerceptron("subcell", subcell.network, budget);
  measurePerceptron("subcell3d", solid.network, budget);
  measurePlanarField("subcell-fast", fast, disk, budget);
  measurePlanarField("subcell", subcell, disk, budget);
  measureSolidField("subcell3d", solid, sphere, budget);
  Recipe plane;
  plane.model = &subcell;
  measureReconstruction("subcell", makeProblem("circle", "quads", quick ? 50 : 400, 2), plane,
    parameters(subcell.network), budget);
  Recipe space;
  space.solidModel = &solid;
  measureReconstruction("subcell3d", makeProblem("sphere", "boxes", quick ? 12 : 32, 2), space,
    parameters(solid.network), budget);
  return 0;
}
