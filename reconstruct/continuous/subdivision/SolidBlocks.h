// The blocks that solid cells are made of, each refined on its own lattice.
#ifndef mir_reconstruct_continuous_subdivision_SolidBlocks_h
#define mir_reconstruct_continuous_subdivision_SolidBlocks_h

#include "plic/Vector.h"
#include "reconstruct/continuous/subdivision/SubdivisionBuilder.h"

#include <array>

namespace mir {

/// Where a tetrahedron block stands, which says which of its triangles are faces of the cell (all,
/// the one opposite to the first anchor, none) and how its octahedra are split: about their
/// centres, but over the triangle of a fan along the one diagonal that treats the fan's vertices
/// alike.
enum class BlockUse
{
  WholeCell,
  OverTriangle,
  OverFan
};

/// r^3 sub-tetrahedra and octahedra of a macro. Over a triangle or fan its anchors are the cell's
/// centre, (the face's mean,) and vertices.
void addTetrahedronBlock(SubdivisionBuilder& builder, int macro, BlockUse use);

/// The pyramid over a quad, whose four macros from the cell's centre, the quad's mean and the edges
/// 0 1, 1 2, .. follow one another: layers of sub-pyramids either way up, with a node amid their
/// bases, and sub-tetrahedra between them.
void addPyramidBlock(SubdivisionBuilder& builder, int firstMacro);

/// r^3 sub-cubes of a hexahedron. Sides are numbered -x, +x, -y, +y, -z, +z.
void addSubCubes(SubdivisionBuilder& builder, int centre, const std::array<int, 6>& faceCentres);

/// The side of the four vertices of a face.
int hexahedronSide(const int* vertices);

/// The place in [-1, 1]^3 of a node of a hexahedron.
Vec3 hexahedronPlace(const std::array<int, 4>& anchors, const std::array<double, 4>& weights,
  int centre, const std::array<int, 6>& faceCentres);

} // namespace mir

#endif
