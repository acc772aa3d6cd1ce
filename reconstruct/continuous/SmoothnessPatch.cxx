#include "reconstruct/continuous/SmoothnessPatch.h"

#include "reconstruct/continuous/CellVolumes.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// Keeps directions bounded that no term holds.
constexpr double proximal = 1e-5;

double valueAt(const TermNode& node, const std::vector<double>& field)
{
  return field[node.s] - field[node.t];
}

double jumpOf(const JumpTerm& term, int count, const std::vector<double>& field)
{
  double sum = 0.0;
  for (int i = 0; i < count; ++i)
  {
    sum += term.coefficients[i] * valueAt(term.nodes[i], field);
  }
  return sum;
}

/// How far a pair lies below the best of the other materials, on the mean over some nodes.
double belowOthers(const SmoothnessTerms& terms, const TermNode* nodes, int count, int firstOther,
  int others, const std::vector<double>& field)
{
  double s = 0.0;
  double t = 0.0;
  for (int i = 0; i < count; ++i)
  {
    s += field[nodes[i].s];
    t += field[nodes[i].t];
  }
  double best = -1e300;
  for (int k = 0; k < others; ++k)
  {
    double sum = 0.0;
    for (int i = 0; i < count; ++i)
    {
      sum += field[terms.otherSlots[firstOther + k * count + i]];
    }
    best = std::max(best, sum);
  }
  return std::max(0.0, best - std::max(s, t)) / count;
}

/// Lower Cholesky factor in place, row after row; false where the matrix is not positive.
bool factorise(std::vector<double>& a, int n)
{
  for (int k = 0; k < n; ++k)
  {
    double* row = a.data() + static_cast<std::ptrdiff_t>(k) * n;
    if (!(row[k] > 0.0))
    {
      return false;
    }
    const double root = std::sqrt(row[k]);
    const double inverse = 1.0 / root;
    for (int j = k; j < n; ++j)
    {
      row[j] *= inverse;
    }
    for (int i = k + 1; i < n; ++i)
    {
      const double factor = row[i];
      if (factor != 0.0)
      {
        double* other = a.data() + static_cast<std::ptrdiff_t>(i) * n;
        for (int j = i; j < n; ++j)
        {
          other[j] -= factor * row[j];
        }
      }
    }
  }
  return true;
}

/// Solves with the upper factor U of U^T U.
void substitute(const std::vector<double>& u, int n, double* x)
{
  for (int k = 0; k < n; ++k)
  {
    const double* row = u.data() + static_cast<std::ptrdiff_t>(k) * n;
    x[k] /= row[k];
    for (int j = k + 1; j < n; ++j)
    {
      x[j] -= row[j] * x[k];
    }
  }
  for (int k = n - 1; k >= 0; --k)
  {
    const double* row = u.data() + static_cast<std::ptrdiff_t>(k) * n;
    double sum = x[k];
    for (int j = k + 1; j < n; ++j)
    {
      sum -= row[j] * x[j];
    }
    x[k] = sum / row[k];
  }
}

} // namespace

SmoothnessPatch::SmoothnessPatch(
  const SubcellBand& mesh, const SmoothnessTerms& terms, SmoothnessOptions options)
  : Mesh(mesh)
  , Terms(terms)
  , Options(options)
  , Position(mesh.slots, -1)
{}

double SmoothnessPatch::jumpWeight(const JumpTerm& term, const std::vector<double>& field) const
{
  const int d = this->Mesh.dimension;
  double value = 0.0;
  for (int i = 0; i < d; ++i)
  {
    value += valueAt(term.nodes[i], field);
  }
  const double x = value / (d * this->Options.reach * term.size);
  double weight = 1.0 / (1.0 + x * x);
  if (term.others > 0)
  {
    const double y =
      belowOthers(this->Terms, term.nodes, d, term.firstOther, term.others, field) /
      (this->Options.otherReach * term.size);
    weight /= 1.0 + y * y;
  }
  return weight;
}

