#include "plic/Elvira.h"

#include "plic/BoxCut.h"
#include "plic/Lvira.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir {

namespace {

/// Relative misfits below this are rounding: the plane explains all fractions.
constexpr double exactMisfit = 1e-26;

class Candidates
{
public:
  explicit Candidates(const AxisStencil& stencil)
    : Stencil(stencil)
    , Layers(stencil.dimension == 3 ? 3 : 1)
  {
    for (int axis = 0; axis < 3; ++axis)
    {
      const double* w = stencil.widths[axis];
      const bool flat = axis == 2 && stencil.dimension == 2;
      this->Widths[axis] =
        flat ? std::array<double, 3>{ 1.0, 1.0, 1.0 } : std::array<double, 3>{ w[0], w[1], w[2] };
      this->Lows[axis] = { -this->Widths[axis][0], 0.0, this->Widths[axis][1] };
    }
  }

  /// Takes the normal if it misses less than those before.
  void offer(Vec3 normal)
  {
    if (this->BestMisfit <= exactMisfit)
    {
      return;
    }
    normal = 1.0 / length(normal) * normal;
    const double misfit = this->misfit(normal);
    // Misfits that differ by rounding are equal: then the first candidate stands.
    if (misfit < this->BestMisfit * (1.0 - 1e-12))
    {
      this->BestMisfit = misfit;
      this->Best = normal;
    }
  }

  /// The fractions' fall along an axis, from the first layer of the stencil to the last.
  double fall(int axis) const
  {
    double sum = 0.0;
    double weights = 0.0;
    for (int i = 0; i < 3; ++i)
    {
      for (int j = this->Layers == 1 ? 1 : 0; j < (this->Layers == 1 ? 2 : 3); ++j)
      {
        const int u = axis == 0 ? 1 : 0;
        const int v = axis == 2 ? 1 : 2;
        std::array<int, 3> index{ 1, 1, 1 };
        index[u] = i;
        index[v] = j;
        const double weight = this->Widths[u][i] * this->Widths[v][j];
        index[axis] = 0;
        const double first = this->Stencil.at(index);
        index[axis] = 2;
        sum += weight * (first - this->Stencil.at(index));
        weights += weight;
      }
    }
    return sum / (weights * this->Stencil.span(axis));
  }

  /// All slopes of column heights along one axis, for a plane that faces up it or down.
  void offerColumns(int axis, double sign)
  {
    const int u = axis == 0 ? 1 : 0;
    const int v = axis == 2 ? 1 : 2;
    double heights[3][3] = {};
    for (int i = 0; i < 3; ++i)
    {
      for (int j = this->Layers == 1 ? 1 : 0; j < (this->Layers == 1 ? 2 : 3); ++j)
      {
        std::array<int, 3> index{ 1, 1, 1 };
        index[u] = i;
        index[v] = j;
        for (int k = 0; k < 3; ++k)
        {
          index[axis] = k;
          heights[i][j] += this->Widths[axis][k] * this->Stencil.at(index);
        }
      }
    }
    auto offerSlopes = [&](double uSlope, double vSlope) {
      double normal[3] = {};
      normal[axis] = sign;
      normal[u] = -uSlope;
      normal[v] = -vSlope;
      this->offer({ normal[0], normal[1], normal[2] });
    };
    const auto uSlopes = this->slopes(u, heights[0][1], heights[1][1], heights[2][1]);
    if (this->Layers == 1)
    {
      for (const double slope : uSlopes)
      {
        offerSlopes(slope, 0.0);
      }
      return;
    }
    const auto vSlopes = this->slopes(v, heights[1][0], heights[1][1], heights[1][2]);
    for (int i = 0; i < 3; ++i)
    {
      offerSlopes(uSlopes[0], vSlopes[i]);
      if (i > 0)
      {
        offerSlopes(uSlopes[i], vSlopes[0]);
      }
    }
    // Three columns of a square of four tell both slopes.
    for (int i = 0; i < 2; ++i)
    {
      for (int j = 0; j < 2; ++j)
      {
        for (int corner = 0; corner < 4; ++corner)
        {
          const int row = j + corner / 2;
          const int column = i + corner % 2;
          const double du = 0.5 * (this->Widths[u][i] + this->Widths[u][i + 1]);
          const double dv = 0.5 * (this->Widths[v][j] + this->Widths[v][j + 1]);
          offerSlopes((heights[i + 1][row] - heights[i][row]) / du,
            (heights[column][j + 1] - heights[column][j]) / dv);
        }
      }
    }
  }

