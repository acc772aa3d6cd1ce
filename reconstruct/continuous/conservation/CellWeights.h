// Conservation in the small: one cell's volumes made exact without touching its faces.
#ifndef mir_reconstruct_continuous_conservation_CellWeights_h
#define mir_reconstruct_continuous_conservation_CellWeights_h

#include "reconstruct/continuous/subdivision/CellSubdivision.h"
#include "reconstruct/continuous/conservation/PairCuts.h"
#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <vector>

namespace mir {

/// What the solver aims at, and what Conservation::Exact promises, in parts of the cell.
constexpr double exactTarget = 1e-13;
constexpr double exactLimit = 1e-12;

struct CellWeightsResult
{
  /// Largest |volume - fraction| of a material, at the start and of the values left.
  double start = 0.0;
  /// Half the sum of |volume - fraction| at the start.
  double startExcess = 0.0;
  double residual = 0.0;
  int evaluations = 0;
  /// Whether Newton's method needed the search along one material.
  bool fallback = false;
};

/// Gives the materials of a cell their fractions by adding a weight for each times the
/// sub-division's bump. Memory is kept from cell to cell; one object a thread.
///
/// With a bump that is positive inside, u_k + w_k b is the largest where u_k / b + w_k is: the
/// volumes are the gradient of a convex function of the weights, those of a generalised power
/// diagram. For any fractions that are all positive there are weights, one of which is free, unless
/// the volume of a material jumps: where u_j - u_k is a multiple of the bump on a whole simplex.
class CellWeights
{
public:
  /// Two materials: adds a multiple of the bump to the local node `values`, so that they are
  /// positive in the part `fraction` of the cell, by a safeguarded Newton method.
  /// `size` is the cell's, in the units of the values.
  CellWeightsResult solvePair(const CellSubdivision& cell, const SimplexWeights& weights,
    double size, double fraction, double* values);

  /// `count` materials with values[k * nodes + node]: Newton's method with the largest material
  /// fixed, damped so that every region keeps a part of its size (Kitagawa, Merigot and Thibert
  /// 2019, algorithm 1); materials that are all but lost first get a part of theirs by a search
  /// along their weight alone, and so does each in turn where no damped step helps.
  CellWeightsResult solve(const CellSubdivision& cell, const SimplexWeights& weights, double size,
    int count, const double* fractions, double* values);

private:
  void evaluate(const double* weights, bool hessian);
  double residual() const;
  double merit() const;
  double leastPart() const;
  bool step();
  bool search(int k, double goal, double tolerance);

  const CellSubdivision* Cell = nullptr;
  const SimplexWeights* Measures = nullptr;
  const double* Fractions = nullptr;
  const double* Start = nullptr;
  int Count = 0;
  int Largest = 0;
  double Size = 1.0;
  CellWeightsResult Result;
  PairCuts Cuts;
  std::vector<double> Moved;
  /// One a material: weights, steps and trial weights; volumes.
  std::vector<double> Weights, Trial, Step, Volumes;
  /// One a pair of materials: minus the derivative of the volume of one for the weight of the
  /// other.
  std::vector<double> Pairs;
  std::vector<double> Matrix;
};

} // namespace mir

#endif
