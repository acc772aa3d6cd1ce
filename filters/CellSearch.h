// Threaded searches over the cells and points of a data set.
#ifndef mir_filters_CellSearch_h
#define mir_filters_CellSearch_h

#include "CellReader.h"
#include "ThreadedLoops.h"

#include "vtkType.h" // for vtkIdType

#include <algorithm>
#include <vector>

namespace mir {

/// Ids in [0, count) for which wanted(begin, end, found) appended them, ascending.
template <typename Search>
std::vector<vtkIdType> searchBlocks(vtkIdType count, Search search)
{
  constexpr vtkIdType blockSize = 1 << 15;
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

/// Cells in [0, count) for which wanted(cell) holds, ascending.
template <typename Wanted>
std::vector<vtkIdType> selectCells(vtkIdType count, Wanted wanted)
{
  return searchBlocks(count, [&](vtkIdType begin, vtkIdType end, std::vector<vtkIdType>& found) {
    for (vtkIdType cell = begin; cell < end; ++cell)
    {
      if (wanted(cell))
      {
        found.push_back(cell);
      }
    }
  });
}

/// Cells for which wanted(cell, ids of its points) holds, ascending.
template <typename Wanted>
std::vector<vtkIdType> selectCells(const CellReader& reader, Wanted wanted)
{
  return searchBlocks(
    reader.numberOfCells(), [&](vtkIdType begin, vtkIdType end, std::vector<vtkIdType>& found) {
      std::vector<vtkIdType> ids;
      for (vtkIdType cell = begin; cell < end; ++cell)
      {
        reader.points(cell, ids);
        if (wanted(cell, ids))
        {
          found.push_back(cell);
        }
      }
    });
}

/// One for each point of the mesh: whether one of the cells uses it.
inline std::vector<char> pointsOfCells(
  const CellReader& reader, const std::vector<vtkIdType>& cells)
{
  std::vector<char> used(reader.numberOfPoints(), 0);
  std::vector<vtkIdType> ids;
  for (vtkIdType cell : cells)
  {
    reader.points(cell, ids);
    for (vtkIdType id : ids)
    {
      used[id] = 1;
    }
  }
  return used;
}

} // namespace mir

#endif
