// Volume fractions read from a data set, checked.
#ifndef mir_filters_InputFractions_h
#define mir_filters_InputFractions_h

#include "vtkType.h" // for vtkIdType

#include <string>
#include <vector>

class vtkDataSet;
class vtkInformationVector;

namespace mir {

/// The fractions of the first of two materials, one a cell, in [0, 1].
///
/// `arrays` names one cell array f (materials f and 1 - f) or two that sum to 1. Values within
/// `tolerance` outside of [0, 1] are moved to the bound. Everything else throws std::runtime_error
/// with the array's name and the first bad cell: no array named, a missing array, several
/// components, NaN or infinity, values outside, sums other than 1, more than two materials.
std::vector<double> readFractions(
  vtkDataSet* mesh, const std::vector<std::string>& arrays, double tolerance);

/// Throws std::runtime_error when the mesh has no cells. Returns true when it has none because it
/// is one of several pieces, as on the ranks of a parallel run: nothing to do.
bool isEmptyPiece(vtkDataSet* mesh, vtkInformationVector* output);

/// Cells with tolerance < f < 1 - tolerance, in ascending order.
std::vector<vtkIdType> mixedCells(const std::vector<double>& fractions, double tolerance);

} // namespace mir

#endif
