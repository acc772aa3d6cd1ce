#include "reconstruct/continuous/starts/CornerField.h"

#include "plic/CellCutter.h"
#include "plic/EdgeCells.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace mir {

namespace {

/// Where paraboloids fit better than this part of a cell, there is one sheet alone: about a corner
/// misfits reach a tenth and more.
constexpr double sheetMisfit = 0.01;
/// As many rings of cells as smoothed corners spoil, and one beyond.
constexpr int sheetRings = 3;
/// Planes that turn by less than the first and lie apart by less than the second, in cell sizes,
/// are of one sheet; of so many sheets at the most, pairs are tried.
constexpr double sameTurn = 0.1;
constexpr double sameShift = 0.05;
constexpr std::size_t mostSheets = 8;

/// A plane with the first material below.
struct Sheet
{
  Vec3 origin;
  Vec3 normal;

  double depth(Vec3 x) const { return dot(this->normal, this->origin - x); }
};

/// What lies below two planes: the common part, or either.
struct Wedge
{
  Sheet first;
  Sheet second;
  bool common = true;

  double depth(Vec3 x) const
  {
    const double a = this->first.depth(x);
    const double b = this->second.depth(x);
    return this->common ? std::min(a, b) : std::max(a, b);
  }
};

/// Finds the wedges of cells; one object a thread.
class WedgeFitter
{
public:
  WedgeFitter(const CellBand& band, const BandMaterials& materials, const SubcellBand& mesh,
    const MaterialNormals& normals, const std::vector<BentPlane>& planes)
    : Band(band)
    , Materials(materials)
    , Mesh(mesh)
    , Normals(normals)
    , Planes(planes)
    , Cutter(band)
  {}

  Wedge fit(int c)
  {
    this->findSheets(c);
    this->findTargets(c);
    Wedge best;
    double least = this->fitPlanes(best);
    this->addPairs(least);
    for (const Pair& pair : this->Pairs)
    {
      for (const bool common : { true, false })
      {
        const double misfit = common ? pair.common : pair.either;
        if (misfit < least)
        {
          least = misfit;
          best = { this->Sheets[pair.first], this->Sheets[pair.second], common };
        }
      }
    }
    return best;
  }

private:
  /// A cell and the volume of the first material in it.
  struct Target
  {
    int cell;
    double volume;
    double weight = 1.0;
  };
  /// Two sheets and the squared misfits of what lies below both and below either.
  struct Pair
  {
    int first;
    int second;
    double common = 0.0;
    double either = 0.0;
  };

  static double square(double x) { return x * x; }

  bool holdsSame(int c, int other) const
  {
    const unsigned char* own = this->Mesh.materialsOf(c);
    const unsigned char* others = this->Mesh.materialsOf(other);
    return this->Mesh.materialCount(other) == 2 && own[0] == others[0] && own[1] == others[1];
  }

  /// The own planes, then those of the cells about, better fitted ones first.
  void findSheets(int c)
  {
    const auto about = [&](int from, auto&& use) {
      const int cell = this->Mesh.cells[from];
      for (auto i = this->Band.neighbourOffsets[cell]; i < this->Band.neighbourOffsets[cell + 1];
           ++i)
      {
        const int other = this->Mesh.cellOfBand[this->Band.neighbours[i]];
        if (other >= 0 && this->holdsSame(c, other))
        {
          use(other);
        }
      }
    };
    gatherRings(c, sheetRings, about, this->Near);
    std::stable_sort(this->Near.begin(), this->Near.end(),
      [this](int a, int b) { return this->Planes[a].misfit < this->Planes[b].misfit; });
    this->Sheets.assign(1, { this->Planes[c].origin, this->Planes[c].normal });
    const Vec3 normal = this->Normals[this->Mesh.materialOffsets[c]];
    if (dot(normal, normal) > 0.0)
    {
      const int cell = this->Mesh.cells[c];
      const double constant =
        this->Cutter.planeConstant(cell, normal, this->Mesh.fractionsOf(c)[0]);
      this->Sheets.push_back({ this->Band.origin(cell) + constant * normal, normal });
    }
    for (const int other : this->Near)
    {
      const BentPlane& plane = this->Planes[other];
      const auto isSame = [&](const Sheet& sheet) {
        return length(sheet.normal - plane.normal) < sameTurn &&
          std::fabs(sheet.depth(plane.origin)) < sameShift * this->Mesh.sizes[c];
      };
      if (std::isfinite(plane.misfit) && this->Sheets.size() < mostSheets &&
        std::none_of(this->Sheets.begin(), this->Sheets.end(), isSame))
      {
        this->Sheets.push_back({ plane.origin, plane.normal });
      }
    }
  }

  /// The cell and those about it that hold none but its materials.
  void findTargets(int c)
  {
    this->Targets.clear();
    const unsigned char* own = this->Mesh.materialsOf(c);
    const auto add = [&](int cell) {
      double fraction = 0.0;
      for (auto e = this->Materials.offsets[cell]; e < this->Materials.offsets[cell + 1]; ++e)
      {
        const unsigned char material = this->Materials.materials[e];
        if (material != own[0] && material != own[1])
        {
          return;
        }
        fraction += material == own[0] ? this->Materials.fractions[e] : 0.0;
      }
      this->Targets.push_back({ cell, fraction * this->Band.volumes[cell] });
    };
    const int cell = this->Mesh.cells[c];
    add(cell);
    std::for_each(this->Band.neighbours.begin() + this->Band.neighbourOffsets[cell],
      this->Band.neighbours.begin() + this->Band.neighbourOffsets[cell + 1], add);
    // The own cell counts as much as all others together.
    this->Targets[0].weight = std::max(1.0, static_cast<double>(this->Targets.size()) - 1.0);
  }