  Vec3 best() const { return this->Best; }
  double misfit() const { return this->BestMisfit; }

private:
  /// Centred, backward and forward.
  std::array<double, 3> slopes(int axis, double low, double middle, double high) const
  {
    const auto& w = this->Widths[axis];
    const double back = (middle - low) / (0.5 * (w[0] + w[1]));
    const double forward = (high - middle) / (0.5 * (w[1] + w[2]));
    const double total = 0.5 * (w[0] + w[2]) + w[1];
    return { (high - low) / total, back, forward };
  }

  /// The sum of squares, given up where it passes the best.
  double misfit(Vec3 normal) const
  {
    const double constant =
      boxPlaneConstant({ this->Widths[0][1], this->Widths[1][1], this->Widths[2][1] }, normal,
        this->Stencil.fractions[1][1][1]);
    double sum = 0.0;
    for (int i = 0; i < 3; ++i)
    {
      for (int j = 0; j < 3; ++j)
      {
        for (int k = this->Layers == 1 ? 1 : 0; k < (this->Layers == 1 ? 2 : 3); ++k)
        {
          const Vec3 low{ this->Lows[0][i], this->Lows[1][j],
            this->Layers == 1 ? 0.0 : this->Lows[2][k] };
          const Vec3 widths{ this->Widths[0][i], this->Widths[1][j], this->Widths[2][k] };
          const double fraction = boxFractionBelow(widths, normal, constant - dot(normal, low));
          const double difference = fraction - this->Stencil.fractions[i][j][k];
          sum += i == 1 && j == 1 && k == 1 ? 0.0 : difference * difference;
        }
      }
      if (sum > this->BestMisfit)
      {
        break;
      }
    }
    return sum;
  }

  const AxisStencil& Stencil;
  int Layers;
  std::array<double, 3> Widths[3];
  std::array<double, 3> Lows[3];
  Vec3 Best;
  double BestMisfit = 1e300;
};

/// True where all three cells along each axis are of one width, to rounding.
bool uniform(const AxisStencil& stencil)
{
  for (int axis = 0; axis < stencil.dimension; ++axis)
  {
    const double* w = stencil.widths[axis];
    const double most = std::max({ w[0], w[1], w[2] });
    const double least = std::min({ w[0], w[1], w[2] });
    if (most - least > 1e-9 * most)
    {
      return false;
    }
  }
  return true;
}

/// False where no neighbour differs from another across the cell, so that no direction stands out.
bool anyDifference(const AxisStencil& stencil)
{
  for (int i = 0; i < 3; ++i)
  {
    for (int j = 0; j < 3; ++j)
    {
      for (int k = stencil.dimension == 3 ? 0 : 1; k < (stencil.dimension == 3 ? 3 : 2); ++k)
      {
        const int kk = stencil.dimension == 3 ? 2 - k : 1;
        if (stencil.fractions[i][j][k] != stencil.fractions[2 - i][2 - j][kk])
        {
          return true;
        }
      }
    }
  }
  return false;
}

} // namespace

Vec3 elviraNormal(const AxisStencil& stencil)
{
  if (!anyDifference(stencil))
  {
    return {};
  }
  Candidates candidates(stencil);
  // The likeliest axis first: later candidates are given up early.
  double falls[3] = {};
  int axes[3] = { 0, 1, 2 };
  for (int axis = 0; axis < stencil.dimension; ++axis)
  {
    falls[axis] = candidates.fall(axis);
  }
  std::stable_sort(axes, axes + stencil.dimension,
    [&falls](int a, int b) { return std::abs(falls[a]) > std::abs(falls[b]); });
  for (int i = 0; i < stencil.dimension && candidates.misfit() > exactMisfit; ++i)
  {
    const double fall = falls[axes[i]];
    if (fall >= 0.0)
    {
      candidates.offerColumns(axes[i], 1.0);
    }
    if (fall <= 0.0)
    {
      candidates.offerColumns(axes[i], -1.0);
    }
  }
  if (stencil.dimension == 2 && candidates.misfit() > exactMisfit && !uniform(stencil))
  {
    candidates.offer(lviraNormal(stencil, candidates.best(), LviraWeights::Equal));
  }
  return candidates.best();
}

} // namespace mir
