#include "Truth.h"

#include "PlaneTruths.h"
#include "SpaceTruths.h"

#include <algorithm>
#include <stdexcept>

namespace mir::testing {

void Truth::measures(const Polygon&, double*) const
{
  throw std::logic_error("this truth is not planar");
}

void Truth::measures(const Polyhedron&, Vec3, double*) const
{
  throw std::logic_error("this truth is planar");
}

void Truth::fractions(const CellBand& band, int cell, double* result) const
{
  std::fill(result, result + this->materials, 0.0);
  double reach = 0.0;
  for (int i = 0; i < band.cellSize(cell); ++i)
  {
    reach = std::max(reach, length(band.point(cell, i) - band.centroids[cell]));
  }
  if (this->clearance(band.centroids[cell]) > reach)
  {
    result[this->materialAt(band.centroids[cell])] = 1.0;
    return;
  }
  if (this->dimension == 2)
  {
    Polygon polygon;
    band.polygon(cell, polygon);
    const Vec3 origin = band.origin(cell);
    for (Vec2& x : polygon)
    {
      x = x + Vec2{ origin.x, origin.y };
    }
    this->measures(polygon, result);
  }
  else
  {
    Polyhedron polyhedron;
    band.polyhedron(cell, polyhedron);
    this->measures(polyhedron, band.origin(cell), result);
  }
  double sum = 0.0;
  for (int k = 0; k < this->materials; ++k)
  {
    result[k] /= band.volumes[cell];
    result[k] = result[k] < 1e-10 ? 0.0 : result[k] > 1.0 - 1e-10 ? 1.0 : result[k];
    sum += result[k];
  }
  for (int k = 0; k < this->materials; ++k)
  {
    result[k] /= sum;
  }
}

int truthDimension(const std::string& name)
{
  for (const char* spatial : { "sphere", "shore", "cube", "torus", "shell", "sheet", "wire", "ring",
         "slotted", "tripleline", "octants" })
  {
    if (name.rfind(spatial, 0) == 0)
    {
      return 3;
    }
  }
  return 2;
}

std::shared_ptr<const Truth> makeTruth(const std::string& name, int n, unsigned seed)
{
  auto truth =
    truthDimension(name) == 2 ? makePlaneTruth(name, n, seed) : makeSpaceTruth(name, n, seed);
  if (!truth)
  {
    throw std::invalid_argument("there is no truth '" + name + "'");
  }
  return truth;
}

} // namespace mir::testing
