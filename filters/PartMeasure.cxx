#include "PartMeasure.h"

#include "vtkIdList.h"
#include "vtkPoints.h"
#include "vtkPolyhedron.h"
#include "vtkTetra.h"

#include <cmath>

namespace mir {

PartMeasure::PartMeasure()
{
  this->Corners->SetDataTypeToDouble();
}

PartMeasure::~PartMeasure() = default;

double PartMeasure::polyhedron(const Vec3* points, int count, const int* faces, int length)
{
  this->Polyhedron->GetPoints()->SetNumberOfPoints(count);
  this->Polyhedron->GetPointIds()->SetNumberOfIds(count);
  for (int i = 0; i < count; ++i)
  {
    this->Polyhedron->GetPoints()->SetPoint(i, points[i].x, points[i].y, points[i].z);
    this->Polyhedron->GetPointIds()->SetId(i, i);
  }
  this->Faces.assign(faces, faces + length);
  this->Polyhedron->SetFaces(this->Faces.data());
  this->Polyhedron->Initialize();
  this->Polyhedron->Triangulate(0, this->Ids, this->Corners);
  double sum = 0.0;
  for (vtkIdType i = 0; i + 3 < this->Corners->GetNumberOfPoints(); i += 4)
  {
    double x[4][3];
    for (int k = 0; k < 4; ++k)
    {
      this->Corners->GetPoint(i + k, x[k]);
    }
    sum += std::abs(vtkTetra::ComputeVolume(x[0], x[1], x[2], x[3]));
  }
  return sum;
}

} // namespace mir
