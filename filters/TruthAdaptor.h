// The ground truth from VTK data: polydata or an implicit function.
#ifndef mir_filters_TruthAdaptor_h
#define mir_filters_TruthAdaptor_h

#include "data/Region.h"
#include "data/Solid.h"

#include "MeshAdaptor.h"

#include <memory>

class vtkImplicitFunction;
class vtkInformationVector;
class vtkPolyData;

namespace mir {

/// A truth in the coordinates of a mesh: exactly one of the two is set.
struct Truth
{
  std::unique_ptr<Region> region;
  std::unique_ptr<Solid> solid;
};

/// Writes a shape's definition into the field data of its drawing.
void describeShape(vtkPolyData* drawing, int shape, const double centre[3], double radius,
  double angle, int resolution);

/// Draws a shape: closed polygons, or a triangulated sphere.
void drawShape(vtkPolyData* drawing, int shape, const double centre[3], double radius, double angle,
  int resolution);

/// The truth of a drawing: its definition while its points are still those of the definition, else
/// its closed polygons (polygon cells and closed polylines), nested ones being holes.
/// Throws std::runtime_error when it is empty, lies in another plane than a 2D mesh, is a surface
/// without a definition, or does not have the mesh's dimension.
Truth truthFromPolyData(vtkPolyData* drawing, const MeshAdaptor& mesh);

/// The truth of a vtkPlane or vtkSphere (f < 0 is inside). Throws std::runtime_error for others.
Truth truthFromFunction(vtkImplicitFunction* function, const MeshAdaptor& mesh);

/// Asks for the whole truth, on every rank, from the port with the given information.
void requestWholeTruth(vtkInformationVector* port);

} // namespace mir

#endif
