// What interface filters have in common: they take data sets and composites of them, block by
// block.
#ifndef mir_filters_BlockwiseRun_h
#define mir_filters_BlockwiseRun_h

#include "Progress.h"

#include <functional>
#include <string>
#include <vector>

class vtkAlgorithm;
class vtkDataObject;
class vtkDataSet;
class vtkInformation;
class vtkInformationVector;

namespace mir {

/// Input port 0 takes data sets and composites.
void acceptBlocks(vtkInformation* portInformation);

/// Gives the output the kind that belongs to the input: of a data set polydata (`interface`) or an
/// unstructured grid, of partitioned data sets and collections the same, of other composites a
/// multiblock data set.
void makeOutput(vtkDataObject* input, bool interface, vtkInformationVector* outputVector);

/// Reconstructs a data set into polydata or an unstructured grid. Throws std::exception.
using ReconstructBlock =
  std::function<void(vtkDataSet* data, vtkDataObject* result, const Progress& progress)>;

/// What to tell the user, empty when there is nothing.
struct BlockMessages
{
  std::string error;
  std::string warning;
};

/// Runs `reconstruct` on a data set, or on all blocks that hold one of the cell arrays, AMR blocks
/// surrounded by ghost cells; each result gets its `Milliseconds` as field data. After an error,
/// which names the block, the output is empty. Blocks without the arrays are left out with a
/// warning; that none has them is an error.
BlockMessages reconstructBlocks(vtkAlgorithm* filter, vtkDataObject* input, bool interface,
  const std::vector<std::string>& arrays, vtkInformationVector* outputVector,
  const ReconstructBlock& reconstruct);

} // namespace mir

#endif
