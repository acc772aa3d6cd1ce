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
void findSigns(const double* values, int count, unsigned char* signs)
{
  for (int i = 0; i < count; ++i)
  {
    signs[i] = values[i] < 0.0 ? 0 : 1;
  }
}

} // namespace detail
} // namespace mir
