// Bands of cells of every kind, their images under maps, and exact volume fractions in them.
#ifndef mir_testing_unit_BandMeshes_h
#define mir_testing_unit_BandMeshes_h

#include "RandomCells.h"

#include "data/Region.h"
#include "data/Solid.h"
#include "plic/CellBand.h"
#include "plic/CellCutter.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <vector>

namespace mir::testing {

enum class BandMesh
{
  Boxes2D,
  StretchedBoxes2D,
  Quads,
  Triangles,
  Polygons,
  Boxes3D,
  StretchedBoxes3D,
  Tetrahedra,
  Hexahedra,
  Prisms,
  HexagonalPrisms,
  Polyhedra,
  Mixture
};
constexpr int numberOfBandMeshes = 13;
constexpr int numberOfPlanarBandMeshes = 5;

inline const char* bandMeshName(BandMesh mesh)
{
  static const char* const names[numberOfBandMeshes] = { "boxes 2D", "stretched boxes 2D", "quads",
    "triangles", "polygons", "boxes 3D", "stretched boxes 3D", "tetrahedra", "warped hexahedra",
    "prisms", "hexagonal prisms", "polyhedra", "mixture" };
  return names[static_cast<int>(mesh)];
}

namespace detail {

inline FaceTable faceTable(std::initializer_list<std::initializer_list<int>> faces)
{
  FaceTable table;
  for (const auto& face : faces)
  {
    table.vertices.insert(table.vertices.end(), face);
    table.offsets.push_back(static_cast<int>(table.vertices.size()));
  }
  return table;
}

inline FaceTable hexahedronFaces()
{
  return faceTable({ { 0, 3, 2, 1 }, { 4, 5, 6, 7 }, { 0, 1, 5, 4 }, { 1, 2, 6, 5 }, { 2, 3, 7, 6 },
    { 3, 0, 4, 7 } });
}

/// Faces of a prism over an n-gon: points 0 .. n-1 below, n .. 2n-1 above.
inline FaceTable prismFaces(int n)
{
  FaceTable table;
  auto close = [&table] { table.offsets.push_back(static_cast<int>(table.vertices.size())); };
  for (int i = 0; i < n; ++i)
  {
    table.vertices.push_back(n - 1 - i);
  }
  close();
  for (int i = 0; i < n; ++i)
  {
    table.vertices.push_back(n + i);
  }
  close();
  for (int i = 0; i < n; ++i)
  {
    const int j = (i + 1) % n;
    table.vertices.insert(table.vertices.end(), { i, j, n + j, n + i });
    close();
  }
  return table;
}

inline void addCell(CellBand& band, CellKind kind, const std::vector<int>& points, int shape = 0)
{
  band.cellPoints.insert(band.cellPoints.end(), points.begin(), points.end());
  band.cellOffsets.push_back(static_cast<std::int64_t>(band.cellPoints.size()));
  band.kinds.push_back(kind);
  if (band.dimension == 3)
  {
    band.cellShapes.push_back(shape);
  }
}

/// Places of n + 1 grid lines in [0, 1], with widths that differ up to fourfold where stretched.
inline std::vector<double> gridLines(Dice& dice, int n, bool stretched)
{
  std::vector<double> lines{ 0.0 };
  for (int i = 0; i < n; ++i)
  {
    lines.push_back(lines.back() + (stretched ? dice.logUniform(0.5, 2.0) : 1.0));
  }
  const double total = lines.back();
  for (double& line : lines)
  {
    line /= total;
  }
  return lines;
}

/// Points of a grid with n cells an axis, index x + (n + 1) (y + (n + 1) z), each moved by up to
/// `jitter` of the spacing.
inline void addGridPoints(CellBand& band, Dice& dice, int n, bool stretched, double jitter)
{
  const auto x = gridLines(dice, n, stretched);
  const auto y = gridLines(dice, n, stretched);
  const auto z = gridLines(dice, n, stretched);
  for (int k = 0; k <= (band.dimension == 3 ? n : 0); ++k)
  {
    for (int j = 0; j <= n; ++j)
    {
      for (int i = 0; i <= n; ++i)
      {
        Vec3 point{ x[i], y[j], z[k] };
        if (jitter > 0.0)
        {
          point = point + dice.point3(jitter / n);
        }
        point.z = band.dimension == 3 ? point.z : 0.0;
        band.points.push_back(point);
      }
    }
  }
}

/// The corners of grid cell (i, j, k) in VTK's order.
inline std::array<int, 8> corners(int n, int i, int j, int k)
{
  auto id = [n](int x, int y, int z) { return x + (n + 1) * (y + (n + 1) * z); };
  return { id(i, j, k), id(i + 1, j, k), id(i + 1, j + 1, k), id(i, j + 1, k), id(i, j, k + 1),
    id(i + 1, j, k + 1), id(i + 1, j + 1, k + 1), id(i, j + 1, k + 1) };
}

inline CellBand planarGrid(BandMesh mesh, int n, Dice& dice)
{
  CellBand band;
  band.dimension = 2;
  const bool boxes = mesh == BandMesh::Boxes2D || mesh == BandMesh::StretchedBoxes2D;
  addGridPoints(band, dice, n, mesh == BandMesh::StretchedBoxes2D, boxes ? 0.0 : 0.2);
  for (int j = 0; j < n; ++j)
  {
    for (int i = 0; i < n; ++i)
    {
      const auto c = corners(n, i, j, 0);
      if (mesh == BandMesh::Triangles)
      {
        const int turn = dice.below(2);
        addCell(band, CellKind::Simplex, { c[turn], c[1 + turn], c[2 + turn] });
        addCell(band, CellKind::Simplex, { c[turn], c[2 + turn], c[(3 + turn) % 4] });
      }
      else
      {
        addCell(band, boxes ? CellKind::Box : CellKind::General, { c[0], c[1], c[2], c[3] });
      }
    }
  }
  return band;
}

/// A honeycomb of about n cells across that covers [0, 1]^2, its points moved at random.
inline CellBand honeycomb(int n, Dice& dice, double jitter)
{
  CellBand band;
  band.dimension = 2;
  const double width = 1.0 / n;
  const double radius = width / std::sqrt(3.0);
  const int rows = static_cast<int>(1.0 / (1.5 * radius)) + 2;
  // Corners lie at multiples of half the width and half the radius.
  std::map<std::pair<int, int>, int> known;
  auto point = [&](int a, int b) {
    const auto [it, isNew] = known.emplace(std::pair{ a, b }, static_cast<int>(known.size()));
    if (isNew)
    {
      Vec3 x{ 0.5 * width * a, 0.5 * radius * b, 0.0 };
      x.x += dice.uniform(-jitter, jitter) * width;
      x.y += dice.uniform(-jitter, jitter) * width;
      band.points.push_back(x);
    }
    return it->second;
  };
  for (int row = 0; row < rows; ++row)
  {
    for (int column = 0; column <= n; ++column)
    {
      const int a = 2 * column + row % 2;
      const int b = 3 * row;
      addCell(band, CellKind::General,
        { point(a, b - 2), point(a + 1, b - 1), point(a + 1, b + 1), point(a, b + 2),
          point(a - 1, b + 1), point(a - 1, b - 1) });
    }
  }
  return band;
}

/// Every cell of a planar band swept through n layers of random heights that fill [0, 1].
inline CellBand swept(const CellBand& base, int n, Dice& dice)
{
  CellBand band;
  const auto z = gridLines(dice, n, true);
  const int layer = static_cast<int>(base.points.size());
  for (int k = 0; k <= n; ++k)
  {
    for (Vec3 point : base.points)
    {
      point.z = z[k];
      band.points.push_back(point);
    }
  }
  band.shapes.push_back(prismFaces(base.cellSize(0)));
  for (int k = 0; k < n; ++k)
  {
    for (int cell = 0; cell < base.numberOfCells(); ++cell)
    {
      std::vector<int> points;
      for (int level = k; level < k + 2; ++level)
      {
        for (int i = 0; i < base.cellSize(cell); ++i)
        {
          points.push_back(base.cellPoints[base.cellOffsets[cell] + i] + level * layer);
        }
      }
      addCell(band, CellKind::General, points);
    }
  }
  return band;
}

inline CellBand spatialGrid(BandMesh mesh, int n, Dice& dice)
{
  CellBand band;
  const bool boxes = mesh == BandMesh::Boxes3D || mesh == BandMesh::StretchedBoxes3D;
  const bool tetrahedra = mesh == BandMesh::Tetrahedra;
  addGridPoints(band, dice, n, mesh == BandMesh::StretchedBoxes3D, boxes ? 0.0 : 0.2);
  band.shapes.push_back(tetrahedra
      ? faceTable({ { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 }, { 0, 2, 1 } })
      : hexahedronFaces());
  for (int k = 0; k < n; ++k)
  {
    for (int j = 0; j < n; ++j)
    {
      for (int i = 0; i < n; ++i)
      {
        const auto c = corners(n, i, j, k);
        if (!tetrahedra)
        {
          addCell(
            band, boxes ? CellKind::Box : CellKind::General, std::vector<int>(c.begin(), c.end()));
          continue;
        }
        // Kuhn's split: six tetrahedra about the diagonal 0 6.
        static const int about[7] = { 1, 2, 3, 7, 4, 5, 1 };
        for (int t = 0; t < 6; ++t)
        {
          addCell(band, CellKind::Simplex, { c[0], c[about[t]], c[about[t + 1]], c[6] });
        }
      }
    }
  }
  return band;
}

/// Truncated octahedra, the Voronoi cells of a body-centred lattice of n cells across, with their
/// points moved at random: 14 faces, those of six points warped.
inline CellBand truncatedOctahedra(int n, Dice& dice, double jitter)
{
  CellBand band;
  // Corners about a centre, in quarters of the lattice's spacing: the permutations of (0, 1, 2)
  // with all signs.
  std::vector<std::array<int, 3>> corner;
  for (int zero = 0; zero < 3; ++zero)
  {
    for (int code = 0; code < 8; ++code)
    {
      std::array<int, 3> c{};
      const int one = (zero + 1 + code % 2) % 3;
      c[one] = code & 2 ? 1 : -1;
      c[3 - zero - one] = code & 4 ? 2 : -2;
      corner.push_back(c);
    }
  }
  // Faces: the corners farthest along the axes (squares) and the diagonals (hexagons), sorted by
  // angle about them.
  FaceTable table;
  auto addFaceAlong = [&](const std::array<int, 3>& along, int height) {
    const Vec3 w{ double(along[0]), double(along[1]), double(along[2]) };
    const Vec3 u = cross(w, Vec3{ 0.3, 0.7, -0.2 });
    const Vec3 v = cross(1.0 / length(w) * w, u);
    std::vector<std::pair<double, int>> ring;
    for (int i = 0; i < static_cast<int>(corner.size()); ++i)
    {
      const auto& c = corner[i];
      if (c[0] * along[0] + c[1] * along[1] + c[2] * along[2] == height)
      {
        const Vec3 x{ double(c[0]), double(c[1]), double(c[2]) };
        ring.emplace_back(std::atan2(dot(v, x), dot(u, x)), i);
      }
    }
    std::sort(ring.begin(), ring.end());
    for (const auto& entry : ring)
    {
      table.vertices.push_back(entry.second);
    }
    table.offsets.push_back(static_cast<int>(table.vertices.size()));
  };
  for (int sign = -1; sign < 2; sign += 2)
  {
    addFaceAlong({ sign, 0, 0 }, 2);
    addFaceAlong({ 0, sign, 0 }, 2);
    addFaceAlong({ 0, 0, sign }, 2);
  }
  for (int code = 0; code < 8; ++code)
  {
    addFaceAlong({ code & 1 ? 1 : -1, code & 2 ? 1 : -1, code & 4 ? 1 : -1 }, 3);
  }
  band.shapes.push_back(table);

  std::map<std::array<int, 3>, int> known;
  auto addCellAt = [&](int i, int j, int k) {
    std::vector<int> points;
    for (const auto& c : corner)
    {
      const std::array<int, 3> key{ i + c[0], j + c[1], k + c[2] };
      const auto [it, isNew] = known.emplace(key, static_cast<int>(known.size()));
      if (isNew)
      {
        const Vec3 x{ double(key[0]), double(key[1]), double(key[2]) };
        band.points.push_back(0.25 / n * (x + dice.point3(4.0 * jitter)));
      }
      points.push_back(it->second);
    }
    addCell(band, CellKind::General, points);
  };
  for (int k = 0; k <= n; ++k)
  {
    for (int j = 0; j <= n; ++j)
    {
      for (int i = 0; i <= n; ++i)
      {
        addCellAt(4 * i, 4 * j, 4 * k);
        if (i < n && j < n && k < n)
        {
          addCellAt(4 * i + 2, 4 * j + 2, 4 * k + 2);
        }
      }
    }
  }
  return band;
}

/// On grid points, cubes of which some faces are split into two triangles: hexahedra, pairs of
/// wedges, pyramids and tetrahedra about a cube's centre, and polyhedra of triangles and quads,
/// that meet in all ways.
inline void addMixture(CellBand& band, int n, Dice& dice)
{
  // How each face across an axis is split: 0 not at all, 1 from its first corner, 2 from its next.
  // Over some squares all faces across z are split alike, which makes wedges.
  const int side = n + 1;
  std::vector<int> splits[3];
  std::vector<int> columns;
  for (int i = 0; i < side * side; ++i)
  {
    columns.push_back(dice.below(3) == 0 ? 1 + dice.below(2) : 0);
  }
  for (int axis = 0; axis < 3; ++axis)
  {
    for (int i = 0; i < side * side * side; ++i)
    {
      const int any = dice.below(6) == 0 ? 1 + dice.below(2) : 0;
      splits[axis].push_back(axis == 2 && any == 0 ? columns[i % (side * side)] : any);
    }
  }
  std::map<std::vector<int>, int> known;
  auto add = [&](const std::vector<int>& points, const FaceTable& faces) {
    std::vector<int> key = faces.vertices;
    key.insert(key.end(), faces.offsets.begin(), faces.offsets.end());
    const auto [it, isNew] = known.emplace(key, static_cast<int>(band.shapes.size()));
    if (isNew)
    {
      band.shapes.push_back(faces);
    }
    addCell(band, points.size() == 4 ? CellKind::Simplex : CellKind::General, points, it->second);
  };
  const FaceTable tetrahedron = faceTable({ { 0, 2, 1 }, { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 } });
  const FaceTable pyramid =
    faceTable({ { 0, 3, 2, 1 }, { 0, 1, 4 }, { 1, 2, 4 }, { 2, 3, 4 }, { 3, 0, 4 } });
  // The faces seen from inside, each from its lowest corner, by which it is known, on.
  static const int faces[6][4] = { { 0, 1, 2, 3 }, { 4, 7, 6, 5 }, { 0, 4, 5, 1 }, { 3, 2, 6, 7 },
    { 0, 3, 7, 4 }, { 1, 5, 6, 2 } };
  for (int k = 0; k < n; ++k)
  {
    for (int j = 0; j < n; ++j)
    {
      for (int i = 0; i < n; ++i)
      {
        const auto c = corners(n, i, j, k);
        std::vector<std::vector<int>> own;
        int split[6];
        for (int f = 0; f < 6; ++f)
        {
          const int* v = faces[f];
          split[f] = splits[2 - f / 2][c[v[0]]];
          if (split[f] == 0)
          {
            own.push_back({ v[0], v[1], v[2], v[3] });
          }
          else if (split[f] == 1)
          {
            own.push_back({ v[0], v[1], v[2] });
            own.push_back({ v[0], v[2], v[3] });
          }
          else
          {
            own.push_back({ v[0], v[1], v[3] });
            own.push_back({ v[1], v[2], v[3] });
          }
        }
        const bool sides = split[2] == 0 && split[3] == 0 && split[4] == 0 && split[5] == 0;
        if (sides && split[0] != 0 && split[0] == split[1])
        {
          const int turn = split[0] - 1;
          for (int half = 0; half < 4; half += 2)
          {
            const int a = (turn + half) % 4;
            const int b = (a + 1) % 4;
            const int d = (a + 2) % 4;
            add({ c[a], c[b], c[d], c[4 + a], c[4 + b], c[4 + d] }, prismFaces(3));
          }
          continue;
        }
        if (dice.below(2) == 0)
        {
          FaceTable table;
          for (const auto& face : own)
          {
            table.vertices.insert(table.vertices.end(), face.rbegin(), face.rend());
            table.offsets.push_back(static_cast<int>(table.vertices.size()));
          }
          add({ c.begin(), c.end() }, table);
          continue;
        }
        Vec3 centre;
        for (const int corner : c)
        {
          centre = centre + 0.125 * band.points[corner];
        }
        const int apex = static_cast<int>(band.points.size());
        band.points.push_back(centre);
        for (const auto& face : own)
        {
          std::vector<int> points;
          for (const int v : face)
          {
            points.push_back(c[v]);
          }
          points.push_back(apex);
          add(points, face.size() == 3 ? tetrahedron : pyramid);
        }
      }
    }
  }
}

} // namespace detail

/// Connects and measures a band whose points or cells have changed.
inline void finishBand(CellBand& band)
{
  connectBand(band);
  allocateMeasures(band);
  measureBand(band, 0, band.numberOfCells());
}

/// A mesh of [0, 1]^dimension (polygons and polyhedra reach over its edges), about `n` cells an
/// axis, ready for estimators. Equal seeds give equal meshes.
inline CellBand bandMesh(BandMesh mesh, int n, unsigned seed = 1)
{
  Dice dice(seed);
  CellBand band;
  switch (mesh)
  {
    case BandMesh::Boxes2D:
    case BandMesh::StretchedBoxes2D:
    case BandMesh::Quads:
    case BandMesh::Triangles:
      band = detail::planarGrid(mesh, n, dice);
      break;
    case BandMesh::Polygons:
      band = detail::honeycomb(n, dice, 0.1);
      break;
    case BandMesh::Prisms:
      band = detail::swept(detail::planarGrid(BandMesh::Triangles, n, dice), n, dice);
      break;
    case BandMesh::HexagonalPrisms:
      band = detail::swept(detail::honeycomb(n, dice, 0.1), n, dice);
      break;
    case BandMesh::Polyhedra:
      band = detail::truncatedOctahedra(n, dice, 0.05);
      break;
    case BandMesh::Mixture:
      detail::addGridPoints(band, dice, n, false, 0.1);
      detail::addMixture(band, n, dice);
      break;
    default:
      band = detail::spatialGrid(mesh, n, dice);
  }
  finishBand(band);
  return band;
}

/// The band with its points under a map. Boxes must stay boxes: their points are put in order
/// again.
inline CellBand mapped(CellBand band, const Map3& map)
{
  for (Vec3& point : band.points)
  {
    point = map(point);
  }
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    if (band.kinds[cell] != CellKind::Box)
    {
      continue;
    }
    int* ids = band.cellPoints.data() + band.cellOffsets[cell];
    const int count = band.cellSize(cell);
    auto less = [&](int a, int b) {
      const Vec3 p = band.points[a];
      const Vec3 q = band.points[b];
      return p.z != q.z ? p.z < q.z : p.y != q.y ? p.y < q.y : p.x < q.x;
    };
    std::sort(ids, ids + count, less);
    for (int low = 2; low < count; low += 4)
    {
      std::swap(ids[low], ids[low + 1]);
    }
  }
  finishBand(band);
  return band;
}

