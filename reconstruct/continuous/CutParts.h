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

/// 1 for every value that is not negative, else 0.
void findSigns(const double* values, int count, unsigned char* signs);

} // namespace detail
} // namespace mir

#endif
