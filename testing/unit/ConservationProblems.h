// Fractions and fields that conservation is tested with, and what it must keep to.
#ifndef mir_testing_unit_ConservationProblems_h
#define mir_testing_unit_ConservationProblems_h

#include "SubcellBandHelpers.h"

#include "reconstruct/continuous/volumes/CellVolumes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace mir::testing {

// Fractions of no shape: gamma distributed, two fifths of them zero, a seventh of them tiny.
inline BandMaterials noise(int cells, int materials, unsigned int seed)
{
  std::mt19937_64 random(seed);
  std::gamma_distribution<double> gamma(0.3);
  std::uniform_real_distribution<double> uniform;
  BandMaterials result;
  for (int cell = 0; cell < cells; ++cell)
  {
    std::vector<double> f(materials);
    double sum = 0.0;
    for (double& value : f)
    {
      const double u = uniform(random);
      value = u < 0.4 ? 0.0 : gamma(random);
      sum += value;
    }
    if (sum <= 0.0)
    {
      f[random() % materials] = sum = 1.0;
    }
    double total = 0.0;
    for (double& value : f)
    {
      value = value > 0.0 && uniform(random) < 0.25 ? 1e-6 : value / sum < 1e-8 ? 0.0 : value / sum;
      total += value;
    }
    for (int k = 0; k < materials; ++k)
    {
      if (f[k] > 0.0)
      {
        result.materials.push_back(static_cast<unsigned char>(k));
        result.fractions.push_back(f[k] / total);
      }
    }
    result.offsets.push_back(static_cast<std::int64_t>(result.materials.size()));
  }
  return result;
}

// Planes of random directions with about the fractions, averaged at the nodes.
inline std::vector<double> planes(const CellBand& band, const SubcellBand& mesh, unsigned int seed)
{
  Dice dice(seed);
  std::vector<double> values;
  std::vector<Vec3> x;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const int count = mesh.materialCount(c);
    x.resize(mesh.subdivision(c).nodes);
    nodePositions(band, mesh, c, x.data());
    const Vec3 origin = band.centroids[mesh.cells[c]];
    for (int k = 0; k < (count == 2 ? 1 : count); ++k)
    {
      const Vec2 flat = dice.direction2();
      const Vec3 normal = mesh.dimension == 2 ? Vec3{ flat.x, flat.y, 0.0 } : dice.direction3();
      const double slope = count == 2 ? 1.0 : 0.5;
      const double shift = slope * (mesh.fractionsOf(c)[k] - 0.5) * mesh.sizes[c];
      for (const Vec3& position : x)
      {
        values.push_back(slope * dot(normal, position - origin) + shift);
      }
    }
  }
  return averageOntoField(mesh, values);
}

// Volumes of the materials of a cell from the values stored.
inline std::vector<double> volumesOf(
  const SubcellBand& mesh, int c, const std::vector<double>& field)
{
  std::vector<double> values(numberOfValues(mesh, c));
  gatherValues(mesh, c, field, values.data());
  const int count = mesh.materialCount(c);
  std::vector<double> volumes(count);
  if (count == 2)
  {
    volumes[0] = positiveVolume(mesh.subdivision(c), mesh.weightsOf(c), values.data());
    for (double& value : values)
    {
      value = -value;
    }
    volumes[1] = positiveVolume(mesh.subdivision(c), mesh.weightsOf(c), values.data());
    return volumes;
  }
  regionVolumes(mesh.subdivision(c), mesh.weightsOf(c), values.data(), count, volumes.data());
  return volumes;
}

inline double worstResidual(const SubcellBand& mesh, const std::vector<double>& field)
{
  double worst = 0.0;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const std::vector<double> volumes = volumesOf(mesh, c, field);
    for (int k = 0; k < mesh.materialCount(c); ++k)
    {
      worst = std::max(worst, std::fabs(volumes[k] - mesh.fractionsOf(c)[k]));
    }
  }
  return worst;
}

// At the nodes of faces to pure cells no other material may be above the pure cell's.
inline int intrusions(const CellBand& band, const BandMaterials& materials, const SubcellBand& mesh,
  const std::vector<double>& field)
{
  std::map<std::set<int>, int> pureFaces;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    if (materials.count(cell) != 1)
    {
      continue;
    }
    const int size = band.cellSize(cell);
    const int* points = band.cellPoints.data() + band.cellOffsets[cell];
    const int material = materials.materials[materials.offsets[cell]];
    if (band.dimension == 2)
    {
      for (int i = 0; i < size; ++i)
      {
        pureFaces[{ points[i], points[(i + 1) % size] }] = material;
      }
      continue;
    }
    const FaceTable& shape = band.shapes[band.cellShapes[cell]];
    for (std::size_t f = 0; f + 1 < shape.offsets.size(); ++f)
    {
      std::set<int> face;
      for (int i = shape.offsets[f]; i < shape.offsets[f + 1]; ++i)
      {
        face.insert(points[shape.vertices[i]]);
      }
      pureFaces[face] = material;
    }
  }
  int number = 0;
  std::vector<double> values;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    const int count = mesh.materialCount(c);
    values.resize(numberOfValues(mesh, c));
    gatherValues(mesh, c, field, values.data());
    for (int f = 0; f < cell.numberOfFaces(); ++f)
    {
      const auto pure = pureFaces.find(facePoints(mesh, c, f));
      if (pure == pureFaces.end())
      {
        continue;
      }
      const unsigned char* held = mesh.materialsOf(c);
      const int k = static_cast<int>(std::find(held, held + count, pure->second) - held);
      for (int at = cell.faceNodeOffsets[f]; k < count && at < cell.faceNodeOffsets[f + 1]; ++at)
      {
        const int i = cell.faceNodes[at];
        for (int j = 0; j < count; ++j)
        {
          const double lead = count == 2 ? (k == 0 ? values[i] : -values[i])
                                         : values[k * cell.nodes + i] - values[j * cell.nodes + i];
          number += j != k && lead < -1e-12 * mesh.sizes[c] ? 1 : 0;
        }
      }
    }
  }
  return number;
}

struct Example
{
  CellBand band;
  BandMaterials materials;
  SubcellBand mesh;
  std::vector<double> field;
};

inline Example example(BandMesh kind, int n, int materials, unsigned int seed)
{
  Example result;
  result.band = bandMesh(kind, n, seed);
  result.materials = noise(result.band.numberOfCells(), materials, seed);
  result.mesh = subdivideBand(result.band, result.materials, 3);
  result.field = planes(result.band, result.mesh, seed);
  return result;
}

} // namespace mir::testing

#endif
