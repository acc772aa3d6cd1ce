#include "InterfaceBand.h"

#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "CellSearch.h"

#include "vtkCellType.h"
#include "vtkSMPTools.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

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

/// A map from point ids to band points of which only the pages about the band are ever touched.
class PointMap
{
public:
  explicit PointMap(vtkIdType points)
    : Numbers(
        static_cast<int*>(std::calloc(std::max<vtkIdType>(1, points), sizeof(int))), &std::free)
  {
    if (!this->Numbers)
    {
      throw std::bad_alloc();
    }
  }
  /// The point's number from 1, or 0, to be set.
  int& operator[](vtkIdType id) { return this->Numbers.get()[id]; }

private:
  std::unique_ptr<int, decltype(&std::free)> Numbers;
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

void addCells(const MeshAdaptor& mesh, InterfaceBand& band)
{
  const CellReader& reader = mesh.reader();
  CellBand& cells = band.cells;
  cells.dimension = mesh.dimension();
  cells.cellOffsets.reserve(band.ids.size() + 1);
  cells.cellPoints.reserve(band.ids.size() * (cells.dimension == 2 ? 4 : 8));
  cells.kinds.reserve(band.ids.size());
  PointMap numbers(reader.numberOfPoints());
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
      int& number = numbers[id];
      if (number == 0)
      {
        const Vec3 x = reader.point(id);
        const Vec2 u = mesh.plane().project(x);
        const Vec3 at = cells.dimension == 2 ? Vec3{ u.x, u.y, 0.0 } : x;
        band.reference = cells.points.empty() ? at : band.reference;
        cells.points.push_back(at - band.reference);
        number = static_cast<int>(cells.points.size());
      }
      cells.cellPoints.push_back(number - 1);
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
  if (extent != BandExtent::Neighbours || fractions.mixedCells().empty())
  {
    band.ids = fractions.mixedCells();
  }
  else
  {
    const bool structured = mesh.reader().dimensions()[0] > 0;
    band.ids =
      structured ? structuredNeighbours(mesh, fractions) : pointNeighbours(mesh, fractions);
    band.ids.erase(
      std::remove_if(band.ids.begin(), band.ids.end(),
        [&](vtkIdType cell) { return fractions.state(cell) == MaterialFractions::Unknown; }),
      band.ids.end());
  }
  addCells(mesh, band);
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
    connectBand(band.cells, wanted, runThreaded);
  }
  return band;
}

} // namespace mir
