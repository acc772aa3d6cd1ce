#include "reconstruct/continuous/volumes/CutParts.h"

#include "plic/AllProcessors.h"
#include "reconstruct/continuous/volumes/SimplexVolume.h"

// Of a loop whose arrays do not overlap.
#if defined(__GNUC__) && !defined(__clang__)
#define MIR_INDEPENDENT _Pragma("GCC ivdep")
#else
#define MIR_INDEPENDENT
#endif

namespace mir {
namespace detail {

namespace {

// What simplexVolume() needs to know of a set of vertices that are not negative: bits 0 .. 7 the
// order of the vertices, two bits each; bit 8 whether a corner of its own sign is wanted, or a
// wedge; bit 9 whether all signs change.
struct CutOrders
{
  int words[16] = {};
};

constexpr CutOrders makeOrders(int vertices)
{
  CutOrders result;
  for (int set = 0; set < 1 << vertices; ++set)
  {
    const unsigned char* order = vertices == 3 ? triangleOrder[set] : tetrahedronOrder[set];
    for (int v = 0; v < vertices; ++v)
    {
      result.words[set] |= order[v] << (2 * v);
    }
    const bool rest = bitCount[set] == vertices - 1;
    result.words[set] |= rest ? 1 << 9 : 1 << 8;
  }
  return result;
}

constexpr CutOrders triangleOrders = makeOrders(3);
constexpr CutOrders tetrahedronOrders = makeOrders(4);

// Of the map's simplices or not: a choice outside the loop.
template <int N, bool Mapped>
inline void arrangeAll(const CutOrders& orders, const int* simplices, SimplexWeights weights,
  const unsigned int* entries, CutColumns columns)
{
  MIR_INDEPENDENT
  for (int i = 0; i < columns.count; ++i)
  {
    const int place = static_cast<int>(entries[i] >> 4);
    const int word = orders.words[static_cast<int>(entries[i] & 15u)];
    for (int v = 0; v < N; ++v)
    {
      columns.nodes[v][i] = simplices[4 * place + (word >> 2 * v & 3)];
    }
    columns.signs[i] = word & 1 << 9 ? -1.0 : 1.0;
    columns.single[i] = word & 1 << 8 ? 1.0 : 0.0;
    columns.weights[i] = Mapped ? weights.parts[place] * weights.macroWeights[weights.macros[place]]
                                : weights.parts[place];
  }
}

template <int N>
inline void arrange(const CutOrders& orders, const int* simplices, const SimplexWeights& weights,
  const unsigned int* entries, const CutColumns& columns)
{
  weights.macros ? arrangeAll<N, true>(orders, simplices, weights, entries, columns)
                 : arrangeAll<N, false>(orders, simplices, weights, entries, columns);
}

template <CutForm Form>
inline double partOf(const double* values, double single, double* slopes)
{
  if constexpr (Form == CutForm::TriangleCorner)
  {
    return cornerVolume(values[0], values[1], values[2], single, slopes);
  }
  else if constexpr (Form == CutForm::TetrahedronCorner)
  {
    return cornerVolume(values[0], values[1], values[2], values[3], single, slopes);
  }
  else
  {
    return wedgeVolume(values[0], values[1], values[2], values[3], slopes);
  }
}

template <CutForm Form>
inline void compute(CutColumns columns)
{
  constexpr int vertices = verticesOf(Form);
  MIR_INDEPENDENT
  for (int i = 0; i < columns.count; ++i)
  {
    double values[vertices];
    double slopes[vertices];
    for (int v = 0; v < vertices; ++v)
    {
      values[v] = columns.values[v][i];
    }
    const double weight = columns.weights[i];
    columns.parts[i] = weight * partOf<Form>(values, columns.single[i], slopes);
    for (int v = 0; v < vertices; ++v)
    {
      columns.slopes[v][i] = weight * slopes[v];
    }
  }
}

template <CutForm Form>
inline void move(CutColumns columns, double factor)
{
  constexpr int vertices = verticesOf(Form);
  MIR_INDEPENDENT
  for (int i = 0; i < columns.count; ++i)
  {
    double values[vertices];
    double slopes[vertices];
    for (int v = 0; v < vertices; ++v)
    {
      values[v] = columns.values[v][i] + factor * columns.moves[v][i];
    }
    const double single = columns.single[i];
    const double part = partOf<Form>(values, single, slopes);
    double slope = slopes[0] * columns.moves[0][i];
    for (int v = 1; v < vertices; ++v)
    {
      slope += slopes[v] * columns.moves[v][i];
    }
    columns.parts[i] = columns.weights[i] * part;
    columns.slopes[0][i] = columns.weights[i] * (2.0 * single - 1.0) * slope;
  }
}

} // namespace

MIR_FOR_ALL_PROCESSORS
void findSteadySigns(const double* values, const double* moves, double low, double high, int count,
  std::uint32_t* codes)
{
  MIR_INDEPENDENT
  for (int i = 0; i < count; ++i)
  {
    codes[i] = (values[i] + low * moves[i] >= 0.0 ? neverNegative : 0) |
      (values[i] + high * moves[i] >= 0.0 ? notAlwaysNegative : 0);
  }
}

MIR_FOR_ALL_PROCESSORS
void arrangeCuts(CutForm form, const std::array<int, 4>* simplices, const SimplexWeights& weights,
  const unsigned int* entries, const CutColumns& columns)
{
  if (form == CutForm::TriangleCorner)
  {
    arrange<3>(triangleOrders, simplices->data(), weights, entries, columns);
  }
  else
  {
    arrange<4>(tetrahedronOrders, simplices->data(), weights, entries, columns);
  }
}

MIR_FOR_ALL_PROCESSORS
void pickValues(
  const double* values, const int* nodes, const double* signs, int count, double* column)
{
  MIR_INDEPENDENT
  for (int i = 0; i < count; ++i)
  {
    column[i] = signs[i] * values[nodes[i]];
  }
}

MIR_FOR_ALL_PROCESSORS
void computeParts(CutForm form, const CutColumns& columns)
{
  switch (form)
  {
    case CutForm::TriangleCorner:
      compute<CutForm::TriangleCorner>(columns);
      break;
    case CutForm::TetrahedronCorner:
      compute<CutForm::TetrahedronCorner>(columns);
      break;
    case CutForm::TetrahedronWedge:
      compute<CutForm::TetrahedronWedge>(columns);
  }
}

MIR_FOR_ALL_PROCESSORS
void moveParts(CutForm form, const CutColumns& columns, double factor)
{
  switch (form)
  {
    case CutForm::TriangleCorner:
      move<CutForm::TriangleCorner>(columns, factor);
      break;
    case CutForm::TetrahedronCorner:
      move<CutForm::TetrahedronCorner>(columns, factor);
      break;
    case CutForm::TetrahedronWedge:
      move<CutForm::TetrahedronWedge>(columns, factor);
  }
}

} // namespace detail
} // namespace mir
