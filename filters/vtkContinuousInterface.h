/**
 * @class vtkContinuousInterface
 * @brief an interface that is continuous and conserves, on any mesh, without a network
 *
 * PLIC's planes do not join up from cell to cell (see vtkPLICInterface). This filter splits the
 * mixed cells into simplices whose nodes on faces are shared by the cells that meet there, and
 * holds a value for each material at every node: a material's region is where its value is the
 * largest, so that regions join up by construction. The values start as the distances to PLIC
 * planes, bent as those about them are, averaged where cells meet; then they are moved as little as
 * possible until every cell holds exactly its volume fractions. The last step of that is a power
 * diagram's (Kitagawa, Merigot and Thibert 2019), so that it always ends.
 *
 * Input: a data set of any linear cell types with cell volume fractions, or a composite of such:
 * multiblock, partitioned, overlapping AMR. Several arrays are one a material (2 to 64), in order;
 * one array f means the two materials f and 1 - f.
 *
 * Output 0, with OutputMaterials INTERFACE: vtkPolyData with double precision points, which facets
 * share: lines (2D) or polygons (3D), several a mixed cell, and the faces between cells that hold
 * no material in common, so that the interface is complete. Cell arrays as vtkPLICInterface has
 * them:
 * - `MaterialIds`: 2 components, the materials inside and outside (0-based, in array order);
 * - `SourceCellIds`: id of the cell that the facet lies in (of a face, of the inner cell), its
 *   global id where the input has them;
 * - `Normals`: unit, from inside to outside;
 * - `Area`: length (2D) or area (3D) of the facet.
 *
 * Output 0, with OutputMaterials CLIPPED_SIMPLICES: vtkUnstructuredGrid of the pure cells as they
 * are and the mixed ones cut into triangles or tetrahedra, with every input cell array and
 * `MaterialId` and `SourceCellIds`. There are many of them: up to 24 Refinement^3 for a hexahedron,
 * and more where the interface cuts.
 *
 * Composite input gives a composite of these: the same partitioned collection, or a multiblock.
 * Field data: `Method`, `MixedCells`, `ReconstructedCells`, `RejectedCells`, `FallbackCells` (whose
 * planes are of another method, or that are cut by planes as no point within sees all their faces),
 * `SeededCells` (materials that a cell had lost at first), `AdjustedCells` (whose last part came
 * from within the cell), `FailedCells`, `HangingFaces`, `NormalizedCells`, `ConservationMax`,
 * `Milliseconds`.
 *
 * Guarantees with Conserve EXACT: every material has its fraction of every cell to 1e-12 of the
 * cell (cells that fail are counted in a warning), and with any Conserve the interface has no gaps:
 * on a common face the regions of two cells are the same, bit for bit. A cell has no part of a
 * material that it does not hold. Meshes one cell thick in 3D count as 2D. Ghost cells feed the
 * planes and nodes at a piece's edge and are never output; the result is the same on any number of
 * threads.
 *
 * Limits: where cells of different size meet (AMR levels, octrees) and between blocks the interface
 * is continuous on either side alone; of unstructured meshes such faces are counted in a warning.
 * Pieces of one mesh, as on the ranks of a parallel run, join up to some 1e-5 of a cell, not bit
 * for bit. A material with less than some millionths of a cell may lie within it rather than in the
 * corner that it comes from, as far as .8 of the cell's size away.
 *
 * A missing array, NaN, values outside [-Tolerance, 1 + Tolerance], sums that leave 1 (unless
 * Normalize), and cells that are not linear, use points that do not exist or are mixed but without
 * volume are errors that name the array or the first bad cell and leave the output empty. Blocks of
 * a composite that lack the arrays are skipped with a warning.
 *
 * @sa vtkPLICInterface vtkNeuralInterface vtkInterfaceError
 */

#ifndef vtkContinuousInterface_h
#define vtkContinuousInterface_h

#include "mirFiltersModule.h" // for the export macro
#include "vtkMaterialInterfaceAlgorithm.h"

