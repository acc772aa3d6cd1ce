// Signs of small determinants of differences of field values, exact, with ties broken by material.
#ifndef mir_reconstruct_continuous_extraction_ExactDeterminant_h
#define mir_reconstruct_continuous_extraction_ExactDeterminant_h

namespace mir {

/// A row of a determinant: a linear function by its values at the nodes of a simplex.
struct DeterminantRow
{
  enum class Kind : unsigned char
  {
    /// upper[n] - lower[n], the values of two materials.
    Difference,
    /// 1 at every node.
    Ones,
    /// 1 at the node `unit`, 0 at the others.
    Unit
  };
  Kind kind = Kind::Difference;
  const double* upper = nullptr;
  const double* lower = nullptr;
  int upperMaterial = 0;
  int lowerMaterial = 0;
  int unit = 0;

  static DeterminantRow difference(
    const double* upper, int upperMaterial, const double* lower, int lowerMaterial)
  {
    return { Kind::Difference, upper, lower, upperMaterial, lowerMaterial, 0 };
  }
  static DeterminantRow ones() { return { Kind::Ones, nullptr, nullptr, 0, 0, 0 }; }
  static DeterminantRow unitAt(int node) { return { Kind::Unit, nullptr, nullptr, 0, 0, node }; }
};

/// The sign of the determinant of `size` (0 to 4) rows at the nodes columns[0] .. columns[size -
/// 1], exact for the values as they are.
///
/// Where it vanishes it is that of values lowered by infinitesimals that grow fast with the number
/// of the material (simulation of simplicity, Edelsbrunner and Muecke 1990), so that ties belong to
/// the lower material. Since each row is lowered alike at all nodes, the determinant is linear in
/// the infinitesimals; 0 is returned where it does not depend on them.
///
/// The rows' products must neither overflow nor underflow after scaling by the largest value.
int determinantSign(const DeterminantRow* rows, int size, const int* columns);

/// The determinant itself to a relative accuracy of 1e-8 or better.
double determinantValue(const DeterminantRow* rows, int size, const int* columns);

} // namespace mir

#endif
