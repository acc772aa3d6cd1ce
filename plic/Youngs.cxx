#include "plic/Youngs.h"

namespace mir {

Vec3 youngsNormal(const AxisStencil& stencil)
{
  static constexpr double weight[3] = { 1.0, 2.0, 1.0 };
  double normal[3] = { 0.0, 0.0, 0.0 };
  for (int axis = 0; axis < stencil.dimension; ++axis)
  {
    const int u = (axis + 1) % stencil.dimension;
    const int v = stencil.dimension == 3 ? (axis + 2) % 3 : -1;
    double sum = 0.0;
    double total = 0.0;
    for (int a = 0; a < 3; ++a)
    {
      for (int b = (v < 0 ? 1 : 0); b < (v < 0 ? 2 : 3); ++b)
      {
        std::array<int, 3> index{ 1, 1, 1 };
        index[u] = a;
        if (v >= 0)
        {
          index[v] = b;
        }
        index[axis] = 2;
        const double ahead = stencil.at(index);
        index[axis] = 0;
        // Wide cells count for more, as they hold more of a column.
        const double w =
          weight[a] * stencil.widths[u][a] * weight[b] * (v < 0 ? 1.0 : stencil.widths[v][b]);
        sum += w * (stencil.at(index) - ahead);
        total += w;
      }
    }
    normal[axis] = sum / (total * stencil.span(axis));
  }
  return { normal[0], normal[1], normal[2] };
}

} // namespace mir
