#include "reconstruct/continuous/extraction/ExactDeterminant.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace mir {

namespace {

/// A determinant in floating point and the sum of its terms' absolute values.
struct Estimate
{
  double value = 0.0;
  double magnitude = 0.0;
};

double entry(const DeterminantRow& row, int node)
{
  switch (row.kind)
  {
    case DeterminantRow::Kind::Difference:
      return row.upper[node] - row.lower[node];
    case DeterminantRow::Kind::Ones:
      return 1.0;
    default:
      return node == row.unit ? 1.0 : 0.0;
  }
}

Estimate minor2(const double* a, const double* b, int i, int j)
{
  const double plus = a[i] * b[j];
  const double minus = a[j] * b[i];
  return { plus - minus, std::abs(plus) + std::abs(minus) };
}

Estimate estimate(const DeterminantRow* rows, int size, const int* columns)
{
  double m[4][4];
  for (int r = 0; r < size; ++r)
  {
    for (int c = 0; c < size; ++c)
    {
      m[r][c] = entry(rows[r], columns[c]);
    }
  }
  if (size == 1)
  {
    return { m[0][0], std::abs(m[0][0]) };
  }
  if (size == 2)
  {
    return minor2(m[0], m[1], 0, 1);
  }
  Estimate sum;
  const auto add = [&sum](double sign, Estimate a, Estimate b) {
    sum.value += sign * a.value * b.value;
    sum.magnitude += a.magnitude * b.magnitude;
  };
  if (size == 3)
  {
    for (int c = 0; c < 3; ++c)
    {
      const double x = m[0][c];
      add(c == 1 ? -1.0 : 1.0, { x, std::abs(x) },
        minor2(m[1], m[2], c == 0 ? 1 : 0, c == 2 ? 1 : 2));
    }
    return sum;
  }
  // Laplace's expansion along the first two rows.
  for (int i = 0; i < 4; ++i)
  {
    for (int j = i + 1; j < 4; ++j)
    {
      int k = 0;
      while (k == i || k == j)
      {
        ++k;
      }
      const int l = 6 - i - j - k;
      add((i + j) % 2 == 1 ? 1.0 : -1.0, minor2(m[0], m[1], i, j), minor2(m[2], m[3], k, l));
    }
  }
  return sum;
}

// Four differences, three products and up to six sums, each to half a unit in the last place.
constexpr double roundOff = 16.0 * std::numeric_limits<double>::epsilon();

/// A number as a sum of doubles that do not overlap, smallest first (Shewchuk 1997).
using Expansion = std::vector<double>;

void twoSum(double a, double b, double& sum, double& error)
{
  sum = a + b;
  const double virtualB = sum - a;
  error = (a - (sum - virtualB)) + (b - virtualB);
}

void add(Expansion& e, double b)
{
  std::size_t kept = 0;
  double carry = b;
  for (const double component : e)
  {
    double error;
    twoSum(carry, component, carry, error);
    if (error != 0.0)
    {
      e[kept++] = error;
    }
  }
  e.resize(kept);
  if (carry != 0.0)
  {
    e.push_back(carry);
  }
}

void addProduct(Expansion& sum, double sign, const Expansion& a, const Expansion& b)
{
  for (const double x : a)
  {
    for (const double y : b)
    {
      const double product = sign * x * y;
      add(sum, std::fma(sign * x, y, -product));
      add(sum, product);
    }
  }
}

Expansion exactEntry(const DeterminantRow& row, int node, double scale)
{
  Expansion result;
  if (row.kind == DeterminantRow::Kind::Difference)
  {
    add(result, scale * row.upper[node]);
    add(result, -scale * row.lower[node]);
  }
  else
  {
    add(result, entry(row, node));
  }
  return result;
}

Expansion exactMinor(const Expansion (*m)[4], int first, int size, const int* columns)
{
  if (size == 0)
  {
    return { 1.0 };
  }
  if (size == 1)
  {
    return m[first][columns[0]];
  }
  Expansion sum;
  for (int c = 0; c < size; ++c)
  {
    if (m[first][columns[c]].empty())
    {
      continue;
    }
    int others[3];
    std::copy(columns, columns + c, others);
    std::copy(columns + c + 1, columns + size, others + c);
    addProduct(sum, c % 2 == 0 ? 1.0 : -1.0, m[first][columns[c]],
      exactMinor(m, first + 1, size - 1, others));
  }
  return sum;
}

double leading(const Expansion& e)
{
  double sum = 0.0;
  for (const double component : e)
  {
    sum += component;
  }
  return sum;
}

/// The exact determinant of values scaled by a power of two, rounded.
double exactValue(const DeterminantRow* rows, int size, const int* columns, double scale)
{
  Expansion m[4][4];
  for (int r = 0; r < size; ++r)
  {
    for (int c = 0; c < size; ++c)
    {
      m[r][c] = exactEntry(rows[r], columns[c], scale);
    }
  }
  const int all[4] = { 0, 1, 2, 3 };
  return leading(exactMinor(m, 0, size, all));
}

/// The power of two that takes the largest value to about 1.
int scaleExponent(const DeterminantRow* rows, int size, const int* columns)
{
  double largest = 0.0;
  for (int r = 0; r < size; ++r)
  {
    for (int c = 0; rows[r].kind == DeterminantRow::Kind::Difference && c < size; ++c)
    {
      largest = std::max(
        { largest, std::abs(rows[r].upper[columns[c]]), std::abs(rows[r].lower[columns[c]]) });
    }
  }
  int exponent = 0;
  std::frexp(largest, &exponent);
  return largest > 0.0 ? std::clamp(-exponent, -1000, 1000) : 0;
}

int signOf(double x)
{
  return x > 0.0 ? 1 : x < 0.0 ? -1 : 0;
}

/// The derivative for the infinitesimal of `material`, by which its values are lowered.
int perturbationSign(
  const DeterminantRow* rows, int size, const int* columns, int material, double scale)
{
  // The determinant is linear in each row, and rows lowered together are alike.
  Expansion sum;
  for (int r = 0; r < size; ++r)
  {
    if (rows[r].kind != DeterminantRow::Kind::Difference)
    {
      continue;
    }
    const int times =
      (rows[r].lowerMaterial == material ? 1 : 0) - (rows[r].upperMaterial == material ? 1 : 0);
    if (times == 0)
    {
      continue;
    }
    Expansion m[4][4];
    for (int q = 0; q < size; ++q)
    {
      for (int c = 0; c < size; ++c)
      {
        m[q][c] = q == r ? Expansion{ double(times) } : exactEntry(rows[q], columns[c], scale);
      }
    }
    const int all[4] = { 0, 1, 2, 3 };
    for (const double component : exactMinor(m, 0, size, all))
    {
      add(sum, component);
    }
  }
  return signOf(leading(sum));
}

} // namespace

