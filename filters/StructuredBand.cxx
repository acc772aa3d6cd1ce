#include "StructuredBand.h"

#include "CellSearch.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "ThreadedLoops.h"

#include "vtkCellType.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <mutex>
#include <numeric>
#include <utility>

namespace mir {

namespace {

/// A structured mesh's cells along each axis.
struct CellIndices
{
  vtkIdType size[3];

  explicit CellIndices(const MeshAdaptor& mesh)
  {
    for (int axis = 0; axis < 3; ++axis)
    {
      this->size[axis] = std::max<vtkIdType>(1, mesh.reader().dimensions()[axis] - 1);
    }
  }

  std::array<vtkIdType, 3> of(vtkIdType cell) const
  {
    return { cell % this->size[0], cell / this->size[0] % this->size[1],
      cell / (this->size[0] * this->size[1]) };
  }

  /// Visits the rows of cells that share a point with one, as their first cell and their number.
  template <typename Visit>
  void forEachRowAbout(vtkIdType cell, Visit visit) const
  {
    const auto [i, j, k] = this->of(cell);
    const vtkIdType first = std::max<vtkIdType>(0, i - 1);
    const vtkIdType count = std::min(this->size[0], i + 2) - first;
    for (vtkIdType z = std::max<vtkIdType>(0, k - 1); z < std::min(this->size[2], k + 2); ++z)
    {
      for (vtkIdType y = std::max<vtkIdType>(0, j - 1); y < std::min(this->size[1], j + 2); ++y)
      {
        visit(first + this->size[0] * (y + this->size[1] * z), count);
      }
    }
  }
};

} // namespace

std::vector<vtkIdType> structuredNeighbours(
  const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  const CellIndices indices(mesh);
  std::vector<char> near(fractions.numberOfCells(), 0);
  for (vtkIdType cell : fractions.mixedCells())
  {
    indices.forEachRowAbout(
      cell, [&](vtkIdType first, vtkIdType count) { std::fill_n(near.begin() + first, count, 1); });
  }
  return selectIds(fractions.numberOfCells(), [&](vtkIdType cell) { return near[cell] != 0; });
}

std::vector<vtkIdType> structuredNeighboursAtEdge(
  const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  constexpr vtkIdType layers = 2;
  const CellIndices indices(mesh);
  const std::vector<vtkIdType>& mixed = fractions.mixedCells();
  const std::vector<vtkIdType> atEdge =
    selectIds(static_cast<vtkIdType>(mixed.size()), [&](vtkIdType i) {
      const auto index = indices.of(mixed[i]);
      bool outermost = false;
      for (int axis = 0; axis < 3; ++axis)
      {
        const vtkIdType size = indices.size[axis];
        outermost =
          outermost || (size > 1 && (index[axis] < layers || index[axis] >= size - layers));
      }
      return outermost;
    });
  std::vector<vtkIdType> cells = mixed;
  for (vtkIdType i : atEdge)
  {
    indices.forEachRowAbout(mixed[i], [&](vtkIdType first, vtkIdType count) {
      for (vtkIdType other = first; other < first + count; ++other)
      {
        cells.push_back(other);
      }
    });
  }
  if (!atEdge.empty())
  {
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  }
  return cells;
}

bool turnRectangle(const Vec3* points, int* corners)
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

bool isBox(const Vec3* points, const int* corners)
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

Vec3 bandPoint(const MeshAdaptor& mesh, vtkIdType id)
{
  const Vec3 x = mesh.reader().point(id);
  const Vec2 u = mesh.plane().project(x);
  return mesh.dimension() == 2 ? Vec3{ u.x, u.y, 0.0 } : x;
}

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
      const bool box = cells.dimension == 2
        ? turnRectangle(cells.points.data(), &cells.cellPoints[at])
        : isBox(cells.points.data(), &cells.cellPoints[at]);
      cells.kinds[cell] = box ? CellKind::Box : CellKind::General;
    }
  });
}

