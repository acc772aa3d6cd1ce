#include "reconstruct/continuous/subdivision/CellCatalogue.h"

#include "reconstruct/continuous/subdivision/CanonicalFaces.h"

#include <algorithm>

namespace mir {

CellCatalogue::CellCatalogue(const CellBand& band)
  : Band(band)
  , ByShape(2 * band.shapes.size(), -1)
{}

const CellCatalogue::Entry& CellCatalogue::find(int cell)
{
  return this->Band.dimension == 2
    ? this->findPlanar(this->Band.cellSize(cell), this->Band.inverted[cell])
    : this->findSolid(this->Band.cellShapes[cell], this->Band.inverted[cell]);
}

std::vector<CellSubdivision> CellCatalogue::build(int r, const ParallelFor& parallelFor) const
{
  std::vector<CellSubdivision> result(this->Types.size());
  parallelFor(static_cast<int>(this->Types.size()), [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
    {
      const FaceTable& faces = this->Types[i];
      const int corners = faces.offsets.back();
      result[i] = this->Band.dimension == 3 ? canonicalSolidSubdivision(faces, r)
        : corners == 3                      ? triangleSubdivision(r)
        : corners == 4                      ? quadSubdivision(r)
                                            : polygonSubdivision(corners, r);
    }
  });
  return result;
}

const CellCatalogue::Entry& CellCatalogue::findPlanar(int corners, bool reverse)
{
  while (static_cast<int>(this->ByShape.size()) <= 2 * corners + 1)
  {
    this->ByShape.push_back(-1);
  }
  int& known = this->ByShape[2 * corners + reverse];
  if (known < 0)
  {
    Entry entry;
    for (int i = 0; i < corners; ++i)
    {
      entry.order.push_back(reverse ? (corners - i) % corners : i);
    }
    entry.type = corners < 3 ? -1 : this->typeOf({ { 0, corners }, {} });
    known = this->add(entry);
  }
  return this->Entries[known];
}

const CellCatalogue::Entry& CellCatalogue::findSolid(int shape, bool reverse)
{
  int& known = this->ByShape[2 * shape + reverse];
  if (known < 0)
  {
    FaceTable faces = this->Band.shapes[shape];
    const int count = static_cast<int>(faces.offsets.size()) - 1;
    bool isCell = count > 3;
    for (int f = 0; f < count; ++f)
    {
      isCell = isCell && faces.offsets[f + 1] - faces.offsets[f] > 2;
      if (reverse)
      {
        std::reverse(
          faces.vertices.begin() + faces.offsets[f], faces.vertices.begin() + faces.offsets[f + 1]);
      }
    }
    Entry entry;
    const FaceTable canonical = canonicalFaces(faces, entry.order);
    entry.type = isCell && entry.order.size() > 3 ? this->typeOf(canonical) : -1;
    known = this->add(entry);
  }
  return this->Entries[known];
}

int CellCatalogue::typeOf(const FaceTable& faces)
{
  const auto [type, isNew] = this->Numbers.try_emplace(
    std::pair{ faces.offsets, faces.vertices }, static_cast<int>(this->Types.size()));
  if (isNew)
  {
    this->Types.push_back(faces);
  }
  return type->second;
}

int CellCatalogue::add(const Entry& entry)
{
  this->Entries.push_back(entry);
  return static_cast<int>(this->Entries.size()) - 1;
}

} // namespace mir