void SmoothnessPatch::collect(int cell, const std::vector<double>& field)
{
  this->Cell = cell;
  this->Size = this->Mesh.sizes[cell];
  for (const int s : this->Unknowns)
  {
    this->Position[s] = -1;
  }
  this->Unknowns.clear();
  this->Low.clear();
  this->High.clear();
  const CellSubdivision& subdivision = this->Mesh.subdivision(cell);
  const int materials = this->Mesh.materialCount(cell);
  const int* table = this->Mesh.slotTableOf(cell);
  constexpr double infinity = 1e300;
  // Only values that some term sees.
  const int d = this->Mesh.dimension;
  this->Seen.clear();
  const auto see = [&](int s) {
    if (this->Position[s] == -1)
    {
      this->Position[s] = -2;
      this->Seen.push_back(s);
    }
  };
  for (auto k = this->Terms.cellJumpOffsets[cell]; k < this->Terms.cellJumpOffsets[cell + 1]; ++k)
  {
    const JumpTerm& term = this->Terms.jumps[this->Terms.cellJumps[k]];
    for (int i = 0; i < d + 2; ++i)
    {
      see(term.nodes[i].s);
      see(term.nodes[i].t);
    }
  }
  const auto add = [&](int s, double low, double high) {
    if (s != 0 && this->Position[s] == -2)
    {
      this->Position[s] = static_cast<int>(this->Unknowns.size());
      this->Unknowns.push_back(s);
      this->Low.push_back(low);
      this->High.push_back(high);
    }
  };
  for (int i = 0; i < subdivision.boundaryNodes; ++i)
  {
    const int n = this->Mesh.boundaryNodesOf(cell)[i];
    const auto first = this->Mesh.sharedSlots[n];
    const auto last = this->Mesh.sharedSlots[n + 1];
    double free = infinity;
    for (auto s = first; s < last && last - first > 1; ++s)
    {
      free = this->Mesh.slotRules[s] == SlotRule::Free ? std::min(free, field[s]) : free;
    }
    for (int k = 0; k < materials; ++k)
    {
      const int s = table[i * materials + k];
      if (s == 0)
      {
        continue;
      }
      if (last - first == 1)
      {
        if (this->Mesh.lower[s] < this->Mesh.upper[s])
        {
          add(s, this->Mesh.lower[s], this->Mesh.upper[s]);
        }
      }
      else if (this->Mesh.slotRules[s] == SlotRule::Free)
      {
        add(s, -infinity, infinity);
      }
      else if (this->Mesh.slotRules[s] == SlotRule::Lowered)
      {
        add(s, -infinity,
          free - presenceMargin * (1.0 + 0.37 * this->Mesh.slotMaterials[s]) *
            this->Mesh.sharedSizes[n]);
      }
    }
  }
  const int width = materials == 2 ? 1 : materials;
  for (int i = 0; i < (subdivision.nodes - subdivision.boundaryNodes) * width; ++i)
  {
    add(static_cast<int>(this->Mesh.interiorSlots[cell] + i), -infinity, infinity);
  }
  for (const int s : this->Seen)
  {
    this->Position[s] = this->Position[s] == -2 ? -1 : this->Position[s];
  }
}

