#include "PLICNormals.h"

#include "CellSearch.h"
#include "GridStencils.h"
#include "InterfaceBand.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "ThreadedLoops.h"

#include "plic/Elvira.h"
#include "plic/LeastSquares.h"
#include "plic/Lvira.h"
#include "plic/MaterialField.h"
#include "plic/MixedYoungsCentered.h"
#include "plic/MomentOfFluid.h"
#include "plic/ReconstructedDistance.h"
#include "plic/Youngs.h"

#include "vtkCellData.h"
#include "vtkDataArray.h"
#include "vtkDataSet.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <numeric>
#include <stdexcept>

namespace mir {

namespace {

bool needsGrid(NormalMethod method)
{
  return method == NormalMethod::Youngs || method == NormalMethod::MixedYoungsCentered ||
    method == NormalMethod::Elvira;
}

Vec3 unit(Vec3 n)
{
  const double size = length(n);
  return size > 0.0 && std::isfinite(size) ? 1.0 / size * n : Vec3{};
}

/// Entries of one material in MixedMaterials, and the mixed cell of each.
struct MaterialEntries
{
  std::vector<std::int64_t> entries;
  std::vector<int> mixed;
};

/// Those of the first `count` materials.
std::vector<MaterialEntries> entriesByMaterial(const MixedMaterials& materials, int count)
{
  std::vector<MaterialEntries> all(count);
  for (std::size_t mixed = 0; mixed + 1 < materials.offsets.size(); ++mixed)
  {
    for (std::int64_t e = materials.offsets[mixed]; e < materials.offsets[mixed + 1]; ++e)
    {
      if (materials.materials[e] < count)
      {
        all[materials.materials[e]].entries.push_back(e);
        all[materials.materials[e]].mixed.push_back(static_cast<int>(mixed));
      }
    }
  }
  return all;
}

Vec3 stencilNormal(NormalMethod method, const AxisStencil& stencil)
{
  switch (method)
  {
    case NormalMethod::Youngs:
      return youngsNormal(stencil);
    case NormalMethod::Elvira:
      return elviraNormal(stencil);
    default:
      return mixedYoungsCenteredNormal(stencil);
  }
}

/// Whether a point lies in the cell's bounding box, or beside it by the rounding of coordinates in
/// single precision so far from the origin.
bool inBounds(const CellBand& band, int cell, Vec3 x, double farOut)
{
  Vec3 low = band.point(cell, 0);
  Vec3 high = low;
  for (int i = 1; i < band.cellSize(cell); ++i)
  {
    const Vec3 p = band.point(cell, i);
    low = { std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z) };
    high = { std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z) };
  }
  const double slack = 1e-6 * length(high - low) + 1e-7 * farOut;
  return x.x >= low.x - slack && x.y >= low.y - slack && x.z >= low.z - slack &&
    x.x <= high.x + slack && x.y <= high.y + slack && x.z <= high.z + slack;
}

/// A cell array of centroids, checked but for its values.
vtkDataArray* centroidArray(const std::string& name, const MeshAdaptor& mesh)
{
  vtkDataArray* array = mesh.mesh()->GetCellData()->GetArray(name.c_str());
  if (!array)
  {
    throw std::runtime_error("there is no cell array '" + name + "'");
  }
  if (array->GetNumberOfComponents() != 3)
  {
    throw std::runtime_error("cell array '" + name + "' has " +
      std::to_string(array->GetNumberOfComponents()) + " components; centroids have three");
  }
  if (array->GetNumberOfTuples() != mesh.mesh()->GetNumberOfCells())
  {
    throw std::runtime_error("cell array '" + name + "' has " +
      std::to_string(array->GetNumberOfTuples()) + " values for " +
      std::to_string(mesh.mesh()->GetNumberOfCells()) + " cells");
  }
  return array;
}

