#include "vtkBenchmarkShape.h"

#include "TruthAdaptor.h"

#include "vtkObjectFactory.h"
#include "vtkPolyData.h"

#include <cmath>

vtkStandardNewMacro(vtkBenchmarkShape);

//------------------------------------------------------------------------------
vtkBenchmarkShape::vtkBenchmarkShape()
{
  this->SetNumberOfInputPorts(0);
}

//------------------------------------------------------------------------------
int vtkBenchmarkShape::RequestData(
  vtkInformation*, vtkInformationVector**, vtkInformationVector* outputVector)
{
  vtkPolyData* output = vtkPolyData::GetData(outputVector);
  if (!(this->Radius > 0.0) || !std::isfinite(this->Radius))
  {
    vtkErrorMacro("Radius must be positive, not " << this->Radius);
    return 0;
  }
  int shape = this->Shape;
  if (this->Dimension == 3 && shape != SPHERE)
  {
    if (shape != CIRCLE)
    {
      vtkErrorMacro("This shape has no 3D form: set Dimension to 2, or choose Circle or Sphere");
      return 0;
    }
    shape = SPHERE;
  }
  const double degrees = this->Angle + 360.0 * this->Time;
  const double radians = std::fmod(degrees, 360.0) * 3.14159265358979323846 / 180.0;
  mir::drawShape(output, shape, this->Center, this->Radius, radians, this->Resolution);
  mir::describeShape(output, shape, this->Center, this->Radius, radians, this->Resolution);
  return 1;
}

//------------------------------------------------------------------------------
void vtkBenchmarkShape::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Shape: " << this->Shape << "\n";
  os << indent << "Center: " << this->Center[0] << ", " << this->Center[1] << ", "
     << this->Center[2] << "\n";
  os << indent << "Radius: " << this->Radius << "\n";
  os << indent << "Angle: " << this->Angle << "\n";
  os << indent << "Dimension: " << this->Dimension << "\n";
  os << indent << "Time: " << this->Time << "\n";
  os << indent << "Resolution: " << this->Resolution << "\n";
}