void SmoothnessPatch::assemble(const std::vector<char>& sharp, const std::vector<double>& field)
{
  const int n = static_cast<int>(this->Unknowns.size());
  const int d = this->Mesh.dimension;
  const double h = this->Size;
  this->Hessian.assign(static_cast<std::size_t>(n) * n, 0.0);
  this->Gradient.assign(n, 0.0);
  int at[10];
  double c[10];
  const auto add = [&](int count, double weight, double slope) {
    for (int i = 0; i < count; ++i)
    {
      this->Gradient[at[i]] += slope * c[i];
      double* row = this->Hessian.data() + static_cast<std::ptrdiff_t>(at[i]) * n;
      const double w = weight * c[i];
      for (int j = 0; j < count; ++j)
      {
        row[at[j]] += w * c[j];
      }
    }
  };
  const auto entry = [&](int& count, int slot, double coefficient) {
    const int p = this->Position[slot];
    if (p >= 0)
    {
      at[count] = p;
      c[count++] = coefficient * h;
    }
  };
  const auto jumpBegin = this->Terms.cellJumpOffsets[this->Cell];
  const auto jumpEnd = this->Terms.cellJumpOffsets[this->Cell + 1];
  this->JumpWeights.resize(jumpEnd - jumpBegin);
  for (auto k = jumpBegin; k < jumpEnd; ++k)
  {
    const JumpTerm& term = this->Terms.jumps[this->Terms.cellJumps[k]];
    const double near = this->jumpWeight(term, field);
    this->JumpWeights[k - jumpBegin] = near;
    const double j = jumpOf(term, d + 2, field);
    const bool isSharp = sharp[term.cells[0]] || sharp[term.cells[1]];
    const double e = this->Options.epsilon;
    const double weight =
      near * term.measure * (isSharp ? 1.0 / std::sqrt(j * j + e * e) : 1.0 / term.width);
    int count = 0;
    for (int i = 0; i < d + 2; ++i)
    {
      entry(count, term.nodes[i].s, term.coefficients[i]);
      entry(count, term.nodes[i].t, -term.coefficients[i]);
    }
    add(count, weight, weight * j);
  }
  for (auto k = this->Terms.cellSlopeOffsets[this->Cell];
       k < this->Terms.cellSlopeOffsets[this->Cell + 1]; ++k)
  {
    const SlopeTerm& term = this->Terms.slopes[this->Terms.cellSlopes[k]];
    Vec3 g;
    for (int i = 0; i <= d; ++i)
    {
      g = g + valueAt(term.nodes[i], field) * term.gradients[i];
    }
    const double slope = length(g);
    const Vec3 unit = 1.0 / std::max(slope, 1e-6) * g;
    const double rest = term.others > 0 ? std::min(0.0, slope - 1.0) : slope - 1.0;
    if (term.others > 0 && rest == 0.0)
    {
      continue;
    }
    const double weight = term.measure *
      (sharp[term.cell] ? this->Options.sharpSlopeWeight : this->Options.smoothSlopeWeight);
    int count = 0;
    for (int i = 0; i <= d; ++i)
    {
      const double along = dot(unit, term.gradients[i]);
      entry(count, term.nodes[i].s, along);
      entry(count, term.nodes[i].t, -along);
    }
    add(count, weight, weight * rest);
  }
  for (int i = 0; i < n; ++i)
  {
    this->Hessian[static_cast<std::size_t>(i) * n + i] += proximal;
  }
}

