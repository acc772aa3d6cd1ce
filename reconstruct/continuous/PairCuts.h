// A cell of two materials whose values move along its bump: what changes of its volumes.
#ifndef mir_reconstruct_continuous_PairCuts_h
#define mir_reconstruct_continuous_PairCuts_h

#include "reconstruct/continuous/CellSubdivision.h"
#include "reconstruct/continuous/CutParts.h"

#include <vector>

namespace mir {

/// The positive part of values + factor * bump as a function of the factor, within a reach: only
/// the simplices are kept that are cut for some factor, those that keep the signs of their
/// vertices sorted for closed forms without branches.
class PairCuts
{
public:
  /// For |factor| <= reach. `values` must outlive the object's use.
  void build(
    const CellSubdivision& cell, const double* weights, const double* values, double reach);
  double reach() const { return this->Reach; }
  /// The part of the cell where values + factor * bump is not negative, and its derivative.
  double volume(double factor, double& slope);

private:
  /// Ordered values and moves of simplices, their weights and whether they are corners.
  struct Kind
  {
    std::vector<double> numbers;
    int room = 0;
    int count = 0;

    void reserve(int simplices);
    double* column(int which) { return this->numbers.data() + which * this->room; }
    detail::MovingCuts cuts();
  };
  template <int N>
  void buildFor();
  template <int N>
  void sort(int place);
  template <int N>
  void keep(Kind& kind, int place, unsigned int set);
  template <int N>
  double unsteadyVolume(double factor, double& slope) const;

  const CellSubdivision* Cell = nullptr;
  const double* Weights = nullptr;
  const double* Values = nullptr;
  double Reach = 0.0;
  double Full = 0.0;
  Kind Corners;
  Kind Wedges;
  std::vector<int> Unsteady;
  std::vector<unsigned char> Codes;
};

} // namespace mir

#endif
