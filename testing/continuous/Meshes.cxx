#include "Meshes.h"

#include "BandMeshes.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace mir::testing {

namespace {

constexpr double Pi = 3.14159265358979323846;

void measure(CellBand& band)
{
  allocateMeasures(band);
  measureBand(band, 0, band.numberOfCells());
}

/// Points of a grid of n cells an axis, those inside moved by up to `jitter` of the spacing, then
/// all by a smooth map that keeps the boundary.
void addPoints(CellBand& band, int n, double jitter, double warp, Dice& dice)
{
  const bool flat = band.dimension == 2;
  for (int k = 0; k <= (flat ? 0 : n); ++k)
  {
    for (int j = 0; j <= n; ++j)
    {
      for (int i = 0; i <= n; ++i)
      {
        Vec3 x{ double(i) / n, double(j) / n, double(k) / n };
        const Vec3 shift = jitter > 0.0 ? dice.point3(jitter / n) : Vec3{};
        const bool inside = i > 0 && j > 0 && i < n && j < n && (flat || (k > 0 && k < n));
        if (inside)
        {
          x = x + (flat ? Vec3{ shift.x, shift.y, 0.0 } : shift);
        }
        if (warp > 0.0)
        {
          auto wave = [&](double own, double next) {
            return warp * std::sin(2.0 * Pi * next) * std::sin(Pi * own);
          };
          x = flat ? Vec3{ x.x + wave(x.x, x.y), x.y + wave(x.y, x.x), 0.0 }
                   : x + Vec3{ wave(x.x, x.y), wave(x.y, x.z), wave(x.z, x.x) };
        }
        band.points.push_back(x);
      }
    }
  }
}

CellBand quadMesh(int n, double jitter, double warp, Dice& dice)
{
  CellBand band;
  band.dimension = 2;
  addPoints(band, n, jitter, warp, dice);
  const CellKind kind = jitter > 0.0 || warp > 0.0 ? CellKind::General : CellKind::Box;
  for (int j = 0; j < n; ++j)
  {
    for (int i = 0; i < n; ++i)
    {
      const auto c = detail::corners(n, i, j, 0);
      detail::addCell(band, kind, { c[0], c[1], c[2], c[3] });
    }
  }
  return band;
}

/// A rectilinear grid whose spacings grow tenfold along both axes, one up and one down.
CellBand stretchedMesh(int n, Dice& dice)
{
  CellBand band = quadMesh(n, 0.0, 0.0, dice);
  const auto graded = [](double t) { return (std::pow(10.0, t) - 1.0) / 9.0; };
  for (Vec3& x : band.points)
  {
    x = { graded(x.x), 1.0 - graded(1.0 - x.y), 0.0 };
  }
  return band;
}

CellBand triangleMesh(int n, Dice& dice)
{
  const int across = std::max(4, static_cast<int>(std::lround(n / std::sqrt(2.0))));
  CellBand band;
  band.dimension = 2;
  addPoints(band, across, 0.25, 0.0, dice);
  for (int j = 0; j < across; ++j)
  {
    for (int i = 0; i < across; ++i)
    {
      const auto c = detail::corners(across, i, j, 0);
      const int turn = dice.below(2);
      detail::addCell(band, CellKind::Simplex, { c[turn], c[1 + turn], c[2 + turn] });
      detail::addCell(band, CellKind::Simplex, { c[turn], c[2 + turn], c[(3 + turn) % 4] });
    }
  }
  return band;
}

/// Cubes, each split into `faceTables`' cells by local corners; "pyramids" have a ninth point, the
/// cube's centre.
CellBand cubeMesh(const std::string& name, int n, Dice& dice)
{
  const double parts = name == "tetrahedra" || name == "pyramids" ? 6 : name == "wedges" ? 2 : 1;
  const int across = std::max(2, static_cast<int>(std::lround(n / std::cbrt(parts))));
  CellBand band;
  band.dimension = 3;
  const bool boxes = name == "boxes";
  addPoints(band, across,
    name == "hexahedra" || name == "tetrahedra" ? 0.15
      : name == "wedges"                        ? 0.1
                                                : 0.0,
    boxes ? 0.0 : 0.03, dice);
  if (name == "tetrahedra")
  {
    band.shapes.push_back(
      detail::faceTable({ { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 }, { 0, 2, 1 } }));
  }
  else if (name == "wedges")
  {
    band.shapes.push_back(detail::prismFaces(3));
  }
  else if (name == "pyramids")
  {
    band.shapes.push_back(
      detail::faceTable({ { 0, 3, 2, 1 }, { 0, 1, 4 }, { 1, 2, 4 }, { 2, 3, 4 }, { 3, 0, 4 } }));
  }
  else
  {
    band.shapes.push_back(detail::hexahedronFaces());
  }
  for (int k = 0; k < across; ++k)
  {
    for (int j = 0; j < across; ++j)
    {
      for (int i = 0; i < across; ++i)
      {
        const auto c = detail::corners(across, i, j, k);
        if (name == "tetrahedra")
        {
          // Kuhn's split: six tetrahedra about the diagonal 0 6.
          static const int about[7] = { 1, 2, 3, 7, 4, 5, 1 };
          for (int t = 0; t < 6; ++t)
          {
            detail::addCell(band, CellKind::Simplex, { c[0], c[about[t]], c[about[t + 1]], c[6] });
          }
        }
        else if (name == "wedges")
        {
          detail::addCell(band, CellKind::General, { c[0], c[1], c[2], c[4], c[5], c[6] });
          detail::addCell(band, CellKind::General, { c[0], c[2], c[3], c[4], c[6], c[7] });
        }
        else if (name == "pyramids")
        {
          Vec3 centre;
          for (int corner : c)
          {
            centre = centre + 0.125 * band.points[corner];
          }
          const int apex = static_cast<int>(band.points.size());
          band.points.push_back(centre);
          // The cube's faces, inwards, so that they are a pyramid's base seen from its apex.
          static const int faces[6][4] = { { 0, 1, 2, 3 }, { 4, 7, 6, 5 }, { 0, 4, 5, 1 },
            { 1, 5, 6, 2 }, { 2, 6, 7, 3 }, { 3, 7, 4, 0 } };
          for (const auto& face : faces)
          {
            detail::addCell(
              band, CellKind::General, { c[face[0]], c[face[1]], c[face[2]], c[face[3]], apex });
          }
        }
        else
        {
          detail::addCell(
            band, boxes ? CellKind::Box : CellKind::General, std::vector<int>(c.begin(), c.end()));
        }
      }
    }
  }
  return band;
}

} // namespace

