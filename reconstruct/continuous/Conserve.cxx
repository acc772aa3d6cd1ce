#include "reconstruct/continuous/Conserve.h"

#include "reconstruct/continuous/CellBump.h"
#include "reconstruct/continuous/Plateau.h"
#include "reconstruct/continuous/SharedNodes.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

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

void gather(const SubcellMesh& mesh, std::int64_t m, const std::vector<double>& phi,
  std::vector<double>& values)
{
  const int count = mesh.cellTemplate(m).nodes;
  const std::int64_t* nodes = mesh.nodesOf(m);
  values.resize(count);
  for (int i = 0; i < count; ++i)
  {
    values[i] = phi[nodes[i]];
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

// Exact area of one cell, with its inside tilted anew for as long as the area jumps over f.
BumpResult finish(const SubcellMesh& mesh, std::int64_t m, double fraction,
  std::vector<double>& values, std::vector<double>& scratch)
{
  const CellTemplate& cell = mesh.cellTemplate(m);
  const std::int64_t* nodes = mesh.nodesOf(m);
  scratch.resize(cell.nodes);
  BumpResult best;
  std::vector<double> start;
  for (int round = 0; round < 8; ++round)
  {
    std::vector<double>& trial = round == 0 ? values : start;
    if (round == 1)
    {
      start = values;
    }
    if (round > 0)
    {
      double largest = 0.0;
      for (const int i : cell.interiorNodes)
      {
        largest = std::max(largest, std::fabs(start[i]));
      }
      const double side = fraction < 0.5 ? largest : -largest;
      for (const int i : cell.interiorNodes)
      {
        start[i] += side * plateauTilt * hashedValue(mesh.hashes[nodes[i]], round);
      }
    }
    const BumpResult result =
      solveBump(cell, mesh.weightsOf(m), fraction, exactTarget, trial.data(), scratch.data());
    if (round == 0 || result.residual < best.residual)
    {
      best = result;
      values = trial;
    }
    if (best.residual <= exactLimit)
    {
      break;
    }
  }
  return best;
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
  const double limit = exact ? exactLimit : options.tolerance;
  std::vector<double> values;
  std::vector<double> scratch;
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const CellTemplate& cell = mesh.cellTemplate(m);
    gather(mesh, m, phi, values);
    if (exact)
    {
      const double before =
        std::fabs(f[m] - cellArea(cell, mesh.weightsOf(m), values.data(), nullptr));
      report.bumped += before > 1e-6;
      finish(mesh, m, f[m], values, scratch);
      for (const int i : cell.interiorNodes)
      {
        phi[mesh.nodesOf(m)[i]] = values[i];
      }
    }
    // Of the values stored, whatever the solvers said.
    const double residual =
      std::fabs(f[m] - cellArea(cell, mesh.weightsOf(m), values.data(), nullptr));
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
