// What a continuous method counts, for the field data of the output and for warnings.
#ifndef mir_filters_ContinuousCounts_h
#define mir_filters_ContinuousCounts_h

#include "vtkType.h" // for vtkIdType

#include <cstdint>
#include <string>

class vtkDataObject;

namespace mir {

/// Ghost cells do not count.
struct ContinuousCounts
{
  std::int64_t mixed = 0;
  /// Mixed cells with a facet.
  std::int64_t reconstructed = 0;
  /// Mixed cells whose planes are of another method than the one asked for.
  std::int64_t otherMethod = 0;
  /// Cells whose fractions were moved or rescaled.
  std::int64_t normalized = 0;
  /// Of all cells, ghosts too: materials given a first piece, and cells whose last part came from
  /// within.
  std::int64_t seeded = 0;
  std::int64_t adjusted = 0;
  /// Mixed cells that do not hold their fractions as asked for, and the id of the first.
  std::int64_t failed = 0;
  vtkIdType firstFailed = -1;
  /// Largest |volume - fraction| of a material in a cell.
  double conservationMax = 0.0;
  std::int64_t hangingFaces = 0;
  /// Mixed cells that were cut by planes as they cannot be split, and the id of the first.
  std::int64_t unsplit = 0;
  vtkIdType firstUnsplit = -1;

  /// Adds those of the next block.
  ContinuousCounts& operator+=(const ContinuousCounts& next);
};

/// Counts in the field data of one block's output; `fallback`: cells of another method.
void writeCounts(const ContinuousCounts& counts, std::int64_t fallback, vtkDataObject* output);

/// What to tell the user of cells without their volume fractions; empty where all have them.
std::string conservationWarning(const ContinuousCounts& counts);

} // namespace mir

#endif
