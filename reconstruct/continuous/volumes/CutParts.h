// Runs of cut simplices in columns: gathered, and their closed forms summed up, in the widest
// registers of the machine.
#ifndef mir_reconstruct_continuous_volumes_CutParts_h
#define mir_reconstruct_continuous_volumes_CutParts_h

#include "reconstruct/continuous/subdivision/SimplexWeights.h"

#include <array>
#include <cstdint>

namespace mir {
namespace detail {

/// The closed forms of simplexVolume().
enum class CutForm
{
  TriangleCorner,
  TetrahedronCorner,
  TetrahedronWedge
};
constexpr int verticesOf(CutForm form)
{
  return form == CutForm::TriangleCorner ? 3 : 4;
}

/// What is so of values that move by `low` to `high` times their `moves`, which are not negative.
constexpr std::uint32_t neverNegative = 1;
constexpr std::uint32_t notAlwaysNegative = 2;
void findSteadySigns(const double* values, const double* moves, double low, double high, int count,
  std::uint32_t* codes);

/// Simplices of one form in columns of `count` numbers.
struct CutColumns
{
  int count = 0;
  /// Their vertices in the order of cornerVolume() or wedgeVolume(), and the sign that values have
  /// there.
  int* nodes[4] = {};
  double* signs = nullptr;
  /// Corners: 1 where the corner is wanted, 0 for the rest of the simplex; 1 for wedges.
  double* single = nullptr;
  double* weights = nullptr;
  /// Values at the vertices and how they move, with the sign.
  double* values[4] = {};
  double* moves[4] = {};
  /// What is computed: parts that are not negative, and derivatives.
  double* parts = nullptr;
  double* slopes[4] = {};
};

/// Fills nodes, signs, single and weights for entries simplex << 4 | set of its vertices that are
/// not negative.
void arrangeCuts(CutForm form, const std::array<int, 4>* simplices, const SimplexWeights& weights,
  const unsigned int* entries, const CutColumns& columns);
/// column[i] = signs[i] * values[nodes[i]].
void pickValues(
  const double* values, const int* nodes, const double* signs, int count, double* column);

/// The part of each simplex times its weight, and its derivatives for the values of each vertex as
/// they are without the sign.
void computeParts(CutForm form, const CutColumns& columns);
/// The same where the values are those of the columns and `factor` times their moves; slopes[0] is
/// the derivative for the factor.
void moveParts(CutForm form, const CutColumns& columns, double factor);

} // namespace detail
} // namespace mir

#endif
