// The sub-triangles at the corners of a triangle that is a face.
#ifndef mir_reconstruct_continuous_TriangleCorners_h
#define mir_reconstruct_continuous_TriangleCorners_h

#include "reconstruct/continuous/SubdivisionBuilder.h"

#include <array>

namespace mir {

/// Calls add(vertex, node on an edge, node within) for the two sub-triangles at `corner` of the
/// triangle of three anchors of a simplex of the map. In the r^2 equal sub-triangles the corner is
/// cut off between nodes of two edges; here the other diagonal of the same four nodes is taken, and
/// of two sub-edges an edge, where there is no node within, that to the mean of the vertices.
template <class Add>
void forCornerTriangles(int r, int corner, const std::array<int, 2>& others, Add add)
{
  constexpr int unit = SubdivisionBuilder::unit();
  SubdivisionBuilder::Weights vertex{};
  vertex[corner] = r * unit;
  SubdivisionBuilder::Weights within{};
  within[corner] = r == 2 ? 2 * unit / 3 : (r - 2) * unit;
  for (const int other : others)
  {
    within[other] = r == 2 ? 2 * unit / 3 : unit;
  }
  for (const int other : others)
  {
    SubdivisionBuilder::Weights onEdge = vertex;
    onEdge[corner] -= unit;
    onEdge[other] += unit;
    add(vertex, onEdge, within);
  }
}

} // namespace mir

#endif
