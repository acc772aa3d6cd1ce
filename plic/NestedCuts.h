// Cells of several materials: a plane for each, cut from what the ones before have left.
#ifndef mir_plic_NestedCuts_h
#define mir_plic_NestedCuts_h

#include "plic/CellBand.h"
#include "plic/CellCutter.h"
#include "plic/Polygon.h"
#include "plic/Polyhedron.h"
#include "plic/Vector.h"

#include <vector>

namespace mir {

/// A material of a cell: its fraction of the whole cell, and the unit normal, out of the material,
/// of the plane that cuts it from what is left. Of a cell's last material, which takes the rest,
/// only the number is read.
struct MaterialCut
{
  int material = 0;
  double fraction = 0.0;
  Vec3 normal;
};

/// A planar loop between two materials, counter-clockwise seen from `outside`; in 2D a segment with
/// `inside` on its left. Its points are NestedCutter::points()[begin] .. points()[end - 1].
struct MaterialFacet
{
  int inside = 0;
  int outside = 0;
  /// Unit, from inside to outside.
  Vec3 normal;
  int begin = 0;
  int end = 0;
  /// Position in the order of the cut that it lies in.
  int cut = 0;
};

/// What a material gets of a cell: a polygon (2D) or a polyhedron, the other one empty.
struct MaterialPart
{
  int material = 0;
  Polygon polygon;
  Polyhedron polyhedron;
  /// One an edge (2D: edge i joins the vertices i and i + 1) or face: which of the cuts made it, by
  /// its position in the order; -1 for the cell's own.
  std::vector<int> cuts;
};

/// Cuts cells into their materials: the first one lies below its plane, the second below its plane
/// in what the first has left, and so on; the last takes the rest (Youngs 1984). Each plane is
/// found in what is left for an absolute volume, so that the errors of the materials do not add up:
/// every material has its volume to 1e-13 of the cell, and the parts fill the cell.
/// Any cells, non-convex ones too. Keeps its memory from cell to cell: use one object a thread. All
/// coordinates are relative to band.origin(cell); in 2D z is 0.
class NestedCutter
{
public:
  /// Keeps a reference to the band, which must be measured.
  explicit NestedCutter(const CellBand& band);

  /// Cuts a cell into `count` >= 1 materials. Fractions are greater than 0 and sum to 1. A normal
  /// that vanishes stands for the first axis. Parts are made only where asked for.
  void run(int cell, const MaterialCut* cuts, int count, bool withParts);

  /// The facets of the last run, those of the first material first. Every piece of a plane between
  /// two materials comes once, and together they are all of the boundary between materials: of the
  /// two the one cut earlier is `inside`. Loops may lie in one plane; in a non-convex cell a loop
  /// within a loop runs against it, so that areas and volumes stay exact. Loops below 1e-14 of the
  /// cell's size squared (2D: size) are left out.
  const std::vector<MaterialFacet>& facets() const { return this->Facets; }
  const std::vector<Vec3>& points() const { return this->Points; }

  /// The plane normal . (x - band.origin(cell)) = constant of a cut of the last run, by its
  /// position in the order: its material lies below, in what the cuts before have left.
  Vec3 normal(int cut) const { return this->Normals[cut]; }
  double constant(int cut) const { return this->Constants[cut]; }

  /// The parts of the last run in the order of its cuts; none unless asked for.
  int numberOfParts() const { return this->PartCount; }
  const MaterialPart& part(int i) const { return this->Parts[i]; }

private:
  /// An end of an edge along a cut: the number of edges that cover the line rises by `step` here.
  struct SegmentEnd
  {
    double position;
    int step;
    Vec2 point;
  };

  /// The whole cell as a part.
  void open(int cell, MaterialPart& whole);
  /// The facets between a part, cut at a position in the order, and those cut before it.
  void addLoops(const MaterialPart& part, int position, const MaterialCut* cuts);
  void addSegments(const MaterialPart& part, int position, const MaterialCut* cuts);

  const CellBand& Band;
  CellCutter Cutter;
  std::vector<Vec3> Normals;
  std::vector<double> Constants;
  /// What is left, a scratch one for the next, and the part just cut when no parts are kept.
  MaterialPart Rest[2];
  MaterialPart Scratch;
  std::vector<SegmentEnd> Ends;
  double Size = 0.0;
  std::vector<MaterialFacet> Facets;
  std::vector<Vec3> Points;
  std::vector<MaterialPart> Parts;
  int PartCount = 0;
};

} // namespace mir

#endif
