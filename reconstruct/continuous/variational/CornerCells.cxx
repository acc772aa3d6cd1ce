#include "reconstruct/continuous/variational/CornerCells.h"

#include "reconstruct/continuous/volumes/SimplexSplit.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mir {

namespace {

/// The largest distance between two unit vectors.
constexpr double opposite = 2.0;
/// Holds the fit where the pieces about a cell lie on a line; in squares of cell sizes.
constexpr double ridge = 1e-3;

/// The interface within a cell.
struct Piece
{
  /// The mean one, a unit vector.
  Vec3 normal;
  Vec3 middle;
  /// In cell sizes, their squares in 3D.
  double measure = 0.0;
};

/// A segment's or triangle's normal, as long as its measure.
Vec3 measureVector(const std::array<Vec3, 2>& x)
{
  return { x[1].y - x[0].y, x[0].x - x[1].x, 0.0 };
}
Vec3 measureVector(const std::array<Vec3, 3>& x)
{
  return 0.5 * cross(x[1] - x[0], x[2] - x[0]);
}

/// Finds pieces cell after cell.
class PieceFinder
{
public:
  PieceFinder(const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field)
    : Band(band)
    , Mesh(mesh)
    , Field(field)
  {}

  Piece find(int c)
  {
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    this->Positions.resize(cell.nodes);
    this->Values.resize(cell.nodes);
    nodePositions(this->Band, this->Mesh, c, this->Positions.data());
    gatherValues(this->Mesh, c, this->Field, this->Values.data());
    Piece sum;
    for (const std::array<int, 4>& simplex : cell.simplices)
    {
      cell.dimension == 2 ? this->add<3>(simplex, sum) : this->add<4>(simplex, sum);
    }
    const double size = length(sum.normal);
    if (size == 0.0)
    {
      return {};
    }
    return { 1.0 / size * sum.normal, 1.0 / sum.measure * sum.middle,
      sum.measure / std::pow(this->Mesh.sizes[c], cell.dimension - 1) };
  }

private:
  template <int N>
  void add(const std::array<int, 4>& simplex, Piece& sum) const
  {
    double values[N];
    for (int i = 0; i < N; ++i)
    {
      values[i] = this->Values[simplex[i]];
    }
    const auto [least, most] = std::minmax_element(values, values + N);
    if (*least >= 0.0 || *most <= 0.0)
    {
      return;
    }
    const Vec3 up =
      this->Positions[simplex[most - values]] - this->Positions[simplex[least - values]];
    const detail::Split<N> split = detail::split<N>(values);
    for (int k = 0; k < split.cutCount; ++k)
    {
      std::array<Vec3, N - 1> points;
      Vec3 middle;
      for (int i = 0; i < N - 1; ++i)
      {
        const detail::EdgePoint& point = split.cuts[k].points[i];
        const Vec3 from = this->Positions[simplex[point.i]];
        points[i] = from + point.t * (this->Positions[simplex[point.j]] - from);
        middle = middle + 1.0 / (N - 1) * points[i];
      }
      const Vec3 normal = measureVector(points);
      const double measure = length(normal);
      sum.normal = dot(normal, up) < 0.0 ? sum.normal - normal : sum.normal + normal;
      sum.middle = sum.middle + measure * middle;
      sum.measure += measure;
    }
  }

  const CellBand& Band;
  const SubcellBand& Mesh;
  const std::vector<double>& Field;
  std::vector<Vec3> Positions;
  std::vector<double> Values;
};

/// How normals turn about a piece: a linear function of where they are, by least squares.
class TurnFit
{
public:
  /// Both in the plane across the piece's normal.
  void add(Vec3 offset, Vec3 turn)
  {
    this->Offsets.push_back(offset);
    this->Turns.push_back(turn);
  }
  void clear()
  {
    this->Offsets.clear();
    this->Turns.clear();
  }

  double largestResidual() const
  {
    Vec3 rows[3] = { { ridge, 0.0, 0.0 }, { 0.0, ridge, 0.0 }, { 0.0, 0.0, ridge } };
    for (const Vec3& s : this->Offsets)
    {
      rows[0] = rows[0] + s.x * s;
      rows[1] = rows[1] + s.y * s;
      rows[2] = rows[2] + s.z * s;
    }
    const Vec3 columns[3] = { cross(rows[1], rows[2]), cross(rows[2], rows[0]),
      cross(rows[0], rows[1]) };
    const double determinant = dot(rows[0], columns[0]);
    double largest = 0.0;
    for (std::size_t b = 0; b < this->Offsets.size(); ++b)
    {
      const Vec3 s = this->Offsets[b];
      const Vec3 weight =
        1.0 / determinant * (s.x * columns[0] + s.y * columns[1] + s.z * columns[2]);
      Vec3 rest = this->Turns[b];
      for (std::size_t k = 0; k < this->Offsets.size(); ++k)
      {
        rest = rest - dot(weight, this->Offsets[k]) * this->Turns[k];
      }
      largest = std::max(largest, length(rest));
    }
    return largest;
  }

private:
  std::vector<Vec3> Offsets;
  std::vector<Vec3> Turns;
};

Vec3 across(Vec3 vector, Vec3 normal)
{
  return vector - dot(vector, normal) * normal;
}

} // namespace

std::vector<double> unexplainedTurns(const CellBand& band, const SubcellBand& mesh,
  const SmoothnessTerms& terms, const std::vector<double>& field, const ParallelFor& parallelFor)
{
  const int cells = mesh.numberOfCells();
  std::vector<Piece> pieces(cells);
  parallelFor(cells, [&](int begin, int end) {
    PieceFinder finder(band, mesh, field);
    for (int c = begin; c < end; ++c)
    {
      if (mesh.materialCount(c) == 2)
      {
        pieces[c] = finder.find(c);
      }
    }
  });
  double mean = 0.0;
  for (const Piece& piece : pieces)
  {
    mean += piece.measure / cells;
  }
  // Short pieces of interface tell no direction.
  const auto isShort = [mean](const Piece& piece) { return piece.measure <= 0.5 * mean; };
  std::vector<double> result(cells, 0.0);
  parallelFor(cells, [&](int begin, int end) {
    TurnFit fit;
    for (int c = begin; c < end; ++c)
    {
      const Piece& own = pieces[c];
      const unsigned char* materials = mesh.materialsOf(c);
      if (mesh.materialCount(c) > 2)
      {
        result[c] = opposite;
        continue;
      }
      if (isShort(own))
      {
        continue;
      }
      fit.clear();
      for (auto k = terms.neighbourOffsets[c]; k < terms.neighbourOffsets[c + 1]; ++k)
      {
        const int b = terms.neighbours[k];
        const Piece& other = pieces[b];
        if (b == c || isShort(other) || mesh.materialsOf(b)[0] != materials[0] ||
          mesh.materialsOf(b)[1] != materials[1])
        {
          continue;
        }
        if (dot(own.normal, other.normal) < 0.0)
        {
          result[c] = opposite;
          break;
        }
        fit.add(1.0 / mesh.sizes[c] * across(other.middle - own.middle, own.normal),
          across(other.normal, own.normal));
      }
      result[c] = std::max(result[c], fit.largestResidual());
    }
  });
  return result;
}

} // namespace mir
