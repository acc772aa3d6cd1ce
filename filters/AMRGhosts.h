// Ghost cells for the blocks of an AMR hierarchy, so that the interface does not stop at them.
#ifndef mir_filters_AMRGhosts_h
#define mir_filters_AMRGhosts_h

#include "vtkSmartPointer.h"

#include <array>
#include <string>
#include <vector>

class vtkDataSet;
class vtkOverlappingAMR;
class vtkUniformGrid;
class vtkUniformGridAMR;

namespace mir {

/// Surrounds blocks by cells with the fractions of their siblings, else of coarser levels (constant
/// in each of their cells). The hierarchy must outlive it.
class AMRGhosts
{
public:
  /// Blocks of hierarchies that do not overlap stay as they are.
  AMRGhosts(vtkUniformGridAMR* amr, const std::vector<std::string>& arrays);

  /// The block with all its cell arrays and ghost cells about it, in which only the named arrays
  /// are filled in. Cells that finer blocks cover are marked as refined and hold the mean of those.
  /// Ghost cells of a coarser level carry the mark EXTERIORCELL, too: no block of their level shows
  /// them. Ghost cells outside of the domain are hidden and have no fractions. Global ids are the
  /// ids of the block's own cells unless it has some.
  vtkSmartPointer<vtkDataSet> surrounded(unsigned int level, unsigned int index) const;

private:
  using Index = std::array<int, 3>;
  /// A block's cells in the indices of its level.
  struct Box
  {
    Index low;
    Index high;
    vtkUniformGrid* grid;
  };
  /// Boxes of every level that may hold cells about a block.
  using Boxes = std::vector<std::vector<Box>>;

  Boxes boxesAbout(unsigned int level, const Box& block) const;
  int ratio(unsigned int coarse, int axis) const;
  /// Whether the next level has cells in place of this one, by its first.
  bool isCovered(const Boxes& boxes, unsigned int level, const Index& cell) const;
  double value(
    const Boxes& boxes, unsigned int level, const Index& cell, const std::string& array) const;

  vtkUniformGridAMR* Hierarchy;
  vtkOverlappingAMR* Overlapping;
  std::vector<std::string> Arrays;
  Boxes AllBoxes;
  std::array<bool, 3> Thin{ false, false, false };
};

} // namespace mir

#endif
