#include "reconstruct/continuous/subdivision/SubdivisionBuilder.h"

#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace mir {

namespace {

// Determinant of the first n rows and columns.
std::int64_t determinant(const std::array<std::array<int, 4>, 4>& m, int n)
{
  auto minor2 = [&m](int r, int s, int a, int b) {
    return std::int64_t{ m[r][a] } * m[s][b] - std::int64_t{ m[r][b] } * m[s][a];
  };
  auto minor3 = [&](int a, int b, int c) {
    return m[0][a] * minor2(1, 2, b, c) - m[0][b] * minor2(1, 2, a, c) +
      m[0][c] * minor2(1, 2, a, b);
  };
  if (n == 3)
  {
    return minor3(0, 1, 2);
  }
  return m[3][3] * minor3(0, 1, 2) - m[3][2] * minor3(0, 1, 3) + m[3][1] * minor3(0, 2, 3) -
    m[3][0] * minor3(1, 2, 3);
}

} // namespace

SubdivisionBuilder::Slot& SubdivisionBuilder::slotOf(const Key& key)
{
  std::uint64_t hash = key[0] | std::uint64_t{ key[1] } << 32;
  hash = hash * 0x9e3779b97f4a7c15ull + (key[2] | std::uint64_t{ key[3] } << 32);
  hash = (hash ^ hash >> 31) * 0xbf58476d1ce4e5b9ull;
  const std::size_t mask = this->Slots.size() - 1;
  std::size_t at = (hash >> 32) & mask;
  while (this->Slots[at].node >= 0 && this->Slots[at].key != key)
  {
    at = (at + 1) & mask;
  }
  return this->Slots[at];
}

SubdivisionBuilder::SubdivisionBuilder(int dimension, int vertices, int r)
{
  if (r < 2)
  {
    throw std::invalid_argument("cells are split into at least two sub-edges an edge");
  }
  this->Cell.dimension = dimension;
  this->Cell.refinement = r;
  this->Cell.vertices = vertices;
  for (int i = 0; i < vertices; ++i)
  {
    this->addMean({ i });
  }
}

int SubdivisionBuilder::addMean(const std::vector<int>& vertices)
{
  return this->addAnchor(
    vertices, std::vector<int>(vertices.size(), 1), static_cast<int>(vertices.size()));
}

int SubdivisionBuilder::addAnchor(
  const std::vector<int>& vertices, const std::vector<int>& numerators, int denominator)
{
  CellSubdivision& cell = this->Cell;
  cell.anchorVertices.insert(cell.anchorVertices.end(), vertices.begin(), vertices.end());
  cell.anchorNumerators.insert(cell.anchorNumerators.end(), numerators.begin(), numerators.end());
  cell.anchorOffsets.push_back(static_cast<int>(cell.anchorVertices.size()));
  cell.anchorDenominators.push_back(denominator);
  return cell.numberOfAnchors() - 1;
}

int SubdivisionBuilder::node(const std::array<int, 4>& anchors, const Weights& weights)
{
  Key key{};
  for (int i = 0; i <= this->Cell.dimension; ++i)
  {
    key[i] = weights[i] == 0
      ? 0u
      : static_cast<std::uint32_t>(anchors[i] + 1) << 16 | static_cast<std::uint32_t>(weights[i]);
  }
  auto order = [&key](int i, int j) {
    if (key[i] < key[j])
    {
      std::swap(key[i], key[j]);
    }
  };
  order(0, 1);
  order(2, 3);
  order(0, 2);
  order(1, 3);
  order(1, 2);
  Slot& found = this->slotOf(key);
  if (found.node >= 0)
  {
    return found.node;
  }
  found = { key, this->Cell.nodes };
  std::array<int, 4> places{};
  Weights numerators{};
  std::array<double, 4> parts{};
  for (int i = 0; i < 4 && key[i] != 0; ++i)
  {
    places[i] = static_cast<int>(key[i] >> 16) - 1;
    numerators[i] = static_cast<int>(key[i] & 0xffffu);
    parts[i] = static_cast<double>(numerators[i]) / this->denominator();
  }
  this->Cell.placeAnchors.push_back(places);
  this->Cell.placeWeights.push_back(parts);
  this->Numerators.push_back(numerators);
  if (2 * this->Cell.nodes >= static_cast<int>(this->Slots.size()))
  {
    std::vector<Slot> slots(4 * this->Slots.size());
    slots.swap(this->Slots);
    for (const Slot& slot : slots)
    {
      if (slot.node >= 0)
      {
        this->slotOf(slot.key) = slot;
      }
    }
  }
  return this->Cell.nodes++;
}

