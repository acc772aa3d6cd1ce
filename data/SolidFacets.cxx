#include "data/SolidFacets.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

bool finite(Vec3 p)
{
  return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z);
}

[[noreturn]] void fail(const char* what, std::int64_t id, const char* why)
{
  throw std::invalid_argument(std::string(what) + " " + std::to_string(id) + " " + why);
}

} // namespace

std::vector<Vec3> SolidFacets::loop(std::int64_t facet) const
{
  std::vector<Vec3> points;
  for (std::int64_t i = this->offsets[facet]; i < this->offsets[facet + 1]; ++i)
  {
    points.push_back(this->points[this->connectivity[i]]);
  }
  return points;
}

Vec3 vectorArea(const std::vector<Vec3>& loop)
{
  Vec3 twice;
  for (std::size_t i = 2; i < loop.size(); ++i)
  {
    twice = twice + cross(loop[i - 1] - loop[0], loop[i] - loop[0]);
  }
  return 0.5 * twice;
}

Vec3 loopCentroid(const std::vector<Vec3>& loop)
{
  const Vec3 area = vectorArea(loop);
  Vec3 sum;
  for (std::size_t i = 2; i < loop.size(); ++i)
  {
    const Vec3 a = loop[i - 1] - loop[0];
    const Vec3 b = loop[i] - loop[0];
    sum = sum + dot(0.5 * cross(a, b), area) / 3.0 * (a + b);
  }
  return loop[0] + 1.0 / dot(area, area) * sum;
}

void checkFaces(const SolidMeshView& mesh)
{
  for (std::size_t f = 0; f < mesh.faces.size(); ++f)
  {
    const MeshFace& face = mesh.faces[f];
    const auto id = static_cast<std::int64_t>(f);
    if (face.a < 0 || face.a >= mesh.cells || face.b < -1 || face.b >= mesh.cells)
    {
      fail("face", id, "has a cell id out of range");
    }
    if (face.polygon.size() < 3)
    {
      fail("face", id, "has fewer than three vertices");
    }
    if (!std::all_of(face.polygon.begin(), face.polygon.end(), finite))
    {
      fail("face", id, "has coordinates that are not finite");
    }
  }
}

void checkFacets(const SolidMeshView& mesh, int materials, const SolidFacets& facets)
{
  const auto count = static_cast<std::size_t>(facets.size());
  if (facets.cells.size() != count || facets.materials.size() != count)
  {
    throw std::invalid_argument("facets need one cell and one pair of materials each");
  }
  for (std::int64_t f = 0; f < facets.size(); ++f)
  {
    if (facets.cells[f] < 0 || facets.cells[f] >= mesh.cells)
    {
      fail("facet", f, "has a cell id out of range");
    }
    for (int material : facets.materials[f])
    {
      if (material < 0 || material >= materials)
      {
        fail("facet", f, "has a material out of range");
      }
    }
    for (std::int64_t i = facets.offsets[f]; i < facets.offsets[f + 1]; ++i)
    {
      const std::int64_t point = facets.connectivity[i];
      if (point < 0 || point >= static_cast<std::int64_t>(facets.points.size()))
      {
        fail("facet", f, "has a point id out of range");
      }
      if (!finite(facets.points[point]))
      {
        fail("facet", f, "has coordinates that are not finite");
      }
    }
  }
}

} // namespace mir
