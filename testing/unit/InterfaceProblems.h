// Bands of random materials and fields on them, and what bounds the graph of their interface.
#ifndef mir_testing_unit_InterfaceProblems_h
#define mir_testing_unit_InterfaceProblems_h

#include "BandMeshes.h"

#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace mir::testing {

/// Every cell holds each of `count` materials with this probability, at least one.
inline BandMaterials randomMaterials(Dice& dice, const CellBand& band, int count, double presence)
{
  BandMaterials result;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    std::vector<double> parts(count, 0.0);
    double sum = 0.0;
    while (sum == 0.0)
    {
      for (double& part : parts)
      {
        part = dice.uniform() < presence ? dice.uniform(0.1, 1.0) : 0.0;
        sum += part;
      }
    }
    for (int k = 0; k < count; ++k)
    {
      if (parts[k] > 0.0)
      {
        // Numbers that do not start at 0 and have gaps.
        result.materials.push_back(static_cast<unsigned char>(3 + 2 * k));
        result.fractions.push_back(parts[k] / sum);
      }
    }
    result.offsets.push_back(static_cast<std::int64_t>(result.materials.size()));
  }
  return result;
}

/// Values at random in units of the cells' size: any, or multiples of one half, which tie.
inline std::vector<double> randomField(Dice& dice, const SubcellBand& mesh, bool ties)
{
  double size = 0.0;
  for (const double one : mesh.sizes)
  {
    size = std::max(size, one);
  }
  std::vector<double> field(mesh.slots, 0.0);
  for (std::size_t slot = 1; slot < field.size(); ++slot)
  {
    field[slot] = size * (ties ? 0.5 * (dice.below(5) - 2) : dice.uniform(-1.0, 1.0));
  }
  applyPresence(mesh, field);
  return field;
}

/// Runs ranges of about equal length on three threads.
inline void runOnThreeThreads(int count, const std::function<void(int, int)>& body)
{
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
  {
    const int begin = static_cast<int>(static_cast<std::int64_t>(count) * i / 3);
    const int end = static_cast<int>(static_cast<std::int64_t>(count) * (i + 1) / 3);
    if (begin < end)
    {
      threads.emplace_back([&body, begin, end] { body(begin, end); });
    }
  }
  for (std::thread& thread : threads)
  {
    thread.join();
  }
}

/// A face of the band: its points in order, its cells (the second -1 at the domain's boundary).
struct BandFace
{
  std::vector<int> points;
  int cells[2] = { -1, -1 };
};

inline std::vector<BandFace> facesOf(const CellBand& band)
{
  std::map<std::vector<int>, BandFace> faces;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    const int* points = band.cellPoints.data() + band.cellOffsets[cell];
    const int size = band.cellSize(cell);
    std::vector<std::vector<int>> own;
    if (band.dimension == 2)
    {
      for (int i = 0; i < size; ++i)
      {
        own.push_back({ points[i], points[(i + 1) % size] });
      }
    }
    else
    {
      const FaceTable& table = band.shapes[band.cellShapes[cell]];
      for (std::size_t f = 0; f + 1 < table.offsets.size(); ++f)
      {
        own.emplace_back();
        for (int i = table.offsets[f]; i < table.offsets[f + 1]; ++i)
        {
          own.back().push_back(points[table.vertices[i]]);
        }
      }
    }
    for (const std::vector<int>& face : own)
    {
      std::vector<int> sorted = face;
      std::sort(sorted.begin(), sorted.end());
      BandFace& entry = faces[sorted];
      if (entry.cells[0] < 0)
      {
        entry.points = face;
        entry.cells[0] = cell;
      }
      else
      {
        entry.cells[1] = cell;
      }
    }
  }
  std::vector<BandFace> result;
  for (auto& item : faces)
  {
    result.push_back(std::move(item.second));
  }
  return result;
}

/// Distance from a point to a face: a segment, or the triangles about the mean of its points (a
/// triangle itself).
inline double distanceToFace(const CellBand& band, const BandFace& face, Vec3 x)
{
  const auto toSegment = [&x](Vec3 a, Vec3 b) {
    const double t = std::clamp(dot(x - a, b - a) / dot(b - a, b - a), 0.0, 1.0);
    return length(x - a - t * (b - a));
  };
  std::vector<Vec3> p;
  Vec3 mean;
  for (const int id : face.points)
  {
    p.push_back(band.points[id]);
    mean = mean + 1.0 / double(face.points.size()) * band.points[id];
  }
  if (p.size() == 2)
  {
    return toSegment(p[0], p[1]);
  }
  double least = 1e300;
  for (std::size_t i = 0; i < p.size(); ++i)
  {
    const Vec3 a = p[i];
    const Vec3 b = p[(i + 1) % p.size()];
    const Vec3 c = p.size() == 3 ? p[(i + 2) % 3] : mean;
    const Vec3 normal = cross(b - a, c - a);
    const double area = dot(normal, normal);
    const double u = dot(cross(x - a, c - a), normal) / area;
    const double v = dot(cross(b - a, x - a), normal) / area;
    least = std::min({ least, toSegment(a, b), toSegment(a, c) });
    if (u >= 0.0 && v >= 0.0 && u + v <= 1.0)
    {
      least = std::min(least, std::abs(dot(x - a, normal)) / std::sqrt(area));
    }
  }
  return least;
}

/// A field on the mixed cells of a band.
struct Problem
{
  CellBand band;
  BandMaterials materials;
  SubcellBand mesh;
  std::vector<double> field;
};

inline Problem randomProblem(BandMesh kind, int materials, unsigned seed, bool ties)
{
  Dice dice(seed);
  Problem problem;
  problem.band = bandMesh(kind, kind == BandMesh::Polyhedra ? 2 : 3, seed);
  problem.materials = randomMaterials(dice, problem.band, materials, 1.4 / materials);
  problem.mesh =
    subdivideBand(problem.band, problem.materials, problem.band.dimension == 2 ? 4 : 2);
  problem.field = randomField(dice, problem.mesh, ties);
  return problem;
}

/// Calls body(problem, what it is) for all meshes and numbers of materials.
template <typename Body>
void forAllProblems(bool ties, const Body& body)
{
  for (int kind = 0; kind < numberOfBandMeshes; ++kind)
  {
    for (int materials = 2; materials <= 6; materials += kind < numberOfPlanarBandMeshes ? 1 : 2)
    {
      SCOPED_TRACE(std::string(bandMeshName(BandMesh(kind))) + ", " + std::to_string(materials) +
        " materials");
      body(randomProblem(BandMesh(kind), materials, 7 * kind + materials, ties));
    }
  }
}

} // namespace mir::testing

#endif
