// The interfaces of several methods as rows of points, for pictures.
#ifndef mir_testing_continuous_Pictures_h
#define mir_testing_continuous_Pictures_h

namespace mir::testing {

/// Prints Picture,Mesh,Resolution,Method,Displacement,Inside,Outside,Points: one row a facet, the
/// coordinates of its points one after the other, three each. The mesh's own faces (2D) have the
/// method "mesh" and no materials.
void printPictures();

} // namespace mir::testing

#endif
