// Which cells about a mixed cell tell where its plane lies.
#ifndef mir_plic_Surroundings_h
#define mir_plic_Surroundings_h

#include "plic/CellBand.h"
#include "plic/MaterialField.h"

#include <unordered_set>
#include <utility>
#include <vector>

namespace mir {

/// The cells whose fractions a plane is fitted to: those that share a point with its own, and at
/// the edge of a mesh, where these are too few to tell one plane from another, those around them
/// too. There a plane and its mirror image may fit all neighbours alike, or the few mixed ones
/// leave it a discrete choice.
///
/// Keeps its memory from cell to cell: use one object a thread.
class Surroundings
{
public:
  /// Keeps references; needs band.neighbours of all mixed cells.
  Surroundings(const CellBand& band, const MaterialField& field);

  /// Whether of the neighbours of a mixed cell fewer are mixed than a plane meets inside a mesh.
  bool tooFew(int cell) const;

  /// The neighbours of a mixed cell, nearest rings first; where they are too few, ring after ring
  /// through mixed cells until enough of these are among them or no more come.
  const std::vector<int>& about(int cell);

  /// Whether the last walk of about() came to its end with fewer mixed cells than enough: more
  /// planes than one may then explain the fractions of all its cells.
  bool endedEarly() const { return this->EndedEarly; }

  /// The cells of about(cell), which was asked for last and ended early, and the nearest mixed
  /// cells beyond with their neighbours, until enough are mixed or all are there. Looks at all
  /// mixed cells.
  const std::vector<int>& beyond(int cell);

private:
  void add(int cell);

  const CellBand& Band;
  const MaterialField& Field;
  std::vector<int> Cells;
  std::unordered_set<int> Found;
  int Mixed = 0;
  bool EndedEarly = false;
  /// Mixed cells by the square of their distance.
  std::vector<std::pair<double, int>> Nearest;
};

} // namespace mir

#endif
