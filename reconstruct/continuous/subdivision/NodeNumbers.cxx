#include "reconstruct/continuous/subdivision/NodeEntities.h"

#include <map>

namespace mir {

namespace {

std::uint64_t mixed(std::uint64_t x)
{
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// Faces of one number of vertices: places of the inner nodes, and for every way a cell may see the
// face the entity's inner node for each of its own.
struct InnerNodes
{
  int count = 0;
  std::vector<std::array<int, 4>> anchors;
  std::vector<std::array<double, 4>> weights;
  std::vector<std::vector<int>> numbers;
};

InnerNodes findInnerNodes(int corners, int r)
{
  const CellSubdivision pattern = facePattern(corners, r);
  InnerNodes inner;
  inner.count = pattern.nodes - pattern.boundaryNodes;
  inner.anchors.assign(
    pattern.placeAnchors.begin() + pattern.boundaryNodes, pattern.placeAnchors.end());
  inner.weights.assign(
    pattern.placeWeights.begin() + pattern.boundaryNodes, pattern.placeWeights.end());
  auto place = [&](int i, int start, bool backwards) {
    std::map<int, double> result;
    for (int k = 0; k < 3; ++k)
    {
      if (inner.weights[i][k] != 0.0)
      {
        const int a = inner.anchors[i][k];
        result[a == corners ? a
                            : (backwards ? start - a + corners : a - start + corners) % corners] =
          inner.weights[i][k];
      }
    }
    return result;
  };
  std::map<std::map<int, double>, int> numbers;
  for (int i = 0; i < inner.count; ++i)
  {
    numbers[place(i, 0, false)] = i;
  }
  for (int turn = 0; turn < 2 * corners; ++turn)
  {
    std::vector<int> numbering;
    for (int i = 0; i < inner.count; ++i)
    {
      numbering.push_back(numbers.at(place(i, turn / 2, turn % 2 == 1)));
    }
    inner.numbers.push_back(numbering);
  }
  return inner;
}

std::map<int, InnerNodes> findPatterns(const SubcellBand& mesh)
{
  std::map<int, InnerNodes> patterns;
  for (const CellSubdivision& cell : mesh.subdivisions)
  {
    for (int f = 0; mesh.dimension == 3 && f < cell.numberOfFaces(); ++f)
    {
      const int corners = cell.faceVertexOffsets[f + 1] - cell.faceVertexOffsets[f];
      if (patterns.find(corners) == patterns.end())
      {
        patterns[corners] = findInnerNodes(corners, mesh.refinement);
      }
    }
  }
  return patterns;
}

} // namespace

void numberNodes(const CellBand& band, const NodeEntities& entities,
  const std::vector<std::int64_t>& pointIds, SubcellBand& mesh, const ParallelFor& parallelFor)
{
  const int count = entities.numberOfEntities();
  const int cells = mesh.numberOfCells();
  const int r = mesh.refinement;
  const std::map<int, InnerNodes> patterns = findPatterns(mesh);
  std::vector<const InnerNodes*> byCorners(
    patterns.empty() ? 0 : patterns.rbegin()->first + 1, nullptr);
  for (const auto& [corners, inner] : patterns)
  {
    byCorners[corners] = &inner;
  }

  mesh.entityNodes.assign(1, 0);
  mesh.entityNodes.reserve(count + 1);
  for (int e = 0; e < count; ++e)
  {
    const int corners = static_cast<int>(entities.spanOffsets[e + 1] - entities.spanOffsets[e]);
    const int inner = corners == 1 ? 1 : corners == 2 ? r - 1 : byCorners[corners]->count;
    mesh.entityNodes.push_back(mesh.entityNodes.back() + inner);
  }
  const int nodes = mesh.entityNodes.back();
  mesh.sharedPositions.resize(nodes);
  mesh.sharedHashes.resize(nodes);
  mesh.sharedSizes.resize(nodes);
  mesh.sharedPoints.resize(nodes);

  // The mixed cells about each entity, ascending.
  mesh.aboutOffsets.assign(count + 1, 0);
  for (const int entity : entities.cellEntities)
  {
    ++mesh.aboutOffsets[entity + 1];
  }
  for (int e = 0; e < count; ++e)
  {
    mesh.aboutOffsets[e + 1] += mesh.aboutOffsets[e];
  }
  mesh.aboutCells.resize(entities.cellEntities.size());
  mesh.aboutFirst.resize(entities.cellEntities.size());
  {
    std::vector<std::int64_t> next(mesh.aboutOffsets.begin(), mesh.aboutOffsets.end() - 1);
    for (int c = 0; c < cells; ++c)
    {
      int first = 0;
      for (auto i = entities.cellOffsets[c]; i < entities.cellOffsets[c + 1]; ++i)
      {
        const int entity = entities.cellEntities[i];
        mesh.aboutCells[next[entity]] = c;
        mesh.aboutFirst[next[entity]++] = first;
        first += mesh.entityNodes[entity + 1] - mesh.entityNodes[entity];
      }
    }
  }

  parallelFor(count, [&](int begin, int end) {
    std::vector<Vec3> anchors;
    for (int e = begin; e < end; ++e)
    {
      const int* span = entities.spans.data() + entities.spanOffsets[e];
      const int corners = static_cast<int>(entities.spanOffsets[e + 1] - entities.spanOffsets[e]);
      const Vec3 origin = band.points[span[0]];
      std::uint64_t hash = 0;
      for (int i = 0; i < corners; ++i)
      {
        const std::int64_t id = pointIds.empty() ? span[i] : pointIds[span[i]];
        hash = mixed(hash ^ static_cast<std::uint64_t>(id));
      }
      double size = 0.0;
      for (auto i = mesh.aboutOffsets[e]; i < mesh.aboutOffsets[e + 1]; ++i)
      {
        size += mesh.sizes[mesh.aboutCells[i]];
      }
      size /= static_cast<double>(mesh.aboutOffsets[e + 1] - mesh.aboutOffsets[e]);
      const int first = mesh.entityNodes[e];
      const int inner = mesh.entityNodes[e + 1] - first;
      for (int k = 0; k < inner; ++k)
      {
        mesh.sharedHashes[first + k] = corners == 1 ? hash : mixed(hash + 1 + k);
        mesh.sharedSizes[first + k] = size;
        mesh.sharedPoints[first + k] = corners == 1 ? span[0] : -1;
      }
      if (corners == 1)
      {
        mesh.sharedPositions[first] = origin;
        continue;
      }
      if (corners == 2)
      {
        const Vec3 along = band.points[span[1]] - origin;
        for (int k = 0; k < inner; ++k)
        {
          mesh.sharedPositions[first + k] = origin + static_cast<double>(k + 1) / r * along;
        }
        continue;
      }
      const InnerNodes& pattern = *byCorners[corners];
      anchors.resize(corners + 1);
      Vec3 sum;
      for (int i = 0; i < corners; ++i)
      {
        anchors[i] = band.points[span[i]] - origin;
        sum = sum + anchors[i];
      }
      anchors[corners] = 1.0 / corners * sum;
      for (int k = 0; k < inner; ++k)
      {
        const auto& a = pattern.anchors[k];
        const auto& w = pattern.weights[k];
        mesh.sharedPositions[first + k] =
          origin + (w[0] * anchors[a[0]] + w[1] * anchors[a[1]] + w[2] * anchors[a[2]]);
      }
    }
  });

  mesh.boundaryOffsets.assign(1, 0);
  mesh.boundaryOffsets.reserve(cells + 1);
  for (int c = 0; c < cells; ++c)
  {
    mesh.boundaryOffsets.push_back(mesh.boundaryOffsets.back() + mesh.subdivision(c).boundaryNodes);
  }
  mesh.boundaryNodes.resize(mesh.boundaryOffsets.back());
  parallelFor(cells, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      int* out = mesh.boundaryNodes.data() + mesh.boundaryOffsets[c];
      const int* entity = entities.cellEntities.data() + entities.cellOffsets[c];
      const unsigned short* turn = entities.cellTurns.data() + entities.cellOffsets[c];
      for (int i = 0; i < cell.vertices; ++i, ++entity, ++turn)
      {
        *out++ = mesh.entityNodes[*entity];
      }
      for (std::size_t i = 0; i < cell.edges.size(); ++i, ++entity, ++turn)
      {
        const int first = mesh.entityNodes[*entity];
        for (int k = 0; k < r - 1; ++k)
        {
          *out++ = *turn ? first + r - 2 - k : first + k;
        }
      }
      for (int f = 0; cell.dimension == 3 && f < cell.numberOfFaces(); ++f, ++entity, ++turn)
      {
        const int corners = cell.faceVertexOffsets[f + 1] - cell.faceVertexOffsets[f];
        const int first = mesh.entityNodes[*entity];
        for (const int number : byCorners[corners]->numbers[*turn])
        {
          *out++ = first + number;
        }
      }
    }
  });
}

} // namespace mir
