// A cell of two materials whose values move along its bump: what changes of its volumes.
#ifndef mir_reconstruct_continuous_conservation_PairCuts_h
#define mir_reconstruct_continuous_conservation_PairCuts_h

#include "reconstruct/continuous/volumes/CellCuts.h"
#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/volumes/CutRun.h"
#include "reconstruct/continuous/subdivision/SimplexWeights.h"

namespace mir {

/// The positive part of values + factor * bump as a function of the factor. About a factor, within
/// a reach, only the simplices are kept that are cut for some factor there, those that keep the
/// signs of their vertices in runs of closed forms; further away they are sorted anew.
class PairCuts
{
public:
  /// About the factor 0. The numbers must outlive the object's use.
  void start(
    const CellSubdivision& cell, const SimplexWeights& weights, const double* values, double reach);
  /// The part of the cell where values + factor * bump is not negative, and its derivative.
  double volume(double factor, double& slope);

private:
  void sortAbout(double factor);
  template <int N>
  double unsteadyVolume(double factor, double& slope) const;

  const CellSubdivision* Cell = nullptr;
  SimplexWeights Weights;
  const double* Values = nullptr;
  double Centre = 0.0;
  double Reach = 0.0;
  detail::CellCuts Cuts;
  detail::CutRun Corners, Wedges;
};

} // namespace mir

#endif
