// Speed of the continuous methods, stage by stage, beside PLIC in the same run.
//
// mirContinuousBenchmark --cases
// mirContinuousBenchmark [--quick] --case NUMBER --threads COUNT
// The number of cases, or rows of CSV of one on so many threads on the standard output:
// microseconds a mixed cell, the least of several runs. A process measures no more than that, as
// what ran before in it moves times by half: caches and memory are left to other threads.
#include "Meshes.h"
#include "Planes.h"
#include "Problem.h"
#include "Recipe.h"
#include "Threads.h"

#include "plic/CellCutter.h"
#include "plic/LeastSquares.h"
#include "plic/Lvira.h"
#include "plic/ReconstructedDistance.h"
#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/continuous/starts/StartingField.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iterator>
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

const Case Cases[] = { { "circle", "quads", 1024, 64, 4, true },
  { "circle", "triangles", 1024, 64, 4, true }, { "circle", "voronoi", 256, 64, 4, true },
  { "triple", "quads", 512, 64, 4, true }, { "annulus0.5", "quads", 256, 64, 4, true },
  { "sphere", "boxes", 64, 16, 2, true }, { "sphere", "boxes", 64, 16, 4, false },
  { "sphere", "hexahedra", 48, 16, 4, false }, { "sphere", "tetrahedra", 32, 16, 4, true },
  // Finer ones, on which conservation takes long enough to want two threads.
  { "circle", "quads", 2048, 96, 4, false }, { "circle", "triangles", 2048, 96, 4, false },
  { "triple", "quads", 2048, 96, 4, false }, { "annulus0.5", "quads", 1024, 96, 4, false } };

/// Whether two cases differ in their refinement alone.
bool samePlace(const Case& a, const Case& b)
{
  return std::string(a.name) == b.name && std::string(a.mesh) == b.mesh && a.n == b.n;
}

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
  constexpr int cases = static_cast<int>(std::size(Cases));
  bool quick = false;
  int number = -1;
  int threads = 0;
  for (int i = 1; i < count; ++i)
  {
    const std::string word = words[i];
    if (word == "--cases" && count == 2)
    {
      std::printf("%d\n", cases);
      return 0;
    }
    quick = quick || word == "--quick";
    if (word == "--threads" && i + 1 < count)
    {
      threads = std::atoi(words[++i]);
    }
    else if (word == "--case" && i + 1 < count)
    {
      number = std::atoi(words[++i]);
    }
  }
  if (number < 0 || number >= cases || threads < 1)
  {
    std::fputs("usage: mirContinuousBenchmark --cases\n"
               "       mirContinuousBenchmark [--quick] --case NUMBER --threads COUNT\n",
      stderr);
    return 2;
  }
  const Case& asked = Cases[number];
  const double begin = seconds();
  try
  {
    const Problem problem =
      makeProblem(asked.name, asked.mesh, quick ? asked.quick : asked.n, reportedSeeds()[0]);
    std::puts("Case,Mesh,Resolution,Cells,Mixed,Materials,Refinement,Threads,Stage,"
              "MicrosecondsPerMixed,Milliseconds");
    if (problem.materialCount == 2 && (number == 0 || !samePlace(asked, Cases[number - 1])))
    {
      measurePlanes(problem, threads);
    }
    measureStages(problem, asked, planeNormals(problem, "LVIRA"), threads, quick ? 0.2 : 1.5);
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "%s on %s: %s\n", asked.name, asked.mesh, error.what());
    return 1;
  }
  std::fprintf(stderr, "%-12s %-12s r = %d, %d threads %6.1f s\n", asked.name, asked.mesh,
    asked.refinement, threads, seconds() - begin);
  return 0;
}
