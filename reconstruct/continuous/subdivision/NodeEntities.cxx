#include "reconstruct/continuous/subdivision/NodeEntities.h"

#include "plic/UninitializedVector.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

// Entities by the points that span them.
class SpanTable
{
public:
  SpanTable(NodeEntities& entities, std::size_t expected)
    : Entities(entities)
  {
    std::size_t size = 64;
    while (size < 2 * expected)
    {
      size *= 2;
    }
    this->Slots.assign(size, Slot{});
  }

  // The entity of a span, which is added where it is new.
  int find(const int* span, int count)
  {
    std::uint64_t hash = static_cast<std::uint64_t>(count);
    for (int i = 0; i < count; ++i)
    {
      hash = (hash ^ static_cast<std::uint64_t>(span[i])) * 0x9e3779b97f4a7c15ull;
      hash ^= hash >> 32;
    }
    const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 16);
    std::size_t at = hash & (this->Slots.size() - 1);
    while (this->Slots[at].entity >= 0)
    {
      if (this->Slots[at].tag == tag && this->isSpan(this->Slots[at].entity, span, count))
      {
        return this->Slots[at].entity;
      }
      at = (at + 1) & (this->Slots.size() - 1);
    }
    const int entity = this->append(span, count);
    this->Slots[at] = { entity, tag };
    this->Hashes.push_back({ hash, entity });
    if (2 * this->Hashes.size() > this->Slots.size())
    {
      this->grow();
    }
    return entity;
  }

  int append(const int* span, int count)
  {
    this->Entities.spans.insert(this->Entities.spans.end(), span, span + count);
    this->Entities.spanOffsets.push_back(static_cast<std::int64_t>(this->Entities.spans.size()));
    return this->Entities.numberOfEntities() - 1;
  }

private:
  struct Slot
  {
    int entity = -1;
    std::uint32_t tag = 0;
  };

  bool isSpan(int entity, const int* span, int count) const
  {
    const auto begin = this->Entities.spanOffsets[entity];
    return this->Entities.spanOffsets[entity + 1] - begin == count &&
      std::equal(span, span + count, this->Entities.spans.begin() + begin);
  }

  void grow()
  {
    std::vector<Slot> slots(2 * this->Slots.size());
    for (const auto& [hash, entity] : this->Hashes)
    {
      std::size_t at = hash & (slots.size() - 1);
      while (slots[at].entity >= 0)
      {
        at = (at + 1) & (slots.size() - 1);
      }
      slots[at] = { entity, static_cast<std::uint32_t>(hash >> 16) };
    }
    this->Slots.swap(slots);
  }

  NodeEntities& Entities;
  std::vector<Slot> Slots;
  std::vector<std::pair<std::uint64_t, int>> Hashes;
};

class EntityFinder
{
public:
  EntityFinder(const CellBand& band, const SubcellBand& mesh,
    const std::vector<std::int64_t>& pointIds, NodeEntities& entities)
    : Band(band)
    , Mesh(mesh)
    , PointIds(pointIds)
    , Entities(entities)
    , Table(entities, expected(mesh))
  {}

  void run(const std::vector<char>& isMissing, const ParallelFor& parallelFor)
  {
    this->VertexEntities.resize(this->Band.points.size());
    parallelFor(static_cast<int>(this->VertexEntities.size()), [this](int begin, int end) {
      std::fill(this->VertexEntities.begin() + begin, this->VertexEntities.begin() + end, -1);
    });
    const int cells = this->Mesh.numberOfCells();
    this->Entities.cellOffsets.reserve(cells + 1);
    for (int c = 0; c < cells; ++c)
    {
      this->addCell(c);
    }
    this->findPureCells(isMissing, parallelFor);
  }

private:
  static std::size_t expected(const SubcellBand& mesh)
  {
    std::size_t count = 0;
    for (int c = 0; c < mesh.numberOfCells(); ++c)
    {
      const CellSubdivision& cell = mesh.subdivision(c);
      count += cell.edges.size() + (mesh.dimension == 3 ? cell.numberOfFaces() : 0);
    }
    return count / 2 + 16;
  }

