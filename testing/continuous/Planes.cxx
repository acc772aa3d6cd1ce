#include "Planes.h"

#include "Meshes.h"
#include "RandomCells.h"

#include "plic/AxisStencil.h"
#include "plic/CellCutter.h"
#include "plic/Elvira.h"
#include "plic/LeastSquares.h"
#include "plic/Lvira.h"
#include "plic/MaterialOrder.h"
#include "plic/MixedYoungsCentered.h"
#include "plic/NestedCuts.h"
#include "plic/ReconstructedDistance.h"
#include "plic/Youngs.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace mir::testing {

namespace {

Vec3 unit(Vec3 v)
{
  const double size = length(v);
  return size > 0.0 ? 1.0 / size * v : Vec3{};
}

/// The stencil about a cell of n^dimension boxes; cells beyond the edge are like the last one.
AxisStencil gridStencil(const Problem& problem, const std::vector<double>& fractions, int cell)
{
  const int n = problem.n;
  const bool flat = problem.band.dimension == 2;
  const int at[3] = { cell % n, cell / n % n, cell / (n * n) };
  AxisStencil stencil;
  stencil.dimension = flat ? 2 : 3;
  for (int i = 0; i < 3; ++i)
  {
    for (int j = 0; j < 3; ++j)
    {
      for (int k = 0; k < 3; ++k)
      {
        const int x = std::clamp(at[0] + i - 1, 0, n - 1);
        const int y = std::clamp(at[1] + j - 1, 0, n - 1);
        const int z = flat ? 0 : std::clamp(at[2] + k - 1, 0, n - 1);
        stencil.fractions[i][j][k] = fractions[x + n * (y + n * static_cast<std::size_t>(z))];
      }
    }
  }
  return stencil;
}

/// Normals of one field in its mixed cells.
NormalField fieldNormals(
  const Problem& problem, const MaterialField& field, const std::string& method)
{
  if (method == "Least Squares")
  {
    return leastSquares(problem.band, field);
  }
  if (method == "LVIRA")
  {
    return lvira(problem.band, field, leastSquares(problem.band, field));
  }
  if (method == "Reconstructed Distance")
  {
    return reconstructedDistance(problem.band, field);
  }
  Vec3 (*estimate)(const AxisStencil&) = nullptr;
  if (isGrid(problem.mesh))
  {
    estimate = method == "Youngs"         ? youngsNormal
      : method == "Mixed Youngs-Centered" ? mixedYoungsCenteredNormal
      : method == "ELVIRA"                ? elviraNormal
                                          : nullptr;
  }
  if (!estimate)
  {
    throw std::invalid_argument("no estimator '" + method + "' on the mesh '" + problem.mesh + "'");
  }
  NormalField normals;
  for (int cell : field.mixed)
  {
    normals.push_back(unit(estimate(gridStencil(problem, field.fractions, cell))));
  }
  return normals;
}

/// The truth's normal at the middle of the plane of that normal, found in turns.
Vec3 exactNormal(const Problem& problem, CellCutter& cutter, int cell, double fraction)
{
  Vec3 at = problem.band.centroids[cell];
  Vec3 normal;
  for (int turn = 0; turn < 6; ++turn)
  {
    normal = problem.truth->normal(at);
    const double constant = cutter.planeConstant(cell, normal, fraction);
    CutMoments moments;
    cutter.volumeBelow(cell, normal, constant, &moments);
    if (!(moments.area > 0.0))
    {
      break;
    }
    at = problem.band.origin(cell) + moments.centroid;
  }
  return normal;
}

/// Adds up what of a cell's parts has the wrong material.
class Misplaced
{
public:
  explicit Misplaced(const Problem& problem)
    : About(problem)
    , Cutter(problem.band)
    , Measures(problem.materialCount)
  {}

