// Points of the interface, each known by where it lies among nodes and materials.
#ifndef mir_reconstruct_continuous_extraction_InterfacePoints_h
#define mir_reconstruct_continuous_extraction_InterfacePoints_h

#include "plic/ParallelFor.h"
#include "plic/UninitializedVector.h"
#include "plic/Vector.h"
#include "reconstruct/continuous/subdivision/SubcellBand.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace mir {

/// What a point that is not at a node is known by: two nodes and the two materials that are equal
/// between them, or three nodes and three materials. Nodes ascend, materials (below 64) ascend.
struct PointKey
{
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  static PointKey ofEdge(std::uint32_t n0, std::uint32_t n1, unsigned a, unsigned b)
  {
    return { n0 | std::uint64_t{ n1 } << 32, absent | std::uint64_t{ a | b << 6 } << 32 };
  }
  static PointKey ofFace(const std::uint32_t* nodes, const unsigned* materials)
  {
    return { nodes[0] | std::uint64_t{ nodes[1] } << 32,
      nodes[2] | std::uint64_t{ materials[0] | materials[1] << 6 | materials[2] << 12 } << 32 };
  }
  /// The nodes of a point on an edge; false for others.
  bool edge(std::uint32_t* nodes) const
  {
    nodes[0] = static_cast<std::uint32_t>(this->low);
    nodes[1] = static_cast<std::uint32_t>(this->low >> 32);
    return static_cast<std::uint32_t>(this->high) == absent;
  }
  bool operator==(const PointKey& other) const
  {
    return this->low == other.low && this->high == other.high;
  }
  std::uint64_t hash() const
  {
    std::uint64_t x = (this->low ^ this->low >> 29) * 0x9e3779b97f4a7c15u + this->high;
    x = (x ^ x >> 32) * 0xbf58476d1ce4e5b9u;
    return x ^ x >> 29;
  }

private:
  static constexpr std::uint64_t absent = 0xffffffffu;
};

/// The point between two nodes at which a linear value vanishes; both ends' values do not.
inline Vec3 edgePoint(double value0, double value1, Vec3 x0, Vec3 x1)
{
  return x0 + (value0 / (value0 - value1)) * (x1 - x0);
}

/// The points that a block of cells has made, and which of them other blocks may have made, too.
struct BlockPoints
{
  /// Nodes and keys are dealt out to these, so that several threads can match them.
  static constexpr int shares = 16;

  std::vector<Vec3> positions;
  /// Not zero at points on nodes.
  std::vector<unsigned char> onNode;
  struct Shared
  {
    PointKey key;
    int point;
  };
  std::array<std::vector<Shared>, shares> shared;
  struct SharedNode
  {
    int node;
    int point;
  };
  std::array<std::vector<SharedNode>, shares> sharedNodes;

  int add(Vec3 position, bool isNode = false)
  {
    this->positions.push_back(position);
    this->onNode.push_back(isNode ? 1 : 0);
    return static_cast<int>(this->positions.size()) - 1;
  }
  int addNode(Vec3 position, int sharedNode)
  {
    const int point = this->add(position, true);
    this->sharedNodes[sharedNode % shares].push_back({ sharedNode, point });
    return point;
  }
  int addShared(Vec3 position, const PointKey& key)
  {
    const int point = this->add(position);
    this->shared[key.hash() >> 60].push_back({ key, point });
    return point;
  }
  /// Leaves the points whose number is not negative, which receive their new numbers.
  void keep(std::vector<int>& numbers);
};

/// The points of one cell: numbers in its block, one a key.
class CellPoints
{
public:
  explicit CellPoints(BlockPoints& block)
    : Block(block)
    , EdgeSlots(256)
    , FaceSlots(16)
  {}

  /// Starts a cell: global numbers of its first `sharedCount` local nodes, of which other nodes
  /// come later, and the positions of all of them; all must stay where they are.
  void start(const int* sharedNodes, int sharedCount, int nodes, const Vec3* positions);

  /// Whether local node a comes before b in the order of their global numbers.
  bool before(int a, int b) const
  {
    return a < this->SharedCount && b < this->SharedCount
      ? this->SharedNodes[a] < this->SharedNodes[b]
      : a < b;
  }
  Vec3 nodePosition(int node) const { return this->Positions[node]; }

