#include "data/MeasuredSolidCells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace mir {

/// A facet with its loop counter-clockwise seen from outside.
struct MeasuredSolidCells::Facet
{
  std::int64_t id;
  int inside;
  int outside;
  std::vector<Vec3> loop;

  bool bounds(int material) const { return this->inside == material || this->outside == material; }
};

namespace {

template <typename Facets>
void turn(Facets& facets)
{
  for (auto& facet : facets)
  {
    std::reverse(facet.loop.begin(), facet.loop.end());
  }
}

} // namespace

MeasuredSolidCells::MeasuredSolidCells(const SolidMeshView& mesh, const CellMaterials& materials,
  const SolidFacets& facets, const Solid* truth)
  : Mesh(mesh)
  , Materials(materials)
  , Facets(facets)
  , Truth(truth)
  , Measured(materials.measured())
  , States(mesh.cells)
  , Distances(truth ? facets.size() : 0, std::numeric_limits<double>::quiet_NaN())
{
  this->sortFaces();
  this->sortFacets();
}

void MeasuredSolidCells::sortFacets()
{
  this->FacetOffsets.assign(this->Mesh.cells + 1, 0);
  for (std::int64_t cell : this->Facets.cells)
  {
    ++this->FacetOffsets[cell + 1];
  }
  for (std::int64_t cell = 0; cell < this->Mesh.cells; ++cell)
  {
    this->FacetOffsets[cell + 1] += this->FacetOffsets[cell];
  }
  this->FacetIds.resize(this->Facets.size());
  std::vector<std::int64_t> next(this->FacetOffsets.begin(), this->FacetOffsets.end() - 1);
  for (std::int64_t f = 0; f < this->Facets.size(); ++f)
  {
    this->FacetIds[next[this->Facets.cells[f]]++] = f;
  }
}

void MeasuredSolidCells::measure(const ParallelFor& parallelFor)
{
  parallelFor(static_cast<int>(this->Mesh.cells), [this](int begin, int end) {
    for (int cell = begin; cell < end; ++cell)
    {
      if (this->active(cell))
      {
        this->measureActive(cell);
      }
      else if (this->Truth)
      {
        this->measurePure(cell);
      }
    }
  });
  for (std::int64_t cell = 0; cell < this->Mesh.cells; ++cell)
  {
    const double volume = this->States[cell].volume;
    if ((this->Truth || this->active(cell)) && (!(volume > 0.0) || !std::isfinite(volume)))
    {
      throw std::invalid_argument(
        "cell " + std::to_string(cell) + " has no positive, finite volume");
    }
  }
}

bool MeasuredSolidCells::active(std::int64_t cell) const
{
  return this->Materials.mixed(cell) || this->FacetOffsets[cell + 1] > this->FacetOffsets[cell];
}

void MeasuredSolidCells::sortFaces()
{
  this->Parts.reserve(this->Mesh.faces.size());
  for (const MeshFace& face : this->Mesh.faces)
  {
    this->Parts.push_back(planarParts(face.polygon));
  }
  this->CellFaces.resize(this->Mesh.cells);
  this->FirstOfA.resize(this->Mesh.faces.size());
  this->FirstOfB.resize(this->Mesh.faces.size());
  for (std::size_t f = 0; f < this->Mesh.faces.size(); ++f)
  {
    const MeshFace& face = this->Mesh.faces[f];
    std::vector<CellFace>& a = this->CellFaces[face.a];
    this->FirstOfA[f] = a.size();
    for (const FacePart& part : this->Parts[f])
    {
      a.push_back({ &part, false, f });
    }
    if (face.b >= 0)
    {
      std::vector<CellFace>& b = this->CellFaces[face.b];
      this->FirstOfB[f] = b.size();
      for (const FacePart& part : this->Parts[f])
      {
        b.push_back({ &part, true, f });
      }
    }
  }
}

/// The facets inside of a cell; notes those on its faces.
std::vector<MeasuredSolidCells::Facet> MeasuredSolidCells::facetsOf(std::int64_t cell)
{
  std::vector<Facet> inside;
  for (std::int64_t i = this->FacetOffsets[cell]; i < this->FacetOffsets[cell + 1]; ++i)
  {
    const std::int64_t id = this->FacetIds[i];
    const auto [in, out] = this->Facets.materials[id];
    Facet facet{ id, in, out, this->Facets.loop(id) };
    if (facet.loop.size() < 3)
    {
      continue;
    }
    if (liesOnFace(this->CellFaces[cell], facet.loop))
    {
      this->States[cell].onFaces.push_back(id);
    }
    else
    {
      inside.push_back(std::move(facet));
    }
  }
  return inside;
}

