#include "Sweep.h"

#include "Checks.h"
#include "Displacement.h"
#include "FacetChecks.h"
#include "Meshes.h"
#include "Planes.h"
#include "Threads.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <thread>
#include <utility>

namespace mir::testing {

namespace {

void check(Table& table, const std::string& test, const Problem& problem, const std::string& name,
  const Outcome& outcome)
{
  table.add(test, problem, name, "ConservationMax",
    conservationError(problem, outcome.mesh, outcome.field));
  table.add(test, problem, name, "Cells", static_cast<double>(outcome.mesh.numberOfCells()));
  table.add(test, problem, name, "CellsFailed", static_cast<double>(outcome.conservation.failed));
  table.add(
    test, problem, name, "CellsAdjusted", static_cast<double>(outcome.conservation.adjusted));
  table.add(
    test, problem, name, "CellsByFallback", static_cast<double>(outcome.conservation.fallbacks));
  table.add(test, problem, name, "EvaluationsMax", outcome.conservation.mostEvaluations);
  const ContinuityCounts faces = continuity(problem, outcome.mesh, outcome.field);
  table.add(test, problem, name, "Faces", static_cast<double>(faces.faces));
  table.add(test, problem, name, "FacePoints", static_cast<double>(faces.points));
  table.add(test, problem, name, "FaceMismatches", static_cast<double>(faces.mismatches));
  table.add(test, problem, name, "FaceTies", static_cast<double>(faces.ties));
  // The prisms and polyhedra reach over the cube's edges, where nothing closes.
  if (problem.mesh != "prisms" && problem.mesh != "polyhedra")
  {
    const GraphCounts walked =
      graph(problem, extractFacets(problem.band, outcome.mesh, outcome.field));
    table.add(test, problem, name, "Facets", static_cast<double>(walked.facets));
    table.add(test, problem, name, "BadEnds", static_cast<double>(walked.badEnds));
    table.add(test, problem, name, "Junctions", static_cast<double>(walked.junctions));
    table.add(test, problem, name, "BadJunctions", static_cast<double>(walked.badJunctions));
    table.add(test, problem, name, "TwinPoints", static_cast<double>(walked.twins));
  }
}

void reportFacets(Table& table, const std::string& test, const Problem& problem,
  const std::string& name, const ContinuousFacets& facets)
{
  const FacetErrors errors = facetErrors(problem, facets);
  table.add(test, problem, name, "HausdorffMax", errors.hausdorff);
  if (problem.band.dimension == 2)
  {
    table.add(test, problem, name, "GapsMax", errors.gaps);
    table.add(test, problem, name, "FacetConservationMax", errors.conservation);
  }
}

/// What the facets of a continuous method tell.
void reportInterface(Table& table, const std::string& test, const Problem& problem,
  const std::string& name, const Outcome& outcome, const Wanted& wanted)
{
  const ContinuousFacets facets = extractFacets(problem.band, outcome.mesh, outcome.field);
  if (wanted.facets)
  {
    reportFacets(table, test, problem, name, facets);
    table.add(test, problem, name, "Pieces", pieces(facets));
    table.add(test, problem, name, "InOnePiece", pieces(facets) == 1 ? 1.0 : 0.0);
  }
  if (wanted.edges)
  {
    const EdgeErrors errors =
      edgeErrors(problem, outcome.mesh, wrongParts(problem, outcome.mesh, outcome.field), facets);
    for (const auto& [measure, error] :
      { std::pair{ "DisplacementEdge", errors.edge }, { "DisplacementInner", errors.inner } })
    {
      if (std::isfinite(error))
      {
        table.add(test, problem, name, measure, error);
      }
    }
  }
}

void run(Table& table, const std::string& test, const Problem& problem, const Wanted& wanted)
{
  for (const std::string& planes : wanted.planes)
  {
    const std::string name = planes == "exact" ? "PLIC exact normals" : "PLIC " + planes;
    const MaterialNormals normals = planeNormals(problem, planes);
    const double error = planeDisplacement(problem, normals);
    table.add(test, problem, name, "Displacement", error);
    table.add(test, problem, name, "DisplacementMax", error);
    if (wanted.facets)
    {
      reportFacets(table, test, problem, name, planeFacets(problem, normals));
    }
  }
  if (wanted.nested)
  {
    const std::string planes = isGrid(problem.mesh) ? "ELVIRA" : "LVIRA";
    const NestedOrders orders = nestedOrders(problem, planes);
    table.add(test, problem, "PLIC nested " + planes, "DisplacementBestOrder", orders.best);
    table.add(test, problem, "PLIC nested " + planes, "DisplacementMeanOrder", orders.mean);
    table.add(test, problem, "PLIC nested " + planes, "DisplacementWorstOrder", orders.worst);
  }
  for (const Recipe& recipe : wanted.recipes)
  {
    const std::string name = recipe.name();
    const Outcome outcome = carryOut(problem, recipe);
    if (problem.truth)
    {
      const double error = displacement(problem, outcome.mesh, outcome.field);
      table.add(test, problem, name, "Displacement", error);
      table.add(test, problem, name, "DisplacementMax", error);
    }
    table.add(test, problem, name, "ResidualMax", outcome.conservation.maxResidual);
    if (wanted.checks)
    {
      check(table, test, problem, name, outcome);
    }
    if (wanted.facets || wanted.edges)
    {
      reportInterface(table, test, problem, name, outcome, wanted);
    }
  }
}

} // namespace

void sweep(Table& table, const std::vector<unsigned>& seeds, const std::string& test,
  const std::string& name, const std::vector<std::string>& meshes, const std::vector<int>& sizes,
  const Wanted& wanted)
{
  Threads threads(std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
  for (const std::string& mesh : meshes)
  {
    for (int n : sizes)
    {
      const double begin = seconds();
      threads.parallelFor()(static_cast<int>(seeds.size()), [&](int first, int last) {
        for (int i = first; i < last; ++i)
        {
          try
          {
            run(table, test, makeProblem(name, mesh, n, seeds[i]), wanted);
          }
          catch (const std::exception& error)
          {
            std::fprintf(stderr, "%s %s %d, placement %u: %s\n", name.c_str(), mesh.c_str(), n,
              seeds[i], error.what());
          }
        }
      });
      table.print();
      std::fprintf(stderr, "%-14s %-12s %-12s n = %-4d %6.1f s\n", test.c_str(), name.c_str(),
        mesh.c_str(), n, seconds() - begin);
    }
  }
}

} // namespace mir::testing
