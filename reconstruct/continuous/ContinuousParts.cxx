#include "reconstruct/continuous/ContinuousInterface.h"

#include "reconstruct/continuous/ArrangedSimplex.h"
#include "reconstruct/continuous/CellFields.h"
#include "reconstruct/continuous/PartBlock.h"
#include "reconstruct/continuous/TetrahedronCase.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

/// A corner of what a simplex is cut into: its point, and its place in an order that simplices on
/// both sides of a face agree on.
struct Corner
{
  int point;
  int rank;
};

class CellParts
{
public:
  CellParts(const CellBand& band, const SubcellBand& mesh, PartBlock& block)
    : Band(band)
    , Mesh(mesh)
    , Block(block)
    , Points(block.points)
  {}

  void addCell(int c, const std::vector<double>& field)
  {
    this->Fields.load(this->Band, this->Mesh, c, field);
    const CellSubdivision& cell = *this->Fields.cell;
    this->Points.start(
      this->Mesh.boundaryNodesOf(c), cell.boundaryNodes, cell.nodes, this->Fields.positions.data());
    this->BandCell = this->Mesh.cells[c];
    for (const std::array<int, 4>& simplex : cell.simplices)
    {
      this->addSimplex(simplex.data());
    }
  }

private:
  void addSimplex(const int* nodes)
  {
    const CellFields::Meeting meeting = this->Fields.meeting(nodes);
    if (meeting.more)
    {
      this->addMany(nodes);
    }
    else if (meeting.second < 0)
    {
      this->addWhole(nodes, meeting.first);
    }
    else
    {
      this->rankNodes(nodes);
      this->Mesh.dimension == 2 ? this->cutTriangle(nodes, meeting)
                                : this->cutTetrahedron(nodes, meeting);
    }
  }

  void addWhole(const int* nodes, int place)
  {
    int points[4] = { -1, -1, -1, -1 };
    for (int i = 0; i <= this->Mesh.dimension; ++i)
    {
      points[i] = this->Points.node(nodes[i]);
    }
    this->append(points, this->Fields.materials[place]);
  }

  void append(const int* points, unsigned char material)
  {
    this->Block.simplices.push_back({ points[0], points[1], points[2], points[3] });
    this->Block.materials.push_back(material);
    this->Block.cells.push_back(this->BandCell);
  }

  /// Turned to be positive; left out where it has no measure.
  void addTriangle(int a, int b, int c, unsigned char material)
  {
    const std::vector<Vec3>& x = this->Block.points.positions;
    const double area = cross(x[b] - x[a], x[c] - x[a]).z;
    if (area != 0.0)
    {
      const int points[4] = { a, area > 0.0 ? b : c, area > 0.0 ? c : b, -1 };
      this->append(points, material);
    }
  }

  void addTetrahedron(int a, int b, int c, int d, unsigned char material)
  {
    const std::vector<Vec3>& x = this->Block.points.positions;
    const double volume = dot(cross(x[b] - x[a], x[c] - x[a]), x[d] - x[a]);
    // Of repeated points rounding may leave a volume.
    if (volume != 0.0 && a != b && a != c && a != d && b != c && b != d && c != d)
    {
      const int points[4] = { a, volume > 0.0 ? b : c, volume > 0.0 ? c : b, d };
      this->append(points, material);
    }
  }

  void rankNodes(const int* nodes)
  {
    for (int i = 0; i <= this->Mesh.dimension; ++i)
    {
      this->Ranks[i] = 0;
      for (int j = 0; j <= this->Mesh.dimension; ++j)
      {
        this->Ranks[i] += j != i && this->Points.before(nodes[j], nodes[i]) ? 1 : 0;
      }
    }
  }

  Corner vertex(const int* nodes, int i) { return { this->Points.node(nodes[i]), this->Ranks[i] }; }

  /// Ranks of crossings come after those of nodes, where they do not lie on one.
  Corner crossing(const int* nodes, const CellFields::Meeting& meeting, int i, int j)
  {
    const double* differences = meeting.differences;
    if (differences[i] == 0.0 || differences[j] == 0.0)
    {
      return this->vertex(nodes, differences[i] == 0.0 ? i : j);
    }
    const auto [low, high] = std::minmax(this->Ranks[i], this->Ranks[j]);
    return { this->Points.edge(nodes[i], nodes[j], differences[i], differences[j],
               this->Fields.materials[meeting.first], this->Fields.materials[meeting.second]),
      4 + 4 * low + high };
  }

