#include "ContinuousCounts.h"

#include "FieldValues.h"

#include <algorithm>
#include <sstream>

namespace mir {

ContinuousCounts& ContinuousCounts::operator+=(const ContinuousCounts& next)
{
  this->firstFailed = this->failed == 0 ? next.firstFailed : this->firstFailed;
  this->firstUnsplit = this->unsplit == 0 ? next.firstUnsplit : this->firstUnsplit;
  this->mixed += next.mixed;
  this->reconstructed += next.reconstructed;
  this->otherMethod += next.otherMethod;
  this->normalized += next.normalized;
  this->seeded += next.seeded;
  this->adjusted += next.adjusted;
  this->failed += next.failed;
  this->conservationMax = std::max(this->conservationMax, next.conservationMax);
  this->hangingFaces += next.hangingFaces;
  this->unsplit += next.unsplit;
  return *this;
}

void writeCounts(const ContinuousCounts& counts, std::int64_t fallback, vtkDataObject* output)
{
  setField(output, "MixedCells", counts.mixed);
  setField(output, "ReconstructedCells", counts.reconstructed);
  setField(output, "RejectedCells", counts.mixed - counts.reconstructed);
  setField(output, "SeededCells", counts.seeded);
  setField(output, "AdjustedCells", counts.adjusted);
  setField(output, "FailedCells", counts.failed);
  setField(output, "FallbackCells", fallback);
  setField(output, "HangingFaces", counts.hangingFaces);
  setField(output, "NormalizedCells", counts.normalized);
  setField(output, "ConservationMax", counts.conservationMax);
}

std::string conservationWarning(const ContinuousCounts& counts)
{
  if (counts.failed == 0)
  {
    return {};
  }
  std::ostringstream text;
  text << counts.failed << " of " << counts.mixed
       << " mixed cells could not be given their volume fractions, the first is cell "
       << counts.firstFailed << "; the largest error is " << counts.conservationMax;
  return text.str();
}

} // namespace mir
