// Truths in space.
#ifndef mir_testing_continuous_SpaceTruths_h
#define mir_testing_continuous_SpaceTruths_h

#include "Truth.h"

namespace mir::testing {

/// See makeTruth(); null for a name that is not known.
std::shared_ptr<const Truth> makeSpaceTruth(const std::string& name, int n, unsigned seed);

} // namespace mir::testing

#endif