void SmoothnessPatch::constrain(const std::vector<double>& field)
{
  const int n = static_cast<int>(this->Unknowns.size());
  this->Rows.clear();
  this->Residual.clear();
  this->RowCount = 0;
  for (auto k = this->Terms.neighbourOffsets[this->Cell];
       k < this->Terms.neighbourOffsets[this->Cell + 1]; ++k)
  {
    const int c = this->Terms.neighbours[k];
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const int materials = this->Mesh.materialCount(c);
    const double* fractions = this->Mesh.fractionsOf(c);
    const int* table = this->Mesh.slotTableOf(c);
    const bool own = c == this->Cell;
    this->Values.resize(numberOfValues(this->Mesh, c));
    gatherValues(this->Mesh, c, field, this->Values.data());
    const int used = own ? cell.nodes : cell.boundaryNodes;
    const auto slot = [&](int i, int m) {
      return i < cell.boundaryNodes
        ? table[i * materials + m]
        : static_cast<int>(this->Mesh.interiorSlots[c] +
            static_cast<std::int64_t>(i - cell.boundaryNodes) * (materials == 2 ? 1 : materials) +
            m);
    };
    if (materials == 2)
    {
      this->CellGradient.resize(cell.nodes);
      const double volume = positiveVolume(
        cell, this->Mesh.weightsOf(c), this->Values.data(), this->CellGradient.data());
      this->Rows.resize(this->Rows.size() + n, 0.0);
      double* row = this->Rows.data() + static_cast<std::ptrdiff_t>(this->RowCount) * n;
      bool any = false;
      for (int i = 0; i < used; ++i)
      {
        const double g = this->CellGradient[i] * this->Size;
        if (g == 0.0)
        {
          continue;
        }
        const int p = this->Position[slot(i, 0)];
        if (p >= 0)
        {
          row[p] += g;
          any = true;
        }
        const int q = i < cell.boundaryNodes ? this->Position[slot(i, 1)] : -1;
        if (q >= 0)
        {
          row[q] -= g;
          any = true;
        }
      }
      if (any)
      {
        this->Residual.push_back(fractions[0] - volume);
        ++this->RowCount;
      }
      else
      {
        this->Rows.resize(static_cast<std::size_t>(this->RowCount) * n);
      }
      continue;
    }
    this->CellGradient.resize(static_cast<std::size_t>(numberOfPairs(materials)) * cell.nodes);
    this->Volumes.resize(materials);
    regionVolumes(cell, this->Mesh.weightsOf(c), this->Values.data(), materials,
      this->Volumes.data(), this->CellGradient.data());
    const int largest =
      static_cast<int>(std::max_element(fractions, fractions + materials) - fractions);
    for (int m = 0; m < materials; ++m)
    {
      if (m == largest || fractions[m] < 1e-6)
      {
        continue;
      }
      this->Rows.resize(this->Rows.size() + n, 0.0);
      double* row = this->Rows.data() + static_cast<std::ptrdiff_t>(this->RowCount) * n;
      bool any = false;
      for (int other = 0; other < materials; ++other)
      {
        if (other == m)
        {
          continue;
        }
        const double* g = this->CellGradient.data() +
          static_cast<std::ptrdiff_t>(
            pairIndex(materials, std::min(m, other), std::max(m, other))) *
            cell.nodes;
        for (int i = 0; i < used; ++i)
        {
          if (g[i] != 0.0)
          {
            const int p = this->Position[slot(i, m)];
            const int q = this->Position[slot(i, other)];
            if (p >= 0)
            {
              row[p] += g[i] * this->Size;
              any = true;
            }
            if (q >= 0)
            {
              row[q] -= g[i] * this->Size;
              any = true;
            }
          }
        }
      }
      if (any)
      {
        this->Residual.push_back(fractions[m] - this->Volumes[m]);
        ++this->RowCount;
      }
      else
      {
        this->Rows.resize(static_cast<std::size_t>(this->RowCount) * n);
      }
    }
  }
}

bool SmoothnessPatch::solve()
{
  const int n = static_cast<int>(this->Unknowns.size());
  const int m = this->RowCount;
  this->Factor = this->Hessian;
  this->Solved = this->Rows;
  this->Step.resize(n);
  for (int i = 0; i < n; ++i)
  {
    this->Step[i] = -this->Gradient[i];
    if (this->Held[i])
    {
      for (int j = 0; j < n; ++j)
      {
        this->Factor[static_cast<std::size_t>(i) * n + j] = 0.0;
        this->Factor[static_cast<std::size_t>(j) * n + i] = 0.0;
      }
      this->Factor[static_cast<std::size_t>(i) * n + i] = 1.0;
      this->Step[i] = 0.0;
      for (int k = 0; k < m; ++k)
      {
        this->Solved[static_cast<std::size_t>(k) * n + i] = 0.0;
      }
    }
  }
  const std::vector<double> rows = this->Solved;
  if (!factorise(this->Factor, n))
  {
    return false;
  }
  substitute(this->Factor, n, this->Step.data());
  for (int k = 0; k < m; ++k)
  {
    substitute(this->Factor, n, this->Solved.data() + static_cast<std::ptrdiff_t>(k) * n);
  }
  this->Schur.assign(static_cast<std::size_t>(m) * m, 0.0);
  this->Lambda.resize(m);
  double largest = 0.0;
  for (int k = 0; k < m; ++k)
  {
    const double* row = rows.data() + static_cast<std::ptrdiff_t>(k) * n;
    double sum = this->Residual[k];
    for (int i = 0; i < n; ++i)
    {
      sum -= row[i] * this->Step[i];
    }
    this->Lambda[k] = sum;
    for (int l = 0; l < m; ++l)
    {
      const double* other = this->Solved.data() + static_cast<std::ptrdiff_t>(l) * n;
      double product = 0.0;
      for (int i = 0; i < n; ++i)
      {
        product += row[i] * other[i];
      }
      this->Schur[static_cast<std::size_t>(k) * m + l] = product;
    }
    largest = std::max(largest, this->Schur[static_cast<std::size_t>(k) * m + k]);
  }
  for (int k = 0; k < m; ++k)
  {
    this->Schur[static_cast<std::size_t>(k) * m + k] += 1e-8 * largest + 1e-14 +
      this->Options.softness;
  }
  if (m > 0)
  {
    if (!factorise(this->Schur, m))
    {
      return false;
    }
    substitute(this->Schur, m, this->Lambda.data());
  }
  for (int k = 0; k < m; ++k)
  {
    const double* other = this->Solved.data() + static_cast<std::ptrdiff_t>(k) * n;
    for (int i = 0; i < n; ++i)
    {
      this->Step[i] += this->Lambda[k] * other[i];
    }
  }
  return true;
}