/// Centroids of a material in the mixed cells of its field, in the coordinates of the band.
std::vector<Vec3> readCentroids(const std::string& name, const MeshAdaptor& mesh,
  const InterfaceBand& band, const MaterialField& field)
{
  vtkDataArray* array = centroidArray(name, mesh);
  std::vector<Vec3> centroids;
  centroids.reserve(field.mixed.size());
  for (int cell : field.mixed)
  {
    if (mesh.isGhost(band.ids[cell]))
    {
      centroids.push_back(band.cells.centroids[cell]);
      continue;
    }
    double x[3];
    array->GetTuple(band.ids[cell], x);
    if (!(std::isfinite(x[0]) && std::isfinite(x[1]) && std::isfinite(x[2])))
    {
      throw std::runtime_error("cell array '" + name + "' has a centroid that is not finite in " +
        "cell " + std::to_string(band.ids[cell]));
    }
    Vec3 at{ x[0], x[1], x[2] };
    if (mesh.dimension() == 2)
    {
      const Vec2 u = mesh.plane().project(at);
      at = { u.x, u.y, 0.0 };
    }
    at = at - band.reference;
    if (!inBounds(band.cells, cell, at, length(band.reference)))
    {
      throw std::runtime_error("cell array '" + name + "' has a centroid outside of cell " +
        std::to_string(band.ids[cell]));
    }
    centroids.push_back(at);
  }
  return centroids;
}

/// Normals by the stencils of a material in the cells of its field.
NormalField gridNormals(NormalMethod method, const GridStencils& stencils, int material,
  const InterfaceBand& band, const MaterialField& field)
{
  NormalField normals(field.mixed.size());
  runThreaded(static_cast<int>(normals.size()), [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
    {
      const AxisStencil stencil = stencils.stencil(band.ids[field.mixed[i]], material);
      normals[i] = unit(stencils.direction(stencilNormal(method, stencil)));
    }
  });
  return normals;
}

/// The mixed cells of a field at the edge of the grid, as slots.
std::vector<int> slotsAtEdge(
  const GridStencils& stencils, const InterfaceBand& band, const MaterialField& field)
{
  const std::vector<vtkIdType> slots = selectIds(static_cast<vtkIdType>(field.mixed.size()),
    [&](vtkIdType slot) { return stencils.isAtEdge(band.ids[field.mixed[slot]]); });
  return { slots.begin(), slots.end() };
}

/// What estimators on the band need beside it.
struct BandInput
{
  NormalMethod method;
  int rounds;
  /// Of the material, for Moment of Fluid.
  std::string centroidArray;
  /// Of image and rectilinear grids.
  const GridStencils* stencils;
  int material;
};

/// What Reconstructed Distance starts from on a grid. One round gains a tenth in 3D from the better
/// start, which takes as long as it.
NormalMethod startOnGrid(int rounds, const MeshAdaptor& mesh)
{
  return rounds == 1 && mesh.dimension() == 3 ? NormalMethod::Youngs
                                              : NormalMethod::MixedYoungsCentered;
}

NormalField bandNormals(const BandInput& input, const MeshAdaptor& mesh, const InterfaceBand& band,
  const MaterialField& field)
{
  switch (input.method)
  {
    case NormalMethod::LeastSquares:
      return leastSquares(band.cells, field, runThreaded);
    case NormalMethod::Lvira:
      return lvira(band.cells, field, leastSquares(band.cells, field, runThreaded), runThreaded);
    case NormalMethod::MomentOfFluid:
    {
      const std::vector<Vec3> centroids = readCentroids(input.centroidArray, mesh, band, field);
      NormalField start(field.mixed.size());
      for (std::size_t i = 0; i < start.size(); ++i)
      {
        start[i] = unit(band.cells.centroids[field.mixed[i]] - centroids[i]);
      }
      return momentOfFluid(band.cells, field, centroids, start, runThreaded);
    }
    case NormalMethod::Elvira:
    {
      // Stencils that reach out of the mesh do not hold the slopes of lines.
      NormalField normals = gridNormals(input.method, *input.stencils, input.material, band, field);
      lviraAt(slotsAtEdge(*input.stencils, band, field), band.cells, field, normals, runThreaded,
        LviraWeights::Equal);
      return normals;
    }
    default:
      if (!input.stencils)
      {
        return reconstructedDistance(band.cells, field, runThreaded, input.rounds);
      }
      return reconstructedDistance(band.cells, field,
        gridNormals(startOnGrid(input.rounds, mesh), *input.stencils, input.material, band, field),
        slotsAtEdge(*input.stencils, band, field), runThreaded, input.rounds);
  }
}

