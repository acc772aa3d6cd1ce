#include "reconstruct/neural/SolidGrid.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace mir {

namespace {

/// Layers left empty between two parts of a mesh that share no face, so that no stencil sees both.
constexpr std::int64_t partGap = 16;

// VTK's vertex at the corner (u, v, w) of a hexahedron, index u + 2 v + 4 w, and the other way
// round: the same exchange of the third and the fourth of either side.
constexpr int vertexOfCorner[8] = { 0, 1, 3, 2, 4, 5, 7, 6 };

[[noreturn]] void fail(std::int64_t cell, const std::string& what)
{
  throw std::runtime_error(
    "not a logical grid of hexahedra: cell " + std::to_string(cell) + " " + what);
}

/// A cell's own corner at a corner of the grid's frame, both as bits.
int ownCorner(const CubeSymmetry& turn, int corner)
{
  int own = 0;
  for (int a = 0; a < 3; ++a)
  {
    const int axis = turn.axes[a];
    own |= ((corner >> a & 1) ^ (turn.flips >> axis & 1)) << axis;
  }
  return own;
}

} // namespace

/// The cell across each of a cell's own faces, number 2 axis + side, or -1.
struct SolidGrid::Faces
{
  explicit Faces(const std::vector<std::array<std::int64_t, 8>>& hexahedra)
    : across(6 * hexahedra.size(), -1)
  {
    struct Face
    {
      std::array<std::int64_t, 4> points;
      std::int64_t number;
    };
    std::vector<Face> faces;
    faces.reserve(this->across.size());
    for (std::size_t cell = 0; cell < hexahedra.size(); ++cell)
    {
      for (int f = 0; f < 6; ++f)
      {
        Face face;
        face.number = static_cast<std::int64_t>(6 * cell) + f;
        int count = 0;
        for (int corner = 0; corner < 8; ++corner)
        {
          if ((corner >> (f / 2) & 1) == f % 2)
          {
            face.points[count++] = hexahedra[cell][vertexOfCorner[corner]];
          }
        }
        std::sort(face.points.begin(), face.points.end());
        faces.push_back(face);
      }
    }
    std::sort(faces.begin(), faces.end(), [](const Face& a, const Face& b) {
      return a.points != b.points ? a.points < b.points : a.number < b.number;
    });
    for (std::size_t i = 0; i + 1 < faces.size(); ++i)
    {
      if (faces[i].points == faces[i + 1].points)
      {
        if (this->across[faces[i].number] >= 0)
        {
          fail(faces[i + 1].number / 6, "has a face that two others have");
        }
        this->across[faces[i].number] = faces[i + 1].number / 6;
        this->across[faces[i + 1].number] = faces[i].number / 6;
      }
    }
  }

  std::vector<std::int64_t> across;
};

namespace {

/// The turn of the cell beyond the side `side` of axis `axis` of a cell's.
CubeSymmetry turnAcross(const CubeSymmetry& turn, const std::array<std::int64_t, 8>& from,
  const std::array<std::int64_t, 8>& to, std::int64_t cell, int axis, int side)
{
  const auto cornerOf = [&](int gridCorner) {
    const std::int64_t point = from[vertexOfCorner[ownCorner(turn, gridCorner)]];
    const auto at = std::find(to.begin(), to.end(), point);
    if (at == to.end())
    {
      fail(cell, "does not have the points of its face");
    }
    return vertexOfCorner[at - to.begin()];
  };
  const int origin = side << axis;
  const int own = cornerOf(origin);
  CubeSymmetry result;
  int used = 0;
  for (int a = 0; a < 3; ++a)
  {
    if (a == axis)
    {
      continue;
    }
    const int along = cornerOf(origin | 1 << a) ^ own;
    if (along != 1 && along != 2 && along != 4)
    {
      fail(cell, "is turned over against its neighbour");
    }
    result.axes[a] = static_cast<std::uint8_t>(along / 2);
    used |= along;
    result.flips |= static_cast<std::uint8_t>(own & along);
  }
  const int last = 7 ^ used;
  if (last != 1 && last != 2 && last != 4)
  {
    fail(cell, "is turned over against its neighbour");
  }
  result.axes[axis] = static_cast<std::uint8_t>(last / 2);
  // The shared face is the cell's lower side of the axis when it is the upper one of the other.
  const bool upper = (own & last) != 0;
  result.flips |= static_cast<std::uint8_t>(upper == (side == 1) ? last : 0);
  return result;
}

} // namespace

