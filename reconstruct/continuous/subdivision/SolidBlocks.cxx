#include "reconstruct/continuous/subdivision/SolidBlocks.h"

#include "reconstruct/continuous/subdivision/FaceParts.h"
#include "reconstruct/continuous/subdivision/QuadFan.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace mir {

namespace {

using Weights = SubdivisionBuilder::Weights;
using Corners = std::array<Weights, 4>;

constexpr int unit = SubdivisionBuilder::unit();

Weights step(Weights from, int i)
{
  from[i] += unit;
  return from;
}

Weights step(Weights from, int i, int j)
{
  return step(step(from, i), j);
}

// Simplices over the parts of a triangle, each with the apex, which lies in no face of the cell.
void addCone(SubdivisionBuilder& builder, int macro, BlockUse use, const Weights& apex,
  const std::array<Weights, 3>& triangle)
{
  // The triangles of the block that are faces of the cell, by the anchors opposite to them.
  const int faces = use == BlockUse::WholeCell ? 15 : use == BlockUse::OverTriangle ? 1 : 0;
  forFaceParts(faces, triangle, [&](const Weights& a, const Weights& b, const Weights& c) {
    builder.addSimplex(macro, { apex, a, b, c });
  });
}

// The octahedron whose vertices are `base` and a step in each of two directions: opposite ones have
// no direction in common.
void addOctahedron(SubdivisionBuilder& builder, int macro, const Weights& base, BlockUse use)
{
  if (use == BlockUse::OverFan)
  {
    static const int ring[5][2] = { { 0, 2 }, { 1, 2 }, { 1, 3 }, { 0, 3 }, { 0, 2 } };
    for (int i = 0; i < 4; ++i)
    {
      builder.addSimplex(macro,
        { step(base, 0, 1), step(base, 2, 3), step(base, ring[i][0], ring[i][1]),
          step(base, ring[i + 1][0], ring[i + 1][1]) });
    }
    return;
  }
  Weights centre = base;
  for (int& weight : centre)
  {
    weight += unit / 2;
  }
  for (int code = 0; code < 8; ++code)
  {
    addCone(builder, macro, use, centre,
      { code & 1 ? step(base, 0, 1) : step(base, 2, 3),
        code & 2 ? step(base, 0, 2) : step(base, 1, 3),
        code & 4 ? step(base, 0, 3) : step(base, 1, 2) });
  }
}

// Calls visit(weights) for all lattice places whose weights sum to `sum` sub-edges.
template <class Visit>
void forLattice(int sum, Visit visit)
{
  for (int i = 0; i <= sum; ++i)
  {
    for (int j = 0; i + j <= sum; ++j)
    {
      for (int k = 0; i + j + k <= sum; ++k)
      {
        visit(Weights{ unit * i, unit * j, unit * k, unit * (sum - i - j - k) });
      }
    }
  }
}

// A node of the pyramid block: in the layer at a height, at (x, y) about its axis, in half
// sub-edges.
struct PyramidPlace
{
  int x;
  int y;
  int height;
};

class PyramidBlock
{
public:
  PyramidBlock(SubdivisionBuilder& builder, int firstMacro)
    : Builder(builder)
    , FirstMacro(firstMacro)
    , R(builder.refinement())
  {}

  void add()
  {
    for (int height = 0; height < this->R; ++height)
    {
      const int size = this->R - height;
      for (int y = 1 - size; y < size; y += 2)
      {
        for (int x = 1 - size; x < size; x += 2)
        {
          this->addPyramid({ x, y, height }, { x, y, height + 1 });
        }
      }
      for (int y = 2 - size; y < size - 1; y += 2)
      {
        for (int x = 2 - size; x < size - 1; x += 2)
        {
          this->addPyramid({ x, y, height + 1 }, { x, y, height });
        }
      }
      // Below an edge of the upper layer, across one of the lower.
      for (int y = 2 - size; y < size - 1; y += 2)
      {
        for (int x = 1 - size; x < size; x += 2)
        {
          this->addSimplex({ x - 1, y, height }, { x + 1, y, height }, { x, y - 1, height + 1 },
            { x, y + 1, height + 1 });
          this->addSimplex({ y, x - 1, height }, { y, x + 1, height }, { y - 1, x, height + 1 },
            { y + 1, x, height + 1 });
        }
      }
    }
  }

private:
  void addPyramid(PyramidPlace base, PyramidPlace apex)
  {
    static const int turn[5][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 } };
    for (int i = 0; i < 4; ++i)
    {
      this->addSimplex(base, { base.x + turn[i][0], base.y + turn[i][1], base.height },
        { base.x + turn[i + 1][0], base.y + turn[i + 1][1], base.height }, apex);
    }
  }

