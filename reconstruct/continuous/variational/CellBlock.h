// Inverses of small positive matrices, which precondition the variational method's linear solver.
#ifndef mir_reconstruct_continuous_variational_CellBlock_h
#define mir_reconstruct_continuous_variational_CellBlock_h

#include <cstddef>

namespace mir {

/// A matrix A has n rows of blockStride(n) numbers, of which those up to the diagonal count, and
/// with L its lower Cholesky factor the inverse is W^T W, W = L^-1. Rows of W are stored one after
/// the other up to the diagonal, each filled up with zeros to whole lanes, so that every loop over
/// one runs over whole vectors and neither direction waits for the result of another row.
constexpr int blockLanes = 16;
/// Rows behind A in which invertBlock() works.
constexpr int pivotRows = 4;

constexpr int blockStride(int n)
{
  return (n + blockLanes - 1) / blockLanes * blockLanes;
}

/// Numbers in W.
constexpr std::size_t inverseSize(int n)
{
  const std::size_t full = n / blockLanes;
  const std::size_t rest = n % blockLanes;
  return blockLanes * (blockLanes * full * (full + 1) / 2 + rest * (full + 1));
}

/// Computes W from A, which is overwritten; false where A is not positive.
bool invertBlock(double* a, int n, float* w);

/// z = W^T W x; x and z have room for blockStride(n) numbers, and x is 0 from n on.
void multiplyInverse(const float* w, int n, const float* x, float* z);

} // namespace mir

#endif