/// The gradient of a material by least squares over the neighbours in the band.
Vec3 bandGradient(
  const InterfaceBand& band, const MaterialFractions& fractions, int cell, int material)
{
  std::vector<NeighbourDifference> differences;
  const double own = fractions.fraction(material, band.ids[cell]);
  for (auto i = band.cells.neighbourOffsets[cell]; i < band.cells.neighbourOffsets[cell + 1]; ++i)
  {
    const int other = band.cells.neighbours[i];
    differences.push_back({ band.cells.centroids[other] - band.cells.centroids[cell],
      fractions.fraction(material, band.ids[other]) - own });
  }
  return -leastSquaresNormal(differences, band.cells.dimension);
}

/// Gradients of all materials in the mixed cells, by stencils where there are; zero where the band
/// knows no neighbours.
void findGradients(const MaterialFractions& fractions, const InterfaceBand& band,
  const GridStencils* stencils, MixedMaterials& materials)
{
  materials.gradients.assign(materials.materials.size(), Vec3{});
  if (!stencils && band.cells.neighbours.empty())
  {
    return;
  }
  runThreaded(static_cast<int>(band.mixed.size()), [&](int begin, int end) {
    for (int mixed = begin; mixed < end; ++mixed)
    {
      const int cell = band.mixed[mixed];
      for (std::int64_t e = materials.offsets[mixed]; e < materials.offsets[mixed + 1]; ++e)
      {
        const int material = materials.materials[e];
        materials.gradients[e] = stencils
          ? stencils->direction(-youngsNormal(stencils->stencil(band.ids[cell], material)))
          : bandGradient(band, fractions, cell, material);
      }
    }
  });
}

} // namespace

const char* methodName(NormalMethod method)
{
  static const char* const names[] = { "Youngs", "Mixed Youngs-Centered", "Least Squares", "ELVIRA",
    "LVIRA", "Reconstructed Distance", "Moment of Fluid", "Automatic" };
  return names[static_cast<int>(method)];
}

const char* methodNeeds(NormalMethod method)
{
  return needsGrid(method) ? "an image or rectilinear grid"
                           : "one of CentroidArrays for each of VolumeFractionArrays";
}

NormalMethod applicableMethod(NormalMethod asked, MethodInput input)
{
  const bool lacks = needsGrid(asked)      ? !input.grid
    : asked == NormalMethod::MomentOfFluid ? !input.centroids
                                           : asked == NormalMethod::Automatic;
  return lacks ? NormalMethod::ReconstructedDistance : asked;
}

BandExtent bandExtent(NormalMethod applicable, const MeshAdaptor& mesh)
{
  const bool grid = GridStencils::apply(mesh);
  switch (applicable)
  {
    case NormalMethod::LeastSquares:
    case NormalMethod::Lvira:
      return BandExtent::Neighbours;
    case NormalMethod::Elvira:
      return BandExtent::NeighboursAtEdge;
    case NormalMethod::ReconstructedDistance:
      return grid ? BandExtent::NeighboursAtEdge : BandExtent::Neighbours;
    default:
      return BandExtent::Mixed;
  }
}

int roundsOf(NormalMethod asked, MethodInput input)
{
  constexpr int toRest = 10;
  constexpr int onGrids = 1;
  const bool iterated = applicableMethod(asked, input) == NormalMethod::ReconstructedDistance;
  return asked == NormalMethod::Automatic && input.grid ? onGrids : iterated ? toRest : 0;
}

MixedMaterials mixedMaterials(
  const MaterialFractions& fractions, const InterfaceBand& band, double tolerance)
{
  MixedMaterials result;
  const int count = static_cast<int>(band.mixed.size());
  result.offsets.assign(count + 1, 0);
  auto forEach = [&](int mixed, auto&& visit) {
    const vtkIdType cell = band.ids[band.mixed[mixed]];
    // Of many materials each may fill no more than a large tolerance.
    double largest = 0.0;
    for (int material = 0; material < fractions.numberOfMaterials(); ++material)
    {
      largest = std::max(largest, fractions.fraction(material, cell));
    }
    const double least = std::min(tolerance, 0.5 * largest);
    for (int material = 0; material < fractions.numberOfMaterials(); ++material)
    {
      const double f = fractions.fraction(material, cell);
      if (f > least)
      {
        visit(material, f);
      }
    }
  };
  runThreaded(count, [&](int begin, int end) {
    for (int mixed = begin; mixed < end; ++mixed)
    {
      forEach(mixed, [&](int, double) { ++result.offsets[mixed + 1]; });
    }
  });
  std::partial_sum(result.offsets.begin(), result.offsets.end(), result.offsets.begin());
  result.materials.resize(result.offsets.back());
  result.fractions.resize(result.offsets.back());
  runThreaded(count, [&](int begin, int end) {
    for (int mixed = begin; mixed < end; ++mixed)
    {
      double sum = 0.0;
      std::int64_t e = result.offsets[mixed];
      forEach(mixed, [&](int material, double f) {
        result.materials[e] = static_cast<unsigned char>(material);
        result.fractions[e++] = f;
        sum += f;
      });
      for (e = result.offsets[mixed]; e < result.offsets[mixed + 1]; ++e)
      {
        result.fractions[e] /= sum;
      }
    }
  });
  return result;
}

