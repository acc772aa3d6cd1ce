// A safeguarded Newton method for functions that never decrease.
#ifndef mir_reconstruct_continuous_MonotoneRoot_h
#define mir_reconstruct_continuous_MonotoneRoot_h

#include <cmath>
#include <limits>

namespace mir {

struct MonotoneRoot
{
  /// Where the function came closest to its goal, and by how much.
  double place = 0.0;
  double residual = std::numeric_limits<double>::infinity();
  int evaluations = 0;
};

namespace detail {

/// A point between two bounds that halves the interval, by orders of magnitude where it spans some.
inline double middle(double low, double high)
{
  if (low > 0.0 && high > 16.0 * low)
  {
    return std::sqrt(low) * std::sqrt(high);
  }
  if (high < 0.0 && low < 16.0 * high)
  {
    return -std::sqrt(-low) * std::sqrt(-high);
  }
  return 0.5 * (low + high);
}

} // namespace detail

/// Seeks where a function that never decreases is within `tolerance` of `goal`, from `start`.
/// `evaluate(x, slope)` returns its value and sets its slope. Newton's steps as long as they halve
/// the error; outwards by at most `reach`, which grows eightfold each time, until the goal is
/// bracketed, then bisection. Ends at neighbouring floating-point numbers where the function jumps.
template <class Evaluate>
MonotoneRoot findMonotoneRoot(
  Evaluate&& evaluate, double goal, double tolerance, double start, double reach)
{
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr int limit = 200;
  MonotoneRoot result;
  double low = -infinity;
  double high = infinity;
  double x = start;
  double lastError = infinity;
  while (result.evaluations < limit)
  {
    double slope = 0.0;
    const double missing = goal - evaluate(x, slope);
    ++result.evaluations;
    const double error = std::fabs(missing);
    if (error < result.residual)
    {
      result.residual = error;
      result.place = x;
    }
    if (error <= tolerance)
    {
      break;
    }
    (missing > 0.0 ? low : high) = x;
    const bool slow = error > 0.5 * lastError;
    lastError = error;
    double next = slope > 0.0 ? x + missing / slope : infinity;
    if (low == -infinity || high == infinity)
    {
      const bool usable = std::fabs(next - x) <= reach;
      next = usable && !slow ? next : x + std::copysign(reach, missing);
      reach *= 8.0;
    }
    else if (slow || !(next > low && next < high))
    {
      next = detail::middle(low, high);
    }
    if (!(next > low && next < high) || !std::isfinite(next))
    {
      break;
    }
    x = next;
  }
  return result;
}

} // namespace mir

#endif
