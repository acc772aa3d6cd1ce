#include "reconstruct/continuous/volumes/CellVolumes.h"

#include "reconstruct/continuous/volumes/CellRegions.h"

#include <algorithm>

namespace mir {

namespace {

struct Volumes
{
  static constexpr bool facets = false;
  double* volumes;

  void volume(int k, double part) { this->volumes[k] += part; }
};

struct VolumesAndSlopes
{
  static constexpr bool facets = true;
  double* volumes;
  double* gradients;
  int count;
  int nodes;

  void volume(int k, double part) { this->volumes[k] += part; }
  template <std::size_t N>
  void facet(int j, int k, double weight, const int* corners, const std::array<double, N>& integral)
  {
    double* run =
      this->gradients + static_cast<std::ptrdiff_t>(pairIndex(this->count, j, k)) * this->nodes;
    for (std::size_t i = 0; i < N; ++i)
    {
      run[corners[i]] += weight * integral[i];
    }
  }
};

template <int N>
void regionVolumesOf(const CellSubdivision& cell, const SimplexWeights& weights,
  const double* values, int count, double* volumes, double* gradients)
{
  std::fill(volumes, volumes + count, 0.0);
  if (gradients)
  {
    std::fill(
      gradients, gradients + static_cast<std::ptrdiff_t>(numberOfPairs(count)) * cell.nodes, 0.0);
    VolumesAndSlopes sink{ volumes, gradients, count, cell.nodes };
    detail::visitRegions<N>(cell, weights, values, count, sink);
    return;
  }
  Volumes sink{ volumes };
  detail::visitRegions<N>(cell, weights, values, count, sink);
}

} // namespace

double PositiveVolume::operator()(const CellSubdivision& cell, const SimplexWeights& weights,
  const double* values, double* gradient)
{
  if (gradient)
  {
    std::fill(gradient, gradient + cell.nodes, 0.0);
  }
  this->Cuts.sort(cell, weights, values);
  double sum = this->Cuts.full();
  const auto add = [&](detail::CutForm form, const detail::CellCuts::List& list) {
    this->Run.gather(form, cell, weights, values, list);
    sum += this->Run.compute(gradient);
  };
  if (cell.dimension == 2)
  {
    add(detail::CutForm::TriangleCorner, this->Cuts.corners());
  }
  else
  {
    add(detail::CutForm::TetrahedronCorner, this->Cuts.corners());
    add(detail::CutForm::TetrahedronWedge, this->Cuts.wedges());
  }
  return sum;
}

double positiveVolume(const CellSubdivision& cell, const SimplexWeights& weights,
  const double* values, double* gradient)
{
  PositiveVolume volume;
  return volume(cell, weights, values, gradient);
}

void regionVolumes(const CellSubdivision& cell, const SimplexWeights& weights, const double* values,
  int count, double* volumes, double* gradients)
{
  if (cell.dimension == 2)
  {
    regionVolumesOf<3>(cell, weights, values, count, volumes, gradients);
  }
  else
  {
    regionVolumesOf<4>(cell, weights, values, count, volumes, gradients);
  }
}

} // namespace mir
