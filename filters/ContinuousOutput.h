// Facets and regions of continuous methods, from the coordinates of a band to VTK data in space.
#ifndef mir_filters_ContinuousOutput_h
#define mir_filters_ContinuousOutput_h

#include "FacetChunks.h"
#include "PartWriter.h"

namespace mir {

class MaterialFractions;
class MeshAdaptor;
struct ContinuousFacets;
struct ContinuousParts;
struct InterfaceBand;

/// The facets of the band's cells and the faces between full cells of different materials, on
/// shared points. Facets of ghost cells are left out. In an extruded mesh facets are the
/// quadrilaterals over the segments.
FacetChunk facetsInSpace(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  const InterfaceBand& band, const ContinuousFacets& facets);

/// Triangles or tetrahedra, on shared points, without those of ghost cells. In an extruded mesh the
/// three tetrahedra of the prism over each triangle.
PartChunk partsInSpace(
  const MeshAdaptor& mesh, const InterfaceBand& band, const ContinuousParts& parts);

} // namespace mir

#endif
