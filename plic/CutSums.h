// What a plane cuts off a cell, with the cut's area and first moment: the sums that fits of planes
// to fractions need, and no more.
#ifndef mir_plic_CutSums_h
#define mir_plic_CutSums_h

#include "plic/Vector.h"

namespace mir {

/// A cell's part below a plane n . x = d of unit normal, and the cut.
struct CutSums
{
  /// Volume (2D: area) of the part below.
  double volume = 0.0;
  /// Area (2D: length) of the cut: the volume's derivative with respect to d.
  double area = 0.0;
  /// The integral of x over the cut: minus the volume's derivative with respect to n. In 2D z is
  /// of no meaning.
  Vec3 moment;
};

/// The same with the moments that fits to centroids need.
struct CutMomentSums
{
  double volume = 0.0;
  /// Centroid of the part below; the nearest corner where it is empty.
  Vec3 below;
  double area = 0.0;
  /// Centroid of the cut, and the integrals of (x - c)(x - c)^T over it: xx, yy, zz, xy, xz, yz.
  Vec3 centre;
  double second[6] = {};
};

/// Of the box [low, low + widths], in closed form: sums of terms of one size in every case, so that
/// no digits are lost at small components of the normal (after Scardovelli and Zaleski 2000). A
/// rectangle is a box of height 1 with normal.z = 0.
CutSums cutBox(Vec3 low, Vec3 widths, Vec3 normal, double constant);

/// Of a triangle or tetrahedron of the given volume, either way round; heights[i] = n . points[i] -
/// d.
CutSums cutTriangle(const Vec3* points, const double* heights, double volume);
CutSums cutTetrahedron(const Vec3* points, const double* heights, Vec3 normal, double volume);

/// Of a counter-clockwise polygon in the plane z = 0, non-convex ones too.
CutSums cutPolygon(const Vec3* points, const double* heights, int count, Vec3 normal);
CutMomentSums cutPolygonMoments(const Vec3* points, const double* heights, int count, Vec3 normal);

/// A polyhedron of planar faces, outwards, non-convex ones too. Face f has the points
/// vertices[offsets[f]] .. vertices[offsets[f + 1] - 1] and twice the vector area areas[f].
struct FaceView
{
  const Vec3* points = nullptr;
  const int* offsets = nullptr;
  const int* vertices = nullptr;
  const Vec3* areas = nullptr;
  int count = 0;
};

CutSums cutPolyhedron(const FaceView& faces, const double* heights, Vec3 normal);
/// `areas` are not asked for.
CutMomentSums cutPolyhedronMoments(const FaceView& faces, const double* heights, Vec3 normal);

} // namespace mir

#endif
