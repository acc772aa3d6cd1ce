// The sub-cell model on a tile of cells, by a group of threads: a block of a GPU, or one thread of
// the processor, which is how it is tested where there is no GPU. In float every sum is fused and
// in the order of Precision::Single, so that all give the same bits.
#ifndef mir_reconstruct_neural_cuda_TileArithmetic_h
#define mir_reconstruct_neural_cuda_TileArithmetic_h

#include "reconstruct/neural/CanonicalFrame.h"
#include "reconstruct/neural/cuda/ThreadGroup.h"

namespace mir {
namespace tile {

/// Cells evaluated together.
constexpr int cells = 64;
constexpr int mostLayers = 17;

/// A layer where the group can read it; see DenseLayer.
struct Layer
{
  int inputs;
  int outputs;
  const float* panels;       ///< [outputs / 4][inputs][4]
  const float* bias;         ///< Padded to 4.
  const std::uint16_t* rows; ///< Half precision, [outputs][inputs], both padded to 16.
};

struct Model
{
  int stencilSize;
  int subdivisions;
  int layerCount;
  Layer layers[mostLayers];
};

/// The frames of the cells of a tile.
struct TileFrames
{
  Frame frames[cells][mostSquareFrames];
  int count[cells];
};

template <class Group>
MIR_HOST_DEVICE void findFrames(
  const Group& group, const Model& model, const float* stencils, int count, TileFrames& found)
{
  const int values = model.stencilSize * model.stencilSize;
  for (int c = group.rank(); c < cells; c += group.size())
  {
    found.count[c] =
      c < count ? canonicalFrames(stencils + c * values, model.stencilSize, found.frames[c]) : 0;
  }
  group.wait();
}

/// Inputs of every cell in its frame number `round`, value k of cell c at k * cells + c.
template <class Group, class Value>
MIR_HOST_DEVICE void fillInputs(const Group& group, const Model& model, const float* stencils,
  const TileFrames& found, int round, Value* x)
{
  const int n = model.stencilSize;
  const bool seesOutside = model.layers[0].inputs == 2 * n * n;
  for (int item = group.rank(); item < n * n * cells; item += group.size())
  {
    const int k = item / cells;
    const int c = item % cells;
    float value = 0.0f;
    bool outside = false;
    if (round < found.count[c])
    {
      const Frame frame = found.frames[c][round];
      const float f = stencils[c * n * n + frameIndex(frame.symmetry, n, k)];
      outside = f == outsideDomain;
      value = outside ? 0.0f : frame.complement ? 1.0f - 2.0f * f : 2.0f * f - 1.0f;
    }
    store(value, x[item]);
    if (seesOutside)
    {
      store(outside ? 1.0f : 0.0f, x[n * n * cells + item]);
    }
  }
  group.wait();
}

/// One layer; a thread has 4 outputs of two cells in registers.
template <class Group, class Value>
MIR_HOST_DEVICE void multiply(
  const Group& group, const Layer& layer, bool active, const Value* x, Value* y)
{
  constexpr int half = cells / 2;
  const int panelCount = (layer.outputs + 3) / 4;
  for (int item = group.rank(); item < panelCount * half; item += group.size())
  {
    const int panel = item / half;
    const int c = item % half;
    float sums[4][2];
    for (int o = 0; o < 4; ++o)
    {
      sums[o][0] = sums[o][1] = layer.bias[4 * panel + o];
    }
    const float* weights = layer.panels + panel * layer.inputs * 4;
    for (int i = 0; i < layer.inputs; ++i, weights += 4)
    {
      const float first = load(x[i * cells + c]);
      const float second = load(x[i * cells + c + half]);
      for (int o = 0; o < 4; ++o)
      {
        sums[o][0] = std::fma(weights[o], first, sums[o][0]);
        sums[o][1] = std::fma(weights[o], second, sums[o][1]);
      }
    }
    for (int o = 0; o < 4 && 4 * panel + o < layer.outputs; ++o)
    {
      Value* const to = y + (4 * panel + o) * cells + c;
      store(active ? algebraicGelu(sums[o][0]) : sums[o][0], to[0]);
      store(active ? algebraicGelu(sums[o][1]) : sums[o][1], to[half]);
    }
  }
  group.wait();
}

/// Distances back in the cells' own order. Those of several frames are rounded to 2^-40, so that
/// their sum is exact and does not depend on the order, and averaged.
template <class Group, class Value>
MIR_HOST_DEVICE void writeNodes(const Group& group, const Model& model, const TileFrames& found,
  int round, const Value* y, double* nodes)
{
  const int n = model.subdivisions + 1;
  constexpr double steps = 1099511627776.0;
  for (int item = group.rank(); item < n * n * cells; item += group.size())
  {
    const int k = item / cells;
    const int c = item % cells;
    const int frames = found.count[c];
    if (round >= frames)
    {
      continue;
    }
    const Frame frame = found.frames[c][round];
    const double distance = load(y[item]);
    const double value = frame.complement ? -distance : distance;
    double& to = nodes[c * n * n + frameIndex(frame.symmetry, n, k)];
    if (frames == 1)
    {
      to = value;
      continue;
    }
    to = (round == 0 ? 0.0 : to) + std::rint(value * steps) / steps;
    to = round == frames - 1 ? to / frames : to;
  }
  group.wait();
}

MIR_HOST_DEVICE inline int mostFrames(const TileFrames& found)
{
  int most = 0;
  for (int count : found.count)
  {
    most = count > most ? count : most;
  }
  return most;
}

/// The model on up to `cells` stencils of K x K fractions, into (r + 1)^2 distances each. `x` and
/// `y` have room for the widest layer times `cells`.
template <class Group, class Value>
MIR_HOST_DEVICE void evaluate(const Group& group, const Model& model, const float* stencils,
  int count, TileFrames& found, Value* x, Value* y, double* nodes)
{
  findFrames(group, model, stencils, count, found);
  const int rounds = mostFrames(found);
  for (int round = 0; round < rounds; ++round)
  {
    fillInputs(group, model, stencils, found, round, x);
    Value* from = x;
    Value* to = y;
    for (int k = 0; k < model.layerCount; ++k)
    {
      multiply(group, model.layers[k], k + 1 < model.layerCount, from, to);
      Value* const swapped = from;
      from = to;
      to = swapped;
    }
    writeNodes(group, model, found, round, from, nodes);
  }
}

} // namespace tile
} // namespace mir

#endif
