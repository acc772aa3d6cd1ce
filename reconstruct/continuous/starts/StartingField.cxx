#include "reconstruct/continuous/starts/StartingField.h"

#include "plic/CellCutter.h"
#include "plic/LeastSquares.h"
#include "plic/MaterialOrder.h"
#include "plic/NestedCuts.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

namespace {

/// Planes cross within a cell when a part lies deeper than this on the wrong side of one, in units
/// of the cell's size. Not 0, as the planes of a film are parallel only nearly: they make layers as
/// long as they cross in a corner.
constexpr double crossingDepth = 0.03;

/// A signed distance, positive below the plane of a cut.
struct Side
{
  Vec3 normal;
  double constant = 0.0;

  double operator()(Vec3 x) const { return this->constant - dot(this->normal, x); }
};

Side turned(const Side& side)
{
  return { -side.normal, -side.constant };
}

/// Places the planes of a cell's materials at its nodes; one object a thread.
class CellPlanes
{
public:
  CellPlanes(const CellBand& band, const BandMaterials& materials, const SubcellBand& mesh,
    const MaterialNormals& normals)
    : Band(band)
    , Materials(materials)
    , Mesh(mesh)
    , Normals(normals)
    , Cutter(band)
    , Nested(band)
    , Order(band, [this](int material, int cell) { return this->fraction(material, cell); })
  {}

  /// Values of cell c in the order of gatherValues().
  void run(int c, double* values);

private:
  double fraction(int material, int cell) const;
  Vec3 gradient(int material, int cell);
  void runTwo(int c, double* values);
  void runSeveral(int c, double* values);
  /// Whether the planes of the last cuts make layers; fills Chain, the positions of the cuts from
  /// the first layer to the last, and Between, the sides of the planes between them.
  bool findLayers(int cuts, double size);
  /// The least and the largest value of a side over the points of a part.
  void range(const MaterialPart& part, const Side& side, double& least, double& largest) const;

