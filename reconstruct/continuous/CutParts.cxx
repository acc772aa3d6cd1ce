#include "reconstruct/continuous/CutParts.h"

#include "reconstruct/continuous/SimplexVolume.h"

// The same code for several instruction sets, chosen when the library is loaded. No operation is
// contracted or reordered, so that all give the same bits.
#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(__clang__) &&         \
  !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MIR_FOR_ALL_PROCESSORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MIR_FOR_ALL_PROCESSORS
#endif

namespace mir {
namespace detail {

MIR_FOR_ALL_PROCESSORS
void triangleCorners(CutParts& cuts, int count)
{
  for (int i = 0; i < count; ++i)
  {
    double slopes[3];
    cuts.parts[i] = cornerVolume(
      cuts.values[0][i], cuts.values[1][i], cuts.values[2][i], cuts.single[i] != 0.0, slopes);
    cuts.slopes[0][i] = slopes[0];
    cuts.slopes[1][i] = slopes[1];
    cuts.slopes[2][i] = slopes[2];
  }
}

MIR_FOR_ALL_PROCESSORS
void tetrahedronCorners(CutParts& cuts, int count)
{
  for (int i = 0; i < count; ++i)
  {
    double slopes[4];
    cuts.parts[i] = cornerVolume(cuts.values[0][i], cuts.values[1][i], cuts.values[2][i],
      cuts.values[3][i], cuts.single[i] != 0.0, slopes);
    cuts.slopes[0][i] = slopes[0];
    cuts.slopes[1][i] = slopes[1];
    cuts.slopes[2][i] = slopes[2];
    cuts.slopes[3][i] = slopes[3];
  }
}

MIR_FOR_ALL_PROCESSORS
void tetrahedronWedges(CutParts& cuts, int count)
{
  for (int i = 0; i < count; ++i)
  {
    double slopes[4];
    cuts.parts[i] = wedgeVolume(
      cuts.values[0][i], cuts.values[1][i], cuts.values[2][i], cuts.values[3][i], slopes);
    cuts.slopes[0][i] = slopes[0];
    cuts.slopes[1][i] = slopes[1];
    cuts.slopes[2][i] = slopes[2];
    cuts.slopes[3][i] = slopes[3];
  }
}

MIR_FOR_ALL_PROCESSORS
void moveTriangleCorners(const MovingCuts& cuts, int count, double factor)
{
  double* __restrict parts = cuts.parts;
  double* __restrict along = cuts.slopes;
  for (int i = 0; i < count; ++i)
  {
    const double p = cuts.moves[0][i];
    const double q = cuts.moves[1][i];
    const double r = cuts.moves[2][i];
    const double single = cuts.single[i];
    double slopes[3];
    const double part = cornerVolume(cuts.values[0][i] + factor * p, cuts.values[1][i] + factor * q,
      cuts.values[2][i] + factor * r, single != 0.0, slopes);
    const double slope = slopes[0] * p + slopes[1] * q + slopes[2] * r;
    parts[i] = cuts.weights[i] * part;
    along[i] = cuts.weights[i] * (2.0 * single - 1.0) * slope;
  }
}

MIR_FOR_ALL_PROCESSORS
void moveTetrahedronCorners(const MovingCuts& cuts, int count, double factor)
{
  double* __restrict parts = cuts.parts;
  double* __restrict along = cuts.slopes;
  for (int i = 0; i < count; ++i)
  {
    const double p = cuts.moves[0][i];
    const double q = cuts.moves[1][i];
    const double r = cuts.moves[2][i];
    const double s = cuts.moves[3][i];
    const double single = cuts.single[i];
    double slopes[4];
    const double part = cornerVolume(cuts.values[0][i] + factor * p, cuts.values[1][i] + factor * q,
      cuts.values[2][i] + factor * r, cuts.values[3][i] + factor * s, single != 0.0, slopes);
    const double slope = slopes[0] * p + slopes[1] * q + slopes[2] * r + slopes[3] * s;
    parts[i] = cuts.weights[i] * part;
    along[i] = cuts.weights[i] * (2.0 * single - 1.0) * slope;
  }
}

MIR_FOR_ALL_PROCESSORS
void moveTetrahedronWedges(const MovingCuts& cuts, int count, double factor)
{
  double* __restrict parts = cuts.parts;
  double* __restrict along = cuts.slopes;
  for (int i = 0; i < count; ++i)
  {
    const double a = cuts.moves[0][i];
    const double b = cuts.moves[1][i];
    const double c = cuts.moves[2][i];
    const double d = cuts.moves[3][i];
    double slopes[4];
    const double part = wedgeVolume(cuts.values[0][i] + factor * a, cuts.values[1][i] + factor * b,
      cuts.values[2][i] + factor * c, cuts.values[3][i] + factor * d, slopes);
    const double slope = slopes[0] * a + slopes[1] * b + slopes[2] * c + slopes[3] * d;
    parts[i] = cuts.weights[i] * part;
    along[i] = cuts.weights[i] * slope;
  }
}

MIR_FOR_ALL_PROCESSORS
void findSteadySigns(
  const double* values, const double* moves, double reach, int count, unsigned char* codes)
{
  for (int i = 0; i < count; ++i)
  {
    const double most = reach * moves[i];
    codes[i] = static_cast<unsigned char>(
      (values[i] - most >= 0.0 ? 1 : 0) + (values[i] + most >= 0.0 ? 1 : 0));
  }
}

MIR_FOR_ALL_PROCESSORS
void findSigns(const double* values, int count, unsigned char* signs)
{
  for (int i = 0; i < count; ++i)
  {
    signs[i] = values[i] < 0.0 ? 0 : 1;
  }
}

} // namespace detail
} // namespace mir
