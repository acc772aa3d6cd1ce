// The parts of a simplex in which each of several linear functions is the largest.
#ifndef mir_reconstruct_continuous_volumes_SimplexRegions_h
#define mir_reconstruct_continuous_volumes_SimplexRegions_h

#include "reconstruct/continuous/volumes/SimplexSplit.h"
#include "reconstruct/continuous/volumes/SimplexVolume.h"

#include <array>
#include <utility>

namespace mir {

/// A part of a simplex of N vertices that is a simplex itself, with the functions that can be the
/// largest in it.
template <int N>
struct SimplexPart
{
  /// Barycentric coordinates of the vertices in the whole, and the fraction of its measure.
  double lambda[N][N];
  double measure;
  /// Functions, ascending, and their values at the vertices.
  int count;
  unsigned char fields[maximumFields];
  double values[maximumFields][N];
};

namespace detail {

/// Whether function x lies above function y everywhere that counts: nowhere below; of equal ones
/// the lower is above.
template <int N>
inline bool dominates(const double* x, const double* y, bool lower)
{
  bool equal = true;
  for (int i = 0; i < N; ++i)
  {
    if (x[i] < y[i])
    {
      return false;
    }
    equal = equal && x[i] == y[i];
  }
  return lower || !equal;
}

/// Leaves the functions that no single other one dominates.
template <int N>
inline void prune(SimplexPart<N>& part)
{
  bool out[maximumFields] = {};
  for (int j = 0; j < part.count; ++j)
  {
    for (int k = 0; k < part.count && !out[j]; ++k)
    {
      if (k != j && !out[k] && dominates<N>(part.values[k], part.values[j], k < j))
      {
        out[j] = true;
      }
    }
  }
  int left = 0;
  for (int k = 0; k < part.count; ++k)
  {
    if (!out[k])
    {
      if (left != k)
      {
        part.fields[left] = part.fields[k];
        for (int i = 0; i < N; ++i)
        {
          part.values[left][i] = part.values[k][i];
        }
      }
      ++left;
    }
  }
  part.count = left;
}

} // namespace detail

/// Calls sink.volume(k, fraction) for the parts of the whole in which function k of a part is the
/// largest, and, where Sink::facets is true, sink.facet(j, k, g) with j < k for pieces of the facet
/// between two of them: g[i] is the integral of the barycentric coordinate i of the whole over the
/// length of the gradient of u_j - u_k, in units of the whole's measure: the derivative of the part
/// of j for the value of j at vertex i, to be added over the pieces.
///
/// Two functions have closed forms. More are reduced: where two of them are the largest at
/// different vertices, the hyperplane on which they are equal splits the part into simplices with
/// one function less each. Every piece ends with a single function, so that the fractions add up
/// to the whole to rounding. The part is used up.
template <int N, class Sink>
void simplexRegions(SimplexPart<N>& part, Sink& sink)
{
  if (part.count > 2)
  {
    detail::prune(part);
  }
  if (part.count == 1)
  {
    sink.volume(part.fields[0], part.measure);
    return;
  }
  if (part.count == 2)
  {
    double d[N];
    unsigned int positive = 0;
    bool negative = false;
    for (int i = 0; i < N; ++i)
    {
      d[i] = part.values[0][i] - part.values[1][i];
      positive |= (d[i] > 0.0 ? 1u : 0u) << i;
      negative = negative || d[i] < 0.0;
    }
    if (positive == 0 || !negative)
    {
      sink.volume(part.fields[negative ? 1 : 0], part.measure);
      return;
    }
    std::array<double, N> slopes;
    const double first = simplexVolume<N>(d, positive, Sink::facets ? &slopes : nullptr);
    sink.volume(part.fields[0], part.measure * first);
    double reversed[N];
    unsigned int other = 0;
    for (int i = 0; i < N; ++i)
    {
      reversed[i] = -d[i];
      other |= (d[i] < 0.0 ? 1u : 0u) << i;
    }
    sink.volume(part.fields[1], part.measure * simplexVolume<N>(reversed, other, nullptr));
    if constexpr (Sink::facets)
    {
      std::array<double, N> integral{};
      for (int v = 0; v < N; ++v)
      {
        for (int i = 0; i < N; ++i)
        {
          integral[i] += part.measure * slopes[v] * part.lambda[v][i];
        }
      }
      sink.facet(part.fields[0], part.fields[1], integral);
    }
    return;
  }
  // The largest at the first vertex and the one that exceeds it most elsewhere.
  int a = 0;
  for (int k = 1; k < part.count; ++k)
  {
    a = part.values[k][0] > part.values[a][0] ? k : a;
  }
  int b = a;
  double most = 0.0;
  for (int k = 0; k < part.count; ++k)
  {
    for (int i = 1; i < N; ++i)
    {
      const double excess = part.values[k][i] - part.values[a][i];
      if (excess > most)
      {
        most = excess;
        b = k;
      }
    }
  }
  if (b == a)
  {
    // Only rounding can leave several that none exceeds.
    sink.volume(part.fields[a], part.measure);
    return;
  }
  if (b < a)
  {
    std::swap(a, b);
  }
  double d[N];
  for (int i = 0; i < N; ++i)
  {
    d[i] = part.values[a][i] - part.values[b][i];
  }
  const detail::Split<N> cut = detail::split<N>(d);
  SimplexPart<N> child;
  for (int side = 0; side < 2; ++side)
  {
    const int gone = side == 0 ? b : a;
    for (int p = 0; p < cut.counts[side]; ++p)
    {
      const auto& piece = cut.pieces[side][p];
      child.measure = part.measure * piece.measure;
      for (int v = 0; v < N; ++v)
      {
        const detail::EdgePoint& e = piece.points[v];
        for (int i = 0; i < N; ++i)
        {
          child.lambda[v][i] =
            part.lambda[e.i][i] + e.t * (part.lambda[e.j][i] - part.lambda[e.i][i]);
        }
      }
      child.count = 0;
      for (int k = 0; k < part.count; ++k)
      {
        if (k != gone)
        {
          for (int v = 0; v < N; ++v)
          {
            const detail::EdgePoint& e = piece.points[v];
            child.values[child.count][v] =
              part.values[k][e.i] + e.t * (part.values[k][e.j] - part.values[k][e.i]);
          }
          child.fields[child.count++] = part.fields[k];
        }
      }
      simplexRegions<N>(child, sink);
    }
  }
  if constexpr (Sink::facets)
  {
    std::array<double, N> integral{};
    for (int c = 0; c < cut.cutCount; ++c)
    {
      double lambda[N - 1][N];
      double values[maximumFields][N - 1];
      for (int v = 0; v < N - 1; ++v)
      {
        const detail::EdgePoint& e = cut.cuts[c].points[v];
        for (int i = 0; i < N; ++i)
        {
          lambda[v][i] = part.lambda[e.i][i] + e.t * (part.lambda[e.j][i] - part.lambda[e.i][i]);
        }
        const double largest =
          part.values[a][e.i] + e.t * (part.values[a][e.j] - part.values[a][e.i]);
        int others = 0;
        for (int k = 0; k < part.count; ++k)
        {
          if (k != a && k != b)
          {
            values[others++][v] =
              largest - (part.values[k][e.i] + e.t * (part.values[k][e.j] - part.values[k][e.i]));
          }
        }
      }
      detail::integrateCut<N>(
        lambda, values, part.count - 2, part.measure * cut.cuts[c].weight, integral);
    }
    sink.facet(part.fields[a], part.fields[b], integral);
  }
}

} // namespace mir

#endif
