#include "InterfaceBand.h"

#include "CellSearch.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "StructuredBand.h"
#include "ThreadedLoops.h"

#include "vtkCellType.h"
#include "vtkDataArray.h"
#include "vtkIdTypeArray.h"
#include "vtkImageData.h"
#include "vtkPointData.h"
#include "vtkRectilinearGrid.h"
#include "vtkStructuredGrid.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// Mixed cells and those that share a point with one, by the points that mixed cells touch.
std::vector<vtkIdType> pointNeighbours(const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  const std::vector<char> touched = pointsOfCells(mesh.reader(), fractions.mixedCells());
  return selectCells(mesh.reader(), [&](vtkIdType, const std::vector<vtkIdType>& points) {
    return std::any_of(
      points.begin(), points.end(), [&](vtkIdType id) { return touched[id] != 0; });
  });
}

/// Numbers point ids in the order of their first use: a hash table as large as the band, where an
/// array over the mesh would touch far more memory.
class PointNumbers
{
public:
  explicit PointNumbers(std::size_t expected)
  {
    while (this->Slots.size() < 2 * expected)
    {
      this->Slots.resize(2 * this->Slots.size());
    }
  }

  /// The point's number from 0, and whether it is a new one.
  std::pair<int, bool> operator[](vtkIdType id)
  {
    std::size_t at = this->find(id);
    if (this->Slots[at].id == id)
    {
      return { this->Slots[at].number, false };
    }
    if (2 * static_cast<std::size_t>(this->Count) >= this->Slots.size())
    {
      std::vector<Slot> old(2 * this->Slots.size());
      old.swap(this->Slots);
      for (const Slot& slot : old)
      {
        if (slot.id >= 0)
        {
          this->Slots[this->find(slot.id)] = slot;
        }
      }
      at = this->find(id);
    }
    this->Slots[at] = { id, this->Count };
    return { this->Count++, true };
  }

private:
  struct Slot
  {
    vtkIdType id = -1;
    int number = 0;
  };
  /// Where the id is or belongs (multiplicative hashing, Knuth 1973; linear probing).
  std::size_t find(vtkIdType id) const
  {
    const std::size_t mask = this->Slots.size() - 1;
    std::size_t at = (static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15u) >> 32 & mask;
    while (this->Slots[at].id >= 0 && this->Slots[at].id != id)
    {
      at = (at + 1) & mask;
    }
    return at;
  }

  std::vector<Slot> Slots = std::vector<Slot>(64);
  int Count = 0;
};

void addCells(const MeshAdaptor& mesh, InterfaceBand& band)
{
  const CellReader& reader = mesh.reader();
  CellBand& cells = band.cells;
  cells.dimension = mesh.dimension();
  cells.cellOffsets.reserve(band.ids.size() + 1);
  cells.cellPoints.reserve(band.ids.size() * (cells.dimension == 2 ? 4 : 8));
  cells.kinds.reserve(band.ids.size());
  PointNumbers numbers(2 * band.ids.size());
  std::map<int, int> shapeOfType;
  std::vector<vtkIdType> ids;
  Polygon polygon;
  const bool direct = !mesh.extruded();
  for (vtkIdType cell : band.ids)
  {
    if (direct)
    {
      reader.points(cell, ids);
    }
    else
    {
      mesh.polygon(cell, polygon, &ids);
    }
    const auto begin = cells.cellPoints.size();
    for (vtkIdType id : ids)
    {
      const auto [number, isNew] = numbers[id];
      if (isNew)
      {
        const Vec3 at = bandPoint(mesh, id);
        band.reference = cells.points.empty() ? at : band.reference;
        cells.points.push_back(at - band.reference);
        band.pointIds.push_back(id);
      }
      cells.cellPoints.push_back(number);
    }
    cells.cellOffsets.push_back(static_cast<std::int64_t>(cells.cellPoints.size()));
    int* corners = cells.cellPoints.data() + begin;
    CellKind kind = CellKind::General;
    if (cells.dimension == 2)
    {
      kind = ids.size() == 3                                      ? CellKind::Simplex
        : ids.size() == 4 && turnRectangle(cells.points, corners) ? CellKind::Box
                                                                  : CellKind::General;
    }
    else
    {
      const int type = reader.type(cell);
      kind = type == VTK_TETRA                                   ? CellKind::Simplex
        : type == VTK_HEXAHEDRON && isBox(cells.points, corners) ? CellKind::Box
                                                                 : CellKind::General;
      if (type == VTK_POLYHEDRON)
      {
        cells.cellShapes.push_back(static_cast<int>(cells.shapes.size()));
        cells.shapes.push_back(mesh.polyhedronShape(cell));
      }
      else
      {
        const auto known = shapeOfType.emplace(type, static_cast<int>(cells.shapes.size()));
        if (known.second)
        {
          cells.shapes.push_back(facesOfType(type));
        }
        cells.cellShapes.push_back(known.first->second);
      }
    }
    cells.kinds.push_back(kind);
  }
}

} // namespace

std::vector<std::int64_t> pieceFreePointIds(const MeshAdaptor& mesh, const InterfaceBand& band)
{
  std::vector<std::int64_t> ids(band.pointIds.begin(), band.pointIds.end());
  vtkDataSet* data = mesh.mesh();
  if (vtkDataArray* global = data->GetPointData()->GetGlobalIds())
  {
    auto* exact = vtkIdTypeArray::SafeDownCast(global);
    for (std::int64_t& id : ids)
    {
      id = exact ? exact->GetValue(id) : static_cast<std::int64_t>(global->GetTuple1(id));
    }
    return ids;
  }
  int extent[6] = {};
  if (auto* image = vtkImageData::SafeDownCast(data))
  {
    image->GetExtent(extent);
  }
  else if (auto* rectilinear = vtkRectilinearGrid::SafeDownCast(data))
  {
    rectilinear->GetExtent(extent);
  }
  else if (auto* curvilinear = vtkStructuredGrid::SafeDownCast(data))
  {
    curvilinear->GetExtent(extent);
  }
  else
  {
    return ids;
  }
  const std::int64_t rowPoints = extent[1] - extent[0] + 1;
  const std::int64_t layerPoints = rowPoints * (extent[3] - extent[2] + 1);
  for (std::int64_t& id : ids)
  {
    const std::int64_t i = extent[0] + id % rowPoints;
    const std::int64_t j = extent[2] + id % layerPoints / rowPoints;
    const std::int64_t k = extent[4] + id / layerPoints;
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
  std::vector<char> wanted(count, 0);
  for (int cell = 0; cell < count; ++cell)
  {
    if (fractions.state(band.ids[cell]) == MaterialFractions::Mixed)
    {
      band.mixed.push_back(cell);
      wanted[cell] = 1;
      if (!(band.cells.volumes[cell] > 0.0) && !mesh.isGhost(band.ids[cell]))
      {
        throw std::runtime_error(
          "cell " + std::to_string(band.ids[cell]) + " is mixed but has no volume");
      }
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