SolidGrid::SolidGrid(std::int64_t nx, std::int64_t ny, std::int64_t nz)
  : Whole{ nx, ny, nz }
{}

SolidGrid::SolidGrid(const std::vector<std::array<std::int64_t, 8>>& hexahedra)
{
  const Faces faces(hexahedra);
  this->Places.resize(hexahedra.size());
  this->Turns.resize(hexahedra.size());
  std::vector<char> reached(hexahedra.size(), 0);
  std::vector<std::int64_t> part;
  std::int64_t firstLayer = 0;
  for (std::size_t cell = 0; cell < hexahedra.size(); ++cell)
  {
    if (reached[cell] != 0)
    {
      continue;
    }
    this->walk(static_cast<std::int64_t>(cell), hexahedra, faces, reached, part);
    constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
    Place low{ most, most, most };
    for (std::int64_t c : part)
    {
      const Place& p = this->Places[c];
      low = { std::min(low.i, p.i), std::min(low.j, p.j), std::min(low.k, p.k) };
    }
    std::int64_t end = firstLayer;
    for (std::int64_t c : part)
    {
      Place& p = this->Places[c];
      const std::int64_t layer = firstLayer + p.k - low.k;
      if (layer > most - partGap)
      {
        throw std::runtime_error("not a logical grid of hexahedra: too many separate parts");
      }
      p = { p.i - low.i, p.j - low.j, static_cast<std::int32_t>(layer) };
      end = std::max(end, layer + 1);
    }
    firstLayer = end + partGap;
  }
  if (std::all_of(this->Turns.begin(), this->Turns.end(),
        [](const CubeSymmetry& turn) { return turn == CubeSymmetry(); }))
  {
    this->Turns.clear();
  }
  this->orderCells();
}

void SolidGrid::walk(std::int64_t first, const std::vector<std::array<std::int64_t, 8>>& hexahedra,
  const Faces& faces, std::vector<char>& reached, std::vector<std::int64_t>& part)
{
  part.assign(1, first);
  reached[first] = 1;
  this->Places[first] = { 0, 0, 0 };
  for (std::size_t next = 0; next < part.size(); ++next)
  {
    const std::int64_t cell = part[next];
    const CubeSymmetry turn = this->Turns[cell];
    for (int axis = 0; axis < 3; ++axis)
    {
      for (int side = 0; side < 2; ++side)
      {
        const int own = turn.axes[axis];
        const int face = 2 * own + (side ^ (turn.flips >> own & 1));
        const std::int64_t across = faces.across[6 * cell + face];
        if (across < 0)
        {
          continue;
        }
        Place place = this->Places[cell];
        (axis == 0 ? place.i : axis == 1 ? place.j : place.k) += side == 0 ? -1 : 1;
        const CubeSymmetry turned =
          turnAcross(turn, hexahedra[cell], hexahedra[across], across, axis, side);
        if (reached[across] == 0)
        {
          reached[across] = 1;
          this->Places[across] = place;
          this->Turns[across] = turned;
          part.push_back(across);
          continue;
        }
        const Place& known = this->Places[across];
        if (known.i != place.i || known.j != place.j || known.k != place.k)
        {
          fail(across, "is reached with two different indices");
        }
        if (!(this->Turns[across] == turned))
        {
          fail(across, "is reached with two different orientations");
        }
      }
    }
  }
}