  void add(int cell, const std::vector<MaterialCut>& cuts)
  {
    this->Cutter.run(cell, cuts.data(), static_cast<int>(cuts.size()), true);
    const Vec3 origin = this->About.band.origin(cell);
    for (int i = 0; i < this->Cutter.numberOfParts(); ++i)
    {
      const MaterialPart& part = this->Cutter.part(i);
      double whole = 0.0;
      if (this->About.band.dimension == 2)
      {
        Polygon polygon = part.polygon;
        for (Vec2& x : polygon)
        {
          x = x + Vec2{ origin.x, origin.y };
        }
        whole = area(part.polygon);
        this->About.truth->measures(polygon, this->Measures.data());
      }
      else
      {
        whole = volume(part.polyhedron);
        this->About.truth->measures(part.polyhedron, origin, this->Measures.data());
      }
      this->Sum += std::max(0.0, whole - this->Measures[part.material]);
    }
  }

  double displacement() const
  {
    return this->Sum / (this->About.size * this->About.truth->measure);
  }

private:
  const Problem& About;
  NestedCutter Cutter;
  std::vector<double> Measures;
  double Sum = 0.0;
};

/// The displacement of nested cuts in one order, each along the normal of the union so far.
double nestedDisplacement(
  const Problem& problem, const std::vector<int>& order, const std::string& method)
{
  const int cells = problem.band.numberOfCells();
  std::vector<double> sums(cells, 0.0);
  std::vector<NormalField> normals;
  std::vector<MaterialField> unions;
  for (std::size_t i = 0; i + 1 < order.size(); ++i)
  {
    for (int cell = 0; cell < cells; ++cell)
    {
      sums[cell] = std::min(1.0, sums[cell] + problem.fraction(order[i], cell));
      sums[cell] = sums[cell] > 1.0 - 1e-12 ? 1.0 : sums[cell];
    }
    unions.push_back(materialField(sums, 0.0));
    normals.push_back(fieldNormals(problem, unions.back(), method));
  }
  Misplaced misplaced(problem);
  std::vector<MaterialCut> cuts;
  for (int cell : problem.mixed)
  {
    cuts.clear();
    for (std::size_t i = 0; i < order.size(); ++i)
    {
      const double fraction = problem.fraction(order[i], cell);
      if (fraction > 0.0)
      {
        const int slot = i + 1 < order.size() ? unions[i].slots[cell] : -1;
        cuts.push_back({ order[i], fraction, slot >= 0 ? normals[i][slot] : Vec3{} });
      }
    }
    misplaced.add(cell, cuts);
  }
  return misplaced.displacement();
}

} // namespace

std::vector<std::string> planeMethods(const std::string& mesh)
{
  std::vector<std::string> methods{ "Least Squares", "Reconstructed Distance", "LVIRA" };
  if (isGrid(mesh))
  {
    methods.insert(methods.begin(), { "Youngs", "Mixed Youngs-Centered", "ELVIRA" });
  }
  return methods;
}

MaterialNormals planeNormals(const Problem& problem, const std::string& method)
{
  const BandMaterials& held = problem.materials;
  MaterialNormals normals;
  if (method == "exact")
  {
    if (problem.materialCount != 2 || !problem.truth)
    {
      throw std::invalid_argument("exact normals are known for two materials");
    }
    CellCutter cutter(problem.band);
    for (int cell : problem.mixed)
    {
      const Vec3 normal = exactNormal(problem, cutter, cell, problem.fraction(0, cell));
      normals.push_back(normal);
      normals.push_back(-normal);
    }
    return normals;
  }
  std::vector<MaterialField> fields;
  std::vector<NormalField> found;
  const int estimated = problem.materialCount == 2 ? 1 : problem.materialCount;
  for (int k = 0; k < estimated; ++k)
  {
    fields.push_back(problem.field(k));
    found.push_back(fieldNormals(problem, fields.back(), method));
  }
  // Of two of several materials the first one's normal, as it is no better or worse; but the other
  // one's where the first tells none.
  for (int cell : problem.mixed)
  {
    const std::size_t first = normals.size();
    for (auto i = held.offsets[cell]; i < held.offsets[cell + 1]; ++i)
    {
      const int k = held.materials[i];
      normals.push_back(k < estimated ? found[k][fields[k].slots[cell]] : -normals.back());
    }
    if (normals.size() == first + 2)
    {
      Vec3& a = normals[first];
      Vec3& b = normals[first + 1];
      a = length(a) > 0.0 ? a : -b;
      b = -a;
    }
  }
  return normals;
}