  double constantOf(int sheet, int cell) const
  {
    return this->Sheets[sheet].depth(this->Band.origin(cell));
  }
  Vec3 normalOf(int sheet) const { return this->Sheets[sheet].normal; }

  /// The volumes below single planes, target after target; returns the least squared misfit.
  double fitPlanes(Wedge& best)
  {
    const std::size_t sheets = this->Sheets.size();
    this->Below.clear();
    std::vector<double>& misfits = this->Misfits;
    misfits.assign(sheets, 0.0);
    for (const Target& target : this->Targets)
    {
      for (std::size_t s = 0; s < sheets; ++s)
      {
        const double below = this->Cutter.volumeBelow(target.cell,
          this->normalOf(static_cast<int>(s)), this->constantOf(static_cast<int>(s), target.cell));
        this->Below.push_back(below);
        misfits[s] += target.weight * square(below - target.volume);
      }
    }
    const auto least = std::min_element(misfits.begin(), misfits.end());
    best.first = best.second = this->Sheets[least - misfits.begin()];
    return *least;
  }

  /// The misfits of pairs of sheets, as far as they are below `most`.
  void addPairs(double most)
  {
    const int sheets = static_cast<int>(this->Sheets.size());
    this->Pairs.clear();
    for (int s = 0; s < sheets; ++s)
    {
      for (int t = 0; t < s; ++t)
      {
        this->Pairs.push_back({ s, t });
      }
    }
    const double* below = this->Below.data();
    for (const Target& target : this->Targets)
    {
      const double whole = this->Band.volumes[target.cell];
      this->Halved = -1;
      bool loaded = false;
      for (Pair& pair : this->Pairs)
      {
        if (std::min(pair.common, pair.either) >= most)
        {
          continue;
        }
        const double less = std::min(below[pair.first], below[pair.second]);
        const double more = std::max(below[pair.first], below[pair.second]);
        const double rounding = 1e-12 * whole;
        double common = less;
        if (less > rounding && more < whole - rounding)
        {
          loaded = loaded || this->load(target.cell);
          common = this->volumeBelowBoth(pair, target.cell);
        }
        pair.common += target.weight * square(common - target.volume);
        pair.either += target.weight * square(less + more - common - target.volume);
      }
      below += sheets;
    }
  }

  bool load(int cell)
  {
    this->Band.dimension == 2 ? this->Band.polygon(cell, this->CellPolygon)
                              : this->Band.polyhedron(cell, this->CellPolyhedron);
    return true;
  }

  /// In the loaded cell; pairs of one first sheet come one after the other.
  double volumeBelowBoth(const Pair& pair, int cell)
  {
    const bool planar = this->Band.dimension == 2;
    if (this->Halved != pair.first)
    {
      const Vec3 normal = this->normalOf(pair.first);
      const double constant = this->constantOf(pair.first, cell);
      planar ? clip(this->CellPolygon, { normal.x, normal.y }, constant, this->HalfPolygon)
             : clip(this->CellPolyhedron, normal, constant, this->HalfPolyhedron);
      this->Halved = pair.first;
    }
    const Vec3 normal = this->normalOf(pair.second);
    const double constant = this->constantOf(pair.second, cell);
    return planar ? areaBelow(this->HalfPolygon, { normal.x, normal.y }, constant)
                  : mir::volumeBelow(this->HalfPolyhedron, normal, constant);
  }

  const CellBand& Band;
  const BandMaterials& Materials;
  const SubcellBand& Mesh;
  const MaterialNormals& Normals;
  const std::vector<BentPlane>& Planes;
  CellCutter Cutter;
  std::vector<int> Near;
  std::vector<Sheet> Sheets;
  std::vector<Target> Targets;
  std::vector<double> Below;
  std::vector<double> Misfits;
  std::vector<Pair> Pairs;
  /// The loaded cell, and its part below the plane of the sheet `Halved`.
  int Halved = -1;
  Polygon CellPolygon;
  Polygon HalfPolygon;
  Polyhedron CellPolyhedron;
  Polyhedron HalfPolyhedron;
};

} // namespace

std::vector<double> cornerField(const CellBand& band, const BandMaterials& materials,
  const SubcellBand& mesh, const MaterialNormals& normals, const std::vector<BentPlane>& planes,
  const std::vector<char>& sharp, const ParallelFor& parallelFor)
{
  CellValues values = planeValues(band, materials, mesh, normals, parallelFor, &planes);
  parallelFor(mesh.numberOfCells(), [&](int begin, int end) {
    WedgeFitter fitter(band, materials, mesh, normals, planes);
    std::vector<Vec3> positions;
    for (int c = begin; c < end; ++c)
    {
      if (!sharp[c] || mesh.materialCount(c) != 2 || planes[c].misfit <= sheetMisfit)
      {
        continue;
      }
      const Wedge wedge = fitter.fit(c);
      positions.resize(mesh.subdivision(c).nodes);
      nodePositions(band, mesh, c, positions.data());
      std::transform(positions.begin(), positions.end(), values.values.begin() + values.offsets[c],
        [&](Vec3 x) { return wedge.depth(x); });
    }
  });
  return averageOntoField(mesh, values.values, parallelFor);
}

} // namespace mir
