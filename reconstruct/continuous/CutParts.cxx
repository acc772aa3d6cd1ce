#include "reconstruct/continuous/CutParts.h"

#include "reconstruct/continuous/ProcessorClones.h"
#include "reconstruct/continuous/SimplexVolume.h"

namespace mir {
namespace detail {

MIR_FOR_ALL_PROCESSORS
void triangleCorners(CutParts& cuts, int count)
{
  for (int i = 0; i < count; ++i)
  {
    double slopes[3];
    cuts.parts[i] =
      cornerVolume(cuts.values[0][i], cuts.values[1][i], cuts.values[2][i], cuts.single[i], slopes);
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
      cuts.values[3][i], cuts.single[i], slopes);
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
  const MovingCuts columns = cuts;
  MIR_INDEPENDENT
  for (int i = 0; i < count; ++i)
  {
    const double p = columns.moves[0][i];
    const double q = columns.moves[1][i];
    const double r = columns.moves[2][i];
    const double single = columns.single[i];
    double slopes[3];
    const double part = cornerVolume(columns.values[0][i] + factor * p,
      columns.values[1][i] + factor * q, columns.values[2][i] + factor * r, single, slopes);
    const double slope = slopes[0] * p + slopes[1] * q + slopes[2] * r;
    columns.parts[i] = columns.weights[i] * part;
    columns.slopes[i] = columns.weights[i] * (2.0 * single - 1.0) * slope;
  }
}

MIR_FOR_ALL_PROCESSORS
void moveTetrahedronCorners(const MovingCuts& cuts, int count, double factor)
{
  const MovingCuts columns = cuts;
  MIR_INDEPENDENT
  for (int i = 0; i < count; ++i)
  {
    const double p = columns.moves[0][i];
    const double q = columns.moves[1][i];
    const double r = columns.moves[2][i];
    const double s = columns.moves[3][i];
    const double single = columns.single[i];
    double slopes[4];
    const double part =
      cornerVolume(columns.values[0][i] + factor * p, columns.values[1][i] + factor * q,
        columns.values[2][i] + factor * r, columns.values[3][i] + factor * s, single, slopes);
    const double slope = slopes[0] * p + slopes[1] * q + slopes[2] * r + slopes[3] * s;
    columns.parts[i] = columns.weights[i] * part;
    columns.slopes[i] = columns.weights[i] * (2.0 * single - 1.0) * slope;
  }
}

MIR_FOR_ALL_PROCESSORS
void moveTetrahedronWedges(const MovingCuts& cuts, int count, double factor)
{
  const MovingCuts columns = cuts;
  MIR_INDEPENDENT
  for (int i = 0; i < count; ++i)
  {
    const double a = columns.moves[0][i];
    const double b = columns.moves[1][i];
    const double c = columns.moves[2][i];
    const double d = columns.moves[3][i];
    double slopes[4];
    const double part =
      wedgeVolume(columns.values[0][i] + factor * a, columns.values[1][i] + factor * b,
        columns.values[2][i] + factor * c, columns.values[3][i] + factor * d, slopes);
    const double slope = slopes[0] * a + slopes[1] * b + slopes[2] * c + slopes[3] * d;
    columns.parts[i] = columns.weights[i] * part;
    columns.slopes[i] = columns.weights[i] * slope;
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
