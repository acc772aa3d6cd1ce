// Highway compiles this file once for every instruction set and picks the best one at run time.
#include "reconstruct/neural/StencilColumns.h"

#include <cstddef>

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reconstruct/neural/StencilColumns.cxx"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mir {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, columnGroup>;
using Floats = hn::Rebind<float, Doubles>;
constexpr Doubles doubles;
constexpr Floats floats;
constexpr hn::Rebind<std::int64_t, Doubles> places64;
constexpr hn::Rebind<std::int32_t, Doubles> places32;
constexpr int lanes = static_cast<int>(hn::MaxLanes(doubles));

void fill(const double* values, const std::int64_t* steps, int entries, const TileColumns& columns,
  const ColumnRun* runs, int runCount, float* x)
{
  for (int k = 0; k < entries; ++k)
  {
    float* const to = x + static_cast<std::ptrdiff_t>(k) * tileRows;
    for (const ColumnRun* run = runs; run != runs + runCount; ++run)
    {
      const double* const from = values + steps[run->map[k]];
      for (int c = run->begin; c < run->end; c += lanes)
      {
        const auto value = hn::DemoteTo(
          floats, hn::GatherIndex(doubles, from, hn::LoadU(places64, columns.first + c)));
        const auto scaled = hn::Mul(hn::LoadU(floats, columns.scale + c), value);
        hn::StoreU(hn::Add(scaled, hn::LoadU(floats, columns.shift + c)), floats, to + c);
      }
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

void fillColumns(const float* values, const std::int64_t* steps, int entries,
  const TileColumns& columns, const ColumnRun* runs, int runCount, float* x)
{
  for (int k = 0; k < entries; ++k)
  {
    for (const ColumnRun* run = runs; run != runs + runCount; ++run)
    {
      const float* const from = values + steps[run->map[k]];
      for (int c = run->begin; c < run->end; ++c)
      {
        x[k * tileRows + c] = columns.scale[c] * from[columns.first[c]] + columns.shift[c];
      }
    }
  }
}

void fillColumns(const double* values, const std::int64_t* steps, int entries,
  const TileColumns& columns, const ColumnRun* runs, int runCount, float* x)
{
  HWY_DYNAMIC_DISPATCH(fill)(values, steps, entries, columns, runs, runCount, x);
}

void takeColumns(const float* y, const ColumnTarget* targets, int columns, int outputs)
{
  HWY_DYNAMIC_DISPATCH(take)(y, targets, columns, outputs);
}

} // namespace mir

#endif
