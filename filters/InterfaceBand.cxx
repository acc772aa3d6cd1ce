#include "InterfaceBand.h"

#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "CellSearch.h"

#include "vtkCellType.h"
#include "vtkSMPTools.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// Mixed cells and those that share a point with one, by index on structured data.
std::vector<vtkIdType> structuredNeighbours(
  const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  vtkIdType size[3];
  for (int axis = 0; axis < 3; ++axis)
  {
    size[axis] = std::max<vtkIdType>(1, mesh.reader().dimensions()[axis] - 1);
  }
  std::vector<char> near(fractions.numberOfCells(), 0);
  for (vtkIdType cell : fractions.mixedCells())
  {
    const vtkIdType i = cell % size[0];
    const vtkIdType j = cell / size[0] % size[1];
    const vtkIdType k = cell / (size[0] * size[1]);
    const vtkIdType first = std::max<vtkIdType>(0, i - 1);
    const vtkIdType count = std::min(size[0], i + 2) - first;
    for (vtkIdType z = std::max<vtkIdType>(0, k - 1); z < std::min(size[2], k + 2); ++z)
    {
      for (vtkIdType y = std::max<vtkIdType>(0, j - 1); y < std::min(size[1], j + 2); ++y)
      {
        std::fill_n(near.begin() + first + size[0] * (y + size[1] * z), count, 1);
      }
    }
  }
  return selectCells(fractions.numberOfCells(), [&](vtkIdType cell) { return near[cell] != 0; });
}

/// As above on any mesh, by the points that mixed cells touch.
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

/// Turns a quadrilateral so that it is the rectangle of a Box, where it is one.
bool turnRectangle(const std::vector<Vec3>& points, int* corners)
{
  const Vec3 x[4] = { points[corners[0]], points[corners[1]], points[corners[2]],
    points[corners[3]] };
  int lowest = 0;
  for (int i = 1; i < 4; ++i)
  {
    lowest = x[i].x <= x[lowest].x && x[i].y <= x[lowest].y ? i : lowest;
  }
  const Vec3 a = x[lowest];
  const Vec3 c = x[(lowest + 2) % 4];
  const Vec3 b = x[(lowest + 1) % 4];
  const Vec3 d = x[(lowest + 3) % 4];
  const bool forwards = b.x == c.x && b.y == a.y && d.x == a.x && d.y == c.y;
  const bool backwards = b.x == a.x && b.y == c.y && d.x == c.x && d.y == a.y;
  if (!(c.x > a.x && c.y > a.y && (forwards || backwards)))
  {
    return false;
  }
  int turned[4];
  for (int i = 0; i < 4; ++i)
  {
    turned[i] = corners[(lowest + (forwards ? i : 4 - i)) % 4];
  }
  std::copy(turned, turned + 4, corners);
  return true;
}

/// Whether a hexahedron is a box along the axes with its first point lowest.
bool isBox(const std::vector<Vec3>& points, const int* corners)
{
  const Vec3 low = points[corners[0]];
  const Vec3 high = points[corners[6]];
  if (!(high.x > low.x && high.y > low.y && high.z > low.z))
  {
    return false;
  }
  for (int i = 0; i < 8; ++i)
  {
    const Vec3 x = points[corners[i]];
    const bool right = i % 4 == 1 || i % 4 == 2;
    const bool back = i % 4 >= 2;
    if (x.x != (right ? high.x : low.x) || x.y != (back ? high.y : low.y) ||
      x.z != (i >= 4 ? high.z : low.z))
    {
      return false;
    }
  }
  return true;
}

/// A point in the coordinates of a band.
Vec3 bandPoint(const MeshAdaptor& mesh, vtkIdType id)
{
  const Vec3 x = mesh.reader().point(id);
  const Vec2 u = mesh.plane().project(x);
  return mesh.dimension() == 2 ? Vec3{ u.x, u.y, 0.0 } : x;
}

