#include "reconstruct/continuous/LatticeField.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// The misfit of a paraboloid and its largest difference from the network within `nearInterface`,
/// in sizes of the cell, that leave it half of the field. Networks miss smooth interfaces by less
/// than a tenth of the latter.
constexpr double halfMisfit = 0.003;
constexpr double halfDifference = 0.02;
constexpr double nearInterface = 0.35;
/// Networks miss smooth interfaces by some .15 of the grid's irregularity in the mean, and by this
/// much at the most.
constexpr double errorOfNetwork = 4.0;

double fourthPower(double x)
{
  return x * x * x * x;
}

/// The part of the field of cell c that its paraboloid gets.
double partOfParaboloid(
  const SubcellBand& mesh, int c, const SmoothSurfaces& smooth, const double* network)
{
  const bool known = !smooth.irregularities.empty() && mesh.materialCount(c) == 2;
  const double irregularity = known ? smooth.irregularities[c] : 0.0;
  const double networkPart = 1.0 / (1.0 + fourthPower(irregularity / halfIrregularity));
  if (!std::isfinite(smooth.misfits[c]))
  {
    return 1.0 - networkPart;
  }
  const double* bent = smooth.values.values.data() + smooth.values.offsets[c];
  double difference = 0.0;
  for (int node = 0; node < mesh.subdivision(c).nodes; ++node)
  {
    if (std::abs(network[node]) < nearInterface * mesh.sizes[c])
    {
      difference = std::max(difference, std::abs(bent[node] - network[node]));
    }
  }
  const double doubt = fourthPower(smooth.misfits[c] / halfMisfit) +
    fourthPower(difference / ((halfDifference + errorOfNetwork * irregularity) * mesh.sizes[c]));
  return 1.0 - networkPart * doubt / (1.0 + doubt);
}

/// What nodes take from the values of a lattice: the multilinear value where each lies.
class LatticeRows
{
public:
  /// Of all nodes of a subdivided cell whose vertices are these corners of a lattice of r cells a
  /// side. From sums of whole numbers, so that nodes of the lattice are met exactly.
  LatticeRows(const CellSubdivision& cell, const int* corners, int r)
  {
    this->Offsets.push_back(0);
    for (int node = 0; node < cell.nodes; ++node)
    {
      std::int64_t sums[3] = { 0, 0, 0 };
      for (int i = cell.shapeOffsets[node]; i < cell.shapeOffsets[node + 1]; ++i)
      {
        const int corner = corners[cell.shapeVertices[i]];
        const int round = corner % 4;
        sums[0] += round == 1 || round == 2 ? cell.shapeNumerators[i] : 0;
        sums[1] += round >= 2 ? cell.shapeNumerators[i] : 0;
        sums[2] += corner >= 4 ? cell.shapeNumerators[i] : 0;
      }
      double place[3];
      for (int d = 0; d < 3; ++d)
      {
        place[d] = static_cast<double>(r * sums[d]) / cell.shapeDenominators[node];
      }
      this->addRow(place, r, cell.dimension);
    }
  }

  double value(int node, const double* lattice) const
  {
    double sum = 0.0;
    for (int i = this->Offsets[node]; i < this->Offsets[node + 1]; ++i)
    {
      sum += this->Weights[i] * lattice[this->Places[i]];
    }
    return sum;
  }

private:
  void addRow(const double (&place)[3], int r, int dimension)
  {
    int first = 0;
    int stride = 1;
    int strides[3];
    double parts[3];
    for (int d = 0; d < dimension; ++d)
    {
      const int i = std::min(static_cast<int>(place[d]), r - 1);
      parts[d] = place[d] - i;
      strides[d] = stride;
      first += i * stride;
      stride *= r + 1;
    }
    for (int c = 0; c < 1 << dimension; ++c)
    {
      double weight = 1.0;
      int at = first;
      for (int d = 0; d < dimension; ++d)
      {
        weight *= c >> d & 1 ? parts[d] : 1.0 - parts[d];
        at += c >> d & 1 ? strides[d] : 0;
      }
      if (weight != 0.0)
      {
        this->Places.push_back(at);
        this->Weights.push_back(weight);
      }
    }
    this->Offsets.push_back(static_cast<int>(this->Places.size()));
  }

  std::vector<int> Offsets;
  std::vector<int> Places;
  std::vector<double> Weights;
};

/// The rows of cells, once for all that are subdivided and held alike.
template <std::size_t corners>
class CellRows
{
public:
  const LatticeRows* of(const CellSubdivision& cell, const std::array<int, corners>& turned, int r)
  {
    const auto [known, isNew] = this->Known.try_emplace({ &cell, turned }, nullptr);
    if (isNew)
    {
      known->second = std::make_unique<const LatticeRows>(cell, turned.data(), r);
    }
    return known->second.get();
  }

private:
  using Key = std::pair<const CellSubdivision*, std::array<int, corners>>;
  std::map<Key, std::unique_ptr<const LatticeRows>> Known;
};

/// The corner of the lattice that each vertex of cell c is; false when they differ.
bool cornersOf(const SubcellBand& mesh, int c, const int* lattice, int count, int* corners)
{
  const std::int64_t first = mesh.vertexOffsets[c];
  if (mesh.vertexOffsets[c + 1] - first != count || mesh.subdivision(c).lattice.empty())
  {
    return false;
  }
  for (int i = 0; i < count; ++i)
  {
    const int* at = std::find(lattice, lattice + count, mesh.cellVertices[first + i]);
    if (at == lattice + count)
    {
      return false;
    }
    corners[i] = static_cast<int>(at - lattice);
  }
  return true;
}

