#include "reconstruct/continuous/PairCuts.h"

#include "reconstruct/continuous/CellCuts.h"

#include <array>

namespace mir {

namespace {

// Columns of PairCuts::Kind.
enum
{
  valueColumn = 0,
  moveColumn = 4,
  singleColumn = 8,
  weightColumn = 9,
  partColumn = 10,
  slopeColumn = 11,
  columns = 12
};

} // namespace

void PairCuts::Kind::reserve(int simplices)
{
  if (this->room < simplices)
  {
    this->room = simplices;
    this->numbers.resize(static_cast<std::size_t>(columns) * simplices);
  }
  this->count = 0;
}

detail::MovingCuts PairCuts::Kind::cuts()
{
  detail::MovingCuts result;
  for (int v = 0; v < 4; ++v)
  {
    result.values[v] = this->column(valueColumn + v);
    result.moves[v] = this->column(moveColumn + v);
  }
  result.single = this->column(singleColumn);
  result.weights = this->column(weightColumn);
  result.parts = this->column(partColumn);
  result.slopes = this->column(slopeColumn);
  return result;
}

template <int N>
void PairCuts::keep(Kind& kind, int place, unsigned int set)
{
  const unsigned char* order = N == 3 ? detail::triangleOrder[set] : detail::tetrahedronOrder[set];
  const unsigned int number = detail::bitCount[set];
  const double sign = number == N - 1 ? -1.0 : 1.0;
  double* to = kind.numbers.data() + kind.count;
  for (int v = 0; v < N; ++v)
  {
    const int node = this->Cell->simplices[place][order[v]];
    to[(valueColumn + v) * kind.room] = sign * this->Values[node];
    to[(moveColumn + v) * kind.room] = sign * this->Cell->bump[node];
  }
  to[singleColumn * kind.room] = number == 1 ? 1.0 : 0.0;
  to[weightColumn * kind.room] = this->Weights[place];
  ++kind.count;
}

template <int N>
void PairCuts::sort(int place)
{
  const std::array<int, 4>& nodes = this->Cell->simplices[place];
  // Codes in pairs of bits: 2 where a vertex is not negative, 1 where that can change.
  unsigned int word = 0;
  for (int v = 0; v < N; ++v)
  {
    word |= static_cast<unsigned int>(this->Codes[nodes[v]]) << (2 * v);
  }
  constexpr unsigned int all = N == 3 ? 0x2au : 0xaau;
  if (word == 0)
  {
    return;
  }
  if (word == all)
  {
    this->Full += this->Weights[place];
  }
  else if (word & (all >> 1))
  {
    this->Unsteady.push_back(place);
  }
  else
  {
    unsigned int set = 0;
    for (int v = 0; v < N; ++v)
    {
      set |= (word >> (2 * v + 1) & 1u) << v;
    }
    this->keep<N>(N == 4 && detail::bitCount[set] == 2 ? this->Wedges : this->Corners, place, set);
  }
}

template <int N>
void PairCuts::buildFor()
{
  const CellSubdivision& cell = *this->Cell;
  const int clusters = static_cast<int>(cell.clusters.size()) - 1;
  const unsigned char* codes = this->Codes.data();
  const std::uint32_t* masks = cell.simplexMasks.empty() ? nullptr : cell.simplexMasks.data();
  this->Full = 0.0;
  double full = 0.0;
  for (int cluster = 0; cluster < clusters; ++cluster)
  {
    const int* nodes = cell.clusterNodes.data() + cell.clusterNodeOffsets[cluster];
    const int number = cell.clusterNodeOffsets[cluster + 1] - cell.clusterNodeOffsets[cluster];
    const int begin = cell.clusters[cluster];
    const int end = cell.clusters[cluster + 1];
    // The codes' two bits for up to 32 nodes, and their sum.
    std::uint64_t never = 0;
    std::uint64_t steady = 0;
    unsigned int sum = 0;
    for (int i = 0; i < number; ++i)
    {
      const unsigned int code = codes[nodes[i]];
      sum += code;
      steady |= static_cast<std::uint64_t>(code >> 1) << (i & 31);
      never |= static_cast<std::uint64_t>(code == 0 ? 1 : 0) << (i & 31);
    }
    if (sum == 0)
    {
      continue;
    }
    if (sum == 2u * static_cast<unsigned int>(number))
    {
      full += detail::sumOfWeights(this->Weights, begin, end);
      continue;
    }
    if (number > 32 || !masks)
    {
      for (int place = begin; place < end; ++place)
      {
        this->sort<N>(place);
      }
      continue;
    }
    double part = 0.0;
    for (int place = begin; place < end; ++place)
    {
      const std::uint32_t mask = masks[place];
      if ((never & mask) == mask)
      {
        continue;
      }
      if ((steady & mask) == mask)
      {
        part += this->Weights[place];
        continue;
      }
      this->sort<N>(place);
    }
    full += part;
  }
  this->Full += full;
}

void PairCuts::build(
  const CellSubdivision& cell, const double* weights, const double* values, double reach)
{
  this->Cell = &cell;
  this->Weights = weights;
  this->Values = values;
  this->Reach = reach;
  const int simplices = static_cast<int>(cell.simplices.size());
  this->Corners.reserve(simplices);
  this->Wedges.reserve(cell.dimension == 3 ? simplices : 0);
  this->Unsteady.clear();
  this->Codes.resize(cell.nodes);
  detail::findSteadySigns(values, cell.bump.data(), reach, cell.nodes, this->Codes.data());
  if (cell.dimension == 2)
  {
    this->buildFor<3>();
  }
  else
  {
    this->buildFor<4>();
  }
}

template <int N>
double PairCuts::unsteadyVolume(double factor, double& slope) const
{
  const double* bump = this->Cell->bump.data();
  double sum = 0.0;
  for (const int place : this->Unsteady)
  {
    const std::array<int, 4>& nodes = this->Cell->simplices[place];
    double values[N];
    unsigned int set = 0;
    for (int v = 0; v < N; ++v)
    {
      values[v] = this->Values[nodes[v]] + factor * bump[nodes[v]];
      set |= (values[v] < 0.0 ? 0u : 1u) << v;
    }
    const double weight = this->Weights[place];
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
  double sum = this->Full;
  slope = 0.0;
  const bool flat = this->Cell->dimension == 2;
  if (this->Corners.count > 0)
  {
    const detail::MovingCuts cuts = this->Corners.cuts();
    if (flat)
    {
      detail::moveTriangleCorners(cuts, this->Corners.count, factor);
    }
    else
    {
      detail::moveTetrahedronCorners(cuts, this->Corners.count, factor);
    }
    sum += detail::sumOfWeights(cuts.parts, 0, this->Corners.count);
    slope += detail::sumOfWeights(cuts.slopes, 0, this->Corners.count);
  }
  if (this->Wedges.count > 0)
  {
    const detail::MovingCuts cuts = this->Wedges.cuts();
    detail::moveTetrahedronWedges(cuts, this->Wedges.count, factor);
    sum += detail::sumOfWeights(cuts.parts, 0, this->Wedges.count);
    slope += detail::sumOfWeights(cuts.slopes, 0, this->Wedges.count);
  }
  if (!this->Unsteady.empty())
  {
    sum += flat ? this->unsteadyVolume<3>(factor, slope) : this->unsteadyVolume<4>(factor, slope);
  }
  return sum;
}

} // namespace mir
