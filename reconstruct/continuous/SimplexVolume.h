// Volume of the positive part of a linear function on a tetrahedron, in closed form.
#ifndef mir_reconstruct_continuous_SimplexVolume_h
#define mir_reconstruct_continuous_SimplexVolume_h

#include "reconstruct/continuous/TriangleArea.h"

#include <array>

namespace mir {

namespace detail {

/// For each set of positive vertices of a tetrahedron (bit i: vertex i) an order of the vertices:
/// the single one of its sign first, or the two positive ones first.
constexpr unsigned char tetrahedronOrder[16][4] = { { 0, 1, 2, 3 }, { 0, 1, 2, 3 }, { 1, 0, 2, 3 },
  { 0, 1, 2, 3 }, { 2, 0, 1, 3 }, { 0, 2, 1, 3 }, { 1, 2, 0, 3 }, { 3, 0, 1, 2 }, { 3, 0, 1, 2 },
  { 0, 3, 1, 2 }, { 1, 3, 0, 2 }, { 2, 0, 1, 3 }, { 2, 3, 0, 1 }, { 1, 0, 2, 3 }, { 0, 1, 2, 3 },
  { 0, 1, 2, 3 } };
/// The number of bits of a set.
constexpr unsigned char bitCount[16] = { 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4 };

} // namespace detail

/// The fraction of a tetrahedron where the linear function with these vertex values is positive,
/// and its derivatives with respect to them where `gradient` is not null. The laws of
/// triangleArea() hold: in [0, 1], non-decreasing, independent of a common positive factor, and
/// exact to rounding relative to the fraction, however small it is; one-sided derivatives where the
/// plane passes through a vertex. `positive` is the set of the positive vertices, neither none nor
/// all (bit i: vertex i).
///
/// The corner that the plane cuts off the only vertex p of its sign has the fraction s t u, with s
/// = p / (p - q) along each edge. Between two positive vertices a, b and two others c, d lies a
/// wedge of the three tetrahedra (a, ac, ad, b), (b, ac, ad, bd) and (b, ac, bc, bd), with ac the
/// plane's point on the edge from a to c. Derivatives are integrals of the barycentric coordinates
/// over the cut, split into triangles, over the gradient's length.
inline double tetrahedronVolume(
  const double* values, unsigned int positive, std::array<double, 4>* gradient)
{
  const unsigned char* order = detail::tetrahedronOrder[positive];
  const double a = values[order[0]];
  const double b = values[order[1]];
  const double c = values[order[2]];
  const double d = values[order[3]];
  if (detail::bitCount[positive] != 2)
  {
    const double overB = 1.0 / (a - b);
    const double overC = 1.0 / (a - c);
    const double overD = 1.0 / (a - d);
    const double s = a * overB;
    const double t = a * overC;
    const double u = a * overD;
    const double restS = -b * overB;
    const double restT = -c * overC;
    const double restU = -d * overD;
    const bool single = detail::bitCount[positive] == 1;
    const double corner = s * t * u;
    if (gradient)
    {
      const double sign = single ? 1.0 : -1.0;
      const double st = s * t;
      (*gradient)[order[0]] =
        sign * (restS * (t * u) * overB + restT * (s * u) * overC + restU * st * overD);
      (*gradient)[order[1]] = sign * (corner * overB);
      (*gradient)[order[2]] = sign * (corner * overC);
      (*gradient)[order[3]] = sign * (corner * overD);
    }
    return single ? corner : restS + s * (restT + t * restU);
  }
  const double overAC = 1.0 / (a - c);
  const double overAD = 1.0 / (a - d);
  const double overBC = 1.0 / (b - c);
  const double overBD = 1.0 / (b - d);
  const double ac = a * overAC;
  const double ad = a * overAD;
  const double bc = b * overBC;
  const double bd = b * overBD;
  const double restAC = -c * overAC;
  const double restAD = -d * overAD;
  const double first = ac * restAD;
  const double second = restAC * bc;
  if (gradient)
  {
    const double restBC = -c * overBC;
    const double restBD = -d * overBD;
    const double one = first * overBD;
    const double two = second * overBD;
    (*gradient)[order[0]] = one * (restAC + restAD) + two * restAC;
    (*gradient)[order[1]] = one * restBD + two * (restBC + restBD);
    (*gradient)[order[2]] = one * ac + two * (ac + bc);
    (*gradient)[order[3]] = one * (ad + bd) + two * bd;
  }
  return ac * ad + bd * (first + second);
}

/// The positive part of a simplex of N = 3 or 4 vertices, as above for both.
template <int N>
inline double simplexVolume(
  const double* values, unsigned int positive, std::array<double, N>* gradient)
{
  if constexpr (N == 3)
  {
    static_cast<void>(positive);
    return triangleArea(values[0], values[1], values[2], gradient);
  }
  else
  {
    return tetrahedronVolume(values, positive, gradient);
  }
}

} // namespace mir

#endif