/// Scales by `factor` about the origin, then moves.
inline Map3 scaling(double factor, Vec3 shift = {})
{
  return { { { factor, 0, 0 }, { 0, factor, 0 }, { 0, 0, factor } }, shift };
}

/// Fractions of the half-space normal . (x - point) <= 0; exactly 0 or 1 where no point of the cell
/// is on the other side.
inline std::vector<double> planeFractions(const CellBand& band, Vec3 point, Vec3 normal)
{
  CellCutter cutter(band);
  std::vector<double> fractions(band.numberOfCells());
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    double low = 1e300;
    double high = -1e300;
    for (int i = 0; i < band.cellSize(cell); ++i)
    {
      const double height = dot(normal, band.point(cell, i) - point);
      low = std::min(low, height);
      high = std::max(high, height);
    }
    if (low >= 0.0 || high <= 0.0)
    {
      fractions[cell] = high <= 0.0 ? 1.0 : 0.0;
      continue;
    }
    const double constant = dot(normal, point - band.origin(cell));
    fractions[cell] =
      std::clamp(cutter.volumeBelow(cell, normal, constant) / band.volumes[cell], 0.0, 1.0);
  }
  return fractions;
}

/// Fractions of a disc in a planar band.
inline std::vector<double> discFractions(const CellBand& band, Vec2 centre, double radius)
{
  std::vector<double> fractions(band.numberOfCells());
  Polygon polygon;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    band.polygon(cell, polygon);
    const Vec3 origin = band.origin(cell);
    const double inside = areaInDisk(polygon, centre - Vec2{ origin.x, origin.y }, radius);
    const double fraction = inside / band.volumes[cell];
    fractions[cell] = fraction < 1e-13 ? 0.0 : fraction > 1.0 - 1e-13 ? 1.0 : fraction;
  }
  return fractions;
}

/// Fractions of a ball in a band of polyhedra.
inline std::vector<double> ballFractions(const CellBand& band, Vec3 centre, double radius)
{
  std::vector<double> fractions(band.numberOfCells());
  Polyhedron polyhedron;
  for (int cell = 0; cell < band.numberOfCells(); ++cell)
  {
    const double reach = 2.0 * std::cbrt(band.volumes[cell]) + 1e-3 * radius;
    const double distance = length(band.centroids[cell] - centre) - radius;
    if (std::abs(distance) > 4.0 * reach)
    {
      fractions[cell] = distance < 0.0 ? 1.0 : 0.0;
      continue;
    }
    band.polyhedron(cell, polyhedron);
    fractions[cell] = Ball(centre - band.origin(cell), radius).fraction(polyhedron);
  }
  return fractions;
}

} // namespace mir::testing

#endif
