#include "reconstruct/continuous/subdivision/NodeEntities.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mir {

namespace {

// Sets of materials, a bit each.
using Set = std::uint64_t;

bool has(Set set, int material)
{
  return (set >> material & 1u) != 0;
}

Set materialsOf(const BandMaterials& materials, int cell)
{
  Set set = 0;
  for (auto i = materials.offsets[cell]; i < materials.offsets[cell + 1]; ++i)
  {
    set |= Set{ 1 } << materials.materials[i];
  }
  return set;
}

int sizeOf(Set set)
{
  int size = 0;
  for (; set != 0; set &= set - 1)
  {
    ++size;
  }
  return size;
}

// What the faces about an entity say.
struct Presence
{
  Set common = ~Set{ 0 };
  Set held = 0;
  Set anyCommon = 0;

  /// Whether no material may win.
  bool tied() const { return this->held != 0 && (this->common & this->held) == 0; }
  SlotRule rule(int material) const
  {
    if (!has(this->held, material) || has(this->common, material))
    {
      return SlotRule::Free;
    }
    return this->tied() && has(this->anyCommon, material) ? SlotRule::Tied : SlotRule::Lowered;
  }
};

SubcellBand::DisjointFace bothSides(
  const EntityFace& face, const BandMaterials& materials, const SubcellBand& mesh)
{
  SubcellBand::DisjointFace result;
  result.cellA = mesh.cells[face.cell];
  result.faceA = face.face;
  result.cellB = face.otherCell;
  result.faceB = face.otherFace;
  result.materialB =
    face.otherFace < 0 ? materials.materials[materials.offsets[face.otherCell]] : 0;
  return result;
}

int slotsFor(Set about)
{
  const int size = sizeOf(about);
  return size == 2 ? 1 : size;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

// A slot without bounds.
void setSlot(SubcellBand& mesh, std::int64_t slot, unsigned char material, SlotRule rule)
{
  mesh.slotMaterials[slot] = material;
  mesh.otherMaterials[slot] = 0;
  mesh.slotRules[slot] = rule;
  mesh.lower[slot] = -infinity;
  mesh.upper[slot] = infinity;
}

struct Bounds
{
  double lower = -infinity;
  double upper = infinity;
};

// Of nodes about which only two materials occur.
Bounds boundsOf(const Presence& presence, const unsigned char (&materials)[64], double margin)
{
  const SlotRule first = presence.rule(materials[0]);
  const SlotRule second = presence.rule(materials[1]);
  if (first == SlotRule::Tied || second == SlotRule::Tied)
  {
    return { 0.0, 0.0 };
  }
  if (second == SlotRule::Lowered)
  {
    return { margin, infinity };
  }
  return { -infinity, first == SlotRule::Lowered ? -margin : infinity };
}

// The slots of an entity's nodes, from `slot` on.
void fillSlots(SubcellBand& mesh, int e, Set about, const Presence& presence, std::int64_t slot)
{
  unsigned char list[64];
  int size = 0;
  for (unsigned char material = 0; about != 0; ++material, about >>= 1)
  {
    list[size] = material;
    size += (about & 1u) != 0;
  }
  const int first = mesh.entityNodes[e];
  const int count = mesh.entityNodes[e + 1] - first;
  if (size > 2)
  {
    for (int n = first; n < first + count; ++n)
    {
      mesh.sharedSlots[n] = slot;
      for (int k = 0; k < size; ++k)
      {
        setSlot(mesh, slot++, list[k], presence.rule(list[k]));
      }
    }
    return;
  }
  if (count == 0)
  {
    return;
  }
  // One a node, and all nodes alike: they are of one size, too.
  std::iota(mesh.sharedSlots.begin() + first, mesh.sharedSlots.begin() + first + count, slot);
  std::fill_n(mesh.slotMaterials.begin() + slot, count, list[0]);
  std::fill_n(mesh.otherMaterials.begin() + slot, count, list[1]);
  std::fill_n(mesh.slotRules.begin() + slot, count, SlotRule::Free);
  const Bounds bounds = boundsOf(presence, list, pureMargin * mesh.sharedSizes[first]);
  std::fill_n(mesh.lower.begin() + slot, count, bounds.lower);
  std::fill_n(mesh.upper.begin() + slot, count, bounds.upper);
}

} // namespace

void findPresence(const NodeEntities& entities, const BandMaterials& materials, SubcellBand& mesh,
  const ParallelFor& parallelFor)
{
  std::vector<FaceEntities> onFaces;
  for (const CellSubdivision& cell : mesh.subdivisions)
  {
    onFaces.push_back(findFaceEntities(cell));
  }

  const int count = entities.numberOfEntities();
  std::vector<Presence> presence(count);
  for (const EntityFace& face : entities.faces)
  {
    if (face.otherCell < 0)
    {
      continue;
    }
    const Set a = materialsOf(materials, mesh.cells[face.cell]);
    const Set b = materialsOf(materials, face.otherCell);
    if ((a & b) == 0)
    {
      mesh.disjointFaces.push_back(bothSides(face, materials, mesh));
      continue;
    }
    const FaceEntities& on = onFaces[mesh.cellSubdivisions[face.cell]];
    const int* cellEntities = entities.cellEntities.data() + entities.cellOffsets[face.cell];
    for (int i = on.offsets[face.face]; i < on.offsets[face.face + 1]; ++i)
    {
      Presence& at = presence[cellEntities[on.entities[i]]];
      at.common &= a & b;
      at.held |= a | b;
      at.anyCommon |= a & b;
    }
  }

  // The materials about each entity, and its first slot.
  std::vector<Set> about(count, 0);
  parallelFor(count, [&](int begin, int end) {
    for (int e = begin; e < end; ++e)
    {
      for (auto i = mesh.aboutOffsets[e]; i < mesh.aboutOffsets[e + 1]; ++i)
      {
        about[e] |= materialsOf(materials, mesh.cells[mesh.aboutCells[i]]);
      }
    }
  });
  std::vector<std::int64_t> firstSlots(count + 1, 1);
  for (int e = 0; e < count; ++e)
  {
    const std::int64_t nodes = mesh.entityNodes[e + 1] - mesh.entityNodes[e];
    firstSlots[e + 1] = firstSlots[e] + nodes * slotsFor(about[e]);
  }
  const std::int64_t slots = firstSlots[count];
  mesh.sharedSlots.resize(mesh.numberOfSharedNodes() + 1);
  mesh.sharedSlots.back() = slots;
  mesh.slotMaterials.resize(slots);
  mesh.otherMaterials.resize(slots);
  mesh.slotRules.resize(slots);
  mesh.lower.resize(slots);
  mesh.upper.resize(slots);
  setSlot(mesh, 0, 0, SlotRule::Free);
  parallelFor(count, [&](int begin, int end) {
    for (int e = begin; e < end; ++e)
    {
      fillSlots(mesh, e, about[e], presence[e], firstSlots[e]);
    }
  });

  // Each cell's way from its nodes to the slots.
  const int cells = mesh.numberOfCells();
  mesh.interiorSlots.resize(cells);
  mesh.slotTableOffsets.assign(1, 0);
  mesh.slots = slots;
  for (int c = 0; c < cells; ++c)
  {
    const CellSubdivision& cell = mesh.subdivision(c);
    const int held = mesh.materialCount(c);
    mesh.interiorSlots[c] = mesh.slots;
    mesh.slots += std::int64_t{ cell.nodes - cell.boundaryNodes } * (held == 2 ? 1 : held);
    mesh.slotTableOffsets.push_back(
      mesh.slotTableOffsets.back() + std::int64_t{ cell.boundaryNodes } * held);
  }
  mesh.slotTable.resize(mesh.slotTableOffsets.back());
  parallelFor(cells, [&](int begin, int end) {
    for (int c = begin; c < end; ++c)
    {
      const int held = mesh.materialCount(c);
      const unsigned char* list = mesh.materialsOf(c);
      const int* boundary = mesh.boundaryNodesOf(c);
      int* out = mesh.slotTable.data() + mesh.slotTableOffsets[c];
      for (int i = 0; i < mesh.subdivision(c).boundaryNodes; ++i)
      {
        const int node = boundary[i];
        const int first = static_cast<int>(mesh.sharedSlots[node]);
        const int size = static_cast<int>(mesh.sharedSlots[node + 1]) - first;
        if (size == 1)
        {
          *out++ = first;
          *out++ = 0;
          continue;
        }
        int at = 0;
        for (int k = 0; k < held; ++k)
        {
          while (mesh.slotMaterials[first + at] != list[k])
          {
            ++at;
          }
          *out++ = first + at;
        }
      }
    }
  });
}

} // namespace mir
