// How a plane passes between the vertices of a tetrahedron.
#ifndef mir_reconstruct_continuous_volumes_TetrahedronCase_h
#define mir_reconstruct_continuous_volumes_TetrahedronCase_h

namespace mir {

/// For a set of vertices (bit i: vertex i is inside): how many they are, and an even permutation of
/// the vertices that has the only one of its side first, or the two that are inside. The cut, seen
/// from outside and counter-clockwise, has the points on the edges 01 02 03 for one inside, 01 03
/// 02 for three, and 02 03 13 12 for two, in terms of that order.
struct TetrahedronCase
{
  int inside;
  unsigned char order[4];
};

constexpr TetrahedronCase tetrahedronCases[16] = {
  { 0, { 0, 1, 2, 3 } },
  { 1, { 0, 1, 2, 3 } },
  { 1, { 1, 0, 3, 2 } },
  { 2, { 0, 1, 2, 3 } },
  { 1, { 2, 0, 1, 3 } },
  { 2, { 0, 2, 3, 1 } },
  { 2, { 1, 2, 0, 3 } },
  { 3, { 3, 0, 2, 1 } },
  { 1, { 3, 0, 2, 1 } },
  { 2, { 0, 3, 1, 2 } },
  { 2, { 1, 3, 2, 0 } },
  { 3, { 2, 0, 1, 3 } },
  { 2, { 2, 3, 0, 1 } },
  { 3, { 1, 0, 3, 2 } },
  { 3, { 0, 1, 2, 3 } },
  { 4, { 0, 1, 2, 3 } },
};

} // namespace mir

#endif