int determinantSign(const DeterminantRow* rows, int size, const int* columns)
{
  if (size == 0)
  {
    return 1;
  }
  if (size == 1 && rows[0].kind == DeterminantRow::Kind::Difference)
  {
    const double upper = rows[0].upper[columns[0]];
    const double lower = rows[0].lower[columns[0]];
    return upper != lower ? (upper > lower ? 1 : -1)
                          : (rows[0].upperMaterial < rows[0].lowerMaterial ? 1 : -1);
  }
  const Estimate quick = estimate(rows, size, columns);
  if (std::abs(quick.value) > roundOff * quick.magnitude &&
    quick.magnitude < std::numeric_limits<double>::max() && quick.magnitude > 1e-280)
  {
    return quick.value > 0.0 ? 1 : -1;
  }
  const double scale = std::ldexp(1.0, scaleExponent(rows, size, columns));
  const int sign = signOf(exactValue(rows, size, columns, scale));
  if (sign != 0)
  {
    return sign;
  }
  // Of the materials, the highest first, the first on which the determinant depends decides.
  for (int below = std::numeric_limits<int>::max();;)
  {
    int material = -1;
    for (int r = 0; r < size; ++r)
    {
      for (const int m : { rows[r].upperMaterial, rows[r].lowerMaterial })
      {
        material = rows[r].kind == DeterminantRow::Kind::Difference && m < below
          ? std::max(material, m)
          : material;
      }
    }
    const int perturbed = material < 0 ? 0 : perturbationSign(rows, size, columns, material, scale);
    if (material < 0 || perturbed != 0)
    {
      return perturbed;
    }
    below = material;
  }
}

double determinantValue(const DeterminantRow* rows, int size, const int* columns)
{
  if (size == 0)
  {
    return 1.0;
  }
  const Estimate quick = estimate(rows, size, columns);
  if (std::abs(quick.value) > 1e8 * roundOff * quick.magnitude)
  {
    return quick.value;
  }
  const int exponent = scaleExponent(rows, size, columns);
  int differences = 0;
  for (int r = 0; r < size; ++r)
  {
    differences += rows[r].kind == DeterminantRow::Kind::Difference ? 1 : 0;
  }
  return std::ldexp(
    exactValue(rows, size, columns, std::ldexp(1.0, exponent)), -exponent * differences);
}

} // namespace mir