/// Cells of structured data, all of one type. No two share points, so that threads may write them.
void addStructuredCells(const MeshAdaptor& mesh, InterfaceBand& band)
{
  const CellReader& reader = mesh.reader();
  CellBand& cells = band.cells;
  const int count = static_cast<int>(band.ids.size());
  const int corners = mesh.dimension() == 2 ? 4 : 8;
  cells.dimension = mesh.dimension();
  cells.points.resize(static_cast<std::size_t>(count) * corners);
  cells.cellPoints.resize(cells.points.size());
  cells.cellOffsets.resize(count + 1);
  cells.kinds.resize(count);
  if (cells.dimension == 3)
  {
    cells.shapes.push_back(facesOfType(VTK_HEXAHEDRON));
    cells.cellShapes.assign(count, 0);
  }
  std::vector<vtkIdType> first;
  if (count > 0)
  {
    reader.points(band.ids[0], first);
    band.reference = bandPoint(mesh, first[0]);
  }
  runThreaded(count, [&](int begin, int end) {
    std::vector<vtkIdType> ids;
    for (int cell = begin; cell < end; ++cell)
    {
      reader.points(band.ids[cell], ids);
      const int at = cell * corners;
      for (int i = 0; i < corners; ++i)
      {
        cells.points[at + i] = bandPoint(mesh, ids[i]) - band.reference;
        cells.cellPoints[at + i] = at + i;
      }
      cells.cellOffsets[cell + 1] = at + corners;
      const bool box = cells.dimension == 2 ? turnRectangle(cells.points, &cells.cellPoints[at])
                                            : isBox(cells.points, &cells.cellPoints[at]);
      cells.kinds[cell] = box ? CellKind::Box : CellKind::General;
    }
  });
}

/// Neighbours of structured cells by their indices.
void connectStructuredCells(
  const MeshAdaptor& mesh, const std::vector<char>& wanted, InterfaceBand& band)
{
  vtkIdType size[3];
  for (int axis = 0; axis < 3; ++axis)
  {
    size[axis] = std::max<vtkIdType>(1, mesh.reader().dimensions()[axis] - 1);
  }
  // Where each row of cells along the first axis begins in the band.
  const vtkIdType rows = size[1] * size[2];
  std::vector<int> rowBegins(rows + 1, 0);
  for (vtkIdType id : band.ids)
  {
    ++rowBegins[id / size[0] + 1];
  }
  std::partial_sum(rowBegins.begin(), rowBegins.end(), rowBegins.begin());
  auto forEach = [&](int cell, auto&& visit) {
    const vtkIdType row = band.ids[cell] / size[0];
    const vtkIdType i = band.ids[cell] % size[0];
    const vtkIdType j = row % size[1];
    const vtkIdType k = row / size[1];
    for (vtkIdType z = std::max<vtkIdType>(0, k - 1); z < std::min(size[2], k + 2); ++z)
    {
      for (vtkIdType y = std::max<vtkIdType>(0, j - 1); y < std::min(size[1], j + 2); ++y)
      {
        const vtkIdType other = y + size[1] * z;
        const auto end = band.ids.begin() + rowBegins[other + 1];
        const vtkIdType low = other * size[0] + std::max<vtkIdType>(0, i - 1);
        const vtkIdType high = other * size[0] + std::min(size[0] - 1, i + 1);
        for (auto at = std::lower_bound(band.ids.begin() + rowBegins[other], end, low);
             at != end && *at <= high; ++at)
        {
          const int neighbour = static_cast<int>(at - band.ids.begin());
          if (neighbour != cell)
          {
            visit(neighbour);
          }
        }
      }
    }
  };
  CellBand& cells = band.cells;
  const int count = cells.numberOfCells();
  cells.neighbourOffsets.assign(count + 1, 0);
  runThreaded(count, [&](int begin, int end) {
    for (int cell = begin; cell < end; ++cell)
    {
      if (wanted[cell])
      {
        forEach(cell, [&](int) { ++cells.neighbourOffsets[cell + 1]; });
      }
    }
  });
  std::partial_sum(
    cells.neighbourOffsets.begin(), cells.neighbourOffsets.end(), cells.neighbourOffsets.begin());
  cells.neighbours.resize(cells.neighbourOffsets.back());
  runThreaded(count, [&](int begin, int end) {
    for (int cell = begin; cell < end; ++cell)
    {
      int* next = cells.neighbours.data() + cells.neighbourOffsets[cell];
      if (wanted[cell])
      {
        forEach(cell, [&](int neighbour) { *next++ = neighbour; });
      }
    }
  });
}

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

void runThreaded(int count, const std::function<void(int, int)>& body)
{
  // So few items cost less than starting threads does.
  if (count < 1024)
  {
    runSerially(count, body);
    return;
  }
  const vtkIdType grain = std::max(256, count / 64);
  vtkSMPTools::For(0, count, grain,
    [&](vtkIdType begin, vtkIdType end) { body(static_cast<int>(begin), static_cast<int>(end)); });
}

InterfaceBand makeInterfaceBand(
  const MeshAdaptor& mesh, const MaterialFractions& fractions, BandExtent extent)
{
  InterfaceBand band;
  const bool structured = mesh.reader().dimensions()[0] > 0;
  const bool byIndex = structured && !mesh.extruded();
  if (extent != BandExtent::Neighbours || fractions.mixedCells().empty())
  {
    band.ids = fractions.mixedCells();
  }
  else
  {
    band.ids =
      structured ? structuredNeighbours(mesh, fractions) : pointNeighbours(mesh, fractions);
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
