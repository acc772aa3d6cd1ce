// Mixed cells of a data set cut by their planes into facets or parts.
#ifndef mir_filters_CellCutting_h
#define mir_filters_CellCutting_h

#include "FacetChunks.h"
#include "InterfaceBand.h"
#include "PLICNormals.h"
#include "PartWriter.h"

#include "plic/CellCutter.h"
#include "plic/MaterialOrder.h"
#include "plic/NestedCuts.h"

#include <optional>
#include <vector>

namespace mir {

class MaterialFractions;
class MeshAdaptor;

/// Cuts mixed cells along the normals that findNormals() has found. Keeps its memory from cell to
/// cell: use one object a thread. Of cells of three and more materials the band must know the
/// neighbours.
class CellCutting
{
public:
  /// Keeps references to all. Materials are cut in the order that fits the neighbours best, or as
  /// they are listed.
  CellCutting(const MeshAdaptor& mesh, const MaterialFractions& fractions,
    const InterfaceBand& band, const MixedMaterials& materials, bool automaticOrder);

  /// From now on parts instead of facets: polygons and polyhedra, or triangles and tetrahedra.
  void makeParts(bool simplices) { this->Writer.emplace(this->Mesh, simplices); }

  int numberOfCells() const { return static_cast<int>(this->Band.mixed.size()); }
  bool isGhost(int mixed) const;

  /// Appends the facets or the parts of a mixed cell, given by its place in band.mixed. Returns
  /// whether it has a facet.
  bool cut(int mixed, FacetChunk& facets, PartChunk& parts);

private:
  bool addFacet(int mixed, FacetChunk& facets);

  const MeshAdaptor& Mesh;
  const InterfaceBand& Band;
  const MixedMaterials& Materials;
  bool AutomaticOrder;
  CellCutter SimpleCutter;
  NestedCutter Cutter;
  MaterialOrder Order;
  std::optional<PartWriter> Writer;
  std::vector<MaterialEstimate> Estimates;
  std::vector<MaterialCut> Cuts;
};

} // namespace mir

#endif
