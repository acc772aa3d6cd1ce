#include "reconstruct/continuous/Conserve.h"

#include "reconstruct/continuous/CellBump.h"
#include "reconstruct/continuous/Plateau.h"
#include "reconstruct/continuous/SharedNodes.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

// What the bump aims at, and what is promised.
constexpr double exactTarget = 1e-13;
constexpr double exactLimit = 1e-12;
// A cell with less than this part of its material has lost it; the value of a seed.
constexpr double lostPart = 1e-2;
constexpr double seedValue = 0.1;

void check(const SubcellMesh& mesh, const std::vector<double>& fractions,
  const std::vector<double>& phi, const ConserveOptions& options)
{
  if (phi.size() != mesh.nodes.size())
  {
    throw std::invalid_argument("the field has " + std::to_string(phi.size()) + " values for " +
      std::to_string(mesh.nodes.size()) + " nodes");
  }
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const auto where = [&] { return " in cell " + std::to_string(mesh.cells[m]); };
    const std::int64_t* nodes = mesh.nodesOf(m);
    for (int i = 0; i < mesh.cellTemplate(m).nodes; ++i)
    {
      if (!std::isfinite(phi[nodes[i]]))
      {
        throw std::invalid_argument("the field is not finite" + where());
      }
    }
    if (options.mode == Conserve::Exact && !(fractions[m] > 0.0 && fractions[m] < 1.0))
    {
      throw std::invalid_argument("the volume fraction is not between 0 and 1" + where());
    }
  }
}

// The node that a cell without material (sign 1), or full of it (sign -1), gives up most easily; -1
// when its bounds leave none.
std::int64_t bestSeed(
  const SubcellMesh& mesh, std::int64_t m, const std::vector<double>& phi, double sign)
{
  const std::int64_t* nodes = mesh.nodesOf(m);
  std::int64_t best = -1;
  for (int i = 0; i < mesh.cellTemplate(m).nodes; ++i)
  {
    const std::int64_t n = nodes[i];
    const double room = sign > 0.0 ? mesh.upper[n] : -mesh.lower[n];
    const bool ahead = best < 0 || sign * phi[n] > sign * phi[best] ||
      (phi[n] == phi[best] && mesh.hashes[n] < mesh.hashes[best]);
    best = room >= seedValue && ahead ? n : best;
  }
  return best;
}

std::int64_t seed(const SubcellMesh& mesh, const std::vector<double>& fractions, double tolerance,
  std::vector<double>& phi)
{
  const std::vector<double> areas = cellAreas(mesh, phi);
  std::vector<std::pair<std::int64_t, double>> seeds;
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const double f = fractions[m];
    const bool lost = areas[m] < lostPart * f && f > tolerance;
    const bool drowned = 1.0 - areas[m] < lostPart * (1.0 - f) && 1.0 - f > tolerance;
    const std::int64_t node = lost || drowned ? bestSeed(mesh, m, phi, lost ? 1.0 : -1.0) : -1;
    if (node >= 0)
    {
      seeds.emplace_back(node, lost ? seedValue : -seedValue);
    }
  }
  for (const auto& [node, value] : seeds)
  {
    phi[node] = value > 0.0 ? std::max(phi[node], value) : std::min(phi[node], value);
  }
  return static_cast<std::int64_t>(seeds.size());
}

// Makes the area of every cell exact by its bump and returns the cells whose area jumps over their
// fraction, which are left as they were.
std::vector<std::int64_t> solveBumps(
  const SubcellMesh& mesh, const std::vector<double>& fractions, std::vector<double>& phi)
{
  std::vector<std::int64_t> jumping;
  std::vector<double> values;
  std::vector<double> scratch;
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const CellTemplate& cell = mesh.cellTemplate(m);
    values.resize(cell.nodes);
    scratch.resize(cell.nodes);
    gatherCell(mesh, m, phi, values.data());
    const BumpResult result =
      solveBump(cell, mesh.weightsOf(m), fractions[m], exactTarget, values.data(), scratch.data());
    if (result.residual > exactLimit)
    {
      jumping.push_back(m);
      continue;
    }
    for (const int i : cell.interiorNodes)
    {
      phi[mesh.nodesOf(m)[i]] = values[i];
    }
  }
  return jumping;
}

} // namespace

ConserveReport conserve(const SubcellMesh& mesh, const std::vector<double>& fractions,
  std::vector<double>& phi, const ConserveOptions& options)
{
  const std::vector<double> f = mixedFractions(mesh, fractions);
  check(mesh, f, phi, options);
  ConserveReport report;
  clampToBounds(mesh, phi);
  const bool exact = options.mode == Conserve::Exact;
  if (options.mode != Conserve::Off)
  {
    tiltPlateaus(mesh, f, phi);
    report.seeded = seed(mesh, f, exact ? 0.0 : options.tolerance, phi);
    SharedNodesOptions project;
    project.maximumIterations = options.maximumIterations;
    project.tolerance = exact ? 0.0 : options.tolerance;
    report.iterations = projectOntoAreas(mesh, f, project, phi);
  }
  if (exact)
  {
    const std::vector<double> areas = cellAreas(mesh, phi);
    for (std::size_t m = 0; m < areas.size(); ++m)
    {
      report.bumped += std::fabs(areas[m] - f[m]) > 1e-6;
    }
    // The steps can have made plateaus of their own.
    tiltPlateaus(mesh, f, phi);
    std::vector<std::int64_t> jumping = solveBumps(mesh, f, phi);
    for (int round = 1; round <= 8 && !jumping.empty(); ++round)
    {
      tiltCells(mesh, f, jumping, round, phi);
      jumping = solveBumps(mesh, f, phi);
    }
  }
  const double limit = exact ? exactLimit : options.tolerance;
  // Of the values stored, whatever the solvers said.
  const std::vector<double> areas = cellAreas(mesh, phi);
  for (std::size_t m = 0; m < areas.size(); ++m)
  {
    const double residual = std::fabs(areas[m] - f[m]);
    report.maxResidual = std::max(report.maxResidual, residual);
    if (residual > limit)
    {
      report.firstFailed = report.failed == 0 ? mesh.cells[m] : report.firstFailed;
      ++report.failed;
    }
  }
  return report;
}

} // namespace mir