void findNormals(NormalMethod applicable, int rounds,
  const std::vector<std::string>& centroidArrays, const MeshAdaptor& mesh,
  const MaterialFractions& fractions, const InterfaceBand& band, double tolerance,
  MixedMaterials& result)
{
  const int count = fractions.numberOfMaterials();
  const bool two = count == 2;
  for (const std::string& name : centroidArrays)
  {
    if (applicable == NormalMethod::MomentOfFluid)
    {
      centroidArray(name, mesh);
    }
  }
  result.normals.assign(result.materials.size(), Vec3{});
  // Of two materials one gives the normals of both.
  const std::vector<MaterialEntries> byMaterial = entriesByMaterial(result, two ? 1 : count);
  const std::unique_ptr<GridStencils> stencils =
    GridStencils::apply(mesh) ? std::make_unique<GridStencils>(mesh, fractions) : nullptr;
  const bool byBand =
    bandExtent(applicable, mesh) != BandExtent::Mixed || applicable == NormalMethod::MomentOfFluid;
  for (int material = 0; material < static_cast<int>(byMaterial.size()); ++material)
  {
    const MaterialEntries& of = byMaterial[material];
    if (of.entries.empty())
    {
      continue;
    }
    const int entries = static_cast<int>(of.entries.size());
    if (byBand)
    {
      std::vector<double> values(band.ids.size());
      runThreaded(static_cast<int>(values.size()), [&](int begin, int end) {
        for (int cell = begin; cell < end; ++cell)
        {
          values[cell] = fractions.fraction(material, band.ids[cell]);
        }
      });
      const MaterialField field = materialField(std::move(values), tolerance);
      const bool byCentroids = applicable == NormalMethod::MomentOfFluid;
      const NormalField normals =
        bandNormals({ applicable, rounds, byCentroids ? centroidArrays[material] : std::string(),
                      stencils.get(), material },
          mesh, band, field);
      runThreaded(entries, [&](int begin, int end) {
        for (int i = begin; i < end; ++i)
        {
          const int slot = field.slots[band.mixed[of.mixed[i]]];
          result.normals[of.entries[i]] = slot >= 0 ? normals[slot] : Vec3{};
        }
      });
      continue;
    }
    runThreaded(entries, [&](int begin, int end) {
      for (int i = begin; i < end; ++i)
      {
        const vtkIdType cell = band.ids[band.mixed[of.mixed[i]]];
        result.normals[of.entries[i]] =
          unit(stencils->direction(stencilNormal(applicable, stencils->stencil(cell, material))));
      }
    });
  }

  if (!two)
  {
    findGradients(fractions, band, stencils.get(), result);
  }
  std::atomic<std::int64_t> withoutDirection{ 0 };
  runThreaded(static_cast<int>(band.mixed.size()), [&](int first, int last) {
    for (int mixed = first; mixed < last; ++mixed)
    {
      const std::int64_t e = result.offsets[mixed];
      if (result.count(mixed) != 2)
      {
        continue;
      }
      // One plane: that of the material that tells more.
      const bool second =
        !two && length(result.gradients[e + 1]) > 1.01 * length(result.gradients[e]);
      Vec3& n = result.normals[e];
      n = second ? -result.normals[e + 1] : n;
      if (n.x == 0.0 && n.y == 0.0 && n.z == 0.0)
      {
        n = { 1.0, 0.0, 0.0 };
        withoutDirection += mesh.isGhost(band.ids[band.mixed[mixed]]) ? 0 : 1;
      }
      result.normals[e + 1] = -n;
    }
  });
  result.withoutDirection = withoutDirection;
}

} // namespace mir