void connectStructuredCells(
  const MeshAdaptor& mesh, const std::vector<char>& wanted, InterfaceBand& band)
{
  const CellIndices indices(mesh);
  const vtkIdType(&size)[3] = indices.size;
  // Where each row of cells along the first axis begins in the band.
  std::vector<int> rowBegins(size[1] * size[2] + 1, 0);
  for (vtkIdType id : band.ids)
  {
    ++rowBegins[id / size[0] + 1];
  }
  std::partial_sum(rowBegins.begin(), rowBegins.end(), rowBegins.begin());
  // Ids past all others, so that searches need not look for the end.
  std::vector<vtkIdType> ids = band.ids;
  ids.insert(ids.end(), 3, std::numeric_limits<vtkIdType>::max());
  // One pass: a range of cells goes up its rows, and with it one place in each of the rows about.
  // Which cells are there is a matter of chance, so that branches would be mispredicted.
  CellBand& cells = band.cells;
  const int count = cells.numberOfCells();
  struct Collected
  {
    int begin;
    std::vector<int> neighbours;
  };
  std::vector<Collected> collected;
  std::mutex joining;
  cells.neighbourOffsets.assign(count + 1, 0);
  runThreaded(count, [&](int begin, int end) {
    std::vector<int> list;
    list.reserve(static_cast<std::size_t>(end - begin) * (mesh.dimension() == 2 ? 8 : 16));
    // Of each row about: the first cell not behind the neighbours of the last cell looked at.
    int places[9];
    vtkIdType rows[9];
    int rowsAbout = 0;
    vtkIdType known = -1;
    vtkIdType last = 0;
    for (int cell = begin; cell < end; ++cell)
    {
      const vtkIdType row = ids[cell] / size[0];
      if (row != known)
      {
        known = row;
        last = -2;
        rowsAbout = 0;
        const vtkIdType j = row % size[1];
        const vtkIdType k = row / size[1];
        for (vtkIdType z = std::max<vtkIdType>(0, k - 1); z < std::min(size[2], k + 2); ++z)
        {
          for (vtkIdType y = std::max<vtkIdType>(0, j - 1); y < std::min(size[1], j + 2); ++y)
          {
            const vtkIdType other = y + size[1] * z;
            rows[rowsAbout] = other;
            places[rowsAbout++] = rowBegins[other];
          }
        }
      }
      if (!wanted[cell])
      {
        continue;
      }
      const vtkIdType i = ids[cell] - row * size[0];
      const vtkIdType left = std::max<vtkIdType>(0, i - 1);
      const vtkIdType right = std::min(size[0] - 1, i + 1);
      int found[27];
      int number = 0;
      auto add = [&](int at, bool isNeighbour) {
        found[number] = at;
        number += isNeighbour ? 1 : 0;
      };
      for (int r = 0; r < rowsAbout; ++r)
      {
        const vtkIdType low = rows[r] * size[0] + left;
        const vtkIdType high = rows[r] * size[0] + right;
        if (rows[r] == row)
        {
          add(cell - 1, cell > 0 && ids[cell - 1] >= low);
          add(cell + 1, ids[cell + 1] <= high);
          continue;
        }
        int at = places[r];
        if (i == last + 1)
        {
          at += ids[at] < low ? 1 : 0;
        }
        else
        {
          while (ids[at] < low)
          {
            ++at;
          }
        }
        places[r] = at;
        add(at, ids[at] <= high);
        add(at + 1, ids[at + 1] <= high);
        add(at + 2, ids[at + 2] <= high);
      }
      last = i;
      list.insert(list.end(), found, found + number);
      cells.neighbourOffsets[cell + 1] = number;
    }
    const std::lock_guard<std::mutex> lock(joining);
    collected.push_back({ begin, std::move(list) });
  });
  std::partial_sum(
    cells.neighbourOffsets.begin(), cells.neighbourOffsets.end(), cells.neighbourOffsets.begin());
  cells.neighbours.resize(cells.neighbourOffsets.back());
  runRanges(static_cast<vtkIdType>(collected.size()), 1, [&](vtkIdType begin, vtkIdType end) {
    for (; begin < end; ++begin)
    {
      const Collected& range = collected[begin];
      std::copy(range.neighbours.begin(), range.neighbours.end(),
        cells.neighbours.begin() + cells.neighbourOffsets[range.begin]);
    }
  });
}

} // namespace mir
