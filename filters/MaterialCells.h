// Cells cut into their materials, as an unstructured grid.
#ifndef mir_filters_MaterialCells_h
#define mir_filters_MaterialCells_h

#include "PartWriter.h"

#include "vtkType.h" // for vtkIdType

#include <vector>

class vtkUnstructuredGrid;

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// A cell as one part, in the plane's coordinates or in space.
MaterialPart wholeCell(const MeshAdaptor& mesh, vtkIdType cell, int material);

/// Pure cells as they are (polygons and polyhedra that are not convex as triangles or tetrahedra),
/// unless `mixedOnly`, then the parts. Cell arrays: `MaterialId`,
/// `SourceCellIds`, and every array of the input's cells but ghost marks. Ghost cells are left out.
void writeMaterialCells(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  std::vector<PartChunk> chunks, bool mixedOnly, vtkUnstructuredGrid* output);

} // namespace mir

#endif
