// The interfaces of several methods as rows of points, for pictures.
#ifndef mir_testing_continuous_Pictures_h
#define mir_testing_continuous_Pictures_h

#include "Recipe.h"

#include <string>
#include <vector>

namespace mir::testing {

/// A case on a mesh (Problem.h), in the first of the reported placements.
struct Picture
{
  std::string name;
  std::string mesh;
  int n;
};

/// A method under the name that it is shown with: a recipe, or without one the planes of an
/// estimator.
struct PictureColumn
{
  std::string name;
  const Recipe* recipe = nullptr;
  std::string planes;
};

/// Picture,Mesh,Resolution,Method,Displacement,Inside,Outside,Points
void printPictureHeading();

/// One row a facet, the coordinates of its points one after the other, three each. The mesh's own
/// faces (2D) have the method "mesh" and no materials.
void printPictures(const std::vector<Picture>& pictures, const std::vector<PictureColumn>& columns);

} // namespace mir::testing

#endif
