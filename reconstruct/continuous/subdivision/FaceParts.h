// The parts of sub-triangles of a triangular face, of which no side spans two of its edges.
#ifndef mir_reconstruct_continuous_subdivision_FaceParts_h
#define mir_reconstruct_continuous_subdivision_FaceParts_h

#include "reconstruct/continuous/subdivision/SubdivisionBuilder.h"

#include <array>

namespace mir {

/// Whether two places in a simplex of the map lie within two edges of one of its triangles that are
/// faces of the cell: those opposite to the anchors whose bits are set in `faces`.
inline bool spanTwoEdges(
  int faces, const SubdivisionBuilder::Weights& a, const SubdivisionBuilder::Weights& b)
{
  int missingA = 0;
  int missingB = 0;
  int countA = 0;
  int countB = 0;
  for (int i = 0; i < 4; ++i)
  {
    missingA |= a[i] == 0 ? 1 << i : 0;
    missingB |= b[i] == 0 ? 1 << i : 0;
    countA += a[i] == 0 ? 1 : 0;
    countB += b[i] == 0 ? 1 : 0;
  }
  return countA == 2 && countB == 2 && missingA != missingB && (missingA & missingB & faces) != 0;
}

/// Calls add(a, b, c) for the parts of a triangle of which the sides that span two edges are
/// halved: the one that cuts off a corner of a face; of two sub-edges an edge, the three in the
/// middle of it.
template <class Add>
void forFaceParts(int faces, const std::array<SubdivisionBuilder::Weights, 3>& corners, Add add)
{
  std::array<SubdivisionBuilder::Weights, 3> middles{};
  int halved = 0;
  int last = 0;
  for (int k = 0; k < 3; ++k)
  {
    const auto& a = corners[(k + 1) % 3];
    const auto& b = corners[(k + 2) % 3];
    for (int i = 0; i < 4; ++i)
    {
      middles[k][i] = (a[i] + b[i]) / 2;
    }
    if (spanTwoEdges(faces, a, b))
    {
      ++halved;
      last = k;
    }
  }
  if (halved == 0)
  {
    add(corners[0], corners[1], corners[2]);
  }
  else if (halved == 1)
  {
    add(corners[last], corners[(last + 1) % 3], middles[last]);
    add(corners[last], middles[last], corners[(last + 2) % 3]);
  }
  else
  {
    add(middles[0], middles[1], middles[2]);
    for (int k = 0; k < 3; ++k)
    {
      add(corners[k], middles[(k + 2) % 3], middles[(k + 1) % 3]);
    }
  }
}

} // namespace mir

#endif