void SolidGrid::orderCells()
{
  for (const Place& p : this->Places)
  {
    this->RowsPerLayer = std::max(this->RowsPerLayer, p.j + 1);
    this->Layers = std::max(this->Layers, p.k + 1);
  }
  const auto row = [this](const Place& p) {
    return p.j + static_cast<std::int64_t>(this->RowsPerLayer) * p.k;
  };
  const std::int64_t rows = static_cast<std::int64_t>(this->RowsPerLayer) * this->Layers;
  this->RowStart.assign(rows + 1, 0);
  for (const Place& p : this->Places)
  {
    ++this->RowStart[row(p) + 1];
  }
  for (std::int64_t r = 0; r < rows; ++r)
  {
    this->RowStart[r + 1] += this->RowStart[r];
  }
  this->Ordered.resize(this->Places.size());
  std::vector<std::int64_t> end(this->RowStart.begin(), this->RowStart.end() - 1);
  for (std::int64_t cell = 0; cell < this->numberOfCells(); ++cell)
  {
    this->Ordered[end[row(this->Places[cell])]++] = cell;
  }
  for (std::int64_t r = 0; r < rows; ++r)
  {
    const auto first = this->Ordered.begin() + this->RowStart[r];
    const auto last = this->Ordered.begin() + this->RowStart[r + 1];
    const auto less = [this](std::int64_t a, std::int64_t b) {
      return this->Places[a].i < this->Places[b].i;
    };
    if (!std::is_sorted(first, last, less))
    {
      std::sort(first, last, less);
    }
    const auto twice = std::adjacent_find(first, last,
      [this](std::int64_t a, std::int64_t b) { return this->Places[a].i == this->Places[b].i; });
    if (twice != last)
    {
      fail(twice[1], "has the same index as cell " + std::to_string(twice[0]));
    }
  }
  this->findWhole();
}

// Cells that are all there and in order need no lists.
void SolidGrid::findWhole()
{
  const std::int64_t nx = this->Places.empty() ? 0 : this->RowStart[1];
  if (this->turned() || nx * this->RowsPerLayer * this->Layers != this->numberOfCells())
  {
    return;
  }
  const SolidGrid whole(nx, this->RowsPerLayer, this->Layers);
  for (std::int64_t cell = 0; cell < this->numberOfCells(); ++cell)
  {
    const Place own = this->Places[cell];
    const Place counted = whole.place(cell);
    if (own.i != counted.i || own.j != counted.j || own.k != counted.k)
    {
      return;
    }
  }
  *this = whole;
}

int SolidGrid::vertexAt(std::int64_t cell, int corner) const
{
  return vertexOfCorner[this->turned() ? ownCorner(this->Turns[cell], corner) : corner];
}

void SolidGrid::rowOfCells(Place from, int count, std::int64_t* cells) const
{
  if (this->Whole[2] > 0)
  {
    for (int c = 0; c < count; ++c)
    {
      cells[c] = this->wholeRow({ from.i + c, from.j, from.k }, 1);
    }
    return;
  }
  std::fill(cells, cells + count, -1);
  if (from.j < 0 || from.j >= this->RowsPerLayer || from.k < 0 || from.k >= this->Layers)
  {
    return;
  }
  const std::int64_t row = from.j + static_cast<std::int64_t>(this->RowsPerLayer) * from.k;
  auto next = this->Ordered.begin() + this->RowStart[row];
  const auto end = this->Ordered.begin() + this->RowStart[row + 1];
  if (next == end)
  {
    return;
  }
  const std::int32_t first = this->Places[*next].i;
  if (this->Places[end[-1]].i - first + 1 == end - next)
  {
    // A row without gaps.
    next += std::clamp<std::int64_t>(from.i - first, 0, end - next);
  }
  else
  {
    next = std::lower_bound(next, end, from.i,
      [this](std::int64_t cell, std::int32_t value) { return this->Places[cell].i < value; });
  }
  for (; next != end && this->Places[*next].i - from.i < count; ++next)
  {
    cells[this->Places[*next].i - from.i] = *next;
  }
}

void gatherStencils(const SolidGrid& grid, const std::vector<double>& fractions,
  const std::int64_t* cells, std::size_t count, int K, float* stencils)
{
  const int reach = K / 2;
  std::vector<std::int64_t> ids(K);
  for (std::size_t m = 0; m < count; ++m)
  {
    const SolidGrid::Place at = grid.place(cells[m]);
    for (int c = -reach; c <= reach; ++c)
    {
      for (int b = -reach; b <= reach; ++b)
      {
        const SolidGrid::Place first{ at.i - reach, at.j + b, at.k + c };
        const std::int64_t whole = grid.wholeRow(first, K);
        if (whole >= 0)
        {
          stencils = std::copy_n(fractions.data() + whole, K, stencils);
          continue;
        }
        grid.rowOfCells(first, K, ids.data());
        for (std::int64_t id : ids)
        {
          *stencils++ = id < 0 ? outsideDomain : static_cast<float>(fractions[id]);
        }
      }
    }
  }
}

} // namespace mir
