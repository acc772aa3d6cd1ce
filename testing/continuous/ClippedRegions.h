// The regions of a field in a cell by clipping polygons: shares no code with CellVolumes.h.
#ifndef mir_testing_continuous_ClippedRegions_h
#define mir_testing_continuous_ClippedRegions_h

#include "plic/CellBand.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <array>
#include <vector>

namespace mir::testing {

/// Cell after cell of a field. Keeps references: neither may change.
class ClippedRegions
{
public:
  ClippedRegions(const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field);

  /// The cell that all others speak of.
  void load(int c);

  std::array<Vec3, 4> corners(int simplex) const;
  double measure(int simplex) const;
  /// The material that has all of a simplex, or -1.
  int onlyWinner(int simplex) const;
  /// The material at a place in a simplex; of equals the lowest.
  int winner(int simplex, const double* lambda) const;
  /// The value of material k of the cell (by position) at a local node, up to a constant that all
  /// materials share.
  double value(int k, int node) const;

  /// The part of a simplex that belongs to a material: in 2D a counter-clockwise polygon in the
  /// band's coordinates, in 3D a polyhedron about the simplex's first corner.
  struct Piece
  {
    int material = 0;
    double measure = 0.0;
    Polygon polygon;
    Polyhedron polyhedron;
  };
  const std::vector<Piece>& pieces(int simplex);

  /// Parts of the cell's measure of its materials, in their order.
  std::vector<double> volumes();

private:
  void cutPolygon(int simplex);
  void cutPolyhedron(int simplex);

  const CellBand& Band;
  const SubcellBand& Mesh;
  const std::vector<double>& Field;
  int Cell = -1;
  std::vector<Vec3> Positions;
  std::vector<double> Values;
  std::vector<Piece> Pieces;
};

} // namespace mir::testing

#endif
