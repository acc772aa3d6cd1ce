/**
 * @class vtkPLICInterface
 * @brief piecewise linear interface calculation: a plane in every mixed cell
 *
 * PLIC puts one plane in every mixed cell, so that the cell is cut into exactly its volume
 * fractions (Youngs 1982). It conserves, but the planes of neighbouring cells do not join up; see
 * vtkContinuousInterface for interfaces that do both.
 *
 * Input: a data set of any linear cell types with cell volume fractions, or a composite of such:
 * multiblock, partitioned, overlapping AMR. Several arrays are one a material (2 to 253), in order;
 * one array f means the two materials f and 1 - f.
 *
 * Output 0, with OutputMaterials INTERFACE: vtkPolyData with double precision points, a line (2D)
 * or polygon (3D) for each two materials that touch in a mixed cell, and one for each face between
 * full cells of different materials, so that the interface is complete. Cell arrays:
 * - `MaterialIds`: 2 components, the materials inside and outside (0-based, in array order);
 * - `SourceCellIds`: id of the mixed cell (or of the inner of two full cells), its global id where
 *   the input has them;
 * - `Normals`: unit, from inside to outside;
 * - `Area`: length (2D) or area (3D) of the facet.
 *
 * Output 0, with the other values of OutputMaterials: vtkUnstructuredGrid of the cells cut into
 * their materials, polygons and polyhedra or triangles and tetrahedra, with every input cell array
 * and `MaterialId` and `SourceCellIds`. Their volumes, as vtkCellSizeFilter and
 * vtkIntegrateAttributes find them, add up to those of the materials.
 *
 * Composite input gives a composite of these: the same partitioned collection, or a multiblock.
 * Field data: `Method`, `MixedCells`, `ReconstructedCells`, `RejectedCells`, `FallbackCells` (that
 * got another method or, without a direction, the first axis), `NormalizedCells`, `Milliseconds`.
 *
 * Guarantees: every cell with Tolerance < f < 1 - Tolerance gets its facet, and its planes cut off
 * the fractions to 1e-12, each plane in what is left by those before it. Coordinates are local to
 * the cell, so that neither units nor the place of the mesh matter. Meshes one cell thick in 3D
 * count as 2D: their normals have no component through the thickness. Ghost cells feed stencils and
 * are never output. The result is the same on any number of threads.
 *
 * A missing array, NaN, values outside [-Tolerance, 1 + Tolerance], sums that leave 1 (unless
 * Normalize), and cells that are not linear, use points that do not exist or are mixed but without
 * volume are errors that name the array or the first bad cell and leave the output empty. Blocks of
 * a composite that lack the arrays are skipped with a warning.
 *
 * @sa vtkContinuousInterface vtkNeuralInterface vtkVolumeFractions vtkInterfaceError
 */

#ifndef vtkPLICInterface_h
#define vtkPLICInterface_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkMaterialInterfaceAlgorithm.h"

class MIRFILTERS_EXPORT vtkPLICInterface : public vtkMaterialInterfaceAlgorithm
{
public:
  static vtkPLICInterface* New();
  vtkTypeMacro(vtkPLICInterface, vtkMaterialInterfaceAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum MaterialOrderType
  {
    LISTED,
    AUTOMATIC_ORDER
  };

  enum OutputMaterialsType
  {
    CLIPPED_CELLS = INTERFACE + 1,
    CLIPPED_TETRAHEDRA
  };

  ///@{
  /**
   * How normals are estimated, one of PlanesType. Default: AUTOMATIC.
   * - YOUNGS: gradient over the 3^d neighbours (Youngs 1984); image and rectilinear grids.
   * - MIXED_YOUNGS_CENTERED: the better of Youngs' and centred column differences (Aulisa,
   *   Manservisi, Scardovelli, Zaleski 2007); image and rectilinear grids.
   * - LEAST_SQUARES: gradient by inverse-distance weighted least squares over the cells that share
   *   a vertex (Barth 1993); any mesh.
   * - ELVIRA: of several column differences the one whose plane fits the neighbours' fractions best
   *   (Pilliod and Puckett 2004); image and rectilinear grids. Exact for lines in 2D, at the sides
   *   of the grid too, where LVIRA fits the cells that there are.
   * - LVIRA: the plane that fits the neighbours' fractions best (Pilliod and Puckett 2004); any
   *   mesh. Exact for planes.
   * - RECONSTRUCTED_DISTANCE: from paraboloids through the facets about each cell, iterated (after
   *   Scheufler and Roenby 2019); any mesh. Exact for planes, third order for curved interfaces.
   * - MOMENT_OF_FLUID: the plane that fits the material's centroid best (Dyadechko and Shashkov
   *   2005); any mesh with CentroidArrays. Exact for planes.
   * - AUTOMATIC: RECONSTRUCTED_DISTANCE; on image and rectilinear grids one round of it, from the
   *   normals of MIXED_YOUNGS_CENTERED, which takes no more than twice their time.
   * On meshes that a method does not take, and for MOMENT_OF_FLUID without a centroid array for
   * each volume fraction array, RECONSTRUCTED_DISTANCE is used, with a warning and a count.
   *
   * Exact for planes means: LVIRA and lines of ELVIRA to 1e-6 degrees, RECONSTRUCTED_DISTANCE to
   * 1e-3, in all cells with fractions from 1e-6 to 1 - 1e-6, at the mesh's edge and in its corners
   * too, unless more planes than one explain all fractions of the mesh.
   */
  vtkSetClampMacro(Method, int, YOUNGS, AUTOMATIC);
  vtkGetMacro(Method, int);
  ///@}

  ///@{
  /**
   * The order in which three and more materials are cut from a cell, one of MaterialOrderType:
   * LISTED as the arrays are, AUTOMATIC_ORDER the one that fits the neighbours best in each cell.
   * Default: AUTOMATIC_ORDER.
   */
  vtkSetClampMacro(MaterialOrder, int, LISTED, AUTOMATIC_ORDER);
  vtkGetMacro(MaterialOrder, int);
  ///@}

  ///@{
  /**
   * What comes out, INTERFACE or one of OutputMaterialsType: the interface; or the cells cut into
   * their materials, as polygons and polyhedra or as triangles and tetrahedra. Default: INTERFACE.
   */
  vtkSetClampMacro(OutputMaterials, int, INTERFACE, CLIPPED_TETRAHEDRA);
  vtkGetMacro(OutputMaterials, int);
  ///@}

protected:
  vtkPLICInterface();
  ~vtkPLICInterface() override;

  int GhostLayers(bool grid) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  int Method = AUTOMATIC;
  int MaterialOrder = AUTOMATIC_ORDER;

private:
  vtkPLICInterface(const vtkPLICInterface&) = delete;
  void operator=(const vtkPLICInterface&) = delete;
};

#endif