  void cutTriangle(const int* nodes, const CellFields::Meeting& meeting)
  {
    // The node on its own side comes first.
    int alone = 0;
    const unsigned inside = meeting.inside;
    while ((inside >> alone & 1) == (inside >> (alone + 1) % 3 & 1) ||
      (inside >> alone & 1) == (inside >> (alone + 2) % 3 & 1))
    {
      ++alone;
    }
    const bool first = (inside >> alone & 1) != 0;
    const unsigned char tip = this->Fields.materials[first ? meeting.first : meeting.second];
    const unsigned char rest = this->Fields.materials[first ? meeting.second : meeting.first];
    const Corner a = this->vertex(nodes, alone);
    const Corner b = this->vertex(nodes, (alone + 1) % 3);
    const Corner c = this->vertex(nodes, (alone + 2) % 3);
    const Corner ab = this->crossing(nodes, meeting, alone, (alone + 1) % 3);
    const Corner ac = this->crossing(nodes, meeting, alone, (alone + 2) % 3);
    this->addTriangle(a.point, ab.point, ac.point, tip);
    this->addQuad({ ab, b, c, ac }, rest);
  }

  void addQuad(std::array<Corner, 4> quad, unsigned char material)
  {
    this->pull(quad);
    this->addTriangle(quad[0].point, quad[1].point, quad[2].point, material);
    this->addTriangle(quad[0].point, quad[2].point, quad[3].point, material);
  }

  static void pull(std::array<Corner, 4>& quad)
  {
    const auto first = std::min_element(
      quad.begin(), quad.end(), [](Corner a, Corner b) { return a.rank < b.rank; });
    std::rotate(quad.begin(), first, quad.end());
  }

  void cutTetrahedron(const int* nodes, const CellFields::Meeting& meeting)
  {
    const TetrahedronCase& tetrahedron = tetrahedronCases[meeting.inside];
    const unsigned char first = this->Fields.materials[meeting.first];
    const unsigned char second = this->Fields.materials[meeting.second];
    const unsigned char* v = tetrahedron.order;
    Corner at[4];
    for (int i = 0; i < 4; ++i)
    {
      at[i] = this->vertex(nodes, v[i]);
    }
    const auto cut = [&](int i, int j) { return this->crossing(nodes, meeting, v[i], v[j]); };
    if (tetrahedron.inside == 2)
    {
      const Corner c02 = cut(0, 2);
      const Corner c03 = cut(0, 3);
      const Corner c12 = cut(1, 2);
      const Corner c13 = cut(1, 3);
      this->addPrism({ at[0], c02, c03, at[1], c12, c13 }, first);
      this->addPrism({ at[2], c02, c12, at[3], c03, c13 }, second);
      return;
    }
    const bool alone = tetrahedron.inside == 1;
    const Corner c01 = cut(0, 1);
    const Corner c02 = cut(0, 2);
    const Corner c03 = cut(0, 3);
    this->addTetrahedron(at[0].point, c01.point, c02.point, c03.point, alone ? first : second);
    this->addPrism({ at[1], at[2], at[3], c01, c02, c03 }, alone ? second : first);
  }

  /// A prism of the triangles 0 1 2 and 3 4 5, pulled from its first corner: neighbours split
  /// common faces alike.
  void addPrism(const std::array<Corner, 6>& prism, unsigned char material)
  {
    const int first = static_cast<int>(std::min_element(prism.begin(), prism.end(),
                                         [](Corner a, Corner b) { return a.rank < b.rank; }) -
      prism.begin());
    const int turn = first % 3;
    const int below = first < 3 ? 0 : 3;
    const auto corner = [&](int i) {
      return prism[(i < 3 ? below : 3 - below) + (i % 3 + turn) % 3];
    };
    const int apex = corner(0).point;
    this->addTetrahedron(apex, corner(3).point, corner(4).point, corner(5).point, material);
    std::array<Corner, 4> quad{ corner(1), corner(2), corner(5), corner(4) };
    pull(quad);
    this->addTetrahedron(apex, quad[0].point, quad[1].point, quad[2].point, material);
    this->addTetrahedron(apex, quad[0].point, quad[2].point, quad[3].point, material);
  }

