#include "reconstruct/continuous/starts/LatticeField.h"

#include "reconstruct/continuous/subdivision/NodeSubset.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
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
/// The same difference at the edge of the mesh, where networks see a half or a quarter of their
/// stencil: one smooth interface in a hundred they miss there by .04 in 2D and .09 in 3D, and some
/// in 3D by twice as much.
constexpr double halfDifferenceAtEdge(int dimension)
{
  return dimension == 2 ? 0.05 : 0.3;
}
/// Networks miss smooth interfaces by some .15 of the grid's irregularity in the mean, and by this
/// much at the most.
constexpr double errorOfNetwork = 4.0;

double fourthPower(double x)
{
  return x * x * x * x;
}

/// The part of the field of cell c that its paraboloid gets. `network` and `bent` are their values
/// at the lattice's nodes.
double partOfParaboloid(const SubcellBand& mesh, int c, const SmoothSurfaces& smooth,
  const std::vector<double>& network, const std::vector<double>& bent)
{
  const bool known = !smooth.irregularities.empty() && mesh.materialCount(c) == 2;
  const double irregularity = known ? smooth.irregularities[c] : 0.0;
  const double networkPart = 1.0 / (1.0 + fourthPower(irregularity / halfIrregularity));
  const double misfit = smooth.planes[c].misfit;
  if (!std::isfinite(misfit))
  {
    return 1.0 - networkPart;
  }
  double difference = 0.0;
  for (std::size_t node = 0; node < network.size(); ++node)
  {
    const double off = std::abs(bent[node] - network[node]);
    const bool near = std::abs(network[node]) < nearInterface * mesh.sizes[c];
    difference = std::max(difference, near ? off : 0.0);
  }
  const double regular =
    smooth.planes[c].atEdge ? halfDifferenceAtEdge(mesh.dimension) : halfDifference;
  const double expected = regular + errorOfNetwork * irregularity;
  const double doubt =
    fourthPower(misfit / halfMisfit) + fourthPower(difference / (expected * mesh.sizes[c]));
  return 1.0 - networkPart * doubt / (1.0 + doubt);
}

/// Gives `part` of all values to others.
void blend(double part, const std::vector<double>& others, std::vector<double>& values)
{
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] += part * (others[i] - values[i]);
  }
}

/// The nodes of a sub-division of quadrilaterals or hexahedra: those of its lattice, and the
/// others, all of which lie half-way between these.
struct LatticeNodes
{
  NodeList onLattice;
  NodeList between;
  /// Of each of the others its place on the lattice of half the step.
  std::vector<int> halfPlaces;

  explicit LatticeNodes(const CellSubdivision& cell)
    : onLattice(cell, cell.lattice)
    , between(cell, betweenOf(cell))
  {
    const int across = 2 * cell.refinement + 1;
    for (std::size_t i = 0; i < this->between.nodes.size() && !cell.lattice.empty(); ++i)
    {
      int place = 0;
      for (int d = cell.dimension - 1; d >= 0; --d)
      {
        const double along = this->between.places[d * this->between.nodes.size() + i];
        place = across * place + static_cast<int>(std::lround((across - 1) * along));
      }
      this->halfPlaces.push_back(place);
    }
  }

private:
  static std::vector<int> betweenOf(const CellSubdivision& cell)
  {
    std::vector<char> isOther(cell.nodes, 1);
    for (int node : cell.lattice)
    {
      isOther[node] = 0;
    }
    std::vector<int> result;
    for (int node = 0; node < cell.nodes; ++node)
    {
      if (isOther[node] != 0)
      {
        result.push_back(node);
      }
    }
    return result;
  }
};

/// Values on a lattice of r cells a side and (bi- or tri-)linear ones between them, on the lattice
/// of half its step.
void halveStep(int dimension, int r, const std::vector<double>& lattice, std::vector<double>& half)
{
  const int n = 2 * r + 1;
  const int layers = dimension == 3 ? n : 1;
  half.resize(static_cast<std::size_t>(n) * n * layers);
  const double* from = lattice.data();
  const auto middle = [&half](int first, int count, int step) {
    double* const to = half.data() + first;
    for (int i = 0; i < count; ++i)
    {
      to[i] = 0.5 * (to[i - step] + to[i + step]);
    }
  };
  for (int k = 0; k < layers; k += 2)
  {
    for (int j = 0; j < n; j += 2)
    {
      double* const row = half.data() + n * (j + n * k);
      for (int i = 0; i < n; i += 2)
      {
        row[i] = *from++;
      }
      for (int i = 1; i < n; i += 2)
      {
        row[i] = 0.5 * (row[i - 1] + row[i + 1]);
      }
    }
    for (int j = 1; j < n; j += 2)
    {
      middle(n * (j + n * k), n, n);
    }
  }
  for (int k = 1; k < layers; k += 2)
  {
    middle(n * n * k, n * n, n * n);
  }
}