/// Gives the nodes of cell c that are none of its lattice the linear value between those about
/// them, by their rows, but for the `part` of it that is `bent`. `values` are the cell's as
/// gatherValues() leaves them.
void betweenLatticeNodes(const SubcellBand& mesh, int c, const LatticeRows& rows, double part,
  const double* bent, double* values)
{
  const CellSubdivision& cell = mesh.subdivision(c);
  std::vector<char> onLattice(cell.nodes, 0);
  for (int node : cell.lattice)
  {
    onLattice[node] = 1;
  }
  std::vector<double> lattice(cell.lattice.size());
  for (int k = 0; k < latticesOf(mesh, c); ++k)
  {
    double* own = values + static_cast<std::ptrdiff_t>(k) * cell.nodes;
    std::transform(
      cell.lattice.begin(), cell.lattice.end(), lattice.begin(), [own](int i) { return own[i]; });
    for (int node = 0; node < cell.nodes; ++node)
    {
      if (onLattice[node] == 0)
      {
        own[node] = rows.value(node, lattice.data());
        own[node] += part > 0.0 ? part * (bent[node] - own[node]) : 0.0;
      }
    }
  }
}

} // namespace

template <std::size_t corners>
std::vector<double> latticeField(const SubcellBand& mesh,
  const std::vector<std::array<int, corners>>& cells, const std::vector<double>& values, int r,
  const ParallelFor& parallelFor, const SmoothSurfaces* smooth)
{
  constexpr int dimension = corners == 4 ? 2 : 3;
  const int count = mesh.numberOfCells();
  std::int64_t latticeNodes = 1;
  for (int d = 0; d < dimension; ++d)
  {
    latticeNodes *= r + 1;
  }
  std::vector<std::int64_t> offsets(count + 1, 0);
  std::vector<std::int64_t> lattices(count + 1, 0);
  for (int c = 0; c < count; ++c)
  {
    offsets[c + 1] = offsets[c] + numberOfValues(mesh, c);
    lattices[c + 1] = lattices[c] + latticesOf(mesh, c);
  }
  if (r < 1 || mesh.dimension != dimension || cells.size() != static_cast<std::size_t>(count) ||
    static_cast<std::int64_t>(values.size()) != lattices.back() * latticeNodes)
  {
    throw std::invalid_argument("there are lattices of " + std::to_string(cells.size()) +
      " cells and " + std::to_string(values.size()) + " values for " + std::to_string(count) +
      " cells");
  }
  // From the lattice given, and from that of the cell's own nodes.
  std::vector<const LatticeRows*> rowsGiven(count);
  std::vector<const LatticeRows*> rowsOwn(count);
  CellRows<corners> given;
  CellRows<corners> own;
  std::array<int, corners> turned;
  std::array<int, corners> unturned;
  std::iota(unturned.begin(), unturned.end(), 0);
  for (int c = 0; c < count; ++c)
  {
    if (!cornersOf(mesh, c, cells[c].data(), corners, turned.data()))
    {
      throw std::invalid_argument("cell " + std::to_string(mesh.cells[c]) +
        (dimension == 2 ? " is no quadrilateral" : " is no hexahedron") +
        " with the corners given");
    }
    rowsGiven[c] = given.of(mesh.subdivision(c), turned, r);
    rowsOwn[c] = own.of(mesh.subdivision(c), unturned, mesh.subdivision(c).refinement);
  }
  std::vector<double> cellValues(offsets.back());
  std::vector<double> parts(count, 0.0);
  const auto bentOf = [smooth](int c) {
    return smooth ? smooth->values.values.data() + smooth->values.offsets[c] : nullptr;
  };
  parallelFor(count, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      for (int node = 0; node < cell.nodes; ++node)
      {
        for (int k = 0; k < latticesOf(mesh, c); ++k)
        {
          const double* lattice = values.data() + (lattices[c] + k) * latticeNodes;
          cellValues[offsets[c] + static_cast<std::int64_t>(k) * cell.nodes + node] =
            mesh.sizes[c] * rowsGiven[c]->value(node, lattice);
        }
      }
      if (smooth)
      {
        double* own = cellValues.data() + offsets[c];
        parts[c] = partOfParaboloid(mesh, c, *smooth, own);
        for (int node = 0; node < cell.nodes && parts[c] > 0.0; ++node)
        {
          own[node] += parts[c] * (bentOf(c)[node] - own[node]);
        }
      }
    }
  });
  std::vector<double> field = averageOntoField(mesh, cellValues, parallelFor);
  parallelFor(count, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      gatherValues(mesh, c, field, cellValues.data() + offsets[c]);
      betweenLatticeNodes(
        mesh, c, *rowsOwn[c], parts[c], bentOf(c), cellValues.data() + offsets[c]);
    }
  });
  if (dimension == 3)
  {
    // Nodes amid faces are shared.
    return averageOntoField(mesh, cellValues, parallelFor);
  }
  for (int c = 0; c < count; ++c)
  {
    scatterInterior(mesh, c, cellValues.data() + offsets[c], field);
  }
  return field;
}

template std::vector<double> latticeField<4>(const SubcellBand&,
  const std::vector<std::array<int, 4>>&, const std::vector<double>&, int, const ParallelFor&,
  const SmoothSurfaces*);
template std::vector<double> latticeField<8>(const SubcellBand&,
  const std::vector<std::array<int, 8>>&, const std::vector<double>&, int, const ParallelFor&,
  const SmoothSurfaces*);

} // namespace mir
