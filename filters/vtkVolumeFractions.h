/**
 * @class vtkVolumeFractions
 * @brief volume fractions of a ground truth on any mesh
 *
 * Input 0 is the mesh, input 1 (optional) the truth: the output of vtkBenchmarkShape or closed
 * polygons in a plane. Without input 1 an implicit function is the truth: vtkPlane (the half-space
 * where the function is negative) or vtkSphere.
 *
 * The output is the mesh with one cell array per material, in double precision:
 * - `VolumeFraction`: the fraction of the cell inside the truth, in [0, 1];
 * - `VolumeFractionOutside`: one minus that.
 *
 * Fractions are exact to 1e-12 of a cell for benchmark shapes, polygons, half-spaces and spheres;
 * cells that the boundary does not touch get exactly 0 or 1. Meshes one cell thick in 3D take 2D
 * truths, extruded through the thickness. Cells may be of any linear type; a cell of another type
 * or of no volume is an error that names it. A 3D truth on a 2D mesh, or the reverse, is an error.
 *
 * Disk and polygon by Green's theorem on the clipped cell; ball and polyhedron as in
 * Strobl, Formella, Poeschel (2016), by cones from the ball's centre.
 *
 * @sa vtkBenchmarkShape vtkPLICInterface
 */

#ifndef vtkVolumeFractions_h
#define vtkVolumeFractions_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkDataSetAlgorithm.h"
#include "vtkSmartPointer.h" // for ImplicitFunction

class vtkImplicitFunction;

class MIRFILTERS_EXPORT vtkVolumeFractions : public vtkDataSetAlgorithm
{
public:
  static vtkVolumeFractions* New();
  vtkTypeMacro(vtkVolumeFractions, vtkDataSetAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  ///@{
  /**
   * The truth when input 1 has no connection: a vtkPlane or a vtkSphere. Default: none.
   */
  void SetImplicitFunction(vtkImplicitFunction* function);
  vtkImplicitFunction* GetImplicitFunction();
  ///@}

  /// Connects the truth, the same as SetInputConnection(1, port).
  void SetTruthConnection(vtkAlgorithmOutput* port);

  vtkMTimeType GetMTime() override;

protected:
  vtkVolumeFractions();
  ~vtkVolumeFractions() override;

  int FillInputPortInformation(int port, vtkInformation* info) override;
  int RequestUpdateExtent(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  vtkSmartPointer<vtkImplicitFunction> ImplicitFunction;

private:
  vtkVolumeFractions(const vtkVolumeFractions&) = delete;
  void operator=(const vtkVolumeFractions&) = delete;
};

#endif