SolidRegion MeasuredSolidCells::regionOf(
  int material, std::int64_t cell, const std::vector<Facet>& facets) const
{
  std::vector<std::vector<Vec3>> loops;
  for (const Facet& facet : facets)
  {
    if (facet.bounds(material))
    {
      loops.push_back(facet.loop);
      if (facet.inside != material)
      {
        std::reverse(loops.back().begin(), loops.back().end());
      }
    }
  }
  return closeSolidRegion(this->CellFaces[cell], loops);
}

/// Whether the facets of a cell conserve better the other way round.
bool MeasuredSolidCells::isTurned(std::int64_t cell, double volume, std::vector<Facet> facets) const
{
  const int material = facets[0].inside;
  auto error = [&]() {
    return std::abs(mir::volume(this->regionOf(material, cell, facets).boundary) / volume -
      this->Materials.part(material, cell));
  };
  const double ahead = error();
  turn(facets);
  return error() < ahead;
}

void MeasuredSolidCells::measureActive(std::int64_t cell)
{
  MeasuredSolidCell& state = this->States[cell];
  if (this->CellFaces[cell].empty())
  {
    return;
  }
  const Vec3 origin = this->CellFaces[cell][0].part->corners[0];
  SolidRegion whole = fullSolidRegion(this->CellFaces[cell]);
  state.volume = volume(whole.boundary);
  std::vector<Facet> facets = this->facetsOf(cell);
  state.crossed = !facets.empty();
  state.missing = facets.empty() && this->Materials.mixed(cell);
  const bool turned =
    state.crossed && !this->Facets.oriented && this->isTurned(cell, state.volume, facets);
  if (turned)
  {
    turn(facets);
  }
  for (int material : this->Measured)
  {
    SolidRegion region;
    if (state.crossed)
    {
      region = this->regionOf(material, cell, facets);
      state.traces.insert(state.traces.end(), region.traces.begin(), region.traces.end());
    }
    else if (this->full(material, cell))
    {
      region = whole;
    }
    const double part = volume(region.boundary);
    state.conservation = std::max(
      state.conservation, std::abs(part / state.volume - this->Materials.part(material, cell)));
    if (this->Truth && material == 0)
    {
      state.truth = this->insideTruth(whole.boundary, origin);
      const double both = this->insideTruth(region.boundary, origin);
      state.difference = std::max(0.0, part + state.truth - 2.0 * both);
    }
  }
  if (this->Truth)
  {
    this->measureNormals(cell, turned);
  }
}

double MeasuredSolidCells::insideTruth(Polyhedron& local, Vec3 origin) const
{
  if (local.points.empty())
  {
    return 0.0;
  }
  for (Vec3& x : local.points)
  {
    x = x + origin;
  }
  return this->Truth->volumeInside(local);
}

void MeasuredSolidCells::measurePure(std::int64_t cell)
{
  MeasuredSolidCell& state = this->States[cell];
  Polyhedron whole;
  this->Mesh.cell(cell, whole);
  state.volume = volume(whole);
  state.truth = this->Truth->volumeInside(whole);
  state.difference = std::max(0.0, this->full(0, cell) ? state.volume - state.truth : state.truth);
}

/// All facets of the first material, those on the cell's boundary too.
void MeasuredSolidCells::measureNormals(std::int64_t cell, bool turned)
{
  SolidCellNormals& normals = this->States[cell].normals;
  for (std::int64_t i = this->FacetOffsets[cell]; i < this->FacetOffsets[cell + 1]; ++i)
  {
    const std::int64_t id = this->FacetIds[i];
    const auto [inside, outside] = this->Facets.materials[id];
    const std::vector<Vec3> loop = this->Facets.loop(id);
    const Vec3 area = vectorArea(loop);
    const double size = length(area);
    if ((inside != 0 && outside != 0) || size == 0.0)
    {
      continue;
    }
    const bool outwards = (inside == 0) != turned;
    const NearestSurfacePoint nearest = this->Truth->nearest(loopCentroid(loop));
    this->Distances[id] = nearest.signedDistance;
    normals.sum += std::max(0.0, 1.0 - (outwards ? 1.0 : -1.0) / size * dot(area, nearest.normal));
    ++normals.count;
    normals.largestDistance = std::max(normals.largestDistance, std::abs(nearest.signedDistance));
    for (const Vec3& corner : loop)
    {
      normals.largestDistance =
        std::max(normals.largestDistance, std::abs(this->Truth->nearest(corner).signedDistance));
    }
  }
  if (this->States[cell].missing && this->Materials.holds(0, cell))
  {
    normals = { 2.0, 1, 0.0 };
  }
}

bool MeasuredSolidCells::full(int material, std::int64_t cell) const
{
  return material ==
    (this->States[cell].missing ? this->Materials.rarest(cell) : this->Materials.filler(cell));
}

} // namespace mir
