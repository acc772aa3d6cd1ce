// Speed of the continuous methods, stage by stage, beside PLIC in the same run.
//
// mirContinuousBenchmark [--quick] [--threads LIST]
// Rows of CSV on the standard output: microseconds a mixed cell, the least of several runs.
#include "Meshes.h"
#include "Planes.h"
#include "Problem.h"
#include "Recipe.h"
#include "Threads.h"

#include "plic/CellCutter.h"
#include "plic/LeastSquares.h"
#include "plic/Lvira.h"
#include "plic/ReconstructedDistance.h"
#include "reconstruct/continuous/ContinuousInterface.h"
#include "reconstruct/continuous/StartingField.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

struct Case
{
  const char* name;
  const char* mesh;
  int n;
  int quick;
  int refinement;
  bool variational;
};

const Case Cases[] = { { "circle", "quads", 512, 64, 4, true },
  { "circle", "triangles", 512, 64, 4, true }, { "circle", "voronoi", 256, 64, 4, true },
  { "triple", "quads", 512, 64, 4, true }, { "annulus0.5", "quads", 256, 64, 4, true },
  { "sphere", "boxes", 64, 16, 2, true }, { "sphere", "boxes", 64, 16, 4, false },
  { "sphere", "hexahedra", 48, 16, 4, false }, { "sphere", "tetrahedra", 32, 16, 4, true } };

/// The least time of `run` in some repeats, of which the first one counts too.
double least(int most, double budget, const std::function<double()>& run)
{
  double best = 1e300;
  const double begin = seconds();
  for (int i = 0; i < most && (i == 0 || seconds() - begin < budget); ++i)
  {
    best = std::min(best, run());
  }
  return best;
}

double timed(const std::function<void()>& body)
{
  const double begin = seconds();
  body();
  return seconds() - begin;
}

/// The facets of PLIC, one a mixed cell: how many points there are.
std::size_t cutAll(const Problem& problem, const MaterialField& field, const NormalField& normals,
  const ParallelFor& parallelFor)
{
  std::vector<std::size_t> points(field.mixed.size());
  parallelFor(static_cast<int>(field.mixed.size()), [&](int begin, int end) {
    CellCutter cutter(problem.band);
    for (int i = begin; i < end; ++i)
    {
      const int cell = field.mixed[i];
      const double constant = cutter.planeConstant(cell, normals[i], field.fractions[cell]);
      for (const auto& loop : cutter.cut(cell, normals[i], constant))
      {
        points[i] += loop.size();
      }
    }
  });
  std::size_t sum = 0;
  for (std::size_t count : points)
  {
    sum += count;
  }
  return sum;
}

class Report
{
public:
  Report(const Problem& problem, int refinement, int threads)
    : About(problem)
    , Refinement(refinement)
    , ThreadCount(threads)
  {}

  void add(const char* stage, double time) const
  {
    const auto mixed = static_cast<double>(this->About.mixed.size());
    std::printf("%s,%s,%d,%d,%zu,%d,%d,%d,%s,%.4g,%.4g\n", this->About.name.c_str(),
      this->About.mesh.c_str(), this->About.n, this->About.band.numberOfCells(),
      this->About.mixed.size(), this->About.materialCount, this->Refinement, this->ThreadCount,
      stage, 1e6 * time / mixed, 1e3 * time);
    std::fflush(stdout);
  }

private:
  const Problem& About;
  int Refinement;
  int ThreadCount;
};

/// PLIC of two materials: estimators, and the cutting.
void measurePlanes(const Problem& problem, int threads)
{
  Threads pool(threads);
  const ParallelFor parallelFor = pool.parallelFor();
  const Report report(problem, 0, threads);
  const MaterialField field = problem.field(0);
  NormalField normals;
  report.add("PLIC normals Least Squares", least(9, 0.5, [&] {
    return timed([&] { normals = leastSquares(problem.band, field, parallelFor); });
  }));
  report.add("PLIC normals LVIRA", least(5, 1.0, [&] {
    return timed([&] {
      normals =
        lvira(problem.band, field, leastSquares(problem.band, field, parallelFor), parallelFor);
    });
  }));
  report.add("PLIC normals Reconstructed Distance", least(5, 1.0, [&] {
    return timed([&] { normals = reconstructedDistance(problem.band, field, parallelFor); });
  }));
  std::size_t points = 0;
  report.add("PLIC cut", least(9, 0.5, [&] {
    return timed([&] { points += cutAll(problem, field, normals, parallelFor); });
  }));
  if (points == 0)
  {
    std::fputs("PLIC has no facets\n", stderr);
  }
}

