// Single values in the field data of an output: the method, its counts and times.
#ifndef mir_filters_FieldValues_h
#define mir_filters_FieldValues_h

#include <cstdint>
#include <string>

class vtkDataObject;

namespace mir {

void setField(vtkDataObject* output, const std::string& name, const std::string& value);
void setField(vtkDataObject* output, const std::string& name, double value);
void setField(vtkDataObject* output, const std::string& name, std::int64_t value);

} // namespace mir

#endif
