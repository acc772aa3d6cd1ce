/**
 * @class vtkNeuralInterface
 * @brief an interface that is continuous and conserves, from a trained network
 *
 * A network looks at the volume fractions around every mixed cell and proposes the signed distance
 * to the interface at the nodes of a 4 x 4 (x 4) subdivision of the cell. Nodes on faces are shared
 * by the cells that meet there, so the interface joins up; a projection then changes the nodes as
 * little as possible until every cell holds exactly its volume fractions. Where the sub-cell models
 * agree with the paraboloids of vtkContinuousInterface to some hundredths of a cell, on smooth
 * interfaces, these take their place: their error falls with the size of the cells, a network's
 * does not.
 *
 * Models (`Model`):
 * - `subcell` (default): a perceptron on the 7 x 7 stencil of a mixed cell, exact symmetry under
 * the symmetries of the square and the exchange of materials; on 3D meshes `subcell3d`: the same
 * for the 5 x 5 x 5 stencil and the symmetries of the cube;
 * - `subcell-fast`: a smaller network on the 5 x 5 stencil, faster and less accurate; 2D;
 * - `autoencoder-2ch`, `autoencoder-4ch`, `autoencoder-pooling-d1`, `autoencoder-pooling-d2`: the
 *   convolutional autoencoders of Yamamoto (2021) with two and four channels, and with two and
 *   pooling of dilation 1 or 2, on overlapping tiles of 8 x 8 cells that start where the grid does;
 *   2D. Their coverage of the material is contoured at one half;
 * - a path to a safetensors file of one of these kinds, such as the study's 32 channels.
 *
 * Input: data sets and composites of them, with two or more materials. Networks take meshes of
 * quads or hexahedra that are pieces of a logical grid, holes allowed: image data, rectilinear and
 * structured grids, unstructured ones of pixels, quads, voxels or hexahedra. On any other mesh the
 * filter says so and does what vtkContinuousInterface does with the method Variational. Of more
 * than two materials each has a field of its own, from its fraction against the rest.
 *
 * Networks take cells for the squares and cubes that they were trained on. Smoothly curved and
 * stretched grids do no harm; in cells about which a grid is irregular, as where its points lie at
 * random, the sub-cell models give way to vtkContinuousInterface with the method Averaged
 * Paraboloids, and the filter says in how many. The study's autoencoders are shown as they are.
 *
 * Output: as vtkPLICInterface, with several facets a cell and shared points, and the field data
 * `Model` and `FallbackCells` (mixed cells that got Variational or Averaged Paraboloids) beside
 * that of vtkContinuousInterface. Faces between cells full of different materials are part of the
 * interface.
 *
 * Guarantees with Conserve EXACT: |volume inside / volume - f| <= 1e-10 in every cell, and the
 * traces of neighbouring cells on their common face are the same, bit for bit.
 *
 * A model file that is corrupt, truncated or of an unknown architecture is an error that names it.
 *
 * @sa vtkContinuousInterface vtkPLICInterface vtkInterfaceError
 */

#ifndef vtkNeuralInterface_h
#define vtkNeuralInterface_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkMaterialInterfaceAlgorithm.h"

#include <string> // for Model

class MIRFILTERS_EXPORT vtkNeuralInterface : public vtkMaterialInterfaceAlgorithm
{
public:
  static vtkNeuralInterface* New();
  vtkTypeMacro(vtkNeuralInterface, vtkMaterialInterfaceAlgorithm);
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
   * A shipped model's name (`subcell`, `subcell-fast`, `subcell3d`, `autoencoder-2ch`,
   * `autoencoder-4ch`, `autoencoder-pooling-d1`, `autoencoder-pooling-d2`) or the path of a
   * safetensors file. Default: subcell.
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
   * Where the network runs. AUTO takes a CUDA device where this build (MIR_WITH_CUDA) and this
   * machine have one and the model has kernels for it, which the 2D sub-cell models have; CUDA is
   * an error otherwise. Default: AUTO.
   */
  vtkSetClampMacro(Device, int, AUTO, CUDA);
  vtkGetMacro(Device, int);
  ///@}

protected:
  vtkNeuralInterface();
  ~vtkNeuralInterface() override;

  int GhostLayers(bool grid) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  std::string Model = "subcell";
  int Conserve = EXACT;
  int Device = AUTO;

private:
  vtkNeuralInterface(const vtkNeuralInterface&) = delete;
  void operator=(const vtkNeuralInterface&) = delete;
};

#endif