std::vector<std::vector<MaterialCut>> planeCuts(
  const Problem& problem, const MaterialNormals& normals, const CutOrder& order)
{
  std::vector<int> position(problem.materialCount);
  std::iota(position.begin(), position.end(), 0);
  for (std::size_t i = 0; i < order.order.size(); ++i)
  {
    position[order.order[i]] = static_cast<int>(i);
  }
  MaterialOrder choice(
    problem.band, [&problem](int material, int cell) { return problem.fraction(material, cell); });
  std::vector<MaterialEstimate> estimates;
  std::vector<std::vector<MaterialCut>> all;
  std::vector<NeighbourDifference> differences;
  std::size_t next = 0;
  for (int cell : problem.mixed)
  {
    estimates.clear();
    const int count = problem.materials.count(cell);
    for (auto i = problem.materials.offsets[cell]; i < problem.materials.offsets[cell + 1]; ++i)
    {
      const int material = problem.materials.materials[i];
      const double own = problem.materials.fractions[i];
      Vec3 gradient;
      if (count > 2)
      {
        differences.clear();
        for (auto j = problem.band.neighbourOffsets[cell];
             j < problem.band.neighbourOffsets[cell + 1]; ++j)
        {
          const int other = problem.band.neighbours[j];
          differences.push_back({ problem.band.centroids[other] - problem.band.centroids[cell],
            problem.fraction(material, other) - own });
        }
        gradient = -leastSquaresNormal(differences, problem.band.dimension);
      }
      estimates.push_back({ material, own, normals[next++], gradient });
    }
    std::sort(estimates.begin(), estimates.end(),
      [&](const auto& a, const auto& b) { return position[a.material] < position[b.material]; });
    choice.choose(cell, estimates.data(), count, order.automatic, all.emplace_back());
  }
  return all;
}

double planeDisplacement(
  const Problem& problem, const MaterialNormals& normals, const CutOrder& order)
{
  if (!order.automatic && !order.unionMethod.empty())
  {
    std::vector<int> listed = order.order;
    if (listed.empty())
    {
      listed.resize(problem.materialCount);
      std::iota(listed.begin(), listed.end(), 0);
    }
    return nestedDisplacement(problem, listed, order.unionMethod);
  }
  const std::vector<std::vector<MaterialCut>> cuts = planeCuts(problem, normals, order);
  Misplaced misplaced(problem);
  for (std::size_t i = 0; i < cuts.size(); ++i)
  {
    misplaced.add(problem.mixed[i], cuts[i]);
  }
  return misplaced.displacement();
}

NestedOrders nestedOrders(const Problem& problem, const std::string& method)
{
  std::vector<std::vector<int>> orders;
  std::vector<int> order(problem.materialCount);
  std::iota(order.begin(), order.end(), 0);
  if (problem.materialCount <= 4)
  {
    do
    {
      orders.push_back(order);
    } while (std::next_permutation(order.begin(), order.end()));
  }
  else
  {
    orders.push_back(order);
    orders.emplace_back(order.rbegin(), order.rend());
    Dice dice(problem.seed + 5);
    for (int i = 0; i < 12; ++i)
    {
      for (int k = problem.materialCount - 1; k > 0; --k)
      {
        std::swap(order[k], order[dice.below(k + 1)]);
      }
      orders.push_back(order);
    }
  }
  NestedOrders result{ 1e300, 0.0, 0.0 };
  for (const auto& one : orders)
  {
    const double error = nestedDisplacement(problem, one, method);
    result.best = std::min(result.best, error);
    result.worst = std::max(result.worst, error);
    result.mean += error / static_cast<double>(orders.size());
  }
  return result;
}

} // namespace mir::testing
