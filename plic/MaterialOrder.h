// In which order, and along which normals, the materials of a cell are cut.
#ifndef mir_plic_MaterialOrder_h
#define mir_plic_MaterialOrder_h

#include "plic/CellBand.h"
#include "plic/ExtendedCuts.h"
#include "plic/NestedCuts.h"
#include "plic/Vector.h"

#include <functional>
#include <vector>

namespace mir {

/// What is known of one material in a cell.
struct MaterialEstimate
{
  int material = 0;
  /// Of the cell, greater than 0; those of a cell's materials sum to 1.
  double fraction = 0.0;
  /// Unit, out of the material, by any estimator; zero where none can be told.
  Vec3 normal;
  /// The gradient of the material's fractions, not normalised: it points into the material.
  Vec3 gradient;
};

/// Chooses the order of nested cuts and their normals: those whose planes, extended into the
/// neighbouring cells and cut there in the same order, come closest to the neighbours' own
/// fractions, in the sum of the squared differences (for one plane: Pilliod and Puckett 2004,
/// LVIRA). What a neighbour has of further materials may lie in the part of any.
///
/// A material's own field tells nothing where it lies between two others, such as a film. A cut
/// therefore has several normals to choose from: the material's own; that of the union of what is
/// cut so far, whose gradient is the sum of the gradients; between the last two materials also the
/// other one's, and the gradient of their difference; and those of the two cuts before, for
/// parallel layers. The best one is turned to where the misfit is least when that is worth it, so
/// that whatever nested planes can make comes back exactly: parallel layers, however many in a
/// cell, and planes that end at another plane.
///
/// Up to four materials are tried in all orders. Of five and six the one whose cut misfits least
/// goes first, then of the rest the next, until four are left; more are sorted by the misfit of
/// each cut alone. Of equals the first listed is taken.
///
/// Keeps its memory from cell to cell: use one object a thread.
class MaterialOrder
{
public:
  /// The fraction of a material in a cell of the band.
  using Fractions = std::function<double(int material, int cell)>;

  /// Keeps a reference to the band, which must be measured, and connected about the cells asked
  /// for.
  MaterialOrder(const CellBand& band, Fractions fractions);

  /// Fills `cuts` for NestedCutter::run() from the materials in a cell in their listed order, which
  /// stays unless `automatic`. Two materials are cut along the first one's normal. Returns the
  /// misfit: the sum, over the neighbours and materials, of the squared differences of the
  /// fractions; 0 for two materials, and for more than six, which are not searched.
  double choose(int cell, const MaterialEstimate* materials, int count, bool automatic,
    std::vector<MaterialCut>& cuts);

private:
  /// Directions for the cut of material k after those of the trial before `position`.
  void findCandidates(int position, int k);
  /// Of the last two materials, which begin at `position`, the one that is not k.
  int otherOfTwo(int position, int k) const
  {
    return this->Trial[position] == k ? this->Trial[position + 1] : this->Trial[position];
  }
  /// The best of the candidates for a cut, turned to where the misfit is least. Returns the misfit.
  double findNormal(int position, int k, Vec3& normal);
  /// Tries all orders of the materials from a position on, given the misfit so far.
  void search(int position, double misfit);
  /// Fixes one material after the other until few enough are left to search.
  void chooseGreedily();
  /// Sorts the materials by the misfit of each cut alone, and gives every cut the material's own
  /// normal or that of the union of what is cut so far, whichever has the steeper gradient.
  void chooseQuickly();

  ExtendedCuts Extended;
  Fractions FractionOf;

  /// The cell in work.
  const MaterialEstimate* Materials = nullptr;
  int Count = 0;
  bool Automatic = false;
  std::vector<int> Numbers;
  std::vector<double> Amounts;
  std::vector<Vec3> Candidates;
  /// The order and normals in trial, with the materials not cut yet behind, and the best.
  std::vector<int> Trial;
  std::vector<Vec3> TrialNormals;
  std::vector<int> Best;
  std::vector<Vec3> BestNormals;
  double BestMisfit = 0.0;
};

} // namespace mir

#endif
