/**
 * @class vtkInterfaceError
 * @brief error of a reconstructed interface against the fractions and the ground truth
 *
 * Inputs: 0, the interface: polydata with the cell arrays `SourceCellIds`, `MaterialIds` (where
 * there are more than two materials) and, where facets need an orientation, `Normals` (see
 * vtkPLICInterface; without normals each cell takes the orientation that conserves better). A cell
 * may have any number of facets: PLIC's, and those of the continuous and neural methods. 1, the
 * mesh with cell volume fractions, several arrays one a material or one alone; 2, optional, the
 * truth of the first material as in vtkVolumeFractions.
 *
 * Output 0, the mesh with the cell arrays
 * - `ConservationError`: the largest |volume of a material's region / volume - f| of all materials;
 *   the regions are closed from the facets alone, by no code of the methods;
 * - `ContinuityError`: the largest part of a face of the cell on whose sides the materials differ;
 * - `ShapeError` (with a truth): volume of the symmetric difference with the truth / volume;
 * - `NormalError` (with a truth): mean of 1 - n . n_exact over the cell's facets.
 * Output 1, the interface with the cell array `Distance` (with a truth): distance of the facet's
 * midpoint to the true boundary, in cell sizes, positive outside; NaN for facets that do not bound
 * the first material.
 * Output 2, a table of one row with the columns `Method`, `Cells`, `Mixed`, `ConservationMax`,
 * `ConservationMean`, `ContinuityMax`, `ContinuityMean`, `ShapeError`, `Hausdorff`, `NormalError`,
 * `Milliseconds` (NaN where there is no truth).
 *
 * Ghost and hidden cells do not count, nor faces with them. Composite data are not accepted:
 * extract a block first.
 *
 * Measures are defined in data/Measures.h and data/SolidMeasures.h. A mixed cell without a facet
 * counts in full.
 *
 * @sa vtkPLICInterface vtkContinuousInterface vtkNeuralInterface vtkVolumeFractions
 */

#ifndef vtkInterfaceError_h
#define vtkInterfaceError_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkDataObjectAlgorithm.h"

#include <string> // for VolumeFractionArrays
#include <vector> // for VolumeFractionArrays

class MIRFILTERS_EXPORT vtkInterfaceError : public vtkDataObjectAlgorithm
{
public:
  static vtkInterfaceError* New();
  vtkTypeMacro(vtkInterfaceError, vtkDataObjectAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /**
   * Names of the mesh's cell arrays of volume fractions, in the order of the materials.
   */
  void AddVolumeFractionArray(const char* name);
  void ClearVolumeFractionArrays();
  int GetNumberOfVolumeFractionArrays();
  const char* GetVolumeFractionArray(int index);
  ///@}

  ///@{
  /**
   * Name of the method in the table; empty takes the interface's own field data. Default: empty.
   */
  vtkSetStdStringFromCharMacro(MethodName);
  vtkGetCharFromStdStringMacro(MethodName);
  ///@}

  ///@{
  /**
   * Fractions within Tolerance of 0 or 1 are pure. In [0, 0.1]. Default: 1e-8.
   */
  vtkSetClampMacro(Tolerance, double, 0.0, 0.1);
  vtkGetMacro(Tolerance, double);
  ///@}

  /// Connects the mesh with the fractions, the same as SetInputConnection(1, port).
  void SetMeshConnection(vtkAlgorithmOutput* port);
  /// Connects the truth, the same as SetInputConnection(2, port).
  void SetTruthConnection(vtkAlgorithmOutput* port);

protected:
  vtkInterfaceError();
  ~vtkInterfaceError() override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int FillOutputPortInformation(int port, vtkInformation* info) override;
  int RequestDataObject(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestInformation(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  std::vector<std::string> VolumeFractionArrays;
  std::string MethodName;
  double Tolerance = 1e-8;

private:
  vtkInterfaceError(const vtkInterfaceError&) = delete;
  void operator=(const vtkInterfaceError&) = delete;
};

#endif