void SubdivisionBuilder::addEdgeNodes(int a, int b)
{
  this->Cell.edges.push_back({ a, b });
  for (int k = 1; k < this->refinement(); ++k)
  {
    this->node({ a, b, 0, 0 }, { this->denominator() - k * unit(), k * unit(), 0, 0 });
  }
}

void SubdivisionBuilder::addPlanarBoundary()
{
  CellSubdivision& cell = this->Cell;
  const int n = cell.vertices;
  for (int i = 0; i < n; ++i)
  {
    this->node({ i, 0, 0, 0 }, { this->denominator(), 0, 0, 0 });
  }
  for (int i = 0; i < n; ++i)
  {
    this->addEdgeNodes(i, (i + 1) % n);
  }
  const int inner = this->refinement() - 1;
  for (int i = 0; i < n; ++i)
  {
    cell.faceVertices.insert(cell.faceVertices.end(), { i, (i + 1) % n });
    cell.faceVertexOffsets.push_back(2 * (i + 1));
    int last = i;
    cell.faceNodes.push_back(i);
    for (int k = 0; k <= inner; ++k)
    {
      const int next = k < inner ? n + i * inner + k : (i + 1) % n;
      cell.faceNodes.push_back(next);
      cell.faceSimplices.push_back({ last, next, -1 });
      last = next;
    }
    cell.faceNodeOffsets.push_back(static_cast<int>(cell.faceNodes.size()));
    cell.faceSimplexOffsets.push_back(static_cast<int>(cell.faceSimplices.size()));
  }
  cell.boundaryNodes = cell.nodes;
}

void SubdivisionBuilder::addSolidBoundary(const FaceTable& faces, const std::vector<int>& centres)
{
  CellSubdivision& cell = this->Cell;
  const int count = static_cast<int>(faces.offsets.size()) - 1;
  cell.faceVertexOffsets = faces.offsets;
  cell.faceVertices = faces.vertices;
  for (int i = 0; i < cell.vertices; ++i)
  {
    this->node({ i, 0, 0, 0 }, { this->denominator(), 0, 0, 0 });
  }
  std::map<std::pair<int, int>, int> known;
  for (int f = 0; f < count; ++f)
  {
    const int size = faces.offsets[f + 1] - faces.offsets[f];
    const int* corners = faces.vertices.data() + faces.offsets[f];
    for (int i = 0; i < size; ++i)
    {
      const auto edge = std::minmax(corners[i], corners[(i + 1) % size]);
      if (known.emplace(edge, 0).second)
      {
        this->addEdgeNodes(edge.first, edge.second);
      }
    }
  }
  std::map<int, CellSubdivision> patterns;
  for (int f = 0; f < count; ++f)
  {
    const int size = faces.offsets[f + 1] - faces.offsets[f];
    const int* corners = faces.vertices.data() + faces.offsets[f];
    auto [pattern, isNew] = patterns.try_emplace(size);
    if (isNew)
    {
      pattern->second = facePattern(size, this->refinement());
    }
    const CellSubdivision& face = pattern->second;
    cell.faceInner.push_back(cell.nodes);
    const int first = static_cast<int>(cell.faceNodes.size());
    for (int i = 0; i < face.nodes; ++i)
    {
      std::array<int, 4> anchors{};
      Weights weights{};
      for (int k = 0; k < 3; ++k)
      {
        const int anchor = face.placeAnchors[i][k];
        anchors[k] = anchor < size ? corners[anchor] : centres[f];
        weights[k] = static_cast<int>(face.placeWeights[i][k] * this->denominator() + 0.5);
      }
      cell.faceNodes.push_back(this->node(anchors, weights));
    }
    for (const auto& triangle : face.simplices)
    {
      const int* nodes = cell.faceNodes.data() + first;
      cell.faceSimplices.push_back({ nodes[triangle[0]], nodes[triangle[1]], nodes[triangle[2]] });
    }
    cell.faceNodeOffsets.push_back(static_cast<int>(cell.faceNodes.size()));
    cell.faceSimplexOffsets.push_back(static_cast<int>(cell.faceSimplices.size()));
  }
  cell.boundaryNodes = cell.nodes;
}

