// The parts of a simplex in which each of several linear functions is the largest.
#ifndef mir_reconstruct_continuous_SimplexRegions_h
#define mir_reconstruct_continuous_SimplexRegions_h

#include "reconstruct/continuous/SimplexVolume.h"

#include <array>
#include <utility>

namespace mir {

/// Most functions in a simplex.
constexpr int maximumFields = 64;

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

/// A point on the edge of a part: vertex i and, at the parameter t, vertex j.
struct EdgePoint
{
  int i = 0;
  int j = 0;
  double t = 0.0;
};

/// How a hyperplane with the values d at the vertices splits a simplex: simplices on the positive
/// and on the other side, in fractions of the whole; and the cut, in simplices that weigh each of
/// their vertices alike (integral of a linear function over the cut by the gradient's length = sum
/// of weight times value at the vertices).
template <int N>
struct Split
{
  struct Piece
  {
    EdgePoint points[N];
    double measure;
  };
  struct Cut
  {
    EdgePoint points[N - 1];
    double weight;
  };
  Piece pieces[2][3];
  int counts[2] = { 0, 0 };
  Cut cuts[2];
  int cutCount = 0;
};

inline EdgePoint vertexPoint(int i)
{
  return { i, i, 0.0 };
}

template <int N>
inline Split<N> split(const double* d)
{
  Split<N> result;
  int order[N];
  int positive = 0;
  for (int i = 0; i < N; ++i)
  {
    if (d[i] > 0.0)
    {
      order[positive++] = i;
    }
  }
  int next = positive;
  for (int i = 0; i < N; ++i)
  {
    if (!(d[i] > 0.0))
    {
      order[next++] = i;
    }
  }
  auto point = [&](int i, int j) { return EdgePoint{ i, j, d[i] / (d[i] - d[j]) }; };
  auto rest = [&](int i, int j) { return -d[j] / (d[i] - d[j]); };
  auto add = [&](int side, const typename Split<N>::Piece& piece) {
    if (piece.measure > 0.0)
    {
      result.pieces[side][result.counts[side]++] = piece;
    }
  };
  if (N == 3 || positive != 2)
  {
    // A corner and the rest of the simplex.
    const bool single = positive == 1;
    const int side = single ? 0 : 1;
    const int p = single ? order[0] : order[N - 1];
    int others[N - 1];
    for (int i = 0; i < N - 1; ++i)
    {
      others[i] = single ? order[i + 1] : order[i];
    }
    typename Split<N>::Piece piece;
    piece.points[0] = vertexPoint(p);
    double product = 1.0;
    typename Split<N>::Cut& cut = result.cuts[result.cutCount++];
    cut.weight = 1.0;
    for (int i = 0; i < N - 1; ++i)
    {
      piece.points[i + 1] = point(p, others[i]);
      cut.points[i] = piece.points[i + 1];
      product *= piece.points[i + 1].t;
      cut.weight *=
        i == 0 ? 1.0 / (single ? d[p] - d[others[0]] : d[others[0]] - d[p]) : piece.points[i + 1].t;
    }
    piece.measure = product;
    add(side, piece);
    product = 1.0;
    for (int i = 0; i < N - 1; ++i)
    {
      typename Split<N>::Piece slice;
      for (int k = 0; k <= i; ++k)
      {
        slice.points[k] = cut.points[k];
      }
      for (int k = i; k < N - 1; ++k)
      {
        slice.points[k + 1] = vertexPoint(others[k]);
      }
      slice.measure = product * rest(p, others[i]);
      product *= cut.points[i].t;
      add(1 - side, slice);
    }
    return result;
  }
  if constexpr (N == 4)
  {
    for (int side = 0; side < 2; ++side)
    {
      const int a = order[2 * side];
      const int b = order[2 * side + 1];
      const int c = order[2 - 2 * side];
      const int e = order[3 - 2 * side];
      const EdgePoint ac = point(a, c);
      const EdgePoint ae = point(a, e);
      const EdgePoint bc = point(b, c);
      const EdgePoint be = point(b, e);
      const double first = ac.t * rest(a, e);
      const double second = rest(a, c) * bc.t;
      add(side, { { vertexPoint(a), ac, ae, vertexPoint(b) }, ac.t * ae.t });
      add(side, { { vertexPoint(b), ac, ae, be }, be.t * first });
      add(side, { { vertexPoint(b), ac, bc, be }, be.t * second });
      if (side == 0)
      {
        const double over = 1.0 / (d[b] - d[e]);
        result.cuts[0] = { { ac, ae, be }, first * over };
        result.cuts[1] = { { ac, bc, be }, second * over };
        result.cutCount = 2;
      }
    }
  }
  return result;
}

/// Adds to `integral` the weight times the barycentric coordinates of the vertices of the part of a
/// cut, a simplex of N - 1 vertices, in which `count` functions are not negative.
template <int N>
void integrateCut(const double (*lambda)[N], const double (*values)[N - 1], int count,
  double weight, std::array<double, N>& integral)
{
  constexpr int M = N - 1;
  for (int k = 0; k < count; ++k)
  {
    int positive[M];
    int negative[M];
    int positives = 0;
    int negatives = 0;
    for (int i = 0; i < M; ++i)
    {
      if (values[k][i] > 0.0)
      {
        positive[positives++] = i;
      }
      else if (values[k][i] < 0.0)
      {
        negative[negatives++] = i;
      }
    }
    if (negatives == 0)
    {
      continue;
    }
    if (positives == 0)
    {
      return;
    }
    // Those at 0 count as negative.
    negatives = 0;
    for (int i = 0; i < M; ++i)
    {
      if (!(values[k][i] > 0.0))
      {
        negative[negatives++] = i;
      }
    }
    const double* d = values[k];
    EdgePoint pieces[2][M];
    double measures[2];
    int number = 1;
    if (positives == 1)
    {
      const int p = positive[0];
      pieces[0][0] = vertexPoint(p);
      measures[0] = 1.0;
      for (int i = 0; i < M - 1; ++i)
      {
        const int q = negative[i];
        pieces[0][i + 1] = { p, q, d[p] / (d[p] - d[q]) };
        measures[0] *= pieces[0][i + 1].t;
      }
    }
    else
    {
      const int p = positive[0];
      const int q = positive[1];
      const int n = negative[0];
      const EdgePoint pn{ p, n, d[p] / (d[p] - d[n]) };
      const EdgePoint qn{ q, n, d[q] / (d[q] - d[n]) };
      pieces[0][0] = vertexPoint(p);
      pieces[0][1] = vertexPoint(q);
      pieces[1][0] = vertexPoint(p);
      pieces[1][1] = qn;
      if constexpr (M == 3)
      {
        pieces[0][2] = qn;
        pieces[1][2] = pn;
      }
      measures[0] = qn.t;
      measures[1] = -d[n] / (d[q] - d[n]) * pn.t;
      number = 2;
    }
    double childLambda[M][N];
    double childValues[maximumFields][M];
    for (int piece = 0; piece < number; ++piece)
    {
      if (!(measures[piece] > 0.0))
      {
        continue;
      }
      for (int v = 0; v < M; ++v)
      {
        const EdgePoint& e = pieces[piece][v];
        for (int i = 0; i < N; ++i)
        {
          childLambda[v][i] = lambda[e.i][i] + e.t * (lambda[e.j][i] - lambda[e.i][i]);
        }
        for (int other = k + 1; other < count; ++other)
        {
          childValues[other - k - 1][v] =
            values[other][e.i] + e.t * (values[other][e.j] - values[other][e.i]);
        }
      }
      integrateCut<N>(childLambda, childValues, count - k - 1, weight * measures[piece], integral);
    }
    return;
  }
  for (int v = 0; v < M; ++v)
  {
    for (int i = 0; i < N; ++i)
    {
      integral[i] += weight * lambda[v][i];
    }
  }
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