  int node(int node)
  {
    if (this->NodeStamps[node] != this->Stamp)
    {
      this->addNode(node);
    }
    return this->NodePoints[node];
  }
  /// The same of a node that may have none: -1.
  int pointOfNode(int node) const
  {
    return this->NodeStamps[node] == this->Stamp ? this->NodePoints[node] : -1;
  }
  /// Where materials a < b are equal between two nodes, from the values of a less those of b. At a
  /// node where that is 0 it is the node.
  int edge(int node0, int node1, double value0, double value1, unsigned a, unsigned b)
  {
    if (value0 == 0.0 || value1 == 0.0)
    {
      return this->node(value0 == 0.0 ? node0 : node1);
    }
    const std::uint64_t low = static_cast<std::uint64_t>(node0 < node1 ? node0 : node1);
    const std::uint64_t high = static_cast<std::uint64_t>(node0 < node1 ? node1 : node0);
    int& point = this->find(this->EdgeSlots, this->UsedEdges,
      EdgeKey{ low | high << 26 | std::uint64_t{ a } << 52 | std::uint64_t{ b } << 58 });
    if (point < 0)
    {
      point = this->addEdge(node0, node1, value0, value1, a, b);
    }
    return point;
  }
  /// Where three materials are equal between three nodes; both ascend. `position` is used when the
  /// point is new.
  template <typename Position>
  int face(const int* nodes, const unsigned* materials, const Position& position)
  {
    const std::uint32_t local[3] = { static_cast<std::uint32_t>(nodes[0]),
      static_cast<std::uint32_t>(nodes[1]), static_cast<std::uint32_t>(nodes[2]) };
    int& point = this->find(this->FaceSlots, this->UsedFaces, PointKey::ofFace(local, materials));
    if (point < 0)
    {
      std::uint32_t global[3];
      point = this->globalNodes(nodes, 3, global)
        ? this->Block.addShared(position(), PointKey::ofFace(global, materials))
        : this->Block.add(position());
    }
    return point;
  }
  /// A point that nothing else knows.
  int single(Vec3 position) { return this->Block.add(position); }

private:
  /// An edge of two local nodes, below 2^26, and two materials.
  struct EdgeKey
  {
    std::uint64_t low;
    bool operator==(const EdgeKey& other) const { return this->low == other.low; }
    std::uint64_t hash() const
    {
      const std::uint64_t x = this->low * 0x9e3779b97f4a7c15u;
      return x ^ x >> 32;
    }
  };
  template <typename Key>
  struct Slot
  {
    Key key{};
    int point = -1;
    unsigned stamp = 0;
  };

  void addNode(int node);
  bool globalNodes(const int* nodes, int count, std::uint32_t* global) const;
  /// The place for a key's point, -1 when it is new.
  template <typename Key>
  int& find(std::vector<Slot<Key>>& slots, std::size_t& used, const Key& key)
  {
    if (2 * used >= slots.size())
    {
      this->grow(slots, used);
    }
    const std::size_t mask = slots.size() - 1;
    for (std::size_t at = key.hash() & mask;; at = (at + 1) & mask)
    {
      Slot<Key>& slot = slots[at];
      if (slot.stamp != this->Stamp)
      {
        slot.stamp = this->Stamp;
        slot.key = key;
        slot.point = -1;
        ++used;
        return slot.point;
      }
      if (slot.key == key)
      {
        return slot.point;
      }
    }
  }
  template <typename Key>
  void grow(std::vector<Slot<Key>>& slots, std::size_t& used)
  {
    std::vector<Slot<Key>> old(2 * slots.size());
    old.swap(slots);
    used = 0;
    for (const Slot<Key>& slot : old)
    {
      if (slot.stamp == this->Stamp)
      {
        this->find(slots, used, slot.key) = slot.point;
      }
    }
  }
  int addEdge(int node0, int node1, double value0, double value1, unsigned a, unsigned b);

  BlockPoints& Block;
  std::vector<Slot<EdgeKey>> EdgeSlots;
  std::size_t UsedEdges = 0;
  std::vector<Slot<PointKey>> FaceSlots;
  std::size_t UsedFaces = 0;
  unsigned Stamp = 0;
  std::vector<int> NodePoints;
  std::vector<unsigned> NodeStamps;
  const int* SharedNodes = nullptr;
  int SharedCount = 0;
  const Vec3* Positions = nullptr;
};

/// One list of points from those of all blocks: points at the same node or of equal keys become
/// one, in the order of their first appearance. Throws std::length_error beyond the range of int.
struct MergedPoints
{
  UninitializedVector<Vec3> positions;
  /// Number of every block's points.
  std::vector<std::vector<int>> numbers;
};
MergedPoints mergePoints(
  const std::vector<BlockPoints*>& blocks, const ParallelFor& parallelFor = runSerially);

} // namespace mir

#endif
