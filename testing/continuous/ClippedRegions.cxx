#include "ClippedRegions.h"

#include <algorithm>
#include <utility>

namespace mir::testing {

ClippedRegions::ClippedRegions(
  const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field)
  : Band(band)
  , Mesh(mesh)
  , Field(field)
{}

void ClippedRegions::load(int c)
{
  this->Cell = c;
  this->Positions.resize(this->Mesh.subdivision(c).nodes);
  nodePositions(this->Band, this->Mesh, c, this->Positions.data());
  this->Values.resize(numberOfValues(this->Mesh, c));
  gatherValues(this->Mesh, c, this->Field, this->Values.data());
}

double ClippedRegions::value(int k, int node) const
{
  if (this->Mesh.materialCount(this->Cell) == 2)
  {
    return k == 0 ? this->Values[node] : 0.0;
  }
  return this->Values[static_cast<std::size_t>(k) * this->Positions.size() + node];
}

std::array<Vec3, 4> ClippedRegions::corners(int simplex) const
{
  const auto& nodes = this->Mesh.subdivision(this->Cell).simplices[simplex];
  std::array<Vec3, 4> x{};
  for (int i = 0; i <= this->Mesh.dimension; ++i)
  {
    x[i] = this->Positions[nodes[i]];
  }
  return x;
}

double ClippedRegions::measure(int simplex) const
{
  const auto x = this->corners(simplex);
  const Vec3 normal = cross(x[1] - x[0], x[2] - x[0]);
  return this->Mesh.dimension == 2 ? std::abs(normal.z) / 2.0
                                   : std::abs(dot(normal, x[3] - x[0])) / 6.0;
}

int ClippedRegions::onlyWinner(int simplex) const
{
  const auto& nodes = this->Mesh.subdivision(this->Cell).simplices[simplex];
  const int count = this->Mesh.materialCount(this->Cell);
  int best = 0;
  for (int k = 1; k < count; ++k)
  {
    best = this->value(k, nodes[0]) > this->value(best, nodes[0]) ? k : best;
  }
  for (int i = 0; i <= this->Mesh.dimension; ++i)
  {
    for (int k = 0; k < count; ++k)
    {
      if (k != best && !(this->value(best, nodes[i]) > this->value(k, nodes[i])))
      {
        return -1;
      }
    }
  }
  return this->Mesh.materialsOf(this->Cell)[best];
}

int ClippedRegions::winner(int simplex, const double* lambda) const
{
  const auto& nodes = this->Mesh.subdivision(this->Cell).simplices[simplex];
  int best = 0;
  double most = -1e300;
  for (int k = 0; k < this->Mesh.materialCount(this->Cell); ++k)
  {
    double value = 0.0;
    for (int i = 0; i <= this->Mesh.dimension; ++i)
    {
      value += lambda[i] * this->value(k, nodes[i]);
    }
    if (value > most)
    {
      most = value;
      best = k;
    }
  }
  return this->Mesh.materialsOf(this->Cell)[best];
}

const std::vector<ClippedRegions::Piece>& ClippedRegions::pieces(int simplex)
{
  this->Pieces.clear();
  if (this->Mesh.dimension == 2)
  {
    this->cutPolygon(simplex);
  }
  else
  {
    this->cutPolyhedron(simplex);
  }
  return this->Pieces;
}

void ClippedRegions::cutPolygon(int simplex)
{
  const auto& nodes = this->Mesh.subdivision(this->Cell).simplices[simplex];
  const int count = this->Mesh.materialCount(this->Cell);
  // Vertices with the values of all materials, which are linear along edges.
  struct Vertex
  {
    Vec2 x;
    std::vector<double> values;
  };
  std::vector<Vertex> whole;
  for (int i = 0; i < 3; ++i)
  {
    const Vec3 x = this->Positions[nodes[i]];
    Vertex vertex{ { x.x, x.y }, {} };
    for (int k = 0; k < count; ++k)
    {
      vertex.values.push_back(this->value(k, nodes[i]));
    }
    whole.push_back(std::move(vertex));
  }
  std::vector<Vertex> part;
  std::vector<Vertex> next;
  for (int k = 0; k < count; ++k)
  {
    part = whole;
    for (int j = 0; j < count && part.size() > 2; ++j)
    {
      if (j == k)
      {
        continue;
      }
      next.clear();
      for (std::size_t i = 0; i < part.size(); ++i)
      {
        const Vertex& a = part[i];
        const Vertex& b = part[(i + 1) % part.size()];
        const double da = a.values[k] - a.values[j];
        const double db = b.values[k] - b.values[j];
        if (da >= 0.0)
        {
          next.push_back(a);
        }
        if ((da > 0.0 && db < 0.0) || (da < 0.0 && db > 0.0))
        {
          const double t = da / (da - db);
          Vertex middle{ a.x + t * (b.x - a.x), {} };
          for (int m = 0; m < count; ++m)
          {
            middle.values.push_back(a.values[m] + t * (b.values[m] - a.values[m]));
          }
          next.push_back(std::move(middle));
        }
      }
      std::swap(part, next);
    }
    if (part.size() > 2)
    {
      Piece piece;
      piece.material = this->Mesh.materialsOf(this->Cell)[k];
      for (const Vertex& vertex : part)
      {
        piece.polygon.push_back(vertex.x);
      }
      piece.measure = area(piece.polygon);
      if (piece.measure < 0.0)
      {
        std::reverse(piece.polygon.begin(), piece.polygon.end());
        piece.measure = -piece.measure;
      }
      this->Pieces.push_back(std::move(piece));
    }
  }
}

void ClippedRegions::cutPolyhedron(int simplex)
{
  const auto& nodes = this->Mesh.subdivision(this->Cell).simplices[simplex];
  const int count = this->Mesh.materialCount(this->Cell);
  const auto x = this->corners(simplex);
  const Vec3 a = x[1] - x[0];
  const Vec3 b = x[2] - x[0];
  const Vec3 c = x[3] - x[0];
  const double sixfold = dot(a, cross(b, c));
  const Vec3 gradients[3] = { 1.0 / sixfold * cross(b, c), 1.0 / sixfold * cross(c, a),
    1.0 / sixfold * cross(a, b) };
  Polyhedron whole;
  whole.points = { Vec3{}, a, b, c };
  static const int faces[4][3] = { { 0, 2, 1 }, { 0, 1, 3 }, { 1, 2, 3 }, { 2, 0, 3 } };
  for (const auto& face : faces)
  {
    int turned[3] = { face[0], sixfold > 0.0 ? face[1] : face[2],
      sixfold > 0.0 ? face[2] : face[1] };
    whole.faceVertices.insert(whole.faceVertices.end(), turned, turned + 3);
    whole.faceOffsets.push_back(static_cast<int>(whole.faceVertices.size()));
  }
  for (int k = 0; k < count; ++k)
  {
    Piece piece;
    piece.material = this->Mesh.materialsOf(this->Cell)[k];
    piece.polyhedron = whole;
    for (int j = 0; j < count && !piece.polyhedron.points.empty(); ++j)
    {
      if (j == k)
      {
        continue;
      }
      double d[4];
      for (int i = 0; i < 4; ++i)
      {
        d[i] = this->value(j, nodes[i]) - this->value(k, nodes[i]);
      }
      const auto [low, high] = std::minmax_element(d, d + 4);
      if (*high <= 0.0)
      {
        continue;
      }
      if (*low >= 0.0)
      {
        piece.polyhedron.clear();
        break;
      }
      // The other one is less where d0 + gradient . (x - x0) <= 0, in units of its own slope.
      const Vec3 normal =
        (d[1] - d[0]) * gradients[0] + (d[2] - d[0]) * gradients[1] + (d[3] - d[0]) * gradients[2];
      const double slope = length(normal);
      Polyhedron cut;
      clip(piece.polyhedron, 1.0 / slope * normal, -d[0] / slope, cut);
      piece.polyhedron = std::move(cut);
    }
    if (!piece.polyhedron.points.empty())
    {
      piece.measure = volume(piece.polyhedron);
      this->Pieces.push_back(std::move(piece));
    }
  }
}

std::vector<double> ClippedRegions::volumes()
{
  const int count = this->Mesh.materialCount(this->Cell);
  const unsigned char* materials = this->Mesh.materialsOf(this->Cell);
  std::vector<double> sums(count, 0.0);
  double total = 0.0;
  for (int s = 0; s < static_cast<int>(this->Mesh.subdivision(this->Cell).simplices.size()); ++s)
  {
    const int winner = this->onlyWinner(s);
    const double all = this->measure(s);
    total += all;
    if (winner >= 0)
    {
      sums[std::lower_bound(materials, materials + count, winner) - materials] += all;
      continue;
    }
    for (const Piece& piece : this->pieces(s))
    {
      sums[std::lower_bound(materials, materials + count, piece.material) - materials] +=
        piece.measure;
    }
  }
  for (double& sum : sums)
  {
    sum /= total;
  }
  return sums;
}

} // namespace mir::testing
