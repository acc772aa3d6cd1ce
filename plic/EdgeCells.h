// Cells at the edge of a mesh, whose neighbours lie on one side: what tells them, and where to look
// instead.
#ifndef mir_plic_EdgeCells_h
#define mir_plic_EdgeCells_h

#include "plic/CellBand.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mir {

/// How far a cell's neighbours lie on one side of it: their mean offset over the root mean square
/// of their distances; 1 where there are none. Inside a lattice it is 0, at its sides .5 in 2D and
/// .38 in 3D, where sides meet .82 and .58.
double oneSidedness(const CellBand& band, int cell);

/// Cells of more lie at the edge of the mesh.
constexpr double leastOneSidedness = 0.3;

/// One ring of cells about a cell at the edge does not tell how the interface bends there: it holds
/// two layers of cells.
constexpr int ringsAtEdge = 2;

/// The facets about a facet, those about these, and so on for some rings, without itself.
/// about(facet, use) calls use(other) for those about one.
template <typename About>
void gatherRings(int own, int rings, const About& about, std::vector<int>& found)
{
  found.clear();
  const auto add = [&](int other) {
    if (other != own && std::find(found.begin(), found.end(), other) == found.end())
    {
      found.push_back(other);
    }
  };
  about(own, add);
  std::size_t next = 0;
  for (int ring = 1; ring < rings; ++ring)
  {
    for (const std::size_t last = found.size(); next < last; ++next)
    {
      about(found[next], add);
    }
  }
}

} // namespace mir

#endif
