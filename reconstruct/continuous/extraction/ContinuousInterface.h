// The interface between the regions of a field, and the regions themselves, on shared points.
#ifndef mir_reconstruct_continuous_extraction_ContinuousInterface_h
#define mir_reconstruct_continuous_extraction_ContinuousInterface_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mir {

/// Facets between regions: segments in 2D, convex polygons in 3D, on shared points.
struct ContinuousFacets
{
  /// In the band's coordinates; z = 0 in 2D.
  UninitializedVector<Vec3> points;
  /// Facet i has the points facetPoints[facetOffsets[i]] ..: in 2D two, with the material `inside`
  /// on their left; in 3D counter-clockwise seen from `outside`.
  UninitializedVector<std::int64_t> facetOffsets{ 0 };
  std::vector<int> facetPoints;
  std::vector<unsigned char> inside;
  std::vector<unsigned char> outside;
  /// Band cell that the facet lies in; of a facet on a face, the cell of the inside material.
  std::vector<int> cells;
  /// Unit, from inside to outside.
  std::vector<Vec3> normals;
  /// Length or area, greater than 0.
  std::vector<double> areas;
};

/// The facets between the materials of every cell, inside < outside, and those on faces whose cells
/// have no material in common (SubcellBand::disjointFaces), clipped to the regions on either side.
///
/// Every point is one number for all simplices and cells about it: it is known by where it lies
/// (the edge of two nodes and the pair of materials; a simplex or a simplex's face and three or
/// four materials; a node), its coordinates come from the sorted nodes, so that both sides agree
/// bit for bit. So in 2D a point on an edge ends two facets, or one at the domain's boundary, and a
/// junction one facet of each pair of its materials. Facets of no extent are dropped and their
/// points joined.
ContinuousFacets extractFacets(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, const ParallelFor& parallelFor = runSerially);

/// The regions of the materials in the mixed cells as triangles or tetrahedra of positive measure.
struct ContinuousParts
{
  UninitializedVector<Vec3> points;
  /// `dimension + 1` points each; in 2D the last is -1.
  UninitializedVector<std::array<int, 4>> simplices;
  UninitializedVector<unsigned char> materials;
  /// Band cell that the simplex lies in.
  UninitializedVector<int> cells;
};

/// Simplices whose measures sum to each material's volume in every cell to 1e-12 of the cell. Whole
/// simplices of the sub-division come as they are; points are shared as in extractFacets().
ContinuousParts extractParts(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
