#include "CellCutting.h"

#include "MaterialFractions.h"
#include "MeshAdaptor.h"

#include <cstdint>

namespace mir {

CellCutting::CellCutting(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  const InterfaceBand& band, const MixedMaterials& materials, bool automaticOrder)
  : Mesh(mesh)
  , Band(band)
  , Materials(materials)
  , AutomaticOrder(automaticOrder)
  , SimpleCutter(band.cells)
  , Cutter(band.cells)
  , Order(band.cells, [&fractions, &band](int material, int cell) {
    return fractions.fraction(material, band.ids[cell]);
  })
{}

bool CellCutting::isGhost(int mixed) const
{
  return this->Mesh.isGhost(this->Band.ids[this->Band.mixed[mixed]]);
}

bool CellCutting::cut(int mixed, FacetChunk& facets, PartChunk& parts)
{
  if (this->Materials.count(mixed) == 2 && !this->Writer)
  {
    return this->addFacet(mixed, facets);
  }
  const int cell = this->Band.mixed[mixed];
  const vtkIdType id = this->Band.ids[cell];
  const Vec3 origin = this->Band.reference + this->Band.cells.origin(cell);
  const MixedMaterials& of = this->Materials;
  this->Estimates.clear();
  for (std::int64_t e = of.offsets[mixed]; e < of.offsets[mixed + 1]; ++e)
  {
    this->Estimates.push_back({ of.materials[e], of.fractions[e], of.normals[e],
      of.gradients.empty() ? Vec3{} : of.gradients[e] });
  }
  const int count = static_cast<int>(this->Estimates.size());
  this->Order.choose(cell, this->Estimates.data(), count, this->AutomaticOrder, this->Cuts);
  this->Cutter.run(cell, this->Cuts.data(), count, this->Writer.has_value());
  if (this->Writer)
  {
    for (int p = 0; p < this->Cutter.numberOfParts(); ++p)
    {
      this->Writer->add(parts, id, origin, this->Cutter.part(p));
    }
  }
  else
  {
    for (const MaterialFacet& facet : this->Cutter.facets())
    {
      facets.add(this->Mesh, id, origin, this->Cutter.points().data() + facet.begin,
        facet.end - facet.begin, facet.normal, facet.inside, facet.outside);
    }
  }
  return !this->Cutter.facets().empty();
}

/// Of a cell of two materials.
bool CellCutting::addFacet(int mixed, FacetChunk& facets)
{
  const int cell = this->Band.mixed[mixed];
  const std::int64_t e = this->Materials.offsets[mixed];
  const Vec3 normal = this->Materials.normals[e];
  const double constant =
    this->SimpleCutter.planeConstant(cell, normal, this->Materials.fractions[e]);
  const auto& loops = this->SimpleCutter.cut(cell, normal, constant);
  for (const auto& loop : loops)
  {
    facets.add(this->Mesh, this->Band.ids[cell],
      this->Band.reference + this->Band.cells.origin(cell), loop.data(),
      static_cast<int>(loop.size()), normal, this->Materials.materials[e],
      this->Materials.materials[e + 1]);
  }
  return !loops.empty();
}

} // namespace mir
