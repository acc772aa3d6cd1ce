#include "PureFaces.h"

#include "CellSearch.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "ThreadedLoops.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <tuple>
#include <utility>

namespace mir {

namespace {

bool isPure(unsigned char state)
{
  return state != MaterialFractions::Mixed && state != MaterialFractions::Unknown;
}

/// Cells in a row that one comparison covers: the bytes of a vector register.
constexpr vtkIdType StripSize = 16;

/// Whether a strip of states goes on unchanged along its row and in the rows ahead.
bool isUniform(
  const unsigned char* states, const unsigned char* aheadY, const unsigned char* aheadZ)
{
  unsigned char any = 0;
  for (vtkIdType i = 0; i < StripSize; ++i)
  {
    any |= (states[i] ^ states[i + 1]) | (states[i] ^ aheadY[i]) | (states[i] ^ aheadZ[i]);
  }
  return any == 0;
}

/// Pure cells of structured data that have another material behind one of their faces.
std::vector<vtkIdType> structuredCandidates(
  const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  vtkIdType size[3];
  for (int axis = 0; axis < 3; ++axis)
  {
    size[axis] = std::max<vtkIdType>(1, mesh.reader().dimensions()[axis] - 1);
  }
  const vtkIdType rows = size[1] * size[2];
  auto differ = [](unsigned char a, unsigned char b) { return a != b && isPure(a) && isPure(b); };
  std::vector<std::vector<vtkIdType>> found(rows);
  const vtkIdType grain = std::max<vtkIdType>(1, 65536 / size[0]);
  runRanges(rows, grain, [&](vtkIdType row, vtkIdType lastRow) {
    for (; row < lastRow; ++row)
    {
      const unsigned char* state = fractions.states() + row * size[0];
      // The rows ahead along y and z; a row itself where there is none.
      const unsigned char* ahead[2] = { row % size[1] + 1 < size[1] ? state + size[0] : state,
        row + size[1] < rows ? state + size[0] * size[1] : state };
      auto add = [&](vtkIdType a, vtkIdType b) { found[row].insert(found[row].end(), { a, b }); };
      for (vtkIdType first = 0; first < size[0]; first += StripSize)
      {
        const vtkIdType last = std::min(size[0], first + StripSize);
        // The cell behind the row's last one is read, too, so not in the last row.
        if (last == first + StripSize && (last < size[0] || row + 1 < rows) &&
          isUniform(state + first, ahead[0] + first, ahead[1] + first))
        {
          continue;
        }
        for (vtkIdType i = first; i < last; ++i)
        {
          const vtkIdType cell = row * size[0] + i;
          if (i + 1 < size[0] && differ(state[i], state[i + 1]))
          {
            add(cell, cell + 1);
          }
          if (differ(state[i], ahead[0][i]))
          {
            add(cell, cell + size[0]);
          }
          if (differ(state[i], ahead[1][i]))
          {
            add(cell, cell + size[0] * size[1]);
          }
        }
      }
    }
  });
  std::vector<vtkIdType> cells;
  for (const std::vector<vtkIdType>& some : found)
  {
    cells.insert(cells.end(), some.begin(), some.end());
  }
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

/// Pure cells all of whose points on some face touch pure cells of several materials.
std::vector<vtkIdType> unstructuredCandidates(
  const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  // Every point is marked with the material of a pure cell about it, whichever comes last. Of pure
  // cells of several materials one at least differs from the mark, so that the points where this
  // happens do not depend on chance.
  const CellReader& reader = mesh.reader();
  const std::unique_ptr<std::atomic<unsigned char>[]> marks(
    new std::atomic<unsigned char>[reader.numberOfPoints()]);
  runRanges(reader.numberOfCells(), 1 << 14, [&](vtkIdType begin, vtkIdType end) {
    std::vector<vtkIdType> ids;
    for (vtkIdType cell = begin; cell < end; ++cell)
    {
      const unsigned char state = fractions.state(cell);
      if (isPure(state))
      {
        reader.forEachPoint(
          cell, ids, [&](vtkIdType id) { marks[id].store(state, std::memory_order_relaxed); });
      }
    }
  });
  const std::vector<vtkIdType> differing =
    searchBlocks(reader.numberOfCells(), [&](vtkIdType begin, vtkIdType end, auto& found) {
      std::vector<vtkIdType> ids;
      for (vtkIdType cell = begin; cell < end; ++cell)
      {
        const unsigned char state = fractions.state(cell);
        if (isPure(state))
        {
          unsigned char any = 0;
          reader.forEachPoint(cell, ids,
            [&](vtkIdType id) { any |= marks[id].load(std::memory_order_relaxed) ^ state; });
          if (any != 0)
          {
            found.push_back(cell);
          }
        }
      }
    });
  if (differing.empty())
  {
    return {};
  }
  PointSet several(reader.numberOfPoints());
  std::vector<vtkIdType> ids;
  for (vtkIdType cell : differing)
  {
    reader.forEachPoint(cell, ids, [&](vtkIdType id) {
      if (marks[id].load(std::memory_order_relaxed) != fractions.state(cell))
      {
        several.add(id);
      }
    });
  }
  std::vector<vtkIdType> cells = cellsAtPoints(reader, several, mesh.dimension());
  cells.erase(std::remove_if(cells.begin(), cells.end(),
                [&](vtkIdType cell) { return !isPure(fractions.state(cell)); }),
    cells.end());
  return cells;
}

/// A face as one of its cells sees it.
struct HalfFace
{
  std::vector<vtkIdType> key;
  vtkIdType cell;
  std::vector<vtkIdType> points;
};

void addHalfFaces(const MeshAdaptor& mesh, vtkIdType cell, std::vector<HalfFace>& halves)
{
  auto add = [&](std::vector<vtkIdType> points) {
    HalfFace half{ points, cell, std::move(points) };
    std::sort(half.key.begin(), half.key.end());
    // Collapsed cells name a point twice.
    half.key.erase(std::unique(half.key.begin(), half.key.end()), half.key.end());
    if (static_cast<int>(half.key.size()) >= mesh.dimension())
    {
      halves.push_back(std::move(half));
    }
  };
  if (mesh.dimension() == 2)
  {
    Polygon polygon;
    std::vector<vtkIdType> ids;
    mesh.polygon(cell, polygon, &ids);
    for (std::size_t i = 0; i < ids.size(); ++i)
    {
      add({ ids[i], ids[(i + 1) % ids.size()] });
    }
    return;
  }
  std::vector<std::vector<vtkIdType>> faces;
  mesh.outwardFaces(cell, faces);
  for (std::vector<vtkIdType>& face : faces)
  {
    add(std::move(face));
  }
}

} // namespace

std::vector<PureFace> pureFaces(const MeshAdaptor& mesh, const MaterialFractions& fractions)
{
  const std::vector<vtkIdType> candidates = mesh.reader().dimensions()[0] > 0
    ? structuredCandidates(mesh, fractions)
    : unstructuredCandidates(mesh, fractions);
  std::vector<HalfFace> halves;
  for (vtkIdType cell : candidates)
  {
    addHalfFaces(mesh, cell, halves);
  }
  std::sort(halves.begin(), halves.end(), [](const HalfFace& a, const HalfFace& b) {
    return std::tie(a.key, a.cell) < std::tie(b.key, b.cell);
  });
  std::vector<PureFace> faces;
  for (std::size_t i = 0; i + 1 < halves.size(); ++i)
  {
    const HalfFace* inside = &halves[i];
    const HalfFace* outside = &halves[i + 1];
    if (inside->key != outside->key ||
      fractions.state(inside->cell) == fractions.state(outside->cell))
    {
      continue;
    }
    if (fractions.state(inside->cell) > fractions.state(outside->cell))
    {
      std::swap(inside, outside);
    }
    if (mesh.isHidden(inside->cell) || mesh.isHidden(outside->cell))
    {
      continue;
    }
    if (!mesh.isGhost(inside->cell))
    {
      faces.push_back({ inside->cell, outside->cell, inside->cell, inside->points });
    }
    else if (mesh.isCoarser(inside->cell) && !mesh.isGhost(outside->cell))
    {
      faces.push_back({ inside->cell, outside->cell, outside->cell, inside->points });
    }
  }
  std::sort(faces.begin(), faces.end(), [](const PureFace& a, const PureFace& b) {
    return std::tie(a.inside, a.outside, a.points) < std::tie(b.inside, b.outside, b.points);
  });
  return faces;
}

} // namespace mir