/// The corner of the lattice that each vertex of a cell is.
template <std::size_t corners>
using Turn = std::array<signed char, corners>;

/// For each node of a cell's lattice its place in the lattice given, whose corners `turn` are the
/// cell's.
template <std::size_t corners>
std::vector<int> placesGiven(
  const CellSubdivision& cell, const Turn<corners>& turn, int dimension, int r)
{
  std::vector<int> places;
  for (int node : cell.lattice)
  {
    int place = 0;
    for (int d = dimension - 1; d >= 0; --d)
    {
      int sum = 0;
      for (int i = cell.shapeOffsets[node]; i < cell.shapeOffsets[node + 1]; ++i)
      {
        sum += cell.axisPlace(turn[cell.shapeVertices[i]], d) * cell.shapeNumerators[i];
      }
      place = (r + 1) * place + r * sum / cell.shapeDenominators[node];
    }
    places.push_back(place);
  }
  return places;
}

/// That of cell c; all -1 when they differ.
template <std::size_t corners>
Turn<corners> turnOf(const SubcellBand& mesh, int c, const std::array<int, corners>& lattice)
{
  Turn<corners> turn;
  turn.fill(-1);
  const std::int64_t first = mesh.vertexOffsets[c];
  if (mesh.vertexOffsets[c + 1] - first != corners || mesh.subdivision(c).lattice.empty())
  {
    return turn;
  }
  Turn<corners> found;
  for (std::size_t i = 0; i < corners; ++i)
  {
    const auto at = std::find(lattice.begin(), lattice.end(), mesh.cellVertices[first + i]);
    if (at == lattice.end())
    {
      return turn;
    }
    found[i] = static_cast<signed char>(at - lattice.begin());
  }
  return found;
}

/// The places of the nodes of cells' lattices in those given, once for all cells that are held
/// alike.
template <std::size_t corners>
class LatticePlaces
{
public:
  /// Throws std::invalid_argument where a cell's corners are not those of its lattice.
  LatticePlaces(const SubcellBand& mesh, const std::vector<std::array<int, corners>>& lattices,
    int dimension, const ParallelFor& parallelFor)
    : OfCell(lattices.size())
  {
    const int count = mesh.numberOfCells();
    std::vector<Turn<corners>> turns(count);
    parallelFor(count, [&](int begin, int end) {
      for (int c = begin; c < end; ++c)
      {
        turns[c] = turnOf(mesh, c, lattices[c]);
      }
    });
    for (int c = 0; c < count; ++c)
    {
      if (turns[c][0] < 0)
      {
        throw std::invalid_argument("cell " + std::to_string(mesh.cells[c]) +
          (dimension == 2 ? " is no quadrilateral" : " is no hexahedron") +
          " with the corners given");
      }
      const bool asBefore = c > 0 && turns[c] == turns[c - 1] &&
        mesh.cellSubdivisions[c] == mesh.cellSubdivisions[c - 1];
      this->OfCell[c] = asBefore ? this->OfCell[c - 1]
                                 : this->find(mesh, mesh.cellSubdivisions[c], turns[c], dimension);
    }
  }

  const std::vector<int>& of(int c) const { return *this->OfCell[c]; }

private:
  const std::vector<int>* find(
    const SubcellBand& mesh, int subdivision, const Turn<corners>& turn, int dimension)
  {
    const auto [known, isNew] = this->Known.try_emplace({ subdivision, turn });
    if (isNew)
    {
      known->second = placesGiven(mesh.subdivisions[subdivision], turn, dimension, mesh.refinement);
    }
    return &known->second;
  }

  std::map<std::pair<int, Turn<corners>>, std::vector<int>> Known;
  std::vector<const std::vector<int>*> OfCell;
};

} // namespace

int roundsForSmoothSurfaces(const std::vector<double>& irregularities)
{
  const bool regular = std::all_of(irregularities.begin(), irregularities.end(),
    [](double irregularity) { return irregularity < 0.1 * halfIrregularity; });
  return regular ? 3 : 10;
}