int SubdivisionBuilder::addMacro(const std::array<int, 4>& anchors)
{
  this->Cell.macros.push_back(anchors);
  return static_cast<int>(this->Cell.macros.size()) - 1;
}

// Clusters are about two sub-edges wide: the sub-tetrahedra and quarters of octahedra of the
// coarser lattice in a macro, by where the centroid lies.
std::int64_t SubdivisionBuilder::clusterOf(int macro, const std::array<Weights, 4>& corners) const
{
  const int count = this->Cell.dimension + 1;
  const int cells = std::max(1, this->refinement() / 2);
  const int size = count * this->denominator();
  std::int64_t id = macro;
  std::array<int, 4> rest{};
  for (int i = 0; i < count; ++i)
  {
    int sum = 0;
    for (int k = 0; k < count; ++k)
    {
      sum += corners[k][i];
    }
    const int place = std::min(cells - 1, sum * cells / size);
    rest[i] = sum * cells - place * size;
    id = id * 64 + place;
  }
  if (count == 4)
  {
    id = id * 4 + (rest[0] + rest[1] > size ? 1 : 0) + (rest[0] + rest[2] > size ? 2 : 0);
  }
  return id;
}

void SubdivisionBuilder::addSimplex(
  int macro, const std::array<Weights, 4>& corners, std::int64_t cluster)
{
  const int count = this->Cell.dimension + 1;
  const std::int64_t measure = determinant(corners, count);
  if (measure == 0)
  {
    throw std::logic_error("a simplex of a sub-division has no measure");
  }
  std::array<int, 4> nodes{ -1, -1, -1, -1 };
  for (int i = 0; i < count; ++i)
  {
    nodes[i] = this->node(this->Cell.macros[macro], corners[i]);
  }
  if (measure < 0)
  {
    std::swap(nodes[1], nodes[2]);
  }
  this->Cell.simplices.push_back(nodes);
  this->Cell.simplexMacros.push_back(macro);
  double part = std::abs(static_cast<double>(measure));
  for (int i = 0; i < count; ++i)
  {
    part /= this->denominator();
  }
  this->Cell.simplexParts.push_back(part);
  this->ClusterIds.push_back(cluster < 0 ? this->clusterOf(macro, corners) : cluster);
}

void SubdivisionBuilder::addMovableSimplex(int macro, const std::array<Weights, 4>& corners)
{
  const int count = this->Cell.dimension + 1;
  bool movable = false;
  Weights centre{};
  for (int i = 0; i < count; ++i)
  {
    movable =
      movable || this->node(this->Cell.macros[macro], corners[i]) >= this->Cell.boundaryNodes;
    for (int k = 0; k < count; ++k)
    {
      centre[k] += corners[i][k];
    }
  }
  if (movable)
  {
    this->addSimplex(macro, corners);
    return;
  }
  for (int k = 0; k < count; ++k)
  {
    centre[k] /= count;
  }
  for (int i = 0; i < count; ++i)
  {
    std::array<Weights, 4> piece = corners;
    piece[i] = centre;
    this->addSimplex(macro, piece, this->clusterOf(macro, corners));
  }
}

