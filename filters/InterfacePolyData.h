// The interface polydata that every method makes: one builder for its cells and arrays.
#ifndef mir_filters_InterfacePolyData_h
#define mir_filters_InterfacePolyData_h

#include "MeshAdaptor.h"

#include "vtkNew.h"
#include "vtkType.h"

#include <string>
#include <utility>
#include <vector>

class vtkCellArray;
class vtkDoubleArray;
class vtkIdTypeArray;
class vtkIntArray;
class vtkPoints;
class vtkDataObject;
class vtkPolyData;

namespace mir {

/// Collects facets and writes them to polydata with the arrays MaterialIds, SourceCellIds, Normals
/// and Area.
class InterfaceBuilder
{
public:
  explicit InterfaceBuilder(const MeshAdaptor& mesh);
  ~InterfaceBuilder();

  /// A line of a planar mesh, inside on its left; in an extruded mesh the quadrilateral over it.
  void addSegments(const std::vector<Vec2>& points,
    const std::vector<std::array<std::int64_t, 2>>& segments,
    const std::vector<std::int64_t>& cells);

  /// A planar polygon of a 3D mesh, counter-clockwise seen from outside.
  void addPolygon(const std::vector<Vec3>& loop, Vec3 unitNormal, vtkIdType cell);

  vtkIdType numberOfFacets() const;

  /// Moves everything into `output`.
  void finish(vtkPolyData* output);

private:
  void addCellData(vtkIdType cell, Vec3 normal, double area);

  const MeshAdaptor& Mesh;
  vtkNew<vtkPoints> Points;
  vtkNew<vtkCellArray> Lines;
  vtkNew<vtkCellArray> Polygons;
  vtkNew<vtkIntArray> MaterialIds;
  vtkNew<vtkIdTypeArray> SourceCellIds;
  vtkNew<vtkDoubleArray> Normals;
  vtkNew<vtkDoubleArray> Area;
};

/// Single values into the field data.
void setField(vtkDataObject* output, const std::string& name, const std::string& value);
void setField(vtkDataObject* output, const std::string& name, double value);
void setField(vtkDataObject* output, const std::string& name, std::int64_t value);

} // namespace mir

#endif
