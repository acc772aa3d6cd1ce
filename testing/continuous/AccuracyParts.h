// The accuracy tables, part by part.
#ifndef mir_testing_continuous_AccuracyParts_h
#define mir_testing_continuous_AccuracyParts_h

#include "Table.h"

#include <vector>

namespace mir::testing {

struct AccuracyPart
{
  const char* name;
  /// With the placements of these seeds; `quick` on coarse meshes.
  void (*run)(Table& table, const std::vector<unsigned>& seeds, bool quick);
};

/// circle, star, filament, materials, noise, conservation, planes, sphere.
const std::vector<AccuracyPart>& accuracyParts();

} // namespace mir::testing

#endif
