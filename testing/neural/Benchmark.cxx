// Speed of the neural models: mixed cells a second of every backend and precision.
//
// mirNeuralBenchmark [--quick] --networks | --libtorch | --threads COUNT
// Rows of CSV on the standard output; the time is the least of several runs. --networks: `network`,
// the perceptrons alone, on one thread; --libtorch: their forward passes in LibTorch, on one thread
// and on two. --threads: `field`, all from fractions to node values: stencils, frames, ties,
// perceptron; and `reconstruct`, all from fractions on a grid to a field that conserves:
// `subdivide`, `start` (planes, paraboloids, `field`), `conserve`.
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
#include <cstdlib>
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
  int threads, double budget, const std::function<void(const ParallelFor&, Precision)>& evaluate)
{
  Threads pool(threads);
  Row row{ name, parameters(network), "field", "", "", threads };
  onEveryBackend([&](const std::string& backend, const char* precision, Precision how) {
    row.backend = backend;
    row.precision = precision;
    print(row, cells, leastTime(budget, [&] { evaluate(pool.parallelFor(), how); }));
  });
}

#ifdef MIR_WITH_CUDA
// On a GPU, for which so many threads of the processor gather the stencils.
void measureCudaField(
  const std::string& name, const SubcellModel& model, const Disk& disk, int threads, double budget)
{
  Row row{ name, parameters(model.network), "field", "", "", threads };
  if (!cudaAvailable(&row.backend))
  {
    return;
  }
  Threads pool(threads);
  for (CudaPrecision precision : { CudaPrecision::Single, CudaPrecision::Half })
  {
    SubcellCuda cuda(model, precision);
    row.precision = precision == CudaPrecision::Single ? "single" : "half";
    print(row, disk.mixed.size(), leastTime(budget, [&] {
      cuda.nodeValues(disk.grid, disk.fractions, disk.mixed, pool.parallelFor());
    }));
  }
}
#endif

void measurePlanarField(
  const std::string& name, const SubcellModel& model, const Disk& disk, int threads, double budget)
{
  measureField(name, model.network, disk.mixed.size(), threads, budget,
    [&](const ParallelFor& parallelFor, Precision how) {
      subcellNodeValues(disk.grid, disk.fractions, disk.mixed, model, parallelFor, how);
    });
#ifdef MIR_WITH_CUDA
  measureCudaField(name, model, disk, threads, budget);
#endif
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

void measureSolidField(const std::string& name, const SolidModel& model, const SphereGrid& sphere,
  int threads, double budget)
{
  measureField(name, model.network, sphere.mixed.size(), threads, budget,
    [&](const ParallelFor& parallelFor, Precision how) {
      solidNodeValues(
        sphere.grid, sphere.fractions, sphere.mixed, model, model.subdivisions, parallelFor, how);
    });
}

void measureReconstruction(const std::string& name, const Problem& problem, Recipe recipe,
  std::size_t parameters, int threads, double budget)
{
  Threads pool(threads);
  recipe.parallelFor = pool.parallelFor();
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
  Row row{ name, parameters, "", instructionSets().front(), "single", threads };
  for (const auto& [stage, time] : { std::pair{ "subdivide", fastest.subdivide },
         { "start", fastest.start }, { "conserve", fastest.conserve }, { "reconstruct", whole } })
  {
    row.stage = stage;
    print(row, problem.mixed.size(), time);
  }
}

struct Models
{
  const SubcellModel& fast = shippedFastSubcellModel();
  const SubcellModel& subcell = shippedSubcellModel();
  const SolidModel& solid = shippedSolidModel();
};

void measureNetworks(const Models& models, double budget)
{
  measurePerceptron("subcell-fast", models.fast.network, budget);
  measurePerceptron("subcell", models.subcell.network, budget);
  measurePerceptron("subcell3d", models.solid.network, budget);
}

void measureWithLibTorch(const Models& models, double budget)
{
  if (haveLibTorch())
  {
    measureLibTorch("subcell-fast", models.fast.network, budget);
    measureLibTorch("subcell", models.subcell.network, budget);
    measureLibTorch("subcell3d", models.solid.network, budget);
  }
}

void measureOnThreads(const Models& models, int threads, bool quick, double budget)
{
  const Disk disk(quick ? 128 : 1024);
  measurePlanarField("subcell-fast", models.fast, disk, threads, budget);
  measurePlanarField("subcell", models.subcell, disk, threads, budget);
  const SphereGrid sphere(quick ? 16 : 96);
  measureSolidField("subcell3d", models.solid, sphere, threads, budget);
  Recipe plane;
  plane.model = &models.subcell;
  measureReconstruction("subcell", makeProblem("circle", "quads", quick ? 50 : 400, 2), plane,
    parameters(models.subcell.network), threads, budget);
  Recipe space;
  space.solidModel = &models.solid;
  measureReconstruction("subcell3d", makeProblem("sphere", "boxes", quick ? 12 : 32, 2), space,
    parameters(models.solid.network), threads, budget);
}

} // namespace

int main(int count, char** words)
{
  const bool quick = count > 1 && std::strcmp(words[1], "--quick") == 0;
  const std::string what = count > 1 + quick ? words[1 + quick] : "";
  const int threads = what == "--threads" && count == 3 + quick ? std::atoi(words[2 + quick]) : 0;
  if (threads < 1 && !((what == "--networks" || what == "--libtorch") && count == 2 + quick))
  {
    std::fputs(
      "usage: mirNeuralBenchmark [--quick] --networks | --libtorch | --threads COUNT\n", stderr);
    return 2;
  }
  const double budget = quick ? 0.02 : 0.4;
  const Models models;
  std::puts("Model,Parameters,Stage,Backend,Precision,Threads,Cells,NanosecondsPerCell,"
            "MillionCellsPerSecond");
  if (what == "--networks")
  {
    measureNetworks(models, budget);
  }
  else if (what == "--libtorch")
  {
    measureWithLibTorch(models, budget);
  }
  else
  {
    measureOnThreads(models, threads, quick, budget);
  }
  return 0;
}