void SubdivisionBuilder::sortByClusters()
{
  CellSubdivision& cell = this->Cell;
  const int count = static_cast<int>(cell.simplices.size());
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
    [this](int a, int b) { return this->ClusterIds[a] < this->ClusterIds[b]; });
  const auto simplices = cell.simplices;
  const auto macros = cell.simplexMacros;
  const auto parts = cell.simplexParts;
  std::vector<int> seen(cell.nodes, -1);
  for (int i = 0; i < count; ++i)
  {
    cell.simplices[i] = simplices[order[i]];
    cell.simplexMacros[i] = macros[order[i]];
    cell.simplexParts[i] = parts[order[i]];
    const int cluster = static_cast<int>(cell.clusters.size()) - 1;
    for (int k = 0; k <= cell.dimension; ++k)
    {
      const int node = cell.simplices[i][k];
      if (seen[node] != cluster)
      {
        seen[node] = cluster;
        cell.clusterNodes.push_back(node);
      }
    }
    if (i + 1 == count || this->ClusterIds[order[i]] != this->ClusterIds[order[i + 1]])
    {
      cell.clusters.push_back(i + 1);
      cell.clusterNodeOffsets.push_back(static_cast<int>(cell.clusterNodes.size()));
    }
  }
}

void SubdivisionBuilder::findAlikeClusters()
{
  CellSubdivision& cell = this->Cell;
  // Where the simplices of a cluster have their vertices among its nodes.
  using Places = std::vector<std::array<int, 4>>;
  struct Cluster
  {
    int weight;
    int begin;
    std::vector<int> nodes;
  };
  std::map<Places, std::vector<Cluster>> byPlaces;
  const int simplices = static_cast<int>(cell.simplices.size());
  std::vector<int> placeOf(cell.nodes, 0);
  for (int cluster = 0; cluster < cell.numberOfClusters(); ++cluster)
  {
    const std::vector<int> nodes(cell.clusterNodes.begin() + cell.clusterNodeOffsets[cluster],
      cell.clusterNodes.begin() + cell.clusterNodeOffsets[cluster + 1]);
    for (std::size_t place = 0; place < nodes.size(); ++place)
    {
      placeOf[nodes[place]] = static_cast<int>(place);
    }
    Places places;
    for (int i = cell.clusters[cluster]; i < cell.clusters[cluster + 1]; ++i)
    {
      places.push_back({ -1, -1, -1, -1 });
      for (int k = 0; k <= cell.dimension; ++k)
      {
        places.back()[k] = placeOf[cell.simplices[i][k]];
      }
    }
    byPlaces[places].push_back({ simplices + cluster, cell.clusters[cluster], nodes });
  }
  constexpr std::size_t few = 4;
  std::vector<Cluster> single;
  for (auto group = byPlaces.begin(); group != byPlaces.end();)
  {
    const auto& [places, clusters] = *group;
    if (clusters.size() >= few)
    {
      ++group;
      continue;
    }
    for (const Cluster& cluster : clusters)
    {
      for (int i = cluster.begin; i < cluster.begin + static_cast<int>(places.size()); ++i)
      {
        const auto& vertices = cell.simplices[i];
        single.push_back({ i, i, { vertices.begin(), vertices.begin() + cell.dimension + 1 } });
      }
    }
    group = byPlaces.erase(group);
  }
  if (!single.empty())
  {
    std::vector<Cluster>& alone = byPlaces[{ { 0, 1, 2, cell.dimension == 2 ? -1 : 3 } }];
    alone.insert(alone.end(), single.begin(), single.end());
  }
  for (const auto& [places, clusters] : byPlaces)
  {
    constexpr std::size_t most = CellSubdivision::AlikeClusters::most;
    for (std::size_t first = 0; first < clusters.size(); first += most)
    {
      const std::size_t last = std::min(clusters.size(), first + most);
      CellSubdivision::AlikeClusters alike;
      alike.places = places;
      for (std::size_t i = first; i < last; ++i)
      {
        alike.weights.push_back(clusters[i].weight);
        alike.begins.push_back(clusters[i].begin);
      }
      for (std::size_t place = 0; place < clusters[first].nodes.size(); ++place)
      {
        for (std::size_t i = first; i < last; ++i)
        {
          alike.nodes.push_back(clusters[i].nodes[place]);
        }
      }
      alike.nodes.insert(alike.nodes.end(), CellSubdivision::AlikeClusters::beyond, 0);
      cell.alikeClusters.push_back(std::move(alike));
    }
  }
}