  std::int64_t idOf(int point) const
  {
    return this->PointIds.empty() ? point : this->PointIds[point];
  }

  void addCell(int c)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const int* points = this->Mesh.cellVertices.data() + this->Mesh.vertexOffsets[c];
    NodeEntities& e = this->Entities;
    for (int i = 0; i < cell.vertices; ++i)
    {
      int& vertex = this->VertexEntities[points[i]];
      if (vertex < 0)
      {
        vertex = this->Table.append(points + i, 1);
      }
      e.cellEntities.push_back(vertex);
      e.cellTurns.push_back(0);
    }
    for (std::size_t i = 0; i < cell.edges.size(); ++i)
    {
      int span[2] = { points[cell.edges[i][0]], points[cell.edges[i][1]] };
      const bool backwards = this->idOf(span[0]) > this->idOf(span[1]);
      if (backwards)
      {
        std::swap(span[0], span[1]);
      }
      const int entity = this->Table.find(span, 2);
      e.cellEntities.push_back(entity);
      e.cellTurns.push_back(backwards ? 1 : 0);
      if (cell.dimension == 2)
      {
        this->addFace(entity, c, static_cast<int>(i));
      }
    }
    for (int f = 0; cell.dimension == 3 && f < cell.numberOfFaces(); ++f)
    {
      const int begin = cell.faceVertexOffsets[f];
      const int turn = this->findSpan(
        points, cell.faceVertices.data() + begin, cell.faceVertexOffsets[f + 1] - begin);
      const int entity = this->Table.find(this->Span.data(), static_cast<int>(this->Span.size()));
      e.cellEntities.push_back(entity);
      e.cellTurns.push_back(static_cast<unsigned short>(turn));
      this->addFace(entity, c, f);
    }
    e.cellOffsets.push_back(static_cast<std::int64_t>(e.cellEntities.size()));
  }

  // A face's points in the order of its entity, into Span; returns how the cell sees it.
  int findSpan(const int* points, const int* corners, int count)
  {
    this->Span.resize(count);
    int start = 0;
    for (int i = 1; i < count; ++i)
    {
      start = this->idOf(points[corners[i]]) < this->idOf(points[corners[start]]) ? i : start;
    }
    const int next = points[corners[start + 1 == count ? 0 : start + 1]];
    const int last = points[corners[start == 0 ? count - 1 : start - 1]];
    const bool backwards = this->idOf(last) < this->idOf(next);
    int at = start;
    for (int i = 0; i < count; ++i)
    {
      this->Span[i] = points[corners[at]];
      at = backwards ? (at == 0 ? count - 1 : at - 1) : (at + 1 == count ? 0 : at + 1);
    }
    return 2 * start + (backwards ? 1 : 0);
  }

  void addFace(int entity, int c, int f)
  {
    this->FaceOfEntity.resize(this->Entities.numberOfEntities(), -1);
    int& known = this->FaceOfEntity[entity];
    if (known < 0)
    {
      known = static_cast<int>(this->Entities.faces.size());
      this->Entities.faces.push_back({ entity, c, f, -1, -1 });
    }
    else if (this->Entities.faces[known].otherCell < 0)
    {
      this->Entities.faces[known].otherCell = this->Mesh.cells[c];
      this->Entities.faces[known].otherFace = f;
    }
  }

  // The lowest pure cell at each face that no other mixed cell has.
  void findPureCells(const std::vector<char>& isMissing, const ParallelFor& parallelFor)
  {
    std::vector<EntityFace>& faces = this->Entities.faces;
    parallelFor(static_cast<int>(faces.size()), [&](int begin, int end) {
      for (int f = begin; f < end; ++f)
      {
        EntityFace& face = faces[f];
        if (face.otherCell >= 0)
        {
          continue;
        }
        const int mixed = this->Mesh.cells[face.cell];
        const auto last = this->Band.neighbourOffsets[mixed + 1];
        for (auto i = this->Band.neighbourOffsets[mixed]; i < last; ++i)
        {
          const int cell = this->Band.neighbours[i];
          const bool isPure = this->Mesh.cellOfBand[cell] < 0 && !isMissing[cell];
          const bool isLower = face.otherCell < 0 || cell < face.otherCell;
          if (isPure && isLower && this->hasFace(cell, face.entity))
          {
            face.otherCell = cell;
          }
        }
      }
    });
  }

  // Whether one of the cell's faces is that of the entity.
  bool hasFace(int cell, int entity) const
  {
    const NodeEntities& e = this->Entities;
    const int* span = e.spans.data() + e.spanOffsets[entity];
    const int count = static_cast<int>(e.spanOffsets[entity + 1] - e.spanOffsets[entity]);
    const int* points = this->Band.cellPoints.data() + this->Band.cellOffsets[cell];
    const int size = this->Band.cellSize(cell);
    // Most cells lack one of these.
    if (std::find(points, points + size, span[0]) == points + size ||
      std::find(points, points + size, span[count / 2]) == points + size)
    {
      return false;
    }
    if (this->Band.dimension == 2)
    {
      for (int i = 0; i < size; ++i)
      {
        const int a = points[i];
        const int b = points[i + 1 == size ? 0 : i + 1];
        if ((a == span[0] && b == span[1]) || (a == span[1] && b == span[0]))
        {
          return true;
        }
      }
      return false;
    }
    const FaceTable& faces = this->Band.shapes[this->Band.cellShapes[cell]];
    for (std::size_t f = 0; f + 1 < faces.offsets.size(); ++f)
    {
      if (faces.offsets[f + 1] - faces.offsets[f] == count &&
        isTurned(points, faces.vertices.data() + faces.offsets[f], span, count))
      {
        return true;
      }
    }
    return false;
  }

  // Whether the corners of a face are those of a span from some corner on, either way round.
  static bool isTurned(const int* points, const int* corners, const int* span, int count)
  {
    for (int start = 0; start < count; ++start)
    {
      if (points[corners[start]] != span[0])
      {
        continue;
      }
      bool forward = true;
      bool backward = true;
      for (int i = 1; i < count; ++i)
      {
        const int ahead = start + i < count ? start + i : start + i - count;
        const int behind = start >= i ? start - i : start - i + count;
        forward = forward && points[corners[ahead]] == span[i];
        backward = backward && points[corners[behind]] == span[i];
      }
      if (forward || backward)
      {
        return true;
      }
    }
    return false;
  }

  const CellBand& Band;
  const SubcellBand& Mesh;
  const std::vector<std::int64_t>& PointIds;
  NodeEntities& Entities;
  SpanTable Table;
  UninitializedVector<int> VertexEntities;
  std::vector<int> FaceOfEntity;
  std::vector<int> Span;
};

} // namespace

