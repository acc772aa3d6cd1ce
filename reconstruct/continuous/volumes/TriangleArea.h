// Area of the positive part of a linear function on a triangle, in closed form.
#ifndef mir_reconstruct_continuous_volumes_TriangleArea_h
#define mir_reconstruct_continuous_volumes_TriangleArea_h

#include <array>

namespace mir {

/// The fraction of a triangle's area where the linear function with the vertex values a, b, c is
/// positive, and its derivatives with respect to the three values where `gradient` is not null.
/// In [0, 1], non-decreasing in every value, independent of the values' common positive factor, and
/// the fractions of a function and of its negative sum to 1; that of the function 0 is 1/2. All to
/// rounding relative to the fraction, however small it is.
/// The derivatives are never negative; where the line passes through a vertex they are one-sided.
///
/// With the only value of its sign p and the others q and r, the corner that the line cuts off has
/// the fraction s t with s = p / (p - q) and t = p / (p - r); what is left has (1 - s) + s (1 - t).
inline double triangleArea(double a, double b, double c, std::array<double, 3>* gradient = nullptr)
{
  const double values[3] = { a, b, c };
  const int positive = (a > 0.0) + (b > 0.0) + (c > 0.0);
  if (positive == 0 || positive == 3)
  {
    if (gradient)
    {
      *gradient = { 0.0, 0.0, 0.0 };
    }
    return positive == 3 ? 1.0 : (a == 0.0 && b == 0.0 && c == 0.0) ? 0.5 : 0.0;
  }
  const bool single = positive == 1;
  const int i = (a > 0.0) == single ? 0 : (b > 0.0) == single ? 1 : 2;
  const int j = i == 2 ? 0 : i + 1;
  const int k = j == 2 ? 0 : j + 1;
  const double p = values[i];
  const double toJ = p - values[j];
  const double toK = p - values[k];
  const double s = p / toJ;
  const double t = p / toK;
  const double restS = -values[j] / toJ;
  const double restT = -values[k] / toK;
  const double corner = s * t;
  if (gradient)
  {
    const double sign = single ? 1.0 : -1.0;
    (*gradient)[i] = sign * (restS * t / toJ + s * restT / toK);
    (*gradient)[j] = sign * (corner / toJ);
    (*gradient)[k] = sign * (corner / toK);
  }
  return single ? corner : restS + s * restT;
}

} // namespace mir

#endif