void measureStages(const Problem& problem, const Case& asked, const MaterialNormals& normals,
  int threads, double budget)
{
  Threads pool(threads);
  const ParallelFor parallelFor = pool.parallelFor();
  const Report report(problem, asked.refinement, threads);
  Recipe recipe;
  recipe.refinement = asked.refinement;
  recipe.parallelFor = parallelFor;
  Outcome best;
  double subdivide = 1e300;
  double start = 1e300;
  double conserving = 1e300;
  least(7, budget, [&] {
    best = carryOut(problem, recipe, normals);
    subdivide = std::min(subdivide, best.subdivide);
    start = std::min(start, best.start);
    conserving = std::min(conserving, best.conserve);
    return 0.0;
  });
  report.add("subdivide", subdivide);
  report.add("start", start);
  report.add("conserve", conserving);
  std::size_t facets = 0;
  report.add("extract", least(7, 0.5 * budget, [&] {
    return timed([&] {
      facets += extractFacets(problem.band, best.mesh, best.field, parallelFor).areas.size();
    });
  }));
  report.add("extract parts", least(5, 0.5 * budget, [&] {
    return timed([&] {
      facets += extractParts(problem.band, best.mesh, best.field, parallelFor).cells.size();
    });
  }));
  if (asked.variational)
  {
    recipe.method = ContinuousMethod::Variational;
    double smoothing = 1e300;
    conserving = 1e300;
    recipe.planes = "Reconstructed Distance";
    const MaterialNormals smooth = planeNormals(problem, recipe.planes);
    least(3, budget, [&] {
      const Outcome outcome = carryOut(problem, recipe, smooth);
      smoothing = std::min(smoothing, outcome.smooth);
      conserving = std::min(conserving, outcome.conserve);
      return 0.0;
    });
    report.add("variational", smoothing);
    report.add("conserve after variational", conserving);
  }
}

} // namespace

int main(int count, char** words)
{
  bool quick = false;
  std::vector<int> threads{ 1, 2 };
  std::string only;
  for (int i = 1; i < count; ++i)
  {
    const std::string word = words[i];
    if (word == "--quick")
    {
      quick = true;
    }
    else if (word == "--threads" && i + 1 < count)
    {
      threads.assign(1, std::atoi(words[++i]));
    }
    else if (word == "--case" && i + 1 < count)
    {
      only = words[++i];
    }
    else
    {
      std::fputs(
        "usage: mirContinuousBenchmark [--quick] [--threads COUNT] [--case NAME]\n", stderr);
      return 2;
    }
  }
  std::puts("Case,Mesh,Resolution,Cells,Mixed,Materials,Refinement,Threads,Stage,"
            "MicrosecondsPerMixed,Milliseconds");
  std::string before;
  for (const Case& one : Cases)
  {
    if (!only.empty() && only != one.name)
    {
      continue;
    }
    const double begin = seconds();
    try
    {
      const int n = quick ? one.quick : one.n;
      const Problem problem = makeProblem(one.name, one.mesh, n, reportedSeeds()[0]);
      const MaterialNormals normals = planeNormals(problem, "LVIRA");
      const std::string place = problem.name + problem.mesh;
      for (int used : threads)
      {
        if (problem.materialCount == 2 && place != before)
        {
          measurePlanes(problem, used);
        }
        measureStages(problem, one, normals, used, quick ? 0.2 : 1.5);
      }
      before = place;
    }
    catch (const std::exception& error)
    {
      std::fprintf(stderr, "%s on %s: %s\n", one.name, one.mesh, error.what());
    }
    std::fprintf(stderr, "%-12s %-12s r = %d %6.1f s\n", one.name, one.mesh, one.refinement,
      seconds() - begin);
  }
  return 0;
}
