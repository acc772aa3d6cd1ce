// Polyhedra with planar faces: volume, centroid, and cutting by a plane.
#ifndef mir_plic_Polyhedron_h
#define mir_plic_Polyhedron_h

#include "plic/CutMoments.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// A closed polyhedron. Face f has the vertices faceVertices[faceOffsets[f]] ..
/// faceVertices[faceOffsets[f + 1] - 1], counter-clockwise seen from outside. Faces are planar;
/// addFace() splits a warped one. Non-convex polyhedra are allowed.
struct Polyhedron
{
  std::vector<Vec3> points;
  std::vector<int> faceOffsets{ 0 };
  std::vector<int> faceVertices;

  int numberOfFaces() const { return static_cast<int>(faceOffsets.size()) - 1; }
  void clear();
};

/// Appends a face given by `count` point indices, counter-clockwise seen from outside. A face whose
/// vertices leave their mean plane by more than 1e-12 of its size is split into triangles about the
/// mean of its vertices, which the neighbour across the face does alike.
void addFace(Polyhedron& polyhedron, const int* vertices, int count);

/// Volume by the divergence theorem, positive when the faces point outwards.
double volume(const Polyhedron& polyhedron);

/// Centroid of the volume; the mean of the points when the volume vanishes.
Vec3 centroid(const Polyhedron& polyhedron);

/// Replaces `result` by the part in the half-space normal . x <= constant, with its cap.
/// A non-convex face may fall into several, and the cap have several loops, each its own face; a
/// loop within a loop is oriented against it, so that volumes stay exact. `result` must not alias
/// the input. Where asked for, one entry a face: the polyhedron's face that it lies on, or -1 for
/// the cap.
void clip(const Polyhedron& polyhedron, Vec3 normal, double constant, Polyhedron& result,
  std::vector<int>* sourceFaces = nullptr);

/// Volume of the part in normal . x <= constant and, where asked for, its derivative with respect
/// to the constant: the area of the cut times 1 / |normal|.
double volumeBelow(
  const Polyhedron& polyhedron, Vec3 normal, double constant, double* derivative = nullptr);

/// The loops of the cut by the plane normal . x = constant, each counter-clockwise seen from the
/// side that `normal` points to. A vertex on the plane counts as above it. A convex polyhedron has
/// at most one loop.
std::vector<std::vector<Vec3>> cut(const Polyhedron& polyhedron, Vec3 normal, double constant);
/// The same into `loops`, whose memory is used again.
void cut(const Polyhedron& polyhedron, Vec3 normal, double constant,
  std::vector<std::vector<Vec3>>& loops);

/// Moments of the cut by the plane normal . x = constant of unit normal.
CutMoments cutMoments(const Polyhedron& polyhedron, Vec3 normal, double constant);

} // namespace mir

#endif