double SmoothnessPatch::energy(
  const std::vector<char>& sharp, const std::vector<double>& field) const
{
  const int d = this->Mesh.dimension;
  double sum = 0.0;
  const auto jumpBegin = this->Terms.cellJumpOffsets[this->Cell];
  for (auto k = jumpBegin; k < this->Terms.cellJumpOffsets[this->Cell + 1]; ++k)
  {
    const JumpTerm& term = this->Terms.jumps[this->Terms.cellJumps[k]];
    const double j = jumpOf(term, d + 2, field);
    const double e = this->Options.epsilon;
    const bool isSharp = sharp[term.cells[0]] || sharp[term.cells[1]];
    sum += this->JumpWeights[k - jumpBegin] * term.measure *
      (isSharp ? std::sqrt(j * j + e * e) : 0.5 * j * j / term.width);
  }
  for (auto k = this->Terms.cellSlopeOffsets[this->Cell];
       k < this->Terms.cellSlopeOffsets[this->Cell + 1]; ++k)
  {
    const SlopeTerm& term = this->Terms.slopes[this->Terms.cellSlopes[k]];
    Vec3 g;
    for (int i = 0; i <= d; ++i)
    {
      g = g + valueAt(term.nodes[i], field) * term.gradients[i];
    }
    const double slope = length(g);
    const double rest = term.others > 0 ? std::min(0.0, slope - 1.0) : slope - 1.0;
    sum += 0.5 * term.measure * rest * rest *
      (sharp[term.cell] ? this->Options.sharpSlopeWeight : this->Options.smoothSlopeWeight);
  }
  return sum;
}

double SmoothnessPatch::misfit(const std::vector<double>& field)
{
  double sum = 0.0;
  for (auto k = this->Terms.neighbourOffsets[this->Cell];
       k < this->Terms.neighbourOffsets[this->Cell + 1]; ++k)
  {
    const int c = this->Terms.neighbours[k];
    const CellSubdivision& cell = this->Mesh.subdivision(c);
    const int materials = this->Mesh.materialCount(c);
    const double* fractions = this->Mesh.fractionsOf(c);
    this->Values.resize(numberOfValues(this->Mesh, c));
    gatherValues(this->Mesh, c, field, this->Values.data());
    if (materials == 2)
    {
      sum += std::fabs(
        fractions[0] - positiveVolume(cell, this->Mesh.weightsOf(c), this->Values.data()));
      continue;
    }
    this->Volumes.resize(materials);
    regionVolumes(
      cell, this->Mesh.weightsOf(c), this->Values.data(), materials, this->Volumes.data());
    for (int m = 0; m < materials; ++m)
    {
      sum += 0.5 * std::fabs(fractions[m] - this->Volumes[m]);
    }
  }
  return sum;
}