template <std::size_t corners>
std::vector<double> latticeField(const CellBand& band, const SubcellBand& mesh,
  const std::vector<std::array<int, corners>>& cells, const UninitializedVector<double>& values,
  const ParallelFor& parallelFor, const SmoothSurfaces* smooth)
{
  constexpr int dimension = corners == 4 ? 2 : 3;
  const int r = mesh.refinement;
  const int count = mesh.numberOfCells();
  std::int64_t latticeNodes = 1;
  for (int d = 0; d < dimension; ++d)
  {
    latticeNodes *= r + 1;
  }
  // Where each cell's lattices begin.
  std::vector<std::int64_t> lattices(count + 1, 0);
  for (int c = 0; c < count; ++c)
  {
    lattices[c + 1] = lattices[c] + latticesOf(mesh, c);
  }
  if (mesh.dimension != dimension || cells.size() != static_cast<std::size_t>(count) ||
    static_cast<std::int64_t>(values.size()) != lattices.back() * latticeNodes)
  {
    throw std::invalid_argument("there are lattices of " + std::to_string(cells.size()) +
      " cells and " + std::to_string(values.size()) + " values for " + std::to_string(count) +
      " cells");
  }
  const LatticePlaces<corners> places(mesh, cells, dimension, parallelFor);
  std::vector<LatticeNodes> nodesOf;
  std::vector<std::vector<int>> onLattice;
  std::vector<std::vector<int>> between;
  for (const CellSubdivision& cell : mesh.subdivisions)
  {
    nodesOf.emplace_back(cell);
    onLattice.push_back(nodesOf.back().onLattice.nodes);
    between.push_back(nodesOf.back().between.nodes);
  }

  std::vector<double> field(mesh.slots, 0.0);
  std::vector<double> parts(count, 0.0);
  NodeSubset latticeValues(mesh, onLattice);
  parallelFor(count, [&](int begin, int end) {
    BentDistances distances(band, mesh);
    std::vector<double> lattice(latticeNodes);
    std::vector<double> bent(latticeNodes);
    for (int c = begin; c < end; ++c)
    {
      const std::vector<int>& placesOfNodes = places.of(c);
      for (int k = 0; k < latticesOf(mesh, c); ++k)
      {
        const double* given = values.data() + (lattices[c] + k) * latticeNodes;
        for (int i = 0; i < latticeNodes; ++i)
        {
          lattice[i] = mesh.sizes[c] * given[placesOfNodes[i]];
        }
        if (smooth && mesh.materialCount(c) == 2)
        {
          const NodeList& nodes = nodesOf[mesh.cellSubdivisions[c]].onLattice;
          distances.run(c, smooth->planes[c], nodes, bent.data());
          parts[c] = partOfParaboloid(mesh, c, *smooth, lattice, bent);
          blend(parts[c], bent, lattice);
        }
        latticeValues.keep(c, k, lattice.data(), field);
      }
    }
  });
  latticeValues.average(field, parallelFor);
  NodeSubset valuesBetween(mesh, between);
  parallelFor(count, [&](int begin, int end) {
    BentDistances distances(band, mesh);
    std::vector<double> lattice(latticeNodes);
    std::vector<double> half;
    std::vector<double> own;
    std::vector<double> bent;
    for (int c = begin; c < end; ++c)
    {
      const LatticeNodes& nodes = nodesOf[mesh.cellSubdivisions[c]];
      own.resize(nodes.halfPlaces.size());
      for (int k = 0; k < latticesOf(mesh, c); ++k)
      {
        latticeValues.gather(c, k, field, lattice.data());
        halveStep(dimension, r, lattice, half);
        std::transform(nodes.halfPlaces.begin(), nodes.halfPlaces.end(), own.begin(),
          [&half](int place) { return half[place]; });
        if (parts[c] > 0.0)
        {
          bent.resize(own.size());
          distances.run(c, smooth->planes[c], nodes.between, bent.data());
          blend(parts[c], bent, own);
        }
        valuesBetween.keep(c, k, own.data(), field);
      }
    }
  });
  // In space nodes amid faces are shared.
  if (dimension == 3)
  {
    valuesBetween.average(field, parallelFor);
  }
  return field;
}

template std::vector<double> latticeField<4>(const CellBand&, const SubcellBand&,
  const std::vector<std::array<int, 4>>&, const UninitializedVector<double>&, const ParallelFor&,
  const SmoothSurfaces*);
template std::vector<double> latticeField<8>(const CellBand&, const SubcellBand&,
  const std::vector<std::array<int, 8>>&, const UninitializedVector<double>&, const ParallelFor&,
  const SmoothSurfaces*);

} // namespace mir
