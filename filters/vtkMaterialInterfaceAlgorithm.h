/**
 * @class vtkMaterialInterfaceAlgorithm
 * @brief what filters that reconstruct interfaces of any number of materials have in common
 *
 * Input: a data set with cell volume fractions, or a composite of such; output: the interface as
 * polydata or the cells cut into their materials as an unstructured grid, of composites the same
 * partitioned collection or a multiblock of these. Ghost cells are asked for.
 *
 * @sa vtkPLICInterface vtkContinuousInterface vtkNeuralInterface
 */

#ifndef vtkMaterialInterfaceAlgorithm_h
#define vtkMaterialInterfaceAlgorithm_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkDataObjectAlgorithm.h"

#include <functional> // for ReconstructBlocks
#include <string>     // for VolumeFractionArrays
#include <vector>     // for VolumeFractionArrays

class vtkDataSet;
class vtkPolyData;

class MIRFILTERS_EXPORT vtkMaterialInterfaceAlgorithm : public vtkDataObjectAlgorithm
{
public:
  vtkTypeMacro(vtkMaterialInterfaceAlgorithm, vtkDataObjectAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /// How normals of planes are estimated, see vtkPLICInterface::SetMethod().
  enum PlanesType
  {
    YOUNGS,
    MIXED_YOUNGS_CENTERED,
    LEAST_SQUARES,
    ELVIRA,
    LVIRA,
    RECONSTRUCTED_DISTANCE,
    MOMENT_OF_FLUID,
    AUTOMATIC
  };

  /// Of OutputMaterials; each filter has values of its own for cut cells.
  enum InterfaceOutputType
  {
    INTERFACE
  };

  /**
   * Output 0 of a data set with OutputMaterials INTERFACE; else nullptr.
   */
  vtkPolyData* GetPolyDataOutput();

  ///@{
  /**
   * Names of the cell arrays of volume fractions, in the order of the materials.
   */
  void AddVolumeFractionArray(const char* name);
  void ClearVolumeFractionArrays();
  int GetNumberOfVolumeFractionArrays();
  const char* GetVolumeFractionArray(int index);
  ///@}

  ///@{
  /**
   * Names of the cell arrays of centroids (3 components, in the mesh's coordinates), one for each
   * volume fraction array, in their order. Only MOMENT_OF_FLUID reads them. An array that the data
   * do not have, and a centroid outside of its cell or not finite are errors.
   */
  void AddCentroidArray(const char* name);
  void ClearCentroidArrays();
  int GetNumberOfCentroidArrays();
  const char* GetCentroidArray(int index);
  ///@}

  ///@{
  /**
   * Fractions within Tolerance of 0 or 1 are pure. In [0, 0.1]. Default: 1e-8.
   */
  vtkSetClampMacro(Tolerance, double, 0.0, 0.1);
  vtkGetMacro(Tolerance, double);
  ///@}

  ///@{
  /**
   * Move fractions into [0, 1] and rescale them to sum to 1 where they do not, and count the cells,
   * instead of an error. Default: off.
   */
  vtkSetMacro(Normalize, bool);
  vtkGetMacro(Normalize, bool);
  vtkBooleanMacro(Normalize, bool);
  ///@}

  ///@{
  /**
   * Of clipped cells only those that were mixed. Default: off.
   */
  vtkSetMacro(MixedCellsOnly, bool);
  vtkGetMacro(MixedCellsOnly, bool);
  vtkBooleanMacro(MixedCellsOnly, bool);
  ///@}

protected:
  vtkMaterialInterfaceAlgorithm();
  ~vtkMaterialInterfaceAlgorithm() override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int FillOutputPortInformation(int port, vtkInformation* info) override;
  int RequestDataObject(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  /// Layers of ghost cells that a piece needs, of image and rectilinear grids or of other meshes.
  virtual int GhostLayers(bool grid) = 0;

  /// Runs `reconstruct` on the input or its blocks (see BlockwiseRun.h) and tells the user what
  /// went wrong. Returns false after an error.
  bool ReconstructBlocks(vtkInformationVector** inputVector, vtkInformationVector* outputVector,
    const std::function<void(vtkDataSet*, vtkDataObject*, const std::function<bool(double)>&)>&
      reconstruct);

  std::vector<std::string> VolumeFractionArrays;
  std::vector<std::string> CentroidArrays;
  double Tolerance = 1e-8;
  bool Normalize = false;
  int OutputMaterials = INTERFACE;
  bool MixedCellsOnly = false;

private:
  vtkMaterialInterfaceAlgorithm(const vtkMaterialInterfaceAlgorithm&) = delete;
  void operator=(const vtkMaterialInterfaceAlgorithm&) = delete;
};

#endif
