#include "reconstruct/continuous/CornerCells.h"

#include <algorithm>
#include <cmath>

namespace mir {

std::vector<double> largestTurns(
  const SubcellBand& mesh, const SmoothnessTerms& terms, const std::vector<double>& field)
{
  const int cells = mesh.numberOfCells();
  // The mean gradient in each cell of two materials over the simplices that the interface cuts.
  const int d = mesh.dimension;
  std::vector<Vec3> normals(cells);
  for (const SlopeTerm& term : terms.slopes)
  {
    if (term.others > 0)
    {
      continue;
    }
    double low = 1e300;
    double high = -1e300;
    Vec3 g;
    for (int i = 0; i <= d; ++i)
    {
      const double value = valueAt(term.nodes[i], field);
      low = std::min(low, value);
      high = std::max(high, value);
      g = g + value * term.gradients[i];
    }
    const double size = length(g);
    if (low < 0.0 && high > 0.0 && size > 0.0)
    {
      normals[term.cell] = normals[term.cell] + term.measure / size * g;
    }
  }
  // Short pieces of interface tell no direction.
  double mean = 0.0;
  for (const Vec3& normal : normals)
  {
    mean += length(normal) / cells;
  }
  std::vector<double> result(cells, 0.0);
  for (int c = 0; c < cells; ++c)
  {
    const unsigned char* own = mesh.materialsOf(c);
    if (mesh.materialCount(c) > 2)
    {
      result[c] = 4.0;
      continue;
    }
    for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1]; ++k)
    {
      const int b = terms.neighbours[k];
      const unsigned char* other = mesh.materialsOf(b);
      const double size = length(normals[c]) * length(normals[b]);
      if (mesh.materialCount(b) == 2 && own[0] == other[0] && own[1] == other[1] &&
        length(normals[c]) > 0.5 * mean && length(normals[b]) > 0.5 * mean)
      {
        const double cosine = dot(normals[c], normals[b]) / size;
        result[c] = std::max(result[c], std::acos(std::max(-1.0, std::min(1.0, cosine))));
      }
    }
  }
  return result;
}

} // namespace mir
