#include "reconstruct/continuous/PlaneField.h"

#include <cmath>
#include <stdexcept>

namespace mir {

std::vector<double> planeField(
  const SubcellMesh& mesh, const std::vector<Vec2>& normals, const std::vector<double>& constants)
{
  if (normals.size() != mesh.cells.size() || constants.size() != mesh.cells.size())
  {
    throw std::invalid_argument("the number of planes differs from that of mixed cells");
  }
  std::vector<double> values;
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const std::int64_t* nodes = mesh.nodesOf(m);
    const double scale = length(normals[m]) * mesh.cellSizes[m];
    const bool usable = scale > 0.0 && std::isfinite(scale) && std::isfinite(constants[m]);
    for (int i = 0; i < mesh.cellTemplate(m).latticeNodes; ++i)
    {
      const double distance = constants[m] - dot(normals[m], mesh.nodes[nodes[i]]);
      values.push_back(usable ? distance / scale : 0.0);
    }
  }
  return values;
}

} // namespace mir
