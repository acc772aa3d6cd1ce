// Highway compiles this file once for every instruction set and picks the best one at run time.
// Lanes are stencils.
#include "reconstruct/neural/StencilFrames.h"

#include "reconstruct/InstructionSets.h"
#include "reconstruct/neural/CubeFrame.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reconstruct/neural/StencilFrames.cxx"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mir {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, 8>;
using Value = hn::Vec<Doubles>;
using Integer = hn::Vec<hn::RebindToSigned<Doubles>>;
using Mask = hn::Mask<Doubles>;
constexpr Doubles doubles;
constexpr hn::RebindToSigned<Doubles> integers;
constexpr hn::Rebind<float, Doubles> floats;
constexpr int lanes = static_cast<int>(hn::MaxLanes(doubles));

// Fractions of some stencils in float, those outside the domain like the centre.
class Neighbours
{
public:
  Neighbours(const double* values, Integer places)
    : Values(values)
    , Places(places)
    , Centre(this->read(0))
  {}

  Value centre() const { return this->Centre; }
  Value at(std::int64_t offset) const
  {
    const Value value = this->read(offset);
    const Value outside = hn::Set(doubles, static_cast<double>(outsideDomain));
    return hn::IfThenElse(hn::Eq(value, outside), this->Centre, value);
  }

private:
  Value read(std::int64_t offset) const
  {
    const Value value = hn::GatherIndex(doubles, this->Values + offset, this->Places);
    return hn::PromoteTo(doubles, hn::DemoteTo(floats, value));
  }

  const double* Values;
  Integer Places;
  Value Centre;
};

HWY_INLINE Integer bitWhere(Mask mask, std::int64_t bit)
{
  return hn::IfThenElseZero(hn::RebindMask(integers, mask), hn::Set(integers, bit));
}

HWY_INLINE Integer choose(Mask mask, std::int64_t yes, std::int64_t no)
{
  return hn::IfThenElse(
    hn::RebindMask(integers, mask), hn::Set(integers, yes), hn::Set(integers, no));
}

// Whether a quantity should be reversed: it is negative where the materials stay.
HWY_INLINE Mask reversed(Value quantity, Mask complement)
{
  return hn::Xor(hn::Lt(quantity, hn::Zero(doubles)), complement);
}

// Numbers of symmetries, with this bit where the materials are exchanged.
constexpr std::int64_t complementBit = 0x100;

HWY_INLINE Integer numbered(Integer symmetry, Mask complement, Mask single)
{
  const Integer number = hn::Or(symmetry, bitWhere(complement, complementBit));
  return hn::IfThenElse(hn::RebindMask(integers, single), number,
    hn::Set(integers, static_cast<std::int64_t>(tiedSymmetry)));
}

HWY_INLINE Integer planar(const Neighbours& of, const StencilSteps& steps)
{
  const Value two = hn::Set(doubles, 2.0);
  const auto sum = [&](std::int64_t corner, std::int64_t otherCorner, std::int64_t middle) {
    return hn::Add(hn::Add(of.at(corner), of.at(otherCorner)), hn::Mul(two, of.at(middle)));
  };
  const std::int64_t x = steps[0];
  const std::int64_t y = steps[1];
  const Value gx = hn::Sub(sum(x - y, x + y, x), sum(-x - y, -x + y, -x));
  const Value gy = hn::Sub(sum(y - x, y + x, y), sum(-y - x, -y + x, -y));
  const Value excess = hn::Sub(of.centre(), hn::Set(doubles, 0.5));
  const Value steeper = hn::Sub(hn::Abs(gx), hn::Abs(gy));
  const Value least =
    hn::Min(hn::Min(hn::Abs(gx), hn::Abs(gy)), hn::Min(hn::Abs(excess), hn::Abs(steeper)));
  const Mask complement = hn::Gt(excess, hn::Zero(doubles));
  const Integer symmetry =
    hn::Or(hn::Or(bitWhere(reversed(gx, complement), 1), bitWhere(reversed(gy, complement), 2)),
      bitWhere(hn::Lt(steeper, hn::Zero(doubles)), 4));
  return numbered(symmetry, complement, hn::Gt(least, hn::Set(doubles, frames::tie)));
}

