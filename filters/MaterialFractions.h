// The volume fractions of all materials, read where they lie and checked.
#ifndef mir_filters_MaterialFractions_h
#define mir_filters_MaterialFractions_h

#include "vtkSmartPointer.h"
#include "vtkType.h" // for vtkIdType

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

class vtkDataArray;
class vtkDataSet;

namespace mir {

/// Volume fractions of two or more materials in the cells of a data set. Arrays of double or float
/// are read in place; one array f means the materials f and 1 - f.
///
/// The constructor classifies all cells by several threads. It throws std::runtime_error with the
/// array's name and the first bad cell when no array is named, one is missing, has several
/// components or not one value a cell, when a value is not finite or outside
/// [-tolerance, 1 + tolerance] (single precision: 1e-6 is forgiven); and with a count and the worst
/// cell when fractions do not sum to 1 within 1e-6 (single precision) + tolerance. With
/// `normalize`, values are moved into [0, 1] and sums rescaled instead, and those cells counted;
/// cells without any material remain an error. Hidden cells may hold anything.
class MaterialFractions
{
public:
  MaterialFractions(vtkDataSet* mesh, const std::vector<std::string>& arrays, double tolerance,
    bool normalize = false);

  int numberOfMaterials() const { return this->Materials; }
  int numberOfArrays() const { return static_cast<int>(this->Arrays.size()); }

  /// In [0, 1]; those of all materials sum to 1 to rounding.
  double fraction(int material, vtkIdType cell) const
  {
    if (this->Arrays.size() == 1)
    {
      const double f = bounded(this->Arrays[0][cell]);
      return material == 0 ? f : 1.0 - f;
    }
    const double f = bounded(this->Arrays[material][cell]);
    return this->Sums.empty() ? f : f / this->Sums[cell];
  }

  /// What a cell holds: the material that fills it to 1 - tolerance, or one of the two below.
  unsigned char state(vtkIdType cell) const { return this->States[cell]; }
  const unsigned char* states() const { return this->States.get(); }
  static constexpr unsigned char Mixed = 255;
  /// A hidden cell whose values are no fractions.
  static constexpr unsigned char Unknown = 254;

  /// Cells with Mixed state, ascending.
  const std::vector<vtkIdType>& mixedCells() const { return this->MixedCells; }
  vtkIdType numberOfCells() const { return this->Cells; }
  /// Cells whose fractions were moved or rescaled by more than the tolerance.
  std::int64_t numberNormalized() const { return this->Normalized; }

private:
  /// An array as it lies in memory.
  struct View
  {
    const double* doubles = nullptr;
    const float* floats = nullptr;
    double operator[](vtkIdType i) const
    {
      return this->doubles ? this->doubles[i] : static_cast<double>(this->floats[i]);
    }
  };
  static double bounded(double f) { return f < 0.0 ? 0.0 : f > 1.0 ? 1.0 : f; }
  void open(vtkDataSet* mesh, const std::string& name);
  void classify(vtkDataSet* mesh, double tolerance, bool normalize);

  int Materials = 0;
  std::vector<std::string> Names;
  std::vector<View> Arrays;
  /// Copies of arrays of other types.
  std::vector<vtkSmartPointer<vtkDataArray>> Copies;
  /// Sums of the fractions; empty when all are 1 to rounding.
  std::vector<double> Sums;
  /// One a cell, left for the threads to fill in.
  std::unique_ptr<unsigned char[]> States;
  vtkIdType Cells = 0;
  std::vector<vtkIdType> MixedCells;
  std::int64_t Normalized = 0;
};

} // namespace mir

#endif
