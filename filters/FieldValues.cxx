#include "FieldValues.h"

#include "vtkDataObject.h"
#include "vtkDoubleArray.h"
#include "vtkFieldData.h"
#include "vtkIdTypeArray.h"
#include "vtkNew.h"
#include "vtkStringArray.h"

namespace mir {

void setField(vtkDataObject* output, const std::string& name, const std::string& value)
{
  vtkNew<vtkStringArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(value);
  output->GetFieldData()->AddArray(array);
}

void setField(vtkDataObject* output, const std::string& name, double value)
{
  vtkNew<vtkDoubleArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(value);
  output->GetFieldData()->AddArray(array);
}

void setField(vtkDataObject* output, const std::string& name, std::int64_t value)
{
  vtkNew<vtkIdTypeArray> array;
  array->SetName(name.c_str());
  array->InsertNextValue(value);
  output->GetFieldData()->AddArray(array);
}

} // namespace mir
