#include "data/CellMaterials.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

CellMaterials::CellMaterials(std::vector<std::vector<double>> fractions, double tolerance)
  : Fractions(std::move(fractions))
  , Tolerance(tolerance)
{
  if (this->Fractions.empty())
  {
    throw std::invalid_argument("there are no volume fractions");
  }
  for (const std::vector<double>& values : this->Fractions)
  {
    if (values.size() != this->Fractions[0].size())
    {
      throw std::invalid_argument("the materials have " +
        std::to_string(this->Fractions[0].size()) + " and " + std::to_string(values.size()) +
        " volume fractions");
    }
    const auto bad = std::find_if(
      values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
    if (bad != values.end())
    {
      throw std::invalid_argument("cell " + std::to_string(bad - values.begin()) +
        " has a volume fraction that is not finite");
    }
  }
  this->Fillers.assign(this->Fractions[0].size(), -1);
  for (std::size_t cell = 0; cell < this->Fillers.size(); ++cell)
  {
    for (int material = this->materials() - 1; material >= 0; --material)
    {
      const double f = this->fraction(material, static_cast<std::int64_t>(cell));
      this->Fillers[cell] = f >= 1.0 - tolerance ? material : this->Fillers[cell];
    }
  }
}

int CellMaterials::materials() const
{
  return std::max(2, static_cast<int>(this->Fractions.size()));
}

double CellMaterials::fraction(int material, std::int64_t cell) const
{
  return material < static_cast<int>(this->Fractions.size()) ? this->Fractions[material][cell]
                                                             : 1.0 - this->Fractions[0][cell];
}

double CellMaterials::part(int material, std::int64_t cell) const
{
  return this->mixed(cell)           ? this->fraction(material, cell)
    : this->filler(cell) == material ? 1.0
                                     : 0.0;
}

bool CellMaterials::holds(int material, std::int64_t cell) const
{
  return this->part(material, cell) > this->Tolerance;
}

bool CellMaterials::haveCommon(std::int64_t a, std::int64_t b) const
{
  for (int material = 0; material < this->materials(); ++material)
  {
    if (this->holds(material, a) && this->holds(material, b))
    {
      return true;
    }
  }
  return false;
}

int CellMaterials::rarest(std::int64_t cell) const
{
  int best = -1;
  for (int material = 0; material < this->materials(); ++material)
  {
    if (this->holds(material, cell) &&
      (best < 0 || this->part(material, cell) <= this->part(best, cell)))
    {
      best = material;
    }
  }
  return best;
}

std::vector<int> CellMaterials::measured() const
{
  std::vector<int> all(this->materials() == 2 ? 1 : this->materials());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

} // namespace mir
