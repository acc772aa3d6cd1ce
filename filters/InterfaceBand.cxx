#include "InterfaceBand.h"

#include "CellSearch.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "PointSet.h"
#include "StructuredBand.h"
#include "ThreadedLoops.h"

#include "vtkCellType.h"
#include "vtkDataArray.h"
#include "vtkDataSet.h"
#include "vtkIdTypeArray.h"
#include "vtkPointData.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

/// Mixed cells and those that share a point with one, by the points that mixed cells touch.
std::vector<vtkIdType> pointNeighbours(const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  return cellsAtPoints(mesh.reader(), pointsOfCells(mesh.reader(), fractions.mixedCells()), 1);
}

/// The shape of each cell of a 3D band: one for all cells of a type, an own one for a polyhedron.
void addShapes(const MeshAdaptor& mesh, InterfaceBand& band)
{
  CellBand& cells = band.cells;
  cells.cellShapes.reserve(band.ids.size());
  std::map<int, int> shapeOfType;
  for (vtkIdType cell : band.ids)
  {
    const int type = mesh.reader().type(cell);
    const int next = static_cast<int>(cells.shapes.size());
    if (type == VTK_POLYHEDRON)
    {
      cells.cellShapes.push_back(next);
      cells.shapes.push_back(mesh.polyhedronShape(cell));
      continue;
    }
    const auto [known, isNew] = shapeOfType.emplace(type, next);
    if (isNew)
    {
      cells.shapes.push_back(facesOfType(type));
    }
    cells.cellShapes.push_back(known->second);
  }
}

/// Visits a cell's points, round a cell of a 2D mesh.
template <typename Visit>
void forEachCorner(
  const MeshAdaptor& mesh, vtkIdType cell, std::vector<vtkIdType>& ids, Visit visit)
{
  if (mesh.extruded())
  {
    Polygon polygon;
    mesh.polygon(cell, polygon, &ids);
  }
  else
  {
    mesh.reader().points(cell, ids);
  }
  for (vtkIdType id : ids)
  {
    visit(id);
  }
}

void addCells(const MeshAdaptor& mesh, InterfaceBand& band)
{
  CellBand& cells = band.cells;
  const int count = static_cast<int>(band.ids.size());
  cells.dimension = mesh.dimension();
  PointSet points(mesh.reader().numberOfPoints());
  cells.cellOffsets.assign(count + 1, 0);
  runThreaded(count, [&](int begin, int end) {
    std::vector<vtkIdType> ids;
    for (int cell = begin; cell < end; ++cell)
    {
      forEachCorner(mesh, band.ids[cell], ids, [&](vtkIdType id) {
        points.add(id);
        ++cells.cellOffsets[cell + 1];
      });
    }
  });
  std::partial_sum(cells.cellOffsets.begin(), cells.cellOffsets.end(), cells.cellOffsets.begin());
  points.number();
  band.pointIds = points.ids();
  cells.points.resize(points.size());
  if (points.size() > 0)
  {
    band.reference = bandPoint(mesh, band.pointIds[0]);
  }
  runThreaded(points.size(), [&](int begin, int end) {
    for (int point = begin; point < end; ++point)
    {
      cells.points[point] = bandPoint(mesh, band.pointIds[point]) - band.reference;
    }
  });
  if (cells.dimension == 3)
  {
    addShapes(mesh, band);
  }
  cells.cellPoints.resize(cells.cellOffsets.back());
  cells.kinds.assign(count, CellKind::General);
  runThreaded(count, [&](int begin, int end) {
    std::vector<vtkIdType> ids;
    for (int cell = begin; cell < end; ++cell)
    {
      int* corners = cells.cellPoints.data() + cells.cellOffsets[cell];
      int* next = corners;
      forEachCorner(
        mesh, band.ids[cell], ids, [&](vtkIdType id) { *next++ = points.numberOf(id); });
      const int type = mesh.reader().type(band.ids[cell]);
      const auto number = next - corners;
      const bool simplex = cells.dimension == 2 ? number == 3 : type == VTK_TETRA;
      const bool box = cells.dimension == 2
        ? number == 4 && turnRectangle(cells.points.data(), corners)
        : type == VTK_HEXAHEDRON && isBox(cells.points.data(), corners);
      cells.kinds[cell] = simplex ? CellKind::Simplex : box ? CellKind::Box : CellKind::General;
    }
  });
}

} // namespace

