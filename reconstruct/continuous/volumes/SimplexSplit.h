// A simplex split into simplices by a hyperplane, and integrals over the cut.
#ifndef mir_reconstruct_continuous_volumes_SimplexSplit_h
#define mir_reconstruct_continuous_volumes_SimplexSplit_h

#include <array>

namespace mir {

/// Most functions in a simplex.
constexpr int maximumFields = 64;

namespace detail {

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
} // namespace mir

#endif
