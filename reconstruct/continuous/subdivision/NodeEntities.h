// The vertices, edges and faces of a band's mixed cells, and the nodes within them.
#ifndef mir_reconstruct_continuous_subdivision_NodeEntities_h
#define mir_reconstruct_continuous_subdivision_NodeEntities_h

#include "plic/ParallelFor.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// The other cell at a face of a mixed cell.
struct EntityFace
{
  int entity = 0;
  /// Position in SubcellBand::cells, and the face of its sub-division.
  int cell = 0;
  int face = 0;
  /// Band cell, or -1 at the domain's boundary; its face, or -1 for a pure cell.
  int otherCell = -1;
  int otherFace = -1;
};

/// Entities are known by the points that span them, in an order that starts at the lowest id and
/// goes on to its lower neighbour; they are numbered as the cells come.
struct NodeEntities
{
  /// Points of entity e: spans[spanOffsets[e]] ..
  std::vector<std::int64_t> spanOffsets{ 0 };
  std::vector<int> spans;

  /// Entities of cell c, its vertices, edges and (3D) faces: cellEntities[cellOffsets[c]] .., and
  /// how the cell sees each: of an edge 1 when it runs backwards, of a face 2 * start + (1 when it
  /// turns backwards).
  std::vector<std::int64_t> cellOffsets{ 0 };
  std::vector<int> cellEntities;
  std::vector<unsigned short> cellTurns;

  /// Faces of mixed cells (2D: edges) in the order of their entities.
  std::vector<EntityFace> faces;

  int numberOfEntities() const { return static_cast<int>(this->spanOffsets.size()) - 1; }
};

/// Finds them for a measured mesh of a band whose mixed cells are connected. Band cells with a mark
/// in `isMissing` are not looked at.
NodeEntities findEntities(const CellBand& band, const SubcellBand& mesh,
  const std::vector<std::int64_t>& pointIds, const std::vector<char>& isMissing,
  const ParallelFor& parallelFor);

/// Numbers the nodes of the entities: fills entityNodes, sharedPositions, sharedHashes,
/// sharedPoints, boundaryOffsets, boundaryNodes, aboutOffsets, aboutCells, aboutFirst and
/// sharedSizes.
void numberNodes(const CellBand& band, const NodeEntities& entities,
  const std::vector<std::int64_t>& pointIds, SubcellBand& mesh, const ParallelFor& parallelFor);

/// Fills the slots of shared nodes, their rules and bounds, and the faces without a common
/// material.
void findPresence(const NodeEntities& entities, const BandMaterials& materials, SubcellBand& mesh,
  const ParallelFor& parallelFor);

/// Local entities on each face of a sub-division: entities[offsets[f]] ..
struct FaceEntities
{
  std::vector<int> offsets{ 0 };
  std::vector<int> entities;
};
FaceEntities findFaceEntities(const CellSubdivision& cell);

} // namespace mir

#endif
