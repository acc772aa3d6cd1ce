#include "reconstruct/continuous/conservation/PairCuts.h"

#include "reconstruct/continuous/volumes/SimplexVolume.h"

#include <array>
#include <cmath>

namespace mir {

void PairCuts::start(
  const CellSubdivision& cell, const SimplexWeights& weights, const double* values, double reach)
{
  this->Cell = &cell;
  this->Weights = weights;
  this->Values = values;
  this->Reach = reach;
  this->sortAbout(0.0);
}

void PairCuts::sortAbout(double factor)
{
  const CellSubdivision& cell = *this->Cell;
  this->Centre = factor;
  this->Cuts.sort(cell, this->Weights, this->Values, factor - this->Reach, factor + this->Reach);
  const detail::CutForm corner =
    cell.dimension == 2 ? detail::CutForm::TriangleCorner : detail::CutForm::TetrahedronCorner;
  this->Corners.gather(corner, cell, this->Weights, this->Values, this->Cuts.corners());
  this->Corners.gatherMoves(cell.bump.data());
  this->Wedges.gather(
    detail::CutForm::TetrahedronWedge, cell, this->Weights, this->Values, this->Cuts.wedges());
  this->Wedges.gatherMoves(cell.bump.data());
}

template <int N>
double PairCuts::unsteadyVolume(double factor, double& slope) const
{
  const double* bump = this->Cell->bump.data();
  const detail::CellCuts::List& unsteady = this->Cuts.unsteady();
  double sum = 0.0;
  for (int i = 0; i < unsteady.count; ++i)
  {
    const unsigned int place = unsteady.entries[i] >> 4;
    const std::array<int, 4>& nodes = this->Cell->simplices[place];
    double values[N];
    unsigned int set = 0;
    for (int v = 0; v < N; ++v)
    {
      values[v] = this->Values[nodes[v]] + factor * bump[nodes[v]];
      set |= (values[v] < 0.0 ? 0u : 1u) << v;
    }
    const double weight = this->Weights.simplex(place);
    constexpr unsigned int all = (1u << N) - 1u;
    if (set == all)
    {
      sum += weight;
    }
    else if (set != 0)
    {
      std::array<double, N> slopes;
      sum += weight * simplexVolume<N>(values, set, &slopes);
      double along = 0.0;
      for (int v = 0; v < N; ++v)
      {
        along += slopes[v] * bump[nodes[v]];
      }
      slope += weight * along;
    }
  }
  return sum;
}

double PairCuts::volume(double factor, double& slope)
{
  if (std::fabs(factor - this->Centre) > this->Reach)
  {
    this->sortAbout(factor);
  }
  slope = 0.0;
  double sum = this->Cuts.full();
  sum += this->Corners.move(factor, slope);
  sum += this->Wedges.move(factor, slope);
  sum += this->Cell->dimension == 2 ? this->unsteadyVolume<3>(factor, slope)
                                    : this->unsteadyVolume<4>(factor, slope);
  return sum;
}

} // namespace mir
