// The kernel in float. Highway compiles this file once for every instruction set and picks the best
// one at run time. Lanes are rows, so that no sum is ever split.
#include "reconstruct/neural/PerceptronKernels.h"

#include "reconstruct/InstructionSets.h"

#include <stdexcept>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reconstruct/neural/PerceptronSimd.cxx"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mir {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Lanes = hn::Vec<Tag>;
constexpr Tag tag;

// Sums held in registers: `registerPanels` panels of weights by `registerRows` vectors of rows.
constexpr int registerPanels = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM ? 2 : 1;
constexpr int registerRows = 3;

// algebraicGelu.
HWY_INLINE Lanes activated(Lanes x)
{
  const hn::RebindToUnsigned<Tag> bits;
  const Lanes square = hn::MulAdd(x, x, hn::Set(tag, gelu::width));
  const Lanes inverse = hn::BitCast(
    tag, hn::Sub(hn::Set(bits, gelu::seed), hn::ShiftRight<1>(hn::BitCast(bits, square))));
  const Lanes d = hn::MulSub(hn::Mul(square, inverse), inverse, hn::Set(tag, 1.0f));
  Lanes step = hn::MulAdd(hn::Set(tag, gelu::c4), d, hn::Set(tag, gelu::c3));
  step = hn::MulAdd(step, d, hn::Set(tag, gelu::c2));
  step = hn::MulAdd(step, d, hn::Set(tag, gelu::c1));
  step = hn::MulAdd(step, d, hn::Set(tag, 1.0f));
  const Lanes half = hn::Mul(hn::Set(tag, 0.5f), x);
  return hn::MulAdd(half, hn::Mul(hn::Mul(x, inverse), step), half);
}

// Outputs `first` .. of one layer for some vectors of rows, `panels` panels of weights at once.
template <int panels, bool active>
HWY_INLINE void multiplyBlock(
  const DenseLayer& layer, int inputs, int first, const float* from, float* to)
{
  constexpr int outputs = panels * panelOutputs;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(tag));
  const std::size_t panelSize = static_cast<std::size_t>(layer.inputs) * panelOutputs;
  const float* const weights = layer.panels.data() + first / panelOutputs * panelSize;
  Lanes sum[outputs][registerRows];
#pragma GCC unroll 8
  for (int o = 0; o < outputs; ++o)
  {
#pragma GCC unroll 3
    for (int v = 0; v < registerRows; ++v)
    {
      sum[o][v] = hn::Set(tag, layer.paddedBias[first + o]);
    }
  }
  for (int i = 0; i < inputs; ++i)
  {
    Lanes x[registerRows];
#pragma GCC unroll 3
    for (int v = 0; v < registerRows; ++v)
    {
      x[v] = hn::Load(tag, from + i * tileRows + v * lanes);
    }
#pragma GCC unroll 8
    for (int o = 0; o < outputs; ++o)
    {
      const Lanes weight =
        hn::Set(tag, weights[o / panelOutputs * panelSize + i * panelOutputs + o % panelOutputs]);
#pragma GCC unroll 3
      for (int v = 0; v < registerRows; ++v)
      {
        sum[o][v] = hn::MulAdd(weight, x[v], sum[o][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < outputs; ++o)
  {
#pragma GCC unroll 3
    for (int v = 0; v < registerRows; ++v)
    {
      hn::Store(
        active ? activated(sum[o][v]) : sum[o][v], tag, to + (first + o) * tileRows + v * lanes);
    }
  }
}

template <bool active>
HWY_INLINE void multiply(
  const DenseLayer& layer, int rows, int inputs, const float* from, float* to)
{
  constexpr int rowsAtOnce = registerRows * static_cast<int>(hn::MaxLanes(tag));
  static_assert(tileRows % rowsAtOnce == 0, "a tile is whole blocks");
  const int outputs = roundedUp(layer.outputs, panelOutputs);
  for (int row = 0; row < rows; row += rowsAtOnce)
  {
    int o = 0;
    for (; o + registerPanels * panelOutputs <= outputs; o += registerPanels * panelOutputs)
    {
      multiplyBlock<registerPanels, active>(layer, inputs, o, from + row, to + row);
    }
    for (; o < outputs; o += panelOutputs)
    {
      multiplyBlock<1, active>(layer, inputs, o, from + row, to + row);
    }
  }
}

float* evaluateTile(const Perceptron& network, int rows, int inputs, float* from, float* to)
{
  const std::size_t last = network.layers.size() - 1;
  for (std::size_t k = 0; k < last; ++k)
  {
    multiply<true>(network.layers[k], rows, inputs, from, to);
    std::swap(from, to);
    inputs = network.layers[k].outputs;
  }
  multiply<false>(network.layers[last], rows, inputs, from, to);
  return to;
}

} // namespace HWY_NAMESPACE
} // namespace mir
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace mir {

HWY_EXPORT(evaluateTile);

float* evaluateTileSimd(const Perceptron& network, int rows, int inputs, float* from, float* to)
{
  return HWY_DYNAMIC_DISPATCH(evaluateTile)(network, rows, inputs, from, to);
}

namespace {

// Found once, before a choice hides the others.
const std::vector<std::int64_t>& targets()
{
  static const std::vector<std::int64_t> found = hwy::SupportedAndGeneratedTargets();
  return found;
}

} // namespace

std::vector<std::string> instructionSets()
{
  std::vector<std::string> names;
  for (std::int64_t target : targets())
  {
    names.push_back(hwy::TargetName(target));
  }
  return names;
}

void useInstructionSet(const std::string& name)
{
  for (std::int64_t target : targets())
  {
    if (name == hwy::TargetName(target))
    {
      hwy::SetSupportedTargetsForTest(target);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
      return;
    }
  }
  throw std::runtime_error("this machine has no instruction set '" + name + "'");
}

} // namespace mir

#endif
