/**
 * @class vtkPLICInterface
 * @brief piecewise linear interface calculation: a plane in every mixed cell
 *
 * PLIC puts one plane in every mixed cell, so that the cell is cut into exactly its volume
 * fractions (Youngs 1982). It conserves, but the planes of neighbouring cells do not join up; see
 * vtkNeuralInterface for an interface that does both.
 *
 * Input: a data set of any linear cell types with cell volume fractions. Several arrays are one a
 * material, in order; one array f means the two materials f and 1 - f. More than two materials are
 * an error for now.
 *
 * Output: vtkPolyData with double precision points, a line (2D) or polygon (3D) a mixed cell, and
 * the cell arrays
 * - `MaterialIds`: 2 components, the materials inside and outside (0-based, in array order);
 * - `SourceCellIds`: id of the mixed cell, its global id where the input has them;
 * - `Normals`: unit, from inside to outside;
 * - `Area`: length (2D) or area (3D) of the facet;
 * and the field data `Method`, `MixedCells`, `ReconstructedCells`, `RejectedCells`, `Milliseconds`.
 *
 * Guarantees: every cell with Tolerance < f < 1 - Tolerance gets its facet, and the plane cuts off
 * f of it to 1e-12. Coordinates are local to the cell, so that neither units nor the place of the
 * mesh matter. Meshes one cell thick in 3D count as 2D: their normals have no component through the
 * thickness. Ghost cells feed stencils and are never output. The result is the same on any number
 * of threads.
 *
 * A missing array, NaN, values outside [-Tolerance, 1 + Tolerance], and cells that are not linear,
 * use points that do not exist or are mixed but without volume are errors that name the array or
 * the first bad cell and leave the output empty.
 *
 * @sa vtkVolumeFractions vtkNeuralInterface vtkInterfaceError
 */

#ifndef vtkPLICInterface_h
#define vtkPLICInterface_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkPolyDataAlgorithm.h"

#include <string> // for VolumeFractionArrays
#include <vector> // for VolumeFractionArrays

class MIRFILTERS_EXPORT vtkPLICInterface : public vtkPolyDataAlgorithm
{
public:
  static vtkPLICInterface* New();
  vtkTypeMacro(vtkPLICInterface, vtkPolyDataAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum MethodType
  {
    YOUNGS,
    MIXED_YOUNGS_CENTERED,
    LEAST_SQUARES
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
   * How normals are estimated, one of MethodType. Default: MIXED_YOUNGS_CENTERED.
   * - YOUNGS: gradient over the 3^d neighbours (Youngs 1984); structured meshes.
   * - MIXED_YOUNGS_CENTERED: the better of Youngs' and centred column differences (Aulisa,
   *   Manservisi, Scardovelli, Zaleski 2007); structured meshes.
   * - LEAST_SQUARES: gradient by inverse-distance weighted least squares over the cells that share
   *   a vertex; any mesh. The other two fall back to it, with a note, where cells are unstructured.
   */
  vtkSetClampMacro(Method, int, YOUNGS, LEAST_SQUARES);
  vtkGetMacro(Method, int);
  ///@}

  ///@{
  /**
   * Fractions within Tolerance of 0 or 1 are pure. In [0, 0.1]. Default: 1e-8.
   */
  vtkSetClampMacro(Tolerance, double, 0.0, 0.1);
  vtkGetMacro(Tolerance, double);
  ///@}

protected:
  vtkPLICInterface();
  ~vtkPLICInterface() override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  std::vector<std::string> VolumeFractionArrays;
  int Method = MIXED_YOUNGS_CENTERED;
  double Tolerance = 1e-8;

private:
  vtkPLICInterface(const vtkPLICInterface&) = delete;
  void operator=(const vtkPLICInterface&) = delete;
};

#endif
