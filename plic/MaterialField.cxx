#include "plic/MaterialField.h"

#include <utility>

namespace mir {

MaterialField materialField(std::vector<double> fractions, double tolerance)
{
  MaterialField field;
  field.slots.assign(fractions.size(), -1);
  for (std::size_t cell = 0; cell < fractions.size(); ++cell)
  {
    if (fractions[cell] > tolerance && fractions[cell] < 1.0 - tolerance)
    {
      field.slots[cell] = static_cast<int>(field.mixed.size());
      field.mixed.push_back(static_cast<int>(cell));
    }
  }
  field.fractions = std::move(fractions);
  return field;
}

} // namespace mir