void SmoothnessPatch::applyPresence(std::vector<double>& field) const
{
  const CellSubdivision& cell = this->Mesh.subdivision(this->Cell);
  for (int i = 0; i < cell.boundaryNodes; ++i)
  {
    const int n = this->Mesh.boundaryNodesOf(this->Cell)[i];
    const auto first = this->Mesh.sharedSlots[n];
    const auto last = this->Mesh.sharedSlots[n + 1];
    if (last - first == 1)
    {
      continue;
    }
    double free = 1e300;
    for (auto s = first; s < last; ++s)
    {
      free = this->Mesh.slotRules[s] == SlotRule::Free ? std::min(free, field[s]) : free;
    }
    for (auto s = first; s < last; ++s)
    {
      if (this->Mesh.slotRules[s] == SlotRule::Lowered && free < 1e300)
      {
        field[s] = std::min(field[s],
          free - presenceMargin * (1.0 + 0.37 * this->Mesh.slotMaterials[s]) *
            this->Mesh.sharedSizes[n]);
      }
    }
  }
}

double SmoothnessPatch::step(
  int cell, const std::vector<char>& sharp, std::vector<double>& field)
{
  this->collect(cell, field);
  const int n = static_cast<int>(this->Unknowns.size());
  if (n == 0)
  {
    return 0.0;
  }
  this->assemble(sharp, field);
  this->constrain(field);
  this->Held.assign(n, 0);
  for (int pass = 0; pass < 4; ++pass)
  {
    if (!this->solve())
    {
      return 0.0;
    }
    bool violated = false;
    for (int i = 0; i < n; ++i)
    {
      const double value = field[this->Unknowns[i]] + this->Step[i] * this->Size;
      if (!this->Held[i] &&
        ((this->Step[i] < 0.0 && value < this->Low[i] &&
           field[this->Unknowns[i]] <= this->Low[i] + 1e-9 * this->Size) ||
          (this->Step[i] > 0.0 && value > this->High[i] &&
            field[this->Unknowns[i]] >= this->High[i] - 1e-9 * this->Size)))
      {
        this->Held[i] = 1;
        violated = true;
      }
    }
    if (!violated)
    {
      break;
    }
  }
  double lambda = 0.0;
  for (const double x : this->Lambda)
  {
    lambda = std::max(lambda, std::fabs(x));
  }
  lambda = std::min(20.0, std::max(1.5 * lambda, 1.0));
  const double before = this->energy(sharp, field) + lambda * this->misfit(field);
  const int width = this->Mesh.subdivision(cell).boundaryNodes;
  static_cast<void>(width);
  this->Start.clear();
  for (const int s : this->Unknowns)
  {
    this->Start.push_back(field[s]);
  }
  double scale = 1.0;
  for (int halving = 0; halving < 5; ++halving, scale *= 0.5)
  {
    double largest = 0.0;
    for (int i = 0; i < n; ++i)
    {
      const double limit = this->Options.maximumStep;
      const double move =
        this->Held[i] ? 0.0 : scale * std::max(-limit, std::min(limit, this->Step[i]));
      const double value = this->Start[i] + move * this->Size;
      field[this->Unknowns[i]] = std::max(this->Low[i], std::min(this->High[i], value));
      largest = std::max(largest, std::fabs(move));
    }
    this->applyPresence(field);
    const double after = this->energy(sharp, field) + lambda * this->misfit(field);
    if (after < before)
    {
      return largest;
    }
  }
  for (int i = 0; i < n; ++i)
  {
    field[this->Unknowns[i]] = this->Start[i];
  }
  return 0.0;
}

double SmoothnessPatch::largestJump(int cell, const std::vector<double>& field) const
{
  double largest = 0.0;
  for (auto k = this->Terms.cellJumpOffsets[cell]; k < this->Terms.cellJumpOffsets[cell + 1]; ++k)
  {
    const JumpTerm& term = this->Terms.jumps[this->Terms.cellJumps[k]];
    if (term.cells[0] == cell || term.cells[1] == cell)
    {
      const double near = this->jumpWeight(term, field);
      largest = std::max(
        largest, near * std::fabs(jumpOf(term, this->Mesh.dimension + 2, field)));
    }
  }
  return largest;
}

} // namespace mir
