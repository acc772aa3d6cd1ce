#include "reconstruct/continuous/subdivision/CanonicalFaces.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace mir {

namespace {

const FaceTable& tetrahedron()
{
  static const FaceTable table{ { 0, 3, 6, 9, 12 }, { 0, 1, 3, 1, 2, 3, 2, 0, 3, 0, 2, 1 } };
  return table;
}

const FaceTable& hexahedron()
{
  static const FaceTable table{ { 0, 4, 8, 12, 16, 20, 24 },
    { 0, 3, 2, 1, 4, 5, 6, 7, 0, 1, 5, 4, 1, 2, 6, 5, 2, 3, 7, 6, 3, 0, 4, 7 } };
  return table;
}

// The directed edges of a closed surface: edge i starts at vertices[i] of the table.
struct DirectedEdges
{
  std::vector<int> faces;
  std::vector<int> next;
  std::vector<int> twins;
};

bool findEdges(const FaceTable& table, DirectedEdges& edges)
{
  const int count = static_cast<int>(table.vertices.size());
  std::map<std::pair<int, int>, int> known;
  edges.faces.resize(count);
  edges.next.resize(count);
  edges.twins.assign(count, -1);
  for (std::size_t f = 0; f + 1 < table.offsets.size(); ++f)
  {
    for (int i = table.offsets[f]; i < table.offsets[f + 1]; ++i)
    {
      edges.faces[i] = static_cast<int>(f);
      edges.next[i] = i + 1 == table.offsets[f + 1] ? table.offsets[f] : i + 1;
      if (!known.emplace(std::pair{ table.vertices[i], table.vertices[edges.next[i]] }, i).second)
      {
        return false;
      }
    }
  }
  for (int i = 0; i < count; ++i)
  {
    const auto twin = known.find({ table.vertices[edges.next[i]], table.vertices[i] });
    if (twin == known.end())
    {
      return false;
    }
    edges.twins[i] = twin->second;
  }
  return true;
}

// The table by the walk from an edge, face after face as they are met, with their vertices numbered
// as they are met. Stops where it is known to be greater than `least`, sizes and vertices compared
// in turn.
class Walk
{
public:
  Walk(const FaceTable& table, const DirectedEdges& edges, int vertices)
    : Table(table)
    , Edges(edges)
    , Numbers(vertices)
    , Met(table.offsets.size())
  {}

  bool isLess(int start, const std::vector<int>& least)
  {
    std::fill(this->Numbers.begin(), this->Numbers.end(), -1);
    std::fill(this->Met.begin(), this->Met.end(), 0);
    this->Code.clear();
    this->Order.clear();
    this->Starts.assign(1, start);
    this->Met[this->Edges.faces[start]] = 1;
    bool less = least.empty();
    auto append = [&](int number) {
      const std::size_t at = this->Code.size();
      this->Code.push_back(number);
      less = less || at >= least.size() || number < least[at];
      return less || number == least[at];
    };
    for (std::size_t i = 0; i < this->Starts.size(); ++i)
    {
      const int face = this->Edges.faces[this->Starts[i]];
      const int size = this->Table.offsets[face + 1] - this->Table.offsets[face];
      if (!append(size))
      {
        return false;
      }
      int edge = this->Starts[i];
      for (int k = 0; k < size; ++k, edge = this->Edges.next[edge])
      {
        int& number = this->Numbers[this->Table.vertices[edge]];
        if (number < 0)
        {
          number = static_cast<int>(this->Order.size());
          this->Order.push_back(this->Table.vertices[edge]);
        }
        if (!append(number))
        {
          return false;
        }
        const int twin = this->Edges.twins[edge];
        if (!this->Met[this->Edges.faces[twin]])
        {
          this->Met[this->Edges.faces[twin]] = 1;
          this->Starts.push_back(twin);
        }
      }
    }
    return less && this->Starts.size() + 1 == this->Table.offsets.size() &&
      this->Order.size() == this->Numbers.size();
  }

  std::vector<int> Code;
  std::vector<int> Order;

private:
  const FaceTable& Table;
  const DirectedEdges& Edges;
  std::vector<int> Numbers;
  std::vector<char> Met;
  std::vector<int> Starts;
};

FaceTable tableOf(const std::vector<int>& code)
{
  FaceTable table;
  for (std::size_t at = 0; at < code.size(); at += code[at] + 1)
  {
    table.vertices.insert(
      table.vertices.end(), code.begin() + at + 1, code.begin() + at + 1 + code[at]);
    table.offsets.push_back(static_cast<int>(table.vertices.size()));
  }
  return table;
}

bool haveSizes(const FaceTable& faces, int count, int size)
{
  bool all = static_cast<int>(faces.offsets.size()) == count + 1;
  for (int f = 0; all && f < count; ++f)
  {
    all = faces.offsets[f + 1] - faces.offsets[f] == size;
  }
  return all;
}

// Numbers a hexahedron with its first face below, in that face's order.
bool orderHexahedron(
  const FaceTable& faces, const DirectedEdges& edges, int vertices, std::vector<int>& order)
{
  if (vertices != 8 || !haveSizes(faces, 6, 4))
  {
    return false;
  }
  order.assign(8, -1);
  const int below[4] = { 0, 3, 2, 1 };
  for (int i = 0; i < 4; ++i)
  {
    // Past the twin, the neighbour's next edge starts at the vertex and leads up.
    const int up = edges.next[edges.twins[i]];
    order[below[i]] = faces.vertices[i];
    order[below[i] + 4] = faces.vertices[edges.next[up]];
  }
  std::vector<char> seen(8, 0);
  for (const int v : order)
  {
    if (seen[v]++)
    {
      return false;
    }
  }
  return true;
}

} // namespace

FaceTable canonicalFaces(const FaceTable& faces, std::vector<int>& order)
{
  const int vertices = faces.vertices.empty()
    ? 0
    : *std::max_element(faces.vertices.begin(), faces.vertices.end()) + 1;
  order.resize(vertices);
  std::iota(order.begin(), order.end(), 0);
  DirectedEdges edges;
  if (!findEdges(faces, edges))
  {
    return faces;
  }
  if (vertices == 4 && haveSizes(faces, 4, 3))
  {
    // The first face is VTK's first, 0 1 3.
    order = { faces.vertices[0], faces.vertices[1],
      6 - faces.vertices[0] - faces.vertices[1] - faces.vertices[2], faces.vertices[2] };
    return tetrahedron();
  }
  std::vector<int> least;
  std::vector<int> best;
  Walk walk(faces, edges, vertices);
  for (int i = 0; i < static_cast<int>(faces.vertices.size()); ++i)
  {
    if (walk.isLess(i, least))
    {
      least = walk.Code;
      best = walk.Order;
    }
  }
  if (best.empty())
  {
    return faces;
  }
  // All closed surfaces of six quads with eight vertices that are hexahedra walk alike.
  static const std::vector<int> cube = [] {
    DirectedEdges of;
    findEdges(hexahedron(), of);
    Walk about(hexahedron(), of, 8);
    about.isLess(0, {});
    return about.Code;
  }();
  if (least == cube && orderHexahedron(faces, edges, vertices, order))
  {
    return hexahedron();
  }
  order = best;
  return tableOf(least);
}

SolidType solidType(const FaceTable& canonical)
{
  auto is = [&canonical](const FaceTable& other) {
    return canonical.offsets == other.offsets && canonical.vertices == other.vertices;
  };
  return is(tetrahedron()) ? SolidType::Tetrahedron
    : is(hexahedron())     ? SolidType::Hexahedron
                           : SolidType::Other;
}

} // namespace mir
