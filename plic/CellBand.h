// The cells about an interface: a compact mesh with what estimators ask of every cell.
#ifndef mir_plic_CellBand_h
#define mir_plic_CellBand_h

#include "plic/ParallelFor.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/UninitializedVector.h"
#include "plic/Vector.h"

#include <cstdint>
#include <vector>

namespace mir {

/// Cells with closed forms, and all others.
enum class CellKind : unsigned char
{
  /// A triangle or tetrahedron.
  Simplex,
  /// A rectangle or box along the axes: the first point is the lowest corner, the last but one
  /// (2D: the third) the highest.
  Box,
  General
};

/// The faces of a polyhedron by its own vertices, counter-clockwise seen from outside.
struct FaceTable
{
  std::vector<int> offsets{ 0 };
  std::vector<int> vertices;
};

/// Polygons in the plane z = 0 or polyhedra, with the fractions of one or more materials left to
/// others. Fill the first block of members, then call connectBand() and measureBand().
struct CellBand
{
  int dimension = 3;
  UninitializedVector<Vec3> points;
  /// Cell c has the points cellPoints[cellOffsets[c]] .. cellPoints[cellOffsets[c + 1] - 1]; in 2D
  /// in order, either way round.
  std::vector<std::int64_t> cellOffsets{ 0 };
  UninitializedVector<int> cellPoints;
  std::vector<CellKind> kinds;
  /// 3D: the faces of cell c are shapes[cellShapes[c]]; all of one orientation, outwards or
  /// inwards.
  std::vector<FaceTable> shapes;
  std::vector<int> cellShapes;

  /// Cells that share a point with cell c, without c, ascending: neighbours[neighbourOffsets[c]] ..
  /// neighbours[neighbourOffsets[c + 1] - 1].
  std::vector<std::int64_t> neighbourOffsets{ 0 };
  std::vector<int> neighbours;

  /// Areas or volumes, never negative; centroids; and whether the points run clockwise (3D: the
  /// faces inwards).
  std::vector<double> volumes;
  std::vector<Vec3> centroids;
  std::vector<char> inverted;

  int numberOfCells() const { return static_cast<int>(this->cellOffsets.size()) - 1; }
  int cellSize(int cell) const
  {
    return static_cast<int>(this->cellOffsets[cell + 1] - this->cellOffsets[cell]);
  }
  Vec3 point(int cell, int i) const
  {
    return this->points[this->cellPoints[this->cellOffsets[cell] + i]];
  }
  /// The cell's first point: kernels work relative to it, so that digits do not depend on where the
  /// mesh lies.
  Vec3 origin(int cell) const { return this->point(cell, 0); }

  /// A cell of a 2D band relative to its origin(), counter-clockwise.
  void polygon(int cell, Polygon& result) const;
  /// A cell of a 3D band relative to its origin(), faces outwards and planar. `result` keeps its
  /// memory from call to call.
  void polyhedron(int cell, Polyhedron& result) const;
};

/// Finds the neighbours of every cell for which `wanted` is not zero (one a cell; all when empty);
/// the others get none.
void connectBand(CellBand& band, const std::vector<char>& wanted = {},
  const ParallelFor& parallelFor = runSerially);

/// Makes room for the measures of all cells; then measures the cells [begin, end). Several threads
/// may measure ranges that do not overlap.
void allocateMeasures(CellBand& band);
void measureBand(CellBand& band, int begin, int end);

} // namespace mir

#endif
