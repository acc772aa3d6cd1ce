/**
 * @class vtkNeuralInterface
 * @brief an interface that is continuous and conserves, from a trained network
 *
 * A network looks at the volume fractions around every mixed cell and proposes the signed distance
 * to the interface at the nodes of a 4 x 4 subdivision of the cell. Nodes on faces are shared by
 * the cells that meet there, so the interface joins up; a projection then changes the nodes as
 * little as possible until every cell holds exactly its volume fraction.
 *
 * Models (`Model`):
 * - `subcell` (default, compiled in, needs no LibTorch): the 7 x 7 stencil of a mixed cell, a
 *   perceptron, exact symmetry under the symmetries of the square and the exchange of materials;
 * - `autoencoder-2ch`: the convolutional autoencoder of Yamamoto (2021) with two channels, run
 *   through LibTorch on overlapping tiles of 8 x 8 cells;
 * - a path to a safetensors file of either kind.
 *
 * Input: a 2D mesh of quads that is logically rectangular, holes allowed: image data, rectilinear
 * and structured grids, pixels or quads; or a 3D mesh of that kind one cell thick. Anything else
 * is an error that says so. Two materials.
 *
 * Output: as vtkPLICInterface, with several facets a cell and shared points, and the field data
 * `Model` beside that of vtkContinuousInterface. Faces between a full and an empty cell are part of
 * the interface.
 *
 * Guarantees with Conserve EXACT: |area inside / area - f| <= 1e-10 in every cell, and the traces
 * of neighbouring cells on their common face are the same, bit for bit.
 *
 * A model file that is corrupt, truncated or of an unknown architecture is an error that names it.
 *
 * @sa vtkContinuousInterface vtkPLICInterface vtkInterfaceError
 */

#ifndef vtkNeuralInterface_h
#define vtkNeuralInterface_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkPolyDataAlgorithm.h"

#include <string> // for VolumeFractionArrays
#include <vector> // for VolumeFractionArrays

class MIRFILTERS_EXPORT vtkNeuralInterface : public vtkPolyDataAlgorithm
{
public:
  static vtkNeuralInterface* New();
  vtkTypeMacro(vtkNeuralInterface, vtkPolyDataAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum ConserveType
  {
    EXACT,
    RELAXED,
    OFF
  };
  enum DeviceType
  {
    AUTO,
    CPU,
    CUDA
  };

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
   * A shipped model's name (`subcell`, `autoencoder-2ch`) or the path of a safetensors file.
   * Default: subcell.
   */
  vtkSetStdStringFromCharMacro(Model);
  vtkGetCharFromStdStringMacro(Model);
  ///@}

  ///@{
  /**
   * EXACT: every cell holds its fraction. RELAXED: a soft constraint for noisy fractions, to within
   * 1e-3 of a cell where the shared nodes can. OFF: the network's field as it is. Continuity is
   * exact in all three. Default: EXACT.
   */
  vtkSetClampMacro(Conserve, int, EXACT, OFF);
  vtkGetMacro(Conserve, int);
  ///@}

  ///@{
  /**
   * Where LibTorch models run. AUTO takes a CUDA device if there is one; CUDA without one is an
   * error. The sub-cell model runs on the CPU. Default: AUTO.
   */
  vtkSetClampMacro(Device, int, AUTO, CUDA);
  vtkGetMacro(Device, int);
  ///@}

  ///@{
  /**
   * Fractions within Tolerance of 0 or 1 are pure. In [0, 0.1]. Default: 1e-8.
   */
  vtkSetClampMacro(Tolerance, double, 0.0, 0.1);
  vtkGetMacro(Tolerance, double);
  ///@}

protected:
  vtkNeuralInterface();
  ~vtkNeuralInterface() override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  std::vector<std::string> VolumeFractionArrays;
  std::string Model = "subcell";
  int Conserve = EXACT;
  int Device = AUTO;
  double Tolerance = 1e-8;

private:
  vtkNeuralInterface(const vtkNeuralInterface&) = delete;
  void operator=(const vtkNeuralInterface&) = delete;
};

#endif
