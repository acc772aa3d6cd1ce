// Volume of the positive part of a linear function on a simplex, in closed form.
#ifndef mir_reconstruct_continuous_volumes_SimplexVolume_h
#define mir_reconstruct_continuous_volumes_SimplexVolume_h

#include "reconstruct/continuous/volumes/TriangleArea.h"

#include <array>

namespace mir {
namespace detail {

/// For each set of vertices of a tetrahedron that are not negative (bit i: vertex i) an order of
/// the vertices: the single one of its sign first, or the two that are not negative.
constexpr unsigned char tetrahedronOrder[16][4] = { { 0, 1, 2, 3 }, { 0, 1, 2, 3 }, { 1, 0, 2, 3 },
  { 0, 1, 2, 3 }, { 2, 0, 1, 3 }, { 0, 2, 1, 3 }, { 1, 2, 0, 3 }, { 3, 0, 1, 2 }, { 3, 0, 1, 2 },
  { 0, 3, 1, 2 }, { 1, 3, 0, 2 }, { 2, 0, 1, 3 }, { 2, 3, 0, 1 }, { 1, 0, 2, 3 }, { 0, 1, 2, 3 },
  { 0, 1, 2, 3 } };
/// The same for a triangle.
constexpr unsigned char triangleOrder[8][4] = { { 0, 1, 2, 3 }, { 0, 1, 2, 3 }, { 1, 0, 2, 3 },
  { 2, 0, 1, 3 }, { 2, 0, 1, 3 }, { 1, 0, 2, 3 }, { 0, 1, 2, 3 }, { 0, 1, 2, 3 } };
/// The number of bits of a set.
constexpr unsigned char bitCount[16] = { 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4 };

/// The corner that is cut off vertex p, of value at least 0 where the others q, r, s are negative
/// (or, with all signs changed, above 0 where they are at most 0), has the fraction s t u with s =
/// p / (p - q) along each edge. `single`: 1 where that is the fraction wanted, 0 for the rest of
/// the simplex, (1 - s) + s (1 - t) + s t (1 - u). The derivatives of both for the values as they
/// were before the change of signs are the same.
inline double cornerVolume(double p, double q, double r, double single, double* gradient)
{
  const double toQ = p - q;
  const double toR = p - r;
  const double inverse = 1.0 / (toQ * toR);
  const double overQ = toR * inverse;
  const double overR = toQ * inverse;
  const double s = p * overQ;
  const double t = p * overR;
  const double restS = -q * overQ;
  const double restT = -r * overR;
  const double corner = s * t;
  if (gradient)
  {
    gradient[0] = restS * t * overQ + s * restT * overR;
    gradient[1] = corner * overQ;
    gradient[2] = corner * overR;
  }
  return single * corner + (1.0 - single) * (restS + s * restT);
}

inline double cornerVolume(double p, double q, double r, double s, double single, double* gradient)
{
  const double toQ = p - q;
  const double toR = p - r;
  const double toS = p - s;
  const double product = toQ * toR;
  const double inverse = 1.0 / (product * toS);
  const double part = toS * inverse;
  const double overQ = toR * part;
  const double overR = toQ * part;
  const double overS = product * inverse;
  const double alongQ = p * overQ;
  const double alongR = p * overR;
  const double alongS = p * overS;
  const double restQ = -q * overQ;
  const double restR = -r * overR;
  const double restS = -s * overS;
  const double face = alongQ * alongR;
  const double corner = face * alongS;
  if (gradient)
  {
    gradient[0] =
      restQ * (alongR * alongS) * overQ + restR * (alongQ * alongS) * overR + restS * face * overS;
    gradient[1] = corner * overQ;
    gradient[2] = corner * overR;
    gradient[3] = corner * overS;
  }
  return single * corner + (1.0 - single) * (restQ + alongQ * (restR + alongR * restS));
}

/// Between the vertices a, b that are not negative and c, d that are lies a wedge of the three
/// tetrahedra (a, ac, ad, b), (b, ac, ad, bd) and (b, ac, bc, bd), with ac the plane's point on the
/// edge from a to c. Derivatives are integrals of the barycentric coordinates over the two
/// triangles of the cut, by the length of the function's gradient.
inline double wedgeVolume(double a, double b, double c, double d, double* gradient)
{
  const double toAC = a - c;
  const double toAD = a - d;
  const double toBC = b - c;
  const double toBD = b - d;
  const double productA = toAC * toAD;
  const double productB = toBC * toBD;
  const double inverse = 1.0 / (productA * productB);
  const double partA = productB * inverse;
  const double partB = productA * inverse;
  const double overAC = toAD * partA;
  const double overAD = toAC * partA;
  const double overBC = toBD * partB;
  const double overBD = toBC * partB;
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
    gradient[0] = one * (restAC + restAD) + two * restAC;
    gradient[1] = one * restBD + two * (restBC + restBD);
    gradient[2] = one * ac + two * (ac + bc);
    gradient[3] = one * (ad + bd) + two * bd;
  }
  return ac * ad + bd * (first + second);
}

} // namespace detail

/// The fraction of a tetrahedron where the linear function with these vertex values is positive,
/// and its derivatives with respect to them where `gradient` is not null. The laws of
/// triangleArea() hold: in [0, 1], non-decreasing, independent of a common positive factor, and
/// exact to rounding relative to the fraction, however small it is; one-sided derivatives where the
/// plane passes through a vertex. `set` are the vertices that are not negative, neither none nor
/// all (bit i: vertex i; those at 0 may be in it or not). The product of the values of two pairs of
/// vertices must not underflow.
inline double tetrahedronVolume(
  const double* values, unsigned int set, std::array<double, 4>* gradient)
{
  const unsigned char* order = detail::tetrahedronOrder[set];
  const int number = detail::bitCount[set];
  double slopes[4];
  double* wanted = gradient ? slopes : nullptr;
  const double sign = number == 3 ? -1.0 : 1.0;
  const double a = sign * values[order[0]];
  const double b = sign * values[order[1]];
  const double c = sign * values[order[2]];
  const double d = sign * values[order[3]];
  const double result = number == 2
    ? detail::wedgeVolume(a, b, c, d, wanted)
    : detail::cornerVolume(a, b, c, d, number == 1 ? 1.0 : 0.0, wanted);
  if (gradient)
  {
    for (int i = 0; i < 4; ++i)
    {
      (*gradient)[order[i]] = slopes[i];
    }
  }
  return result;
}

/// The positive part of a simplex of N = 3 or 4 vertices, as above for both.
template <int N>
inline double simplexVolume(const double* values, unsigned int set, std::array<double, N>* gradient)
{
  if constexpr (N == 3)
  {
    static_cast<void>(set);
    return triangleArea(values[0], values[1], values[2], gradient);
  }
  else
  {
    return tetrahedronVolume(values, set, gradient);
  }
}

} // namespace mir

#endif
