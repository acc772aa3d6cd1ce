#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include "reconstruct/continuous/extraction/CellExtraction.h"
#include "reconstruct/continuous/extraction/PartBlock.h"
#include "reconstruct/continuous/volumes/TetrahedronCase.h"

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

class CellParts : CellExtraction
{
public:
  CellParts(const CellBand& band, const SubcellBand& mesh, const std::vector<double>& field,
    PartBlock& block)
    : CellExtraction(band, mesh, field, block.points)
    , Block(block)
  {}

  void addCell(int c)
  {
    this->CellsFirstRun = this->Block.runs.size();
    this->walk(
      c, [this](int cluster) { this->addCluster(cluster); },
      [this](int s) { this->addSimplex(s); });
    const CellSubdivision& cell = *this->Fields.cell;
    for (int node = 0; node < cell.nodes; ++node)
    {
      this->Block.nodePoints.push_back(this->Points.pointOfNode(node));
    }
    this->Block.cells.push_back({ this->Mesh.cells[c], &cell, this->Block.runs.size(),
      this->Block.pieces.size(), this->Block.nodePoints.size() });
  }

private:
  void addSimplex(int s)
  {
    const int* nodes = this->Fields.cell->simplices[s].data();
    const CellFields::Meeting meeting = this->Fields.meeting(nodes);
    if (meeting.more)
    {
      this->addMany(nodes);
    }
    else if (meeting.second < 0)
    {
      for (int i = 0; i <= this->Mesh.dimension; ++i)
      {
        this->Points.node(nodes[i]);
      }
      this->addRun(s, s + 1, meeting.first);
    }
    else
    {
      this->rankNodes(nodes);
      this->Mesh.dimension == 2 ? this->cutTriangle(nodes, meeting)
                                : this->cutTetrahedron(nodes, meeting);
    }
  }

  void addCluster(int cluster)
  {
    const CellSubdivision& cell = *this->Fields.cell;
    const int begin = cell.clusterNodeOffsets[cluster];
    const int end = cell.clusterNodeOffsets[cluster + 1];
    for (int i = begin; i < end; ++i)
    {
      this->Points.node(cell.clusterNodes[i]);
    }
    this->addRun(cell.clusters[cluster], cell.clusters[cluster + 1],
      this->Fields.winners[cell.clusterNodes[begin]]);
  }

  /// Runs of a cell that touch become one.
  void addRun(int first, int last, int place)
  {
    std::vector<PartBlock::Run>& runs = this->Block.runs;
    const unsigned char material = this->material(place);
    if (runs.size() > this->CellsFirstRun && runs.back().last == first &&
      runs.back().material == material)
    {
      runs.back().last = last;
      return;
    }
    runs.push_back({ first, last, material });
  }

  void addPiece(const int* points, unsigned char material)
  {
    this->Block.pieces.push_back({ points[0], points[1], points[2], points[3] });
    this->Block.pieceMaterials.push_back(material);
  }

  /// Turned to be positive; left out where it has no measure.
  void addTriangle(int a, int b, int c, unsigned char material)
  {
    const std::vector<Vec3>& x = this->Block.points.positions;
    const double area = cross(x[b] - x[a], x[c] - x[a]).z;
    if (area != 0.0)
    {
      const int points[4] = { a, area > 0.0 ? b : c, area > 0.0 ? c : b, -1 };
      this->addPiece(points, material);
      return;
    }
    this->Block.dropped = true;
  }

  void addTetrahedron(int a, int b, int c, int d, unsigned char material)
  {
    const std::vector<Vec3>& x = this->Block.points.positions;
    const double volume = dot(cross(x[b] - x[a], x[c] - x[a]), x[d] - x[a]);
    // Of repeated points rounding may leave a volume.
    if (volume != 0.0 && a != b && a != c && a != d && b != c && b != d && c != d)
    {
      const int points[4] = { a, volume > 0.0 ? b : c, volume > 0.0 ? c : b, d };
      this->addPiece(points, material);
      return;
    }
    this->Block.dropped = true;
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
  Corner cut(const int* nodes, const CellFields::Meeting& meeting, int i, int j)
  {
    const double* differences = meeting.differences;
    if (differences[i] == 0.0 || differences[j] == 0.0)
    {
      return this->vertex(nodes, differences[i] == 0.0 ? i : j);
    }
    const auto [low, high] = std::minmax(this->Ranks[i], this->Ranks[j]);
    return { this->crossing(nodes, meeting, i, j), 4 + 4 * low + high };
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
    const unsigned char tip = this->material(first ? meeting.first : meeting.second);
    const unsigned char rest = this->material(first ? meeting.second : meeting.first);
    const Corner a = this->vertex(nodes, alone);
    const Corner b = this->vertex(nodes, (alone + 1) % 3);
    const Corner c = this->vertex(nodes, (alone + 2) % 3);
    const Corner ab = this->cut(nodes, meeting, alone, (alone + 1) % 3);
    const Corner ac = this->cut(nodes, meeting, alone, (alone + 2) % 3);
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
    const unsigned char first = this->material(meeting.first);
    const unsigned char second = this->material(meeting.second);
    const unsigned char* v = tetrahedron.order;
    Corner at[4];
    for (int i = 0; i < 4; ++i)
    {
      at[i] = this->vertex(nodes, v[i]);
    }
    const auto cut = [&](int i, int j) { return this->cut(nodes, meeting, v[i], v[j]); };
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
    this->arrange(nodes);
    ArrangedSimplex& simplex = this->Simplex;
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

  PartBlock& Block;
  int Ranks[4] = {};
  std::size_t CellsFirstRun = 0;
};

} // namespace

ContinuousParts extractParts(const CellBand& band, const SubcellBand& mesh,
  const std::vector<double>& field, const ParallelFor& parallelFor)
{
  checkField(mesh, field, parallelFor);
  std::vector<PartBlock> blocks(numberOfBlocks(mesh, mesh.numberOfCells()));
  const int size = cellsInBlock(mesh.dimension);
  forBlocks(parallelFor, mesh.numberOfCells(), size, [&](int begin, int end) {
    for (int b = begin; b < end; ++b)
    {
      CellParts parts(band, mesh, field, blocks[b]);
      forCellsOfBlock(mesh, b, [&](int c) { parts.addCell(c); });
      if (blocks[b].dropped)
      {
        blocks[b].removePoints();
      }
    }
  });
  return assembleParts(blocks, parallelFor);
}

} // namespace mir
