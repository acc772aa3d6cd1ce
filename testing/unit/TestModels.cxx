// Laws of the sub-cell models in the plane and in space: symmetries, and independence of the batch.
#include "ModelStencils.h"

#include "reconstruct/neural/SolidModel.h"
#include "reconstruct/neural/SubcellModel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

struct Subcell
{
  static constexpr int dimension = 2;
  static constexpr int rounds = 200;
  static const SubcellModel& model() { return shippedSubcellModel(); }
};
struct FastSubcell
{
  static constexpr int dimension = 2;
  static constexpr int rounds = 200;
  static const SubcellModel& model() { return shippedFastSubcellModel(); }
};
struct Subcell3d
{
  static constexpr int dimension = 3;
  static constexpr int rounds = 10;
  static const SolidModel& model() { return shippedSolidModel(); }
};

template <typename Case>
class Models : public ::testing::Test
{
public:
  static std::vector<std::vector<float>> stencils()
  {
    return stencilsToTry(Case::dimension, Case::model().stencilSize, Case::rounds);
  }
};
using Cases = ::testing::Types<Subcell, FastSubcell, Subcell3d>;
TYPED_TEST_SUITE(Models, Cases);

TYPED_TEST(Models, CommuteWithTheSymmetriesOfTheirStencilToTheBit)
{
  const auto& model = TypeParam::model();
  const auto stencilMaps = symmetries(TypeParam::dimension, model.stencilSize);
  const auto nodeMaps = symmetries(TypeParam::dimension, model.subdivisions + 1);
  for (const std::vector<float>& stencil : this->stencils())
  {
    const std::vector<double> nodes = evaluated(model, stencil);
    for (std::size_t s = 0; s < stencilMaps.size(); ++s)
    {
      ASSERT_EQ(evaluated(model, mapped(stencil, stencilMaps[s])), mapped(nodes, nodeMaps[s]));
    }
  }
}

TYPED_TEST(Models, NegateTheDistancesWhenTheMaterialsAreExchanged)
{
  const auto& model = TypeParam::model();
  for (const std::vector<float>& stencil : this->stencils())
  {
    std::vector<float> other;
    for (float f : stencil)
    {
      other.push_back(f == outsideDomain ? f : 1.0f - f);
    }
    const std::vector<double> nodes = evaluated(model, stencil);
    const std::vector<double> otherNodes = evaluated(model, other);
    for (std::size_t k = 0; k < nodes.size(); ++k)
    {
      ASSERT_NEAR(nodes[k], -otherNodes[k], 2e-6);
    }
  }
}

TYPED_TEST(Models, ARowDoesNotDependOnTheOthers)
{
  const auto& model = TypeParam::model();
  const auto stencils = this->stencils();
  std::vector<float> batch;
  for (const std::vector<float>& stencil : stencils)
  {
    batch.insert(batch.end(), stencil.begin(), stencil.end());
  }
  const std::size_t n = model.nodesPerCell();
  std::vector<double> nodes(stencils.size() * n);
  model.evaluate(batch.data(), stencils.size(), nodes.data());
  for (std::size_t k = 0; k < stencils.size(); ++k)
  {
    const std::vector<double> alone = evaluated(model, stencils[k]);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), nodes.begin() + k * n)) << k;
  }
}

} // namespace