  void addSimplex(PyramidPlace a, PyramidPlace b, PyramidPlace c, PyramidPlace d)
  {
    const int triangle = quadFanTriangle(a.x + b.x + c.x + d.x, a.y + b.y + c.y + d.y);
    auto at = [&](PyramidPlace p) {
      const auto w = quadFanWeights(triangle, p.x, p.y, this->R - p.height);
      return Weights{ unit * p.height, unit / 2 * w[0], unit / 2 * w[1], unit / 2 * w[2] };
    };
    this->Builder.addSimplex(this->FirstMacro + triangle, { at(a), at(b), at(c), at(d) });
  }

  SubdivisionBuilder& Builder;
  int FirstMacro;
  int R;
};

constexpr int hexahedronCorners[8][3] = { { -1, -1, -1 }, { 1, -1, -1 }, { 1, 1, -1 },
  { -1, 1, -1 }, { -1, -1, 1 }, { 1, -1, 1 }, { 1, 1, 1 }, { -1, 1, 1 } };

int cornerAt(const std::array<int, 3>& place)
{
  int corner = 0;
  while (hexahedronCorners[corner][0] != place[0] || hexahedronCorners[corner][1] != place[1] ||
    hexahedronCorners[corner][2] != place[2])
  {
    ++corner;
  }
  return corner;
}

} // namespace

void addTetrahedronBlock(SubdivisionBuilder& builder, int macro, BlockUse use)
{
  const int r = builder.refinement();
  auto add = [&](const Corners& corners) {
    if (use == BlockUse::WholeCell)
    {
      builder.addMovableSimplex(macro, corners);
    }
    else
    {
      builder.addSimplex(macro, corners);
    }
  };
  // Octahedra first: their centres are nodes that others count on.
  forLattice(r - 2, [&](const Weights& base) { addOctahedron(builder, macro, base, use); });
  forLattice(r - 1, [&](const Weights& base) {
    const Corners corners{ step(base, 0), step(base, 1), step(base, 2), step(base, 3) };
    if (use == BlockUse::OverTriangle)
    {
      addCone(builder, macro, use, corners[0], { corners[1], corners[2], corners[3] });
    }
    else if (use == BlockUse::WholeCell &&
      *std::max_element(base.begin(), base.end()) == (r - 1) * unit)
    {
      // At a vertex of the cell, where all corners lie in faces.
      Weights centre = base;
      for (int& weight : centre)
      {
        weight += unit / 4;
      }
      for (int k = 0; k < 4; ++k)
      {
        addCone(builder, macro, use, centre,
          { corners[(k + 1) % 4], corners[(k + 2) % 4], corners[(k + 3) % 4] });
      }
    }
    else
    {
      add(corners);
    }
  });
  if (r > 2)
  {
    forLattice(r - 3, [&](const Weights& base) {
      add({ step(step(base, 0), 1, 2), step(step(base, 0), 1, 3), step(step(base, 0), 2, 3),
        step(step(base, 1), 2, 3) });
    });
  }
}

void addPyramidBlock(SubdivisionBuilder& builder, int firstMacro)
{
  PyramidBlock(builder, firstMacro).add();
}

