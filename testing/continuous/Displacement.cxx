#include "Displacement.h"

#include "ClippedRegions.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir::testing {

namespace {

double hashed(std::uint64_t key)
{
  key += 0x9e3779b97f4a7c15ULL;
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9ULL;
  key = (key ^ (key >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<double>((key ^ (key >> 31)) >> 11) * 0x1p-53;
}

double fractionalPart(double x)
{
  return x - std::floor(x);
}

/// Wrong measure of a simplex that all of one material, by the truth's exact areas or by points.
class WrongMeasure
{
public:
  WrongMeasure(const Problem& problem, const SubcellBand& mesh, int samples)
    : About(problem)
    , Mesh(mesh)
    , Samples(samples)
    , Measures(problem.materialCount)
  {}

  double ofCell(ClippedRegions& regions, int c)
  {
    regions.load(c);
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    double wrong = 0.0;
    for (int s = 0; s < static_cast<int>(cell.simplices.size()); ++s)
    {
      wrong +=
        this->Mesh.dimension == 2 ? this->exactly(regions, s) : this->bySamples(regions, c, s);
    }
    return wrong;
  }

private:
  double exactly(ClippedRegions& regions, int s)
  {
    double wrong = 0.0;
    for (const ClippedRegions::Piece& piece : regions.pieces(s))
    {
      this->About.truth->measures(piece.polygon, this->Measures.data());
      wrong += std::max(0.0, piece.measure - this->Measures[piece.material]);
    }
    return wrong;
  }

  double bySamples(ClippedRegions& regions, int c, int s)
  {
    const std::array<Vec3, 4> x = regions.corners(s);
    const Vec3 middle = 0.25 * (x[0] + x[1] + x[2] + x[3]);
    double reach = 0.0;
    for (const Vec3& corner : x)
    {
      reach = std::max(reach, length(corner - middle));
    }
    const int winner = regions.onlyWinner(s);
    const bool oneTruth = this->About.truth->clearance(middle) > reach;
    const int middleTruth = oneTruth ? this->About.truth->materialAt(middle) : -1;
    if (oneTruth && winner >= 0)
    {
      return winner == middleTruth ? 0.0 : regions.measure(s);
    }
    // Points of a lattice of three irrational steps (Roberts 2018), from a start of each simplex's
    // own, folded into the simplex.
    constexpr double g = 1.2207440846057596;
    const std::uint64_t key = (static_cast<std::uint64_t>(c) << 20) + static_cast<std::uint64_t>(s);
    const double start[3] = { hashed(3 * key), hashed(3 * key + 1), hashed(3 * key + 2) };
    int wrong = 0;
    for (int i = 0; i < this->Samples; ++i)
    {
      double u[3] = { fractionalPart(start[0] + i / g), fractionalPart(start[1] + i / (g * g)),
        fractionalPart(start[2] + i / (g * g * g)) };
      std::sort(u, u + 3);
      const double lambda[4] = { u[0], u[1] - u[0], u[2] - u[1], 1.0 - u[2] };
      const Vec3 at = lambda[0] * x[0] + lambda[1] * x[1] + lambda[2] * x[2] + lambda[3] * x[3];
      const int won = winner >= 0 ? winner : regions.winner(s, lambda);
      wrong += won != (oneTruth ? middleTruth : this->About.truth->materialAt(at));
    }
    return regions.measure(s) * wrong / this->Samples;
  }

  const Problem& About;
  const SubcellBand& Mesh;
  int Samples;
  std::vector<double> Measures;
};

} // namespace

std::vector<double> wrongParts(
  const Problem& problem, const SubcellBand& mesh, const std::vector<double>& field, int samples)
{
  ClippedRegions regions(problem.band, mesh, field);
  WrongMeasure measure(problem, mesh, samples);
  std::vector<double> parts;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    parts.push_back(measure.ofCell(regions, c) / mesh.measures[c]);
  }
  return parts;
}

double displacement(
  const Problem& problem, const SubcellBand& mesh, const std::vector<double>& field, int samples)
{
  const std::vector<double> parts = wrongParts(problem, mesh, field, samples);
  double sum = 0.0;
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    sum += parts[c] * mesh.measures[c];
  }
  return sum / (problem.size * problem.truth->measure);
}

} // namespace mir::testing