class MIRFILTERS_EXPORT vtkContinuousInterface : public vtkMaterialInterfaceAlgorithm
{
public:
  static vtkContinuousInterface* New();
  vtkTypeMacro(vtkContinuousInterface, vtkMaterialInterfaceAlgorithm);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  enum MethodType
  {
    AVERAGED_PLANES,
    VARIATIONAL,
    AVERAGED_PARABOLOIDS
  };

  enum ConserveType
  {
    EXACT,
    RELAXED,
    OFF
  };

  enum OutputMaterialsType
  {
    CLIPPED_SIMPLICES = INTERFACE + 1
  };

  ///@{
  /**
   * One of MethodType. Default: AVERAGED_PARABOLOIDS.
   * - AVERAGED_PLANES: the planes of the cells about a node, averaged; fast, and as good as the
   *   planes.
   * - AVERAGED_PARABOLOIDS: planes that bend as the planes about them turn, averaged; as fast, and
   *   on smooth interfaces 5 to 30 times more accurate than planes. Corners stay planes.
   * - VARIATIONAL: from there, and where paraboloids do not fit, the interface that turns least
   *   between the cells' fractions, corners and junctions kept: a fourth of the planes' error.
   *   Takes tens of microseconds a mixed cell in smooth parts; elsewhere milliseconds, and in 3D
   *   several hundred kilobytes each, where a Refinement of 2 costs a fifth of 4.
   */
  vtkSetClampMacro(Method, int, AVERAGED_PLANES, AVERAGED_PARABOLOIDS);
  vtkGetMacro(Method, int);
  ///@}

  ///@{
  /**
   * How the normals of the planes are estimated, one of PlanesType; see
   * vtkPLICInterface::SetMethod. Default: AUTOMATIC, which with AVERAGED_PARABOLOIDS and
   * VARIATIONAL stands for RECONSTRUCTED_DISTANCE. Corners start from these planes beside them,
   * prolonged until they meet.
   */
  vtkSetClampMacro(Planes, int, YOUNGS, AUTOMATIC);
  vtkGetMacro(Planes, int);
  ///@}

  ///@{
  /**
   * EXACT: every cell holds its fractions. RELAXED: for noisy fractions, materials come within
   * RelaxedTolerance of theirs where the nodes can. OFF: the starting field as it is. Continuity is
   * exact in all three. Default: EXACT.
   */
  vtkSetClampMacro(Conserve, int, EXACT, OFF);
  vtkGetMacro(Conserve, int);
  ///@}

  ///@{
  /**
   * Part of a cell by which a material may miss its fraction with Conserve RELAXED. In [0, 0.1].
   * Default: 1e-3.
   */
  vtkSetClampMacro(RelaxedTolerance, double, 0.0, 0.1);
  vtkGetMacro(RelaxedTolerance, double);
  ///@}

  ///@{
  /**
   * Parts that every edge of a mixed cell is split into: 2 is fast, 4 follows corners and films
   * better. In [2, 8]. Default: 4.
   */
  vtkSetClampMacro(Refinement, int, 2, 8);
  vtkGetMacro(Refinement, int);
  ///@}

  ///@{
  /**
   * What comes out, INTERFACE or one of OutputMaterialsType: the interface, or the cells cut into
   * their materials. Default: INTERFACE.
   */
  vtkSetClampMacro(OutputMaterials, int, INTERFACE, CLIPPED_SIMPLICES);
  vtkGetMacro(OutputMaterials, int);
  ///@}

protected:
  vtkContinuousInterface();
  ~vtkContinuousInterface() override;

  int GhostLayers(bool grid) override;
  int RequestData(vtkInformation*, vtkInformationVector**, vtkInformationVector*) override;

  int Method = AVERAGED_PARABOLOIDS;
  int Planes = AUTOMATIC;
  int Conserve = EXACT;
  double RelaxedTolerance = 1e-3;
  int Refinement = 4;

private:
  vtkContinuousInterface(const vtkContinuousInterface&) = delete;
  void operator=(const vtkContinuousInterface&) = delete;
};

#endif