void addSubCubes(SubdivisionBuilder& builder, int centre, const std::array<int, 6>& faceCentres)
{
  // The 24 tetrahedra of the map, by the side and the direction of its edge: macros[axis][sign]
  // [other axis][its sign] with the edge along the third axis.
  int macros[3][2][3][2];
  for (int axis = 0; axis < 3; ++axis)
  {
    for (int sign = 0; sign < 2; ++sign)
    {
      for (int turn = 1; turn < 3; ++turn)
      {
        for (int end = 0; end < 2; ++end)
        {
          const int other = (axis + turn) % 3;
          const int along = 3 - axis - other;
          std::array<int, 3> place{};
          place[axis] = 2 * sign - 1;
          place[other] = 2 * end - 1;
          place[along] = -1;
          const int a = cornerAt(place);
          place[along] = 1;
          const int b = cornerAt(place);
          // Positive where (axis, other, along) with their signs is a right-handed frame.
          const bool positive = (turn == 1) == (sign == end);
          macros[axis][sign][other][end] = builder.addMacro(positive
              ? std::array<int, 4>{ centre, faceCentres[2 * axis + sign], a, b }
              : std::array<int, 4>{ centre, faceCentres[2 * axis + sign], b, a });
        }
      }
    }
  }

  const int r = builder.refinement();
  auto addSimplex = [&](const std::array<std::array<int, 3>, 4>& corners, int cube) {
    std::array<int, 3> sum{};
    for (const auto& corner : corners)
    {
      for (int i = 0; i < 3; ++i)
      {
        sum[i] += corner[i];
      }
    }
    std::array<int, 3> axes{ 0, 1, 2 };
    std::sort(axes.begin(), axes.end(),
      [&sum](int a, int b) { return std::abs(sum[a]) > std::abs(sum[b]); });
    const auto [axis, other, along] = axes;
    const int sign = sum[axis] > 0;
    const int end = sum[other] > 0;
    const int macro = macros[axis][sign][other][end];
    const bool forwards =
      builder.macro(macro)[2] < 8 && hexahedronCorners[builder.macro(macro)[2]][along] < 0;
    Corners weights;
    for (int i = 0; i < 4; ++i)
    {
      const int depth = (2 * sign - 1) * corners[i][axis];
      const int level = (2 * end - 1) * corners[i][other];
      const int place = forwards ? corners[i][along] : -corners[i][along];
      weights[i] = { unit * (r - depth), unit * (depth - level), unit / 2 * (level - place),
        unit / 2 * (level + place) };
    }
    builder.addSimplex(macro, weights, namedCluster(cube));
  };

  int cube = 0;
  for (int z = 1 - r; z < r; z += 2)
  {
    for (int y = 1 - r; y < r; y += 2)
    {
      for (int x = 1 - r; x < r; x += 2, ++cube)
      {
        const std::array<int, 3> middle{ x, y, z };
        for (int side = 0; side < 6; ++side)
        {
          const int axis = side / 2;
          const int u = (axis + 1) % 3;
          const int v = (axis + 2) % 3;
          static const int turn[5][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 } };
          auto face = middle;
          face[axis] += side % 2 == 0 ? -1 : 1;
          for (int i = 0; i < 4; ++i)
          {
            auto a = face;
            a[u] += turn[i][0];
            a[v] += turn[i][1];
            auto b = face;
            b[u] += turn[i + 1][0];
            b[v] += turn[i + 1][1];
            addSimplex({ middle, face, a, b }, cube);
          }
        }
      }
    }
  }
}

int hexahedronSide(const int* vertices)
{
  for (int axis = 0; axis < 3; ++axis)
  {
    int sum = 0;
    for (int i = 0; i < 4; ++i)
    {
      sum += hexahedronCorners[vertices[i]][axis];
    }
    if (std::abs(sum) == 4)
    {
      return 2 * axis + (sum > 0 ? 1 : 0);
    }
  }
  return -1;
}

Vec3 hexahedronPlace(const std::array<int, 4>& anchors, const std::array<double, 4>& weights,
  int centre, const std::array<int, 6>& faceCentres)
{
  std::array<double, 3> x{};
  for (int k = 0; k < 4; ++k)
  {
    const int anchor = anchors[k];
    if (weights[k] == 0.0 || anchor == centre)
    {
      continue;
    }
    if (anchor < 8)
    {
      for (int axis = 0; axis < 3; ++axis)
      {
        x[axis] += weights[k] * hexahedronCorners[anchor][axis];
      }
      continue;
    }
    for (int side = 0; side < 6; ++side)
    {
      if (faceCentres[side] == anchor)
      {
        x[side / 2] += side % 2 == 0 ? -weights[k] : weights[k];
      }
    }
  }
  return { x[0], x[1], x[2] };
}

} // namespace mir