std::vector<std::int64_t> pieceFreePointIds(const MeshAdaptor& mesh, const InterfaceBand& band)
{
  std::vector<std::int64_t> ids(band.pointIds.begin(), band.pointIds.end());
  if (vtkDataArray* global = mesh.mesh()->GetPointData()->GetGlobalIds())
  {
    auto* exact = vtkIdTypeArray::SafeDownCast(global);
    for (std::int64_t& id : ids)
    {
      id = exact ? exact->GetValue(id) : static_cast<std::int64_t>(global->GetTuple1(id));
    }
    return ids;
  }
  const std::int64_t rowPoints = mesh.reader().dimensions()[0];
  if (rowPoints == 0)
  {
    return ids;
  }
  const std::int64_t layerPoints = rowPoints * mesh.reader().dimensions()[1];
  const auto& first = mesh.reader().firstIndices();
  for (std::int64_t& id : ids)
  {
    const std::int64_t i = first[0] + id % rowPoints;
    const std::int64_t j = first[1] + id % layerPoints / rowPoints;
    const std::int64_t k = first[2] + id / layerPoints;
    // 21 bits an axis, indices below 0 too.
    constexpr std::int64_t middle = 1 << 20;
    id = (i + middle) | (j + middle) << 21 | (k + middle) << 42;
  }
  return ids;
}

InterfaceBand makeInterfaceBand(
  const MeshAdaptor& mesh, const MaterialFractions& fractions, BandExtent extent, bool sharedPoints)
{
  InterfaceBand band;
  const bool structured = mesh.reader().dimensions()[0] > 0;
  const bool byIndex = structured && !mesh.extruded() && !sharedPoints;
  if (extent == BandExtent::Mixed || fractions.mixedCells().empty())
  {
    band.ids = fractions.mixedCells();
  }
  else
  {
    band.ids = extent == BandExtent::NeighboursAtEdge ? structuredNeighboursAtEdge(mesh, fractions)
      : structured                                    ? structuredNeighbours(mesh, fractions)
                                                      : pointNeighbours(mesh, fractions);
    band.ids.erase(
      std::remove_if(band.ids.begin(), band.ids.end(),
        [&](vtkIdType cell) { return fractions.state(cell) == MaterialFractions::Unknown; }),
      band.ids.end());
  }
  byIndex ? addStructuredCells(mesh, band) : addCells(mesh, band);
  allocateMeasures(band.cells);
  const int count = band.cells.numberOfCells();
  runThreaded(count, [&](int begin, int end) { measureBand(band.cells, begin, end); });
  const std::vector<vtkIdType> mixed = selectIds(count,
    [&](vtkIdType cell) { return fractions.state(band.ids[cell]) == MaterialFractions::Mixed; });
  band.mixed.assign(mixed.begin(), mixed.end());
  std::vector<char> wanted(count, 0);
  for (int cell : band.mixed)
  {
    wanted[cell] = 1;
    if (!(band.cells.volumes[cell] > 0.0) && !mesh.isGhost(band.ids[cell]))
    {
      throw std::runtime_error(
        "cell " + std::to_string(band.ids[cell]) + " is mixed but has no volume");
    }
  }
  if (extent != BandExtent::Mixed)
  {
    byIndex ? connectStructuredCells(mesh, wanted, band)
            : connectBand(band.cells, wanted, runThreaded);
  }
  return band;
}

} // namespace mir