  const CellBand& Band;
  const BandMaterials& Materials;
  const SubcellBand& Mesh;
  const MaterialNormals& Normals;
  CellCutter Cutter;
  NestedCutter Nested;
  MaterialOrder Order;
  std::vector<Vec3> Positions;
  std::vector<NeighbourDifference> Differences;
  std::vector<MaterialEstimate> Estimates;
  std::vector<MaterialCut> Cuts;
  std::vector<int> Chain;
  std::vector<Side> Between;
  /// Layers cut off so far, from either end.
  std::vector<int> Front;
  std::vector<int> Back;
  std::vector<Side> FrontSides;
  std::vector<Side> BackSides;
};

void CellPlanes::run(int c, double* values)
{
  const int cell = this->Mesh.cells[c];
  const Vec3 origin = this->Band.origin(cell);
  this->Positions.resize(this->Mesh.subdivision(c).nodes);
  nodePositions(this->Band, this->Mesh, c, this->Positions.data());
  for (Vec3& x : this->Positions)
  {
    x = x - origin;
  }
  this->Mesh.materialCount(c) == 2 ? this->runTwo(c, values) : this->runSeveral(c, values);
}

double CellPlanes::fraction(int material, int cell) const
{
  for (std::int64_t e = this->Materials.offsets[cell]; e < this->Materials.offsets[cell + 1]; ++e)
  {
    if (this->Materials.materials[e] == material)
    {
      return this->Materials.fractions[e];
    }
  }
  return 0.0;
}

Vec3 CellPlanes::gradient(int material, int cell)
{
  this->Differences.clear();
  const double own = this->fraction(material, cell);
  for (auto i = this->Band.neighbourOffsets[cell]; i < this->Band.neighbourOffsets[cell + 1]; ++i)
  {
    const int other = this->Band.neighbours[i];
    this->Differences.push_back({ this->Band.centroids[other] - this->Band.centroids[cell],
      this->fraction(material, other) - own });
  }
  return -leastSquaresNormal(this->Differences, this->Band.dimension);
}

void CellPlanes::runTwo(int c, double* values)
{
  const int cell = this->Mesh.cells[c];
  const Vec3 given = this->Normals[this->Mesh.materialOffsets[c]];
  const Vec3 normal = length(given) > 0.0 ? given : Vec3{ 1.0, 0.0, 0.0 };
  const double fraction = this->Mesh.fractionsOf(c)[0];
  const Side side{ normal, this->Cutter.planeConstant(cell, normal, fraction) };
  for (std::size_t node = 0; node < this->Positions.size(); ++node)
  {
    values[node] = side(this->Positions[node]);
  }
}

void CellPlanes::runSeveral(int c, double* values)
{
  const int cell = this->Mesh.cells[c];
  const int count = this->Mesh.materialCount(c);
  const unsigned char* numbers = this->Mesh.materialsOf(c);
  this->Estimates.clear();
  for (int k = 0; k < count; ++k)
  {
    this->Estimates.push_back({ numbers[k], this->Mesh.fractionsOf(c)[k],
      this->Normals[this->Mesh.materialOffsets[c] + k], this->gradient(numbers[k], cell) });
  }
  this->Order.choose(cell, this->Estimates.data(), count, true, this->Cuts);
  this->Nested.run(cell, this->Cuts.data(), count, true);

  const std::size_t nodes = this->Positions.size();
  auto valuesOf = [&](int cut) {
    return values +
      nodes * (std::lower_bound(numbers, numbers + count, this->Cuts[cut].material) - numbers);
  };
  if (this->findLayers(count, this->Mesh.sizes[c]))
  {
    for (std::size_t node = 0; node < nodes; ++node)
    {
      double value = 0.0;
      for (int k = 0; k < count; ++k)
      {
        valuesOf(this->Chain[k])[node] = value;
        value -= k + 1 < count ? this->Between[k](this->Positions[node]) : 0.0;
      }
    }
    return;
  }
  for (std::size_t node = 0; node < nodes; ++node)
  {
    double outside = 0.0;
    for (int k = 0; k < count; ++k)
    {
      const bool last = k + 1 == count;
      const Side side{ this->Nested.normal(k), this->Nested.constant(k) };
      const double inside = last ? outside : side(this->Positions[node]);
      valuesOf(k)[node] = 0.5 * (k == 0 ? inside : std::min(outside, inside));
      outside = k == 0 ? -inside : std::min(outside, -inside);
    }
  }
}

bool CellPlanes::findLayers(int count, double size)
{
  this->Front.assign(1, 0);
  this->Back.clear();
  this->FrontSides.assign(1, { this->Nested.normal(0), this->Nested.constant(0) });
  this->BackSides.clear();
  const double slack = crossingDepth * size;
  for (int k = 1; k + 1 < count; ++k)
  {
    // A cut continues the layers of the end that lies below its plane, with the others above.
    const Side side{ this->Nested.normal(k), this->Nested.constant(k) };
    bool toFront = true;
    bool toBack = true;
    double least = 0.0;
    double largest = 0.0;
    for (int i : this->Front)
    {
      this->range(this->Nested.part(i), side, least, largest);
      toFront = toFront && least >= -slack;
      toBack = toBack && largest <= slack;
    }
    for (int i : this->Back)
    {
      this->range(this->Nested.part(i), side, least, largest);
      toFront = toFront && largest <= slack;
      toBack = toBack && least >= -slack;
    }
    if (!toFront && !toBack)
    {
      return false;
    }
    (toFront ? this->Front : this->Back).push_back(k);
    (toFront ? this->FrontSides : this->BackSides).push_back(side);
  }
  this->Chain = this->Front;
  this->Chain.push_back(count - 1);
  this->Chain.insert(this->Chain.end(), this->Back.rbegin(), this->Back.rend());
  this->Between = this->FrontSides;
  for (auto side = this->BackSides.rbegin(); side != this->BackSides.rend(); ++side)
  {
    this->Between.push_back(turned(*side));
  }
  return true;
}

void CellPlanes::range(
  const MaterialPart& part, const Side& side, double& least, double& largest) const
{
  least = 0.0;
  largest = 0.0;
  for (const Vec2 x : part.polygon)
  {
    const double value = side({ x.x, x.y, 0.0 });
    least = std::min(least, value);
    largest = std::max(largest, value);
  }
  for (const Vec3 x : part.polyhedron.points)
  {
    const double value = side(x);
    least = std::min(least, value);
    largest = std::max(largest, value);
  }
}

} // namespace

CellValues planeValues(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals, const ParallelFor& parallelFor,
  const std::vector<BentPlane>* bent)
{
  if (normals.size() != mesh.cellMaterials.size())
  {
    throw std::invalid_argument("there are " + std::to_string(normals.size()) + " normals for " +
      std::to_string(mesh.cellMaterials.size()) + " materials of mixed cells");
  }
  const int count = mesh.numberOfCells();
  CellValues result;
  result.offsets.assign(count + 1, 0);
  for (int c = 0; c < count; ++c)
  {
    result.offsets[c + 1] = result.offsets[c] + numberOfValues(mesh, c);
  }
  result.values.resize(result.offsets.back());
  std::vector<NodeList> nodes;
  for (const CellSubdivision& cell : mesh.subdivisions)
  {
    std::vector<int> all(bent ? cell.nodes : 0);
    std::iota(all.begin(), all.end(), 0);
    nodes.emplace_back(cell, std::move(all));
  }
  parallelFor(count, [&](int begin, int end) {
    CellPlanes planes(band, materials, mesh, normals);
    BentDistances distances(band, mesh);
    for (int c = begin; c < end; ++c)
    {
      double* values = result.values.data() + result.offsets[c];
      if (bent && mesh.materialCount(c) == 2)
      {
        distances.run(c, (*bent)[c], nodes[mesh.cellSubdivisions[c]], values);
      }
      else
      {
        planes.run(c, values);
      }
    }
  });
  return result;
}

std::vector<double> averagedPlanes(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals, const ParallelFor& parallelFor)
{
  return averageOntoField(
    mesh, planeValues(band, materials, mesh, normals, parallelFor).values, parallelFor);
}

} // namespace mir
