#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include "reconstruct/continuous/subdivision/CellMeasures.h"
#include "reconstruct/continuous/subdivision/CellSelection.h"
#include "reconstruct/continuous/subdivision/NodeEntities.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

// Of a cell's materials, or nullptr.
const char* whatIsWrong(const BandMaterials& materials, int cell)
{
  if (materials.count(cell) < 1)
  {
    return "holds no material";
  }
  double sum = 0.0;
  int last = -1;
  for (auto i = materials.offsets[cell]; i < materials.offsets[cell + 1]; ++i)
  {
    if (materials.materials[i] >= 64 || materials.materials[i] <= last)
    {
      return "has materials that do not ascend, or beyond 63";
    }
    last = materials.materials[i];
    if (!(materials.fractions[i] > 0.0))
    {
      return "has a fraction that is not positive";
    }
    sum += materials.fractions[i];
  }
  return std::abs(sum - 1.0) <= 1e-6 ? nullptr : "has fractions that do not sum to 1";
}

void check(const CellBand& band, const BandMaterials& materials, int r,
  const std::vector<std::int64_t>& pointIds, const ParallelFor& parallelFor)
{
  const int cells = band.numberOfCells();
  if (r < 2)
  {
    throw std::invalid_argument("cells are split into at least two sub-edges an edge");
  }
  if (static_cast<int>(materials.offsets.size()) != cells + 1 ||
    static_cast<std::int64_t>(materials.materials.size()) != materials.offsets.back() ||
    materials.fractions.size() != materials.materials.size())
  {
    throw std::invalid_argument("the materials do not have the size of the band");
  }
  if (!pointIds.empty() && pointIds.size() != band.points.size())
  {
    throw std::invalid_argument("the ids of the points do not have the size of the band");
  }
  if (static_cast<int>(band.volumes.size()) != cells ||
    static_cast<int>(band.inverted.size()) != cells)
  {
    throw std::invalid_argument("the band has not been measured");
  }
  if (static_cast<int>(band.neighbourOffsets.size()) != cells + 1)
  {
    throw std::invalid_argument("the band has not been connected");
  }
  const std::vector<int> wrong = selectCells(
    cells, parallelFor, [&](int cell) { return whatIsWrong(materials, cell) != nullptr; });
  if (!wrong.empty())
  {
    throw std::invalid_argument("cell " + std::to_string(wrong.front()) + " of the band " +
      whatIsWrong(materials, wrong.front()));
  }
}

// The mixed cells, but those left out.
SubcellBand chosenCells(const CellBand& band, const BandMaterials& materials, int r,
  const std::vector<char>& isLeftOut, const ParallelFor& parallelFor)
{
  SubcellBand mesh;
  mesh.dimension = band.dimension;
  mesh.refinement = r;
  mesh.cellOfBand.resize(band.numberOfCells());
  parallelFor(band.numberOfCells(), [&mesh](int begin, int end) {
    std::fill(mesh.cellOfBand.begin() + begin, mesh.cellOfBand.begin() + end, -1);
  });
  mesh.cells = selectCells(band.numberOfCells(), parallelFor,
    [&](int cell) { return materials.count(cell) > 1 && !isLeftOut[cell]; });
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const int cell = mesh.cells[c];
    mesh.cellOfBand[cell] = c;
    const auto begin = materials.offsets[cell];
    const auto end = materials.offsets[cell + 1];
    mesh.cellMaterials.insert(mesh.cellMaterials.end(), materials.materials.begin() + begin,
      materials.materials.begin() + end);
    mesh.fractions.insert(
      mesh.fractions.end(), materials.fractions.begin() + begin, materials.fractions.begin() + end);
    mesh.materialOffsets.push_back(static_cast<std::int64_t>(mesh.cellMaterials.size()));
  }
  return mesh;
}

} // namespace

SubcellBand subdivideBand(const CellBand& band, const BandMaterials& materials, int r,
  const std::vector<std::int64_t>& pointIds, const ParallelFor& parallelFor,
  std::vector<int>* leftOut)
{
  check(band, materials, r, pointIds, parallelFor);
  // Cells that cannot be split are found when they are measured: then all is begun again.
  std::vector<char> isLeftOut(band.numberOfCells(), 0);
  SubcellBand mesh;
  for (bool complete = false; !complete;)
  {
    mesh = chosenCells(band, materials, r, isLeftOut, parallelFor);
    const std::vector<int> refused = measureCells(band, mesh, parallelFor, leftOut != nullptr);
    for (const int cell : refused)
    {
      isLeftOut[cell] = 1;
    }
    complete = refused.empty();
  }
  if (leftOut)
  {
    *leftOut = selectCells(
      band.numberOfCells(), parallelFor, [&](int cell) { return isLeftOut[cell] != 0; });
  }
  const NodeEntities entities = findEntities(band, mesh, pointIds, isLeftOut, parallelFor);
  numberNodes(band, entities, pointIds, mesh, parallelFor);
  findPresence(entities, materials, mesh, parallelFor);
  return mesh;
}

void nodePositions(const CellBand& band, const SubcellBand& mesh, int c, Vec3* positions)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  const int* shared = mesh.boundaryNodesOf(c);
  for (int i = 0; i < cell.boundaryNodes; ++i)
  {
    positions[i] = mesh.sharedPositions[shared[i]];
  }
  const int* points = mesh.cellVertices.data() + mesh.vertexOffsets[c];
  const Vec3 origin = band.points[points[0]];
  constexpr int room = 128;
  Vec3 few[room];
  std::vector<Vec3> many;
  Vec3* anchors = few;
  if (cell.numberOfAnchors() > room)
  {
    many.resize(cell.numberOfAnchors());
    anchors = many.data();
  }
  anchorPositions(band, mesh, c, anchors);
  for (int i = cell.boundaryNodes; i < cell.nodes; ++i)
  {
    const auto& a = cell.placeAnchors[i];
    const auto& w = cell.placeWeights[i];
    positions[i] = origin +
      (w[0] * anchors[a[0]] + w[1] * anchors[a[1]] + w[2] * anchors[a[2]] + w[3] * anchors[a[3]]);
  }
}

} // namespace mir
