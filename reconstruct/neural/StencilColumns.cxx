// Highway compiles this file once for every instruction set and picks the best one at run time.
#include "reconstruct/neural/StencilColumns.h"

#include "reconstruct/InstructionSets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reconstruct/neural/StencilColumns.cxx"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mir {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, 8>;
constexpr Doubles doubles;
constexpr hn::Rebind<float, Doubles> floats;
constexpr hn::RebindToSigned<Doubles> places64;
constexpr hn::Rebind<std::int32_t, Doubles> places32;
constexpr int lanes = static_cast<int>(hn::MaxLanes(doubles));
static_assert(tileRows % lanes == 0, "a tile is whole vectors");

void fill(const double* values, int dimension, int size, const TileColumns& columns, float* x)
{
  const int layers = dimension == 3 ? size : 1;
  for (int c = 0; c < tileRows; c += lanes)
  {
    const auto scale = hn::LoadU(floats, columns.scale + c);
    const auto shift = hn::LoadU(floats, columns.shift + c);
    const auto alongRow = hn::LoadU(places64, columns.steps[0] + c);
    const auto alongColumn = hn::LoadU(places64, columns.steps[1] + c);
    const auto alongLayers = hn::LoadU(places64, columns.steps[2] + c);
    auto layer = hn::LoadU(places64, columns.first + c);
    float* to = x + c;
    for (int k = 0; k < layers; ++k)
    {
      auto row = layer;
      for (int j = 0; j < size; ++j)
      {
        auto place = row;
        for (int i = 0; i < size; ++i)
        {
          const auto value = hn::DemoteTo(floats, hn::GatherIndex(doubles, values, place));
          hn::StoreU(hn::Add(hn::Mul(scale, value), shift), floats, to);
          to += tileRows;
          place = hn::Add(place, alongRow);
        }
        row = hn::Add(row, alongColumn);
      }
      layer = hn::Add(layer, alongLayers);
    }
  }
}

void take(const float* y, const ColumnTarget* targets, int columns, int outputs)
{
  for (int c = 0; c < columns; ++c)
  {
    const ColumnTarget& target = targets[c];
    const auto sign = hn::Set(doubles, target.sign);
    int j = 0;
    for (; j + lanes <= outputs; j += lanes)
    {
      const auto value = hn::PromoteTo(
        doubles, hn::GatherIndex(floats, y + c, hn::LoadU(places32, target.places + j)));
      hn::StoreU(hn::Mul(sign, value), doubles, target.to + j);
    }
    for (; j < outputs; ++j)
    {
      target.to[j] = target.sign * static_cast<double>(y[c + target.places[j]]);
    }
  }
}

} // namespace HWY_NAMESPACE
} // namespace mir
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace mir {

HWY_EXPORT(fill);
HWY_EXPORT(take);

void fillColumns(
  const double* values, int dimension, int size, const TileColumns& columns, float* x)
{
  HWY_DYNAMIC_DISPATCH(fill)(values, dimension, size, columns, x);
}

void takeColumns(const float* y, const ColumnTarget* targets, int columns, int outputs)
{
  HWY_DYNAMIC_DISPATCH(take)(y, targets, columns, outputs);
}

} // namespace mir

#endif