NodeEntities findEntities(const CellBand& band, const SubcellBand& mesh,
  const std::vector<std::int64_t>& pointIds, const std::vector<char>& isMissing,
  const ParallelFor& parallelFor)
{
  NodeEntities entities;
  EntityFinder(band, mesh, pointIds, entities).run(isMissing, parallelFor);
  return entities;
}

FaceEntities findFaceEntities(const CellSubdivision& cell)
{
  FaceEntities result;
  const int edges = static_cast<int>(cell.edges.size());
  for (int f = 0; f < cell.numberOfFaces(); ++f)
  {
    const int begin = cell.faceVertexOffsets[f];
    const int size = cell.faceVertexOffsets[f + 1] - begin;
    for (int i = 0; i < size; ++i)
    {
      result.entities.push_back(cell.faceVertices[begin + i]);
    }
    if (cell.dimension == 2)
    {
      result.entities.push_back(cell.vertices + f);
    }
    else
    {
      for (int i = 0; i < size; ++i)
      {
        const int a = cell.faceVertices[begin + i];
        const int b = cell.faceVertices[begin + (i + 1) % size];
        for (int e = 0; e < edges; ++e)
        {
          if ((cell.edges[e][0] == a && cell.edges[e][1] == b) ||
            (cell.edges[e][0] == b && cell.edges[e][1] == a))
          {
            result.entities.push_back(cell.vertices + e);
          }
        }
      }
      result.entities.push_back(cell.vertices + edges + f);
    }
    result.offsets.push_back(static_cast<int>(result.entities.size()));
  }
  return result;
}

} // namespace mir
