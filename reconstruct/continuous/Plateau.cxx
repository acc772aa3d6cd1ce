#include "reconstruct/continuous/Plateau.h"

#include "reconstruct/continuous/NodeField.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

// Whether values + factor bump is nearly 0 on the whole triangle for some factor.
bool isPlateau(const std::array<int, 3>& nodes, const double* bump, const double* values)
{
  int top = nodes[0];
  for (const int i : nodes)
  {
    top = bump[i] > bump[top] ? i : top;
  }
  const double factor = -values[top] / bump[top];
  bool flat = true;
  for (const int i : nodes)
  {
    flat = flat && std::fabs(values[i] + factor * bump[i]) < 0.1 * plateauTilt;
  }
  return flat;
}

} // namespace

double hashedValue(std::uint64_t hash, int round)
{
  // The multiplier of Knuth's MMIX generator, then an xor-shift: rounds look independent.
  std::uint64_t x = (hash + static_cast<std::uint64_t>(round)) * 6364136223846793005ull;
  x ^= x >> 29;
  x *= 0xbf58476d1ce4e5b9ull;
  return static_cast<double>(x >> 11) * 0x1p-52 - 1.0;
}

void tiltPlateaus(
  const SubcellMesh& mesh, const std::vector<double>& fractions, std::vector<double>& phi)
{
  std::vector<unsigned char> marked(phi.size(), 0);
  std::vector<double> values;
  bool any = false;
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    const CellTemplate& cell = mesh.cellTemplate(m);
    const std::int64_t* nodes = mesh.nodesOf(m);
    values.resize(cell.nodes);
    gatherCell(mesh, m, phi, values.data());
    for (const auto& triangle : cell.triangles)
    {
      if (isPlateau(triangle, cell.bump.data(), values.data()))
      {
        any = true;
        for (const int i : triangle)
        {
          marked[nodes[i]] = 1;
        }
      }
    }
  }
  if (!any)
  {
    return;
  }
  // Only the signs of zeros need the fractions about them.
  std::vector<double> about(phi.size(), 0.0);
  for (std::int64_t m = 0; m < mesh.numberOfCells(); ++m)
  {
    for (int i = 0; i < mesh.cellTemplate(m).nodes; ++i)
    {
      about[mesh.nodesOf(m)[i]] += fractions[m] - 0.5;
    }
  }
  for (std::size_t n = 0; n < phi.size(); ++n)
  {
    if (marked[n])
    {
      const bool negative = phi[n] < 0.0 || (phi[n] == 0.0 && about[n] < 0.0);
      // Away from 0, so that tilts never cancel.
      const double amount = 0.5 * plateauTilt * (1.0 + hashedValue(mesh.hashes[n], 0));
      phi[n] += negative ? -amount : amount;
    }
  }
  clampToBounds(mesh, phi);
}

void tiltCells(const SubcellMesh& mesh, const std::vector<double>& fractions,
  const std::vector<std::int64_t>& cells, int round, std::vector<double>& phi)
{
  std::vector<double> tilt(phi.size(), 0.0);
  for (const std::int64_t m : cells)
  {
    const std::int64_t* nodes = mesh.nodesOf(m);
    const int count = mesh.cellTemplate(m).nodes;
    double largest = 1.0;
    for (int i = 0; i < count; ++i)
    {
      largest = std::max(largest, std::fabs(phi[nodes[i]]));
    }
    const double side = fractions[m] < 0.5 ? plateauTilt : -plateauTilt;
    for (int i = 0; i < count; ++i)
    {
      // What two cells share moves once.
      tilt[nodes[i]] = side * largest * hashedValue(mesh.hashes[nodes[i]], round);
    }
  }
  for (std::size_t n = 0; n < phi.size(); ++n)
  {
    phi[n] += tilt[n];
  }
  clampToBounds(mesh, phi);
}

} // namespace mir
