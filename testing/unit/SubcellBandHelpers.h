// What tests of sub-divided bands share: materials of cells, measures, faces by shared nodes.
#ifndef mir_testing_unit_SubcellBandHelpers_h
#define mir_testing_unit_SubcellBandHelpers_h

#include "BandMeshes.h"

#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace mir::testing {

// Random sets of materials: `pure` of the cells hold one, the others two to four.
inline BandMaterials randomMaterials(Dice& dice, int cells, int materials, double pure)
{
  BandMaterials result;
  for (int cell = 0; cell < cells; ++cell)
  {
    std::set<int> held{ dice.below(materials) };
    if (dice.uniform() >= pure)
    {
      const int wanted = 2 + dice.below(std::min(3, materials - 1));
      while (static_cast<int>(held.size()) < wanted)
      {
        held.insert(dice.below(materials));
      }
    }
    for (const int material : held)
    {
      result.materials.push_back(static_cast<unsigned char>(material));
      result.fractions.push_back(1.0 / static_cast<double>(held.size()));
    }
    result.offsets.push_back(static_cast<std::int64_t>(result.materials.size()));
  }
  return result;
}

inline BandMaterials everyCellMixed(int cells)
{
  BandMaterials result;
  for (int cell = 0; cell < cells; ++cell)
  {
    result.materials.insert(result.materials.end(), { 0, 1 });
    result.fractions.insert(result.fractions.end(), { 0.25, 0.75 });
    result.offsets.push_back(2 * (cell + 1));
  }
  return result;
}

inline double simplexMeasure(int dimension, const Vec3* x, const std::array<int, 4>& s)
{
  const Vec3 a = x[s[1]] - x[s[0]];
  const Vec3 b = x[s[2]] - x[s[0]];
  return dimension == 2 ? 0.5 * cross(a, b).z : dot(a, cross(b, x[s[3]] - x[s[0]])) / 6.0;
}

// A face's simplices, by shared nodes from the lowest on, so that turned ones compare.
using FaceSet = std::set<std::array<int, 3>>;
inline FaceSet faceSet(const SubcellBand& mesh, int c, int f, bool turned)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  FaceSet result;
  for (int s = cell.faceSimplexOffsets[f]; s < cell.faceSimplexOffsets[f + 1]; ++s)
  {
    std::array<int, 3> nodes{ -1, -1, -1 };
    for (int k = 0; k < cell.dimension; ++k)
    {
      nodes[k] = mesh.boundaryNodesOf(c)[cell.faceSimplices[s][k]];
    }
    if (turned)
    {
      std::swap(nodes[0], nodes[1]);
    }
    if (cell.dimension == 3)
    {
      std::rotate(nodes.begin(), std::min_element(nodes.begin(), nodes.end()), nodes.end());
    }
    result.insert(nodes);
  }
  return result;
}

inline std::set<int> facePoints(const SubcellBand& mesh, int c, int f)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  std::set<int> result;
  for (int i = cell.faceVertexOffsets[f]; i < cell.faceVertexOffsets[f + 1]; ++i)
  {
    result.insert(mesh.cellVertices[mesh.vertexOffsets[c] + cell.faceVertices[i]]);
  }
  return result;
}

} // namespace mir::testing

#endif
