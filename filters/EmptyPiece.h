// Whether there is anything to do for a data set.
#ifndef mir_filters_EmptyPiece_h
#define mir_filters_EmptyPiece_h

class vtkDataSet;
class vtkInformationVector;

namespace mir {

/// Throws std::runtime_error when the mesh has no cells. Returns true when it has none because it
/// is one of several pieces, as on the ranks of a parallel run: nothing to do.
bool isEmptyPiece(vtkDataSet* mesh, vtkInformationVector* output);

} // namespace mir

#endif
