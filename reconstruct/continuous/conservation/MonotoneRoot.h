// A safeguarded Newton method for functions that never decrease.
#ifndef mir_reconstruct_continuous_conservation_MonotoneRoot_h
#define mir_reconstruct_continuous_conservation_MonotoneRoot_h

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

/// Where the inverse function is at `goal`: the cubic through two places, their values and slopes,
/// the later one being nearer. Of order 2.7 where Newton's method has 2, for the same evaluations.
struct SlopedValue
{
  double place;
  double value;
  double slope;
};
inline double inverseCubic(const SlopedValue& before, const SlopedValue& last, double goal)
{
  const double span = before.value - last.value;
  const double part = (goal - last.value) / span;
  const double chord = (before.place - last.place) / span;
  const double here = 1.0 / last.slope;
  const double there = 1.0 / before.slope;
  return last.place +
    (goal - last.value) *
    (here + part * ((3.0 * chord - 2.0 * here - there) + part * (here + there - 2.0 * chord)));
}

} // namespace detail

/// Seeks where a function that never decreases is within `tolerance` of `goal`, from `start`.
/// `evaluate(x, slope)` returns its value and sets its slope. Newton's steps, from the second on
/// with the curvature that the last two slopes tell, as long as they halve the error; outwards by
/// at most `reach`, which grows eightfold each time, until the goal is bracketed, then bisection.
/// Ends at neighbouring floating-point numbers where the function jumps.
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
  detail::SlopedValue last{ start, 0.0, 0.0 };
  while (result.evaluations < limit)
  {
    detail::SlopedValue now{ x, 0.0, 0.0 };
    now.value = evaluate(x, now.slope);
    const double missing = goal - now.value;
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
    const bool curved = !slow && last.slope > 0.0 && now.slope > 0.0;
    double next = now.slope > 0.0 ? x + missing / now.slope : infinity;
    if (curved)
    {
      const double cubic = detail::inverseCubic(last, now, goal);
      next = cubic > low && cubic < high ? cubic : next;
    }
    lastError = error;
    last = now;
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