  void addMany(const int* nodes)
  {
    ArrangedSimplex& simplex = this->Simplex;
    simplex.start(this->Points, nodes, this->Mesh.dimension + 1, this->Fields.count);
    for (int k = 0; k < this->Fields.count; ++k)
    {
      simplex.add(this->Fields.materials[k], this->Fields.run(k));
    }
    simplex.findCorners();
    simplex.rankCorners();
    for (int k = 0; k < simplex.arrangement().numberOfMaterials(); ++k)
    {
      if (this->Mesh.dimension == 2)
      {
        this->fanPolygon(k);
      }
      else
      {
        this->fanPolyhedron(k);
      }
    }
  }

  void fanPolygon(int k)
  {
    if (!this->Simplex.pulledOutline(
          this->Simplex.allNodes(), std::uint64_t{ 1 } << k, this->Outline))
    {
      return;
    }
    const unsigned char material = static_cast<unsigned char>(this->Simplex.material(k));
    for (std::size_t i = 1; i + 1 < this->Outline.size(); ++i)
    {
      this->addTriangle(this->Simplex.point(this->Outline[0], this->Points),
        this->Simplex.point(this->Outline[i], this->Points),
        this->Simplex.point(this->Outline[i + 1], this->Points), material);
    }
  }

  void fanPolyhedron(int k)
  {
    const SimplexArrangement& arrangement = this->Simplex.arrangement();
    const std::uint64_t own = std::uint64_t{ 1 } << k;
    int apex = -1;
    for (int c = 0; c < static_cast<int>(arrangement.corners().size()); ++c)
    {
      if ((arrangement.corners()[c].materials & own) != 0 &&
        (apex < 0 || this->Simplex.precedes(c, apex)))
      {
        apex = c;
      }
    }
    if (apex < 0)
    {
      return;
    }
    const RegionCorner top = arrangement.corners()[apex];
    for (int n = 0; n < 4; ++n)
    {
      const unsigned face = this->Simplex.allNodes() & ~(1u << n);
      if ((top.nodes & ~face) != 0)
      {
        this->fanFace(face, own, apex, k);
      }
    }
    for (int j = 0; j < arrangement.numberOfMaterials(); ++j)
    {
      const std::uint64_t other = std::uint64_t{ 1 } << j;
      if (j != k && (top.materials & other) == 0)
      {
        this->fanFace(this->Simplex.allNodes(), own | other, apex, k);
      }
    }
  }

  void fanFace(unsigned nodes, std::uint64_t materials, int apex, int k)
  {
    if (!this->Simplex.pulledOutline(nodes, materials, this->Outline))
    {
      return;
    }
    const unsigned char material = static_cast<unsigned char>(this->Simplex.material(k));
    const int top = this->Simplex.point(apex, this->Points);
    for (std::size_t i = 1; i + 1 < this->Outline.size(); ++i)
    {
      this->addTetrahedron(top, this->Simplex.point(this->Outline[0], this->Points),
        this->Simplex.point(this->Outline[i], this->Points),
        this->Simplex.point(this->Outline[i + 1], this->Points), material);
    }
  }

  const CellBand& Band;
  const SubcellBand& Mesh;
  PartBlock& Block;
  CellPoints Points;
  CellFields Fields;
  ArrangedSimplex Simplex;
  std::vector<int> Outline;
  int Ranks[4] = {};
  int BandCell = 0;
};

} // namespace

ContinuousParts extractParts(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, const ParallelFor& parallelFor)
{
  checkField(mesh, field, parallelFor);
  const int size = cellsInBlock(mesh.dimension);
  const int cells = mesh.numberOfCells();
  std::vector<PartBlock> blocks((cells + size - 1) / size);
  parallelFor(static_cast<int>(blocks.size()), [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      CellParts parts(band, mesh, blocks[b]);
      for (int c = b * size; c < std::min(cells, (b + 1) * size); ++c)
      {
        parts.addCell(c, field);
      }
    }
  });
  return assembleParts(blocks, parallelFor);
}

} // namespace mir