HWY_INLINE Integer spatial(const Neighbours& of, const StencilSteps& steps)
{
  // Whole numbers, of which doubles hold the sums.
  const auto rounded = [](Value value) {
    return hn::Trunc(
      hn::Add(hn::Mul(hn::Set(doubles, cubeFrames::unit), value), hn::Set(doubles, 0.5)));
  };
  Value gradient[3] = { hn::Zero(doubles), hn::Zero(doubles), hn::Zero(doubles) };
  for (int dk = -1; dk <= 1; ++dk)
  {
    for (int dj = -1; dj <= 1; ++dj)
    {
      const std::int64_t row = dj * steps[1] + dk * steps[2];
      const Value low = rounded(of.at(row - steps[0]));
      const Value high = rounded(of.at(row + steps[0]));
      const Value middle = dj == 0 && dk == 0 ? of.centre() : of.at(row);
      const Value weight = hn::Set(doubles, (dj == 0 ? 2.0 : 1.0) * (dk == 0 ? 2.0 : 1.0));
      const Value ends = hn::Add(low, high);
      const Value twice = hn::Add(rounded(middle), rounded(middle));
      const Value sum = hn::Mul(weight, hn::Add(ends, twice));
      gradient[0] = hn::Add(gradient[0], hn::Mul(weight, hn::Sub(high, low)));
      gradient[1] = hn::Add(gradient[1], hn::Mul(hn::Set(doubles, dj), sum));
      gradient[2] = hn::Add(gradient[2], hn::Mul(hn::Set(doubles, dk), sum));
    }
  }
  const Value excess = hn::Sub(rounded(of.centre()), hn::Set(doubles, 0.5 * cubeFrames::unit));
  const Value x = hn::Abs(gradient[0]);
  const Value y = hn::Abs(gradient[1]);
  const Value z = hn::Abs(gradient[2]);
  const Value differences =
    hn::Min(hn::Min(hn::Abs(hn::Sub(x, y)), hn::Abs(hn::Sub(y, z))), hn::Abs(hn::Sub(x, z)));
  const Value least = hn::Min(hn::Min(hn::Min(x, y), z), hn::Min(hn::Abs(excess), differences));
  const Mask complement = hn::Gt(excess, hn::Zero(doubles));
  const Mask xy = hn::Gt(x, y);
  const Mask yz = hn::Gt(y, z);
  const Mask xz = hn::Gt(x, z);
  // CubeSymmetry::number() of axes in the order of size.
  const auto order = [](std::int64_t first, std::int64_t descending) {
    return 8 * (2 * first + descending);
  };
  const Integer xFirst = choose(yz, order(0, 0), order(0, 1));
  const Integer yFirst = choose(xz, order(1, 0), order(1, 1));
  const Integer zFirst = choose(xy, order(2, 0), order(2, 1));
  const Integer notX = hn::IfThenElse(hn::RebindMask(integers, yz), yFirst, zFirst);
  const Integer axes = hn::IfThenElse(hn::RebindMask(integers, hn::And(xy, xz)), xFirst, notX);
  Integer symmetry = axes;
  for (int axis = 0; axis < 3; ++axis)
  {
    symmetry = hn::Or(symmetry, bitWhere(reversed(gradient[axis], complement), 1 << axis));
  }
  const Value tie = hn::Set(doubles, static_cast<double>(cubeFrames::tie));
  return numbered(symmetry, complement, hn::Gt(least, tie));
}

template <typename Kernel>
HWY_INLINE void findAll(
  const double* values, const std::int64_t* centres, int count, Frame* frames, const Kernel& kernel)
{
  std::int64_t numbers[lanes];
  for (int m = 0; m < count; m += lanes)
  {
    const int used = std::min(lanes, count - m);
    for (int lane = 0; lane < lanes; ++lane)
    {
      numbers[lane] = centres[m + std::min(lane, used - 1)];
    }
    hn::StoreU(kernel(Neighbours(values, hn::LoadU(integers, numbers))), integers, numbers);
    for (int lane = 0; lane < used; ++lane)
    {
      frames[m + lane] = { static_cast<std::uint8_t>(numbers[lane]),
        (numbers[lane] & complementBit) != 0 };
    }
  }
}

void findPlanar(const double* values, const StencilSteps& steps, const std::int64_t* centres,
  int count, Frame* frames)
{
  findAll(values, centres, count, frames,
    [&steps](const Neighbours& of) HWY_ATTR { return planar(of, steps); });
}

void findSpatial(const double* values, const StencilSteps& steps, const std::int64_t* centres,
  int count, Frame* frames)
{
  findAll(values, centres, count, frames,
    [&steps](const Neighbours& of) HWY_ATTR { return spatial(of, steps); });
}

} // namespace HWY_NAMESPACE
} // namespace mir
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace mir {

HWY_EXPORT(findPlanar);
HWY_EXPORT(findSpatial);

void singlePlanarFrames(const double* values, const StencilSteps& steps,
  const std::int64_t* centres, int count, Frame* frames)
{
  HWY_DYNAMIC_DISPATCH(findPlanar)(values, steps, centres, count, frames);
}

void singleCubeFrames(const double* values, const StencilSteps& steps, const std::int64_t* centres,
  int count, Frame* frames)
{
  HWY_DYNAMIC_DISPATCH(findSpatial)(values, steps, centres, count, frames);
}

} // namespace mir

#endif