void SubdivisionBuilder::findShapes()
{
  CellSubdivision& cell = this->Cell;
  // Each anchor's vertices over a common denominator, so that nodes are sums of integers.
  std::vector<std::int64_t> sum(cell.vertices, 0);
  for (int i = 0; i < cell.nodes; ++i)
  {
    std::int64_t common = 1;
    for (int k = 0; k < 4; ++k)
    {
      if (this->Numerators[i][k] != 0)
      {
        common = std::lcm(common, cell.anchorDenominators[cell.placeAnchors[i][k]]);
      }
    }
    std::fill(sum.begin(), sum.end(), 0);
    for (int k = 0; k < 4; ++k)
    {
      if (this->Numerators[i][k] == 0)
      {
        continue;
      }
      const int anchor = cell.placeAnchors[i][k];
      const std::int64_t scale = common / cell.anchorDenominators[anchor] * this->Numerators[i][k];
      for (int j = cell.anchorOffsets[anchor]; j < cell.anchorOffsets[anchor + 1]; ++j)
      {
        sum[cell.anchorVertices[j]] += scale * cell.anchorNumerators[j];
      }
    }
    std::int64_t divisor = common * this->denominator();
    const std::int64_t whole = divisor;
    std::int64_t last = 0;
    for (const std::int64_t numerator : sum)
    {
      // Most vertices have equal numerators.
      divisor = numerator == last ? divisor : std::gcd(divisor, numerator);
      last = numerator;
    }
    for (int v = 0; v < cell.vertices; ++v)
    {
      if (sum[v] != 0)
      {
        cell.shapeVertices.push_back(v);
        cell.shapeNumerators.push_back(static_cast<int>(sum[v] / divisor));
      }
    }
    cell.shapeDenominators.push_back(static_cast<int>(whole / divisor));
    cell.shapeOffsets.push_back(static_cast<int>(cell.shapeVertices.size()));
  }
}

void setAffine(CellSubdivision& cell, std::vector<double> weights)
{
  weights.resize(cell.numberOfWeights());
  detail::findClusterWeights(cell, weights.data(), weights.data() + cell.simplices.size());
  cell.affineWeights = std::move(weights);
  const bool simplex = cell.vertices == cell.dimension + 1;
  cell.axisVertices = simplex ? std::array<int, 3>{ 1, 2, 3 } : std::array<int, 3>{ 1, 3, 4 };
  cell.affinePlaces.assign(static_cast<std::size_t>(3) * cell.nodes, 0.0);
  for (int d = 0; d < cell.dimension; ++d)
  {
    for (int node = 0; node < cell.nodes; ++node)
    {
      int sum = 0;
      for (int i = cell.shapeOffsets[node]; i < cell.shapeOffsets[node + 1]; ++i)
      {
        sum += cell.axisPlace(cell.shapeVertices[i], d) * cell.shapeNumerators[i];
      }
      cell.affinePlaces[static_cast<std::size_t>(d) * cell.nodes + node] =
        static_cast<double>(sum) / cell.shapeDenominators[node];
    }
  }
}

void checkInteriorNodes(const CellSubdivision& cell)
{
  for (const auto& simplex : cell.simplices)
  {
    if (*std::max_element(simplex.begin(), simplex.end()) < cell.boundaryNodes)
    {
      throw std::logic_error("a simplex of a sub-division has no interior node");
    }
  }
}

} // namespace mir
