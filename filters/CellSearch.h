// Threaded searches over cells and points.
#ifndef mir_filters_CellSearch_h
#define mir_filters_CellSearch_h

#include "CellReader.h"
#include "PointSet.h"
#include "ThreadedLoops.h"

#include "vtkType.h" // for vtkIdType

#include <algorithm>
#include <vector>

namespace mir {

/// Ids in [0, count) for which wanted(begin, end, found) appended them, ascending.
template <typename Search>
std::vector<vtkIdType> searchBlocks(vtkIdType count, Search search)
{
  const vtkIdType blockSize = std::clamp<vtkIdType>(count / 64, 1 << 10, 1 << 15);
  std::vector<std::vector<vtkIdType>> found((count + blockSize - 1) / blockSize);
  runRanges(static_cast<vtkIdType>(found.size()), 1, [&](vtkIdType b, vtkIdType last) {
    for (; b < last; ++b)
    {
      search(b * blockSize, std::min(count, (b + 1) * blockSize), found[b]);
    }
  });
  std::vector<vtkIdType> all;
  for (const std::vector<vtkIdType>& some : found)
  {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

/// Ids in [0, count) for which wanted(id) holds, ascending.
template <typename Wanted>
std::vector<vtkIdType> selectIds(vtkIdType count, Wanted wanted)
{
  return searchBlocks(count, [&](vtkIdType begin, vtkIdType end, std::vector<vtkIdType>& found) {
    for (vtkIdType id = begin; id < end; ++id)
    {
      if (wanted(id))
      {
        found.push_back(id);
      }
    }
  });
}

/// Cells of whose points at least `least` are in a set, ascending.
inline std::vector<vtkIdType> cellsAtPoints(
  const CellReader& reader, const PointSet& points, int least)
{
  return searchBlocks(
    reader.numberOfCells(), [&](vtkIdType begin, vtkIdType end, std::vector<vtkIdType>& found) {
      std::vector<vtkIdType> ids;
      for (vtkIdType cell = begin; cell < end; ++cell)
      {
        int count = 0;
        reader.forEachPoint(cell, ids, [&](vtkIdType id) { count += points.contains(id); });
        if (count >= least)
        {
          found.push_back(cell);
        }
      }
    });
}

/// The points of some cells.
inline PointSet pointsOfCells(const CellReader& reader, const std::vector<vtkIdType>& cells)
{
  PointSet points(reader.numberOfPoints());
  runRanges(static_cast<vtkIdType>(cells.size()), 1 << 12, [&](vtkIdType begin, vtkIdType end) {
    std::vector<vtkIdType> ids;
    for (; begin < end; ++begin)
    {
      reader.forEachPoint(cells[begin], ids, [&](vtkIdType id) { points.add(id); });
    }
  });
  return points;
}

} // namespace mir

#endif
