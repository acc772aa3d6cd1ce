#include "NeuralReconstruction.h"

#include "ContinuousReconstruction.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "NeuralNodeValues.h"
#include "StoppableLoops.h"

#include "plic/MaterialField.h"
#include "plic/ReconstructedDistance.h"
#include "reconstruct/continuous/starts/LatticeField.h"
#include "reconstruct/neural/Irregularity.h"
#include "reconstruct/neural/MaterialLattices.h"

#include "vtkCellType.h"
#include "vtkDataObject.h"
#include "vtkDataSet.h"
#include "vtkImageData.h"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <stdexcept>

namespace mir {

namespace {

/// A mesh without stencils, and why.
struct NoGrid : std::runtime_error
{
  using std::runtime_error::runtime_error;
};

/// The points of a quadrilateral or hexahedron, in the order that its lattice has them in.
template <std::size_t corners>
using CellIds = std::array<std::int64_t, corners>;

/// Where the quadrilaterals of a plane mesh lie on a grid, and their points.
struct PlanarGrid
{
  LogicalGrid grid;
  std::function<CellIds<4>(std::int64_t cell)> idsOf;
};

PlanarGrid planarGridOf(const MeshAdaptor& mesh)
{
  const CellReader& reader = mesh.reader();
  std::vector<int> axes;
  for (int axis = 0; axis < 3; ++axis)
  {
    if (reader.dimensions()[axis] > 1)
    {
      axes.push_back(axis);
    }
  }
  PlanarGrid result;
  if (axes.size() == 2)
  {
    const auto cellsAlong = [&](int axis) {
      return static_cast<std::int32_t>(reader.dimensions()[axis]) - 1;
    };
    result.grid = logicalGrid(cellsAlong(axes[0]), cellsAlong(axes[1]));
    result.grid.firstColumn = reader.firstIndices()[axes[0]];
    result.grid.firstRow = reader.firstIndices()[axes[1]];
    result.idsOf = [&reader, ids = std::vector<vtkIdType>()](std::int64_t cell) mutable {
      reader.points(cell, ids);
      return CellIds<4>{ ids[0], ids[1], ids[2], ids[3] };
    };
    return result;
  }
  const auto planar = std::make_shared<const PlanarMesh>(mesh.planarMesh());
  try
  {
    result.grid = logicalGrid(*planar);
  }
  catch (const std::runtime_error& error)
  {
    throw NoGrid(error.what());
  }
  result.idsOf = [planar](std::int64_t cell) {
    CellIds<4> ids;
    std::copy_n(planar->cellPoints(cell), 4, ids.begin());
    return ids;
  };
  return result;
}

CellIds<8> hexahedron(const MeshAdaptor& mesh, vtkIdType cell, std::vector<vtkIdType>& ids)
{
  mesh.reader().points(cell, ids);
  CellIds<8> result;
  std::copy_n(ids.begin(), 8, result.begin());
  return result;
}

SolidGrid solidGridOf(const MeshAdaptor& mesh)
{
  const CellReader& reader = mesh.reader();
  const auto& points = reader.dimensions();
  if (points[0] > 0)
  {
    return { points[0] - 1, points[1] - 1, points[2] - 1 };
  }
  std::vector<CellIds<8>> hexahedra;
  std::vector<vtkIdType> ids;
  for (vtkIdType cell = 0; cell < reader.numberOfCells(); ++cell)
  {
    if (reader.type(cell) != VTK_HEXAHEDRON)
    {
      throw NoGrid(
        "not a logical grid of hexahedra: cell " + std::to_string(cell) + " is no hexahedron");
    }
    hexahedra.push_back(hexahedron(mesh, cell, ids));
  }
  try
  {
    return SolidGrid(hexahedra);
  }
  catch (const std::runtime_error& error)
  {
    throw NoGrid(error.what());
  }
}

/// One material's fractions in all cells; outside of the domain what hidden cells do not tell.
std::vector<double> fractionsOf(const MaterialFractions& fractions, int material)
{
  std::vector<double> result(fractions.numberOfCells());
  for (vtkIdType cell = 0; cell < fractions.numberOfCells(); ++cell)
  {
    result[cell] = fractions.state(cell) == MaterialFractions::Unknown
      ? static_cast<double>(outsideDomain)
      : fractions.fraction(material, cell);
  }
  return result;
}

/// Paraboloids through the planes of Reconstructed Distance in the cells of two materials. It
/// starts from least squares on every grid, so that an interface does not depend on how its grid is
/// held.
void findPlanes(SmoothSurfaces& smooth, const ContinuousCells& cells,
  const MaterialFractions& fractions, double tolerance, const ParallelFor& loops)
{
  const int rounds = roundsForSmoothSurfaces(smooth.irregularities);
  const CellBand& band = cells.band.cells;
  const SubcellBand& mesh = cells.subcells;
  std::vector<std::vector<int>> cellsOf(fractions.numberOfMaterials());
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    if (mesh.materialCount(c) == 2)
    {
      cellsOf[mesh.materialsOf(c)[0]].push_back(c);
    }
  }
  MaterialNormals normals(mesh.cellMaterials.size());
  for (std::size_t material = 0; material < cellsOf.size(); ++material)
  {
    if (cellsOf[material].empty())
    {
      continue;
    }
    std::vector<double> values(band.numberOfCells());
    for (int cell = 0; cell < band.numberOfCells(); ++cell)
    {
      values[cell] = fractions.fraction(static_cast<int>(material), cells.band.ids[cell]);
    }
    const MaterialField field = materialField(std::move(values), tolerance);
    const NormalField found = reconstructedDistance(band, field, loops, rounds);
    for (int c : cellsOf[material])
    {
      const int slot = field.slots[mesh.cells[c]];
      Vec3* own = normals.data() + mesh.materialOffsets[c];
      own[0] = slot >= 0 ? found[slot] : Vec3{};
      own[1] = -own[0];
    }
  }
  smooth.planes = bentPlanes(band, mesh, normals, loops);
}

/// The network's field on a logical grid, whose cells have the points idsOf(cell), with smooth
/// surfaces where `smooth` is given to receive them; where `pointOf` tells the points they know how
/// irregular the grid is.
template <std::size_t corners, typename Grid, typename IdsOf>
std::vector<double> networkField(const Grid& grid, const NodeDistances<Grid>& distances, int r,
  const MaterialFractions& fractions, const ContinuousCells& cells, double tolerance,
  SmoothSurfaces* smooth, const IdsOf& idsOf, const std::function<Vec3(std::int64_t id)>& pointOf,
  const ParallelFor& loops)
{
  const CellBand& band = cells.band.cells;
  const SubcellBand& subcells = cells.subcells;
  std::vector<std::array<int, corners>> lattices;
  std::vector<std::int64_t> ids;
  for (int cell : subcells.cells)
  {
    ids.push_back(cells.band.ids[cell]);
    const int* first = band.cellPoints.data() + band.cellOffsets[cell];
    lattices.emplace_back();
    const CellIds<corners> points = idsOf(ids.back());
    for (std::size_t i = 0; i < corners; ++i)
    {
      lattices.back()[i] = *std::find_if(first, first + corners - 1,
        [&](int point) { return cells.band.pointIds[point] == points[i]; });
    }
  }
  int nodes = r + 1;
  nodes = corners == 4 ? nodes * nodes : nodes * nodes * nodes;
  const UninitializedVector<double> values =
    materialLattices(subcells, nodes, [&](int material, const std::vector<int>& wanted) {
      std::vector<std::int64_t> own;
      for (int c : wanted)
      {
        own.push_back(ids[c]);
      }
      return distances(grid, fractionsOf(fractions, material), own);
    });
  if (smooth && pointOf)
  {
    const CellCorners cornersOf = [&](std::int64_t cell, Vec3* points) {
      const CellIds<corners> own = idsOf(cell);
      std::transform(own.begin(), own.end(), points, pointOf);
    };
    smooth->irregularities = irregularity(grid, cornersOf, ids);
  }
  if (smooth)
  {
    findPlanes(*smooth, cells, fractions, tolerance, loops);
  }
  return latticeField(band, subcells, lattices, values, loops, smooth);
}

/// Throws NoGrid where the networks have no stencil.
NeuralCounts fromNetwork(const MeshAdaptor& mesh, const NeuralModel& model,
  const NeuralOptions& options, StoppableLoops& work, vtkDataObject* output)
{
  const ParallelFor loops = work.loops();
  const MaterialFractions fractions(
    mesh.mesh(), options.fractionArrays, options.tolerance, options.normalize);
  const int r = model.subdivisions;
  ContinuousCells cells;
  SmoothSurfaces surfaces;
  SmoothSurfaces* smooth = model.withParaboloids ? &surfaces : nullptr;
  std::vector<double> field;
  const auto split = [&] {
    cells = continuousCells(mesh, fractions, options.tolerance, r, loops);
    if (!cells.unsplit.empty())
    {
      throw std::runtime_error("cell " +
        std::to_string(cells.band.ids[cells.band.mixed[cells.unsplit[0]]]) +
        " cannot be split into simplices");
    }
    work.reach(0.2);
  };
  std::function<Vec3(std::int64_t)> pointOf;
  if (!vtkImageData::SafeDownCast(mesh.mesh()))
  {
    pointOf = [&mesh](std::int64_t id) {
      const Vec3 x = mesh.reader().point(id);
      const Vec2 flat = mesh.plane().project(x);
      return mesh.dimension() == 2 ? Vec3{ flat.x, flat.y, 0.0 } : x;
    };
  }
  if (mesh.dimension() == 2)
  {
    const PlanarGrid planar = planarGridOf(mesh);
    split();
    field = networkField<4>(planar.grid, model.planar, r, fractions, cells, options.tolerance,
      smooth, planar.idsOf, pointOf, loops);
  }
  else
  {
    const SolidGrid grid = solidGridOf(mesh);
    split();
    std::vector<vtkIdType> points;
    field = networkField<8>(
      grid, model.solid, r, fractions, cells, options.tolerance, smooth,
      [&](std::int64_t cell) { return hexahedron(mesh, cell, points); }, pointOf, loops);
  }
  work.reach(0.4);
  ConservationOptions how;
  how.mode = options.conserve;
  how.progress = work.part(0.4, 0.8);
  how.parallelFor = loops;
  NeuralCounts counts;
  static_cast<ContinuousCounts&>(counts) = conserveCells(mesh, cells, field, how);
  work.reach(0.8);
  counts.reconstructed = writeContinuous(mesh, fractions, cells, field, false, output, loops);
  counts.method = model.method;
  counts.normalized = fractions.numberNormalized();
  for (std::size_t c = 0; c < surfaces.irregularities.size(); ++c)
  {
    counts.irregular += surfaces.irregularities[c] > halfIrregularity &&
      !mesh.isGhost(cells.band.ids[cells.subcells.cells[c]]);
  }
  work.reach(1.0);
  return counts;
}

NeuralCounts fromVariational(
  vtkDataSet* input, const NeuralOptions& options, const std::string& why, vtkDataObject* output)
{
  ContinuousOptions how;
  how.fractionArrays = options.fractionArrays;
  how.method = ContinuousOptions::Method::Variational;
  how.conserve = options.conserve;
  how.tolerance = options.tolerance;
  how.normalize = options.normalize;
  how.progress = options.progress;
  NeuralCounts counts;
  static_cast<ContinuousCounts&>(counts) = reconstructContinuous(input, how, output);
  counts.method = "Continuous Variational";
  counts.why = why;
  return counts;
}

} // namespace

NeuralCounts reconstructNeural(
  vtkDataSet* input, const NeuralOptions& options, vtkDataObject* output)
{
  StoppableLoops work(options.progress);
  try
  {
    const MeshAdaptor mesh(input);
    const NeuralModel model = neuralModel(options.model, options.device, mesh.dimension());
    return fromNetwork(mesh, model, options, work, output);
  }
  catch (const NoGrid& reason)
  {
    return fromVariational(input, options, reason.what(), output);
  }
  catch (const WorkStopped&)
  {
    output->Initialize();
    return {};
  }
}

} // namespace mir
