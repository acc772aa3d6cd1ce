// The nearest of many segments, through a uniform grid.
#ifndef mir_data_SegmentLocator_h
#define mir_data_SegmentLocator_h

#include "plic/Vector.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// Finds nearest segments exactly: a uniform grid, its cells in proportion to the number of
/// segments, is searched in rings about the point until nothing unseen can be nearer.
class SegmentLocator
{
public:
  /// Segments of finite coordinates; those of no length are points.
  explicit SegmentLocator(std::vector<std::array<Vec2, 2>> segments);

  struct Nearest
  {
    /// Index of the segment, -1 if there are none; of several as near, the smallest.
    std::int64_t segment = -1;
    Vec2 point;
    /// Infinite if there are no segments.
    double distance = 0.0;
  };

  Nearest nearest(Vec2 point) const;

private:
  int column(double x) const;
  int row(double y) const;
  template <typename Visit>
  void visitCells(const std::array<Vec2, 2>& segment, Visit visit) const;

  std::vector<std::array<Vec2, 2>> Segments;
  Vec2 Low;
  Vec2 High;
  double Width = 1.0;
  int Columns = 1;
  int Rows = 1;
  /// Segments in grid cell i: Entries[Offsets[i]] .. Entries[Offsets[i + 1] - 1].
  std::vector<std::int64_t> Offsets;
  std::vector<std::int64_t> Entries;
};

} // namespace mir

#endif
