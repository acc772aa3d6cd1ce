// The regions that the segments of an interface enclose in the cells of a planar mesh.
#ifndef mir_data_PlanarRegions_h
#define mir_data_PlanarRegions_h

#include "data/CellMaterials.h"
#include "data/CellRegion.h"
#include "plic/PlanarMesh.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace mir {

/// A segment of an interface with the material `inside` on its left.
struct Segment
{
  Vec2 from;
  Vec2 to;
  std::int64_t id;
  int inside;
  int outside;

  bool bounds(int material) const { return this->inside == material || this->outside == material; }
};

/// Segments by cell, those of no length left out.
struct CellSegments
{
  std::vector<std::int64_t> offsets;
  std::vector<Segment> segments;
};

/// Checks and sorts an interface; see measure() for what is thrown.
CellSegments sortByCell(
  const PlanarMesh& mesh, const CellMaterials& materials, const InterfaceLines& lines);

/// A segment on an edge of a cell: the stretch, and the materials on its left and right seen along
/// the edge, counter-clockwise about the cell.
struct SegmentOnEdge
{
  double begin = 0.0;
  double end = 0.0;
  int left = 0;
  int right = 0;
};

/// The area of a cell, and whether its regions are its own, from `first` on one for each material
/// that is measured. Cells that are neither mixed nor crossed by the interface (nearly all) have
/// none.
struct PlanarCell
{
  double area = 0.0;
  std::int64_t first = -1;
  bool missing = false;
};

struct PlanarRegions
{
  const CellMaterials& materials;
  std::vector<int> measured;
  std::vector<PlanarCell> cells;
  /// In coordinates relative to the cell's first vertex.
  std::vector<CellRegion> own;
  /// By cell and edge.
  std::map<std::pair<std::int64_t, int>, std::vector<SegmentOnEdge>> onEdges;

  /// The region of the k-th material that is measured; null where it is all or nothing.
  const CellRegion* region(int k, std::int64_t cell) const
  {
    const std::int64_t first = this->cells[cell].first;
    return first >= 0 ? &this->own[first + k] : nullptr;
  }
  /// Whether a material has all of a cell without regions.
  bool full(int k, std::int64_t cell) const
  {
    const int only =
      this->cells[cell].missing ? this->materials.rarest(cell) : this->materials.filler(cell);
    return only == this->measured[k];
  }
  double area(int k, std::int64_t cell) const
  {
    const CellRegion* own = this->region(k, cell);
    return own ? own->area() : this->full(k, cell) ? this->cells[cell].area : 0.0;
  }
};

/// Closes the segments of every cell as measure() says. Where they are not oriented, those of
/// `sorted` are turned. Throws std::invalid_argument for cells without positive area.
PlanarRegions findRegions(
  const PlanarMesh& mesh, const CellMaterials& materials, bool oriented, CellSegments& sorted);

} // namespace mir

#endif