const std::vector<std::string>& planarMeshes()
{
  static const std::vector<std::string> names{ "quads", "triangles", "distorted", "curvilinear",
    "voronoi" };
  return names;
}

const std::vector<std::string>& spatialMeshes()
{
  static const std::vector<std::string> names{ "boxes", "hexahedra", "tetrahedra", "wedges",
    "pyramids", "prisms", "polyhedra", "mixture" };
  return names;
}

bool isGrid(const std::string& mesh)
{
  return mesh == "quads" || mesh == "boxes";
}

CellBand makeMesh(const std::string& name, int n, unsigned seed)
{
  Dice dice(7919 * seed + 31);
  CellBand band;
  if (name == "quads")
  {
    band = quadMesh(n, 0.0, 0.0, dice);
  }
  else if (name == "distorted")
  {
    band = quadMesh(n, 0.2, 0.03, dice);
  }
  else if (name == "curvilinear")
  {
    band = quadMesh(n, 0.0, 0.05, dice);
  }
  else if (name == "stretched")
  {
    band = stretchedMesh(n, dice);
  }
  else if (name == "triangles")
  {
    band = triangleMesh(n, dice);
  }
  else if (name == "voronoi")
  {
    return voronoiMesh(n, seed);
  }
  else if (name == "prisms")
  {
    band = detail::swept(detail::honeycomb(n, dice, 0.1), n, dice);
  }
  else if (name == "polyhedra")
  {
    const int across = std::max(2, static_cast<int>(std::lround(n / std::cbrt(2.0))));
    band = detail::truncatedOctahedra(across, dice, 0.05);
  }
  else if (name == "mixture")
  {
    const int across = std::max(2, static_cast<int>(std::lround(n / std::cbrt(4.0))));
    addPoints(band, across, 0.1, 0.03, dice);
    detail::addMixture(band, across, dice);
  }
  else if (std::find(spatialMeshes().begin(), spatialMeshes().end(), name) != spatialMeshes().end())
  {
    band = cubeMesh(name, n, dice);
  }
  else
  {
    throw std::invalid_argument("there is no mesh '" + name + "'");
  }
  measure(band);
  return band;
}

PlanarMesh planarMesh(const CellBand& band)
{
  PlanarMesh mesh;
  for (const Vec3& x : band.points)
  {
    mesh.points.push_back({ x.x, x.y });
  }
  mesh.offsets = band.cellOffsets;
  mesh.connectivity.assign(band.cellPoints.begin(), band.cellPoints.end());
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    if (band.inverted[cell])
    {
      std::reverse(mesh.connectivity.begin() + mesh.offsets[cell],
        mesh.connectivity.begin() + mesh.offsets[cell + 1]);
    }
  }
  return mesh;
}

} // namespace mir::testing
