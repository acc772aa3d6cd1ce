#include "ContinuousOutput.h"

#include "InterfaceBand.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "PureFaces.h"
#include "StructuredBand.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include "vtkCellType.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <unordered_map>

namespace mir {

namespace {

/// Points in space, numbered in the order of their first use; in an extruded mesh each is followed
/// by the one above it.
class SpacePoints
{
public:
  SpacePoints(const MeshAdaptor& mesh, const InterfaceBand& band,
    const UninitializedVector<Vec3>& points, std::vector<Vec3>& result)
    : Mesh(mesh)
    , Band(band)
    , Points(points)
    , Ids(points.size(), -1)
    , Result(result)
  {}

  int operator[](int point)
  {
    if (this->Ids[point] < 0)
    {
      this->Ids[point] = this->add(this->Points[point]);
    }
    return this->Ids[point];
  }

  /// Appends a point given in the band's coordinates.
  int add(Vec3 local)
  {
    const int id = static_cast<int>(this->Result.size());
    const Vec3 x = this->Band.reference + local;
    if (this->Mesh.dimension() == 3)
    {
      this->Result.push_back(x);
      return id;
    }
    this->Result.push_back(this->Mesh.plane().lift({ x.x, x.y }));
    if (this->Mesh.extruded())
    {
      this->Result.push_back(this->Mesh.plane().lift({ x.x, x.y }, this->Mesh.thickness()));
    }
    return id;
  }

  /// Points by their bits: the mesh's points on both facets and faces have the same.
  int addKnown(Vec3 local)
  {
    if (this->Known.empty())
    {
      for (std::size_t i = 0; i < this->Points.size(); ++i)
      {
        if (this->Ids[i] >= 0)
        {
          this->Known.emplace(this->Points[i], this->Ids[i]);
        }
      }
    }
    const auto found = this->Known.find(local);
    return found != this->Known.end() ? found->second
                                      : this->Known.emplace(local, this->add(local)).first->second;
  }

private:
  struct Hash
  {
    std::size_t operator()(Vec3 x) const
    {
      std::uint64_t hash = 0;
      for (double value : { x.x + 0.0, x.y + 0.0, x.z + 0.0 })
      {
        std::uint64_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        hash = (hash ^ bits) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
      }
      return hash;
    }
  };
  struct Equal
  {
    bool operator()(Vec3 a, Vec3 b) const { return a.x == b.x && a.y == b.y && a.z == b.z; }
  };

  const MeshAdaptor& Mesh;
  const InterfaceBand& Band;
  const UninitializedVector<Vec3>& Points;
  std::vector<int> Ids;
  std::vector<Vec3>& Result;
  std::unordered_map<Vec3, int, Hash, Equal> Known;
};

/// What a facet is beside its points.
struct FacetData
{
  vtkIdType cell;
  int inside;
  int outside;
  /// In the band's coordinates, and the length (2D) or area.
  Vec3 normal;
  double size;
};

/// Appends a facet given by the numbers of its points; in 2D of two.
void addFacet(
  const MeshAdaptor& mesh, const std::vector<int>& ids, const FacetData& data, FacetChunk& result)
{
  if (mesh.extruded())
  {
    result.sizes.push_back(4);
    for (int id : { ids[0], ids[1], ids[1] + 1, ids[0] + 1 })
    {
      result.connectivity.push_back(id);
    }
  }
  else
  {
    result.sizes.push_back(static_cast<int>(ids.size()));
    result.connectivity.insert(result.connectivity.end(), ids.begin(), ids.end());
  }
  result.normals.push_back(
    mesh.dimension() == 2 ? mesh.plane().direction({ data.normal.x, data.normal.y }) : data.normal);
  result.areas.push_back(mesh.extruded() ? data.size * mesh.thickness() : data.size);
  result.materials.push_back({ data.inside, data.outside });
  result.cells.push_back(data.cell);
}

void addFullFaces(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  const InterfaceBand& band, SpacePoints& points, FacetChunk& result)
{
  std::vector<Vec3> loop;
  std::vector<int> ids;
  for (const PureFace& face : pureFaces(mesh, fractions))
  {
    loop.clear();
    for (vtkIdType id : face.points)
    {
      loop.push_back(bandPoint(mesh, id) - band.reference);
    }
    const Vec3 along = loop[1] - loop[0];
    Vec3 normal{ along.y, -along.x, 0.0 };
    if (mesh.dimension() == 3)
    {
      normal = {};
      for (std::size_t i = 2; i < loop.size(); ++i)
      {
        normal = normal + cross(loop[i - 1] - loop[0], loop[i] - loop[0]);
      }
    }
    const double size = length(normal);
    if (!(size > 0.0))
    {
      continue;
    }
    ids.clear();
    for (const Vec3& x : loop)
    {
      ids.push_back(points.addKnown(x));
    }
    addFacet(mesh, ids,
      { face.source, fractions.state(face.inside), fractions.state(face.outside),
        1.0 / size * normal, mesh.dimension() == 3 ? 0.5 * size : size },
      result);
  }
}

} // namespace

FacetChunk facetsInSpace(const MeshAdaptor& mesh, const MaterialFractions& fractions,
  const InterfaceBand& band, const ContinuousFacets& facets)
{
  FacetChunk result;
  SpacePoints points(mesh, band, facets.points, result.points);
  std::vector<int> ids;
  for (std::size_t f = 0; f < facets.cells.size(); ++f)
  {
    const vtkIdType cell = band.ids[facets.cells[f]];
    if (mesh.isGhost(cell))
    {
      continue;
    }
    ids.clear();
    for (std::int64_t i = facets.facetOffsets[f]; i < facets.facetOffsets[f + 1]; ++i)
    {
      ids.push_back(points[facets.facetPoints[i]]);
    }
    addFacet(mesh, ids,
      { cell, facets.inside[f], facets.outside[f], facets.normals[f], facets.areas[f] }, result);
  }
  addFullFaces(mesh, fractions, band, points, result);
  return result;
}

PartChunk partsInSpace(
  const MeshAdaptor& mesh, const InterfaceBand& band, const ContinuousParts& parts)
{
  PartChunk result;
  SpacePoints points(mesh, band, parts.points, result.points);
  const int corners = mesh.dimension() + 1;
  for (std::size_t s = 0; s < parts.simplices.size(); ++s)
  {
    const vtkIdType cell = band.ids[parts.cells[s]];
    if (mesh.isGhost(cell))
    {
      continue;
    }
    int ids[4];
    for (int i = 0; i < corners; ++i)
    {
      ids[i] = points[parts.simplices[s][i]];
    }
    if (mesh.extruded())
    {
      // The prism over a triangle; a point above follows the one below it.
      result.connectivity.insert(result.connectivity.end(),
        { ids[0], ids[1], ids[2], ids[2] + 1, ids[0], ids[1], ids[2] + 1, ids[1] + 1, ids[0],
          ids[1] + 1, ids[2] + 1, ids[0] + 1 });
    }
    else
    {
      result.connectivity.insert(result.connectivity.end(), ids, ids + corners);
    }
    const int count = mesh.extruded() ? 3 : 1;
    result.types.insert(
      result.types.end(), count, mesh.cellDimension() == 3 ? VTK_TETRA : VTK_TRIANGLE);
    result.sizes.insert(result.sizes.end(), count, mesh.cellDimension() + 1);
    result.materials.insert(result.materials.end(), count, parts.materials[s]);
    result.cells.insert(result.cells.end(), count, cell);
  }
  return result;
}

} // namespace mir
