// Closed forms of simplexVolume() on runs of simplices, in the widest registers of the machine.
#ifndef mir_reconstruct_continuous_CutParts_h
#define mir_reconstruct_continuous_CutParts_h

namespace mir {
namespace detail {

/// Values at the vertices of up to `room` simplices in the order of cornerVolume() or
/// wedgeVolume(), and what these return.
struct CutParts
{
  static constexpr int room = 128;
  double values[4][room];
  /// Corners: 1 where the corner is wanted, 0 for the rest of the simplex.
  double single[room];
  double parts[room];
  double slopes[4][room];
};

/// cornerVolume() of the first `count` triangles or tetrahedra.
void triangleCorners(CutParts& cuts, int count);
void tetrahedronCorners(CutParts& cuts, int count);
/// wedgeVolume() of the first `count` tetrahedra.
void tetrahedronWedges(CutParts& cuts, int count);

/// The same for values that move along a line: simplex i has the vertex values values[v][i] +
/// factor * moves[v][i], in the order and with the signs of cornerVolume() or wedgeVolume().
/// parts[i] and slopes[i] are the part that is not negative and its derivative for the factor,
/// times weights[i].
struct MovingCuts
{
  const double* values[4];
  const double* moves[4];
  const double* single;
  const double* weights;
  double* parts;
  double* slopes;
};
void moveTriangleCorners(const MovingCuts& cuts, int count, double factor);
void moveTetrahedronCorners(const MovingCuts& cuts, int count, double factor);
void moveTetrahedronWedges(const MovingCuts& cuts, int count, double factor);

/// For values that move by up to `reach` times their `moves`: 2 for those that are never negative,
/// 0 for those that always are, else 1.
void findSteadySigns(
  const double* values, const double* moves, double reach, int count, unsigned char* codes);

/// 1 for every value that is not negative, else 0.
void findSigns(const double* values, int count, unsigned char* signs);

} // namespace detail
} // namespace mir

#endif
