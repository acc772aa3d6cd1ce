#include "plic/MaterialOrder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace mir {

namespace {

/// More materials are not tried in all orders.
constexpr int largestSearch = 4;
/// And of more than these, neighbours are asked but once about each.
constexpr int largestGreedy = 6;
/// A normal is turned only where the misfit falls below this share of its own: at curved interfaces
/// an estimator's normal is better than the one of least misfit.
constexpr double worthTurning = 0.7;

/// Whether a misfit is the smaller one by more than rounding, so that mirrored input decides alike.
bool isLess(double a, double b)
{
  return a < b - 1e-9 * b - 1e-20;
}

/// Adds a direction, unless it vanishes or is there already.
void addDirection(std::vector<Vec3>& directions, Vec3 v)
{
  const double size = length(v);
  if (!(size > 0.0))
  {
    return;
  }
  v = 1.0 / size * v;
  for (const Vec3& known : directions)
  {
    if (length(known - v) <= 1e-12)
    {
      return;
    }
  }
  directions.push_back(v);
}

} // namespace

MaterialOrder::MaterialOrder(const CellBand& band, Fractions fractions)
  : Extended(band)
  , FractionOf(std::move(fractions))
{}

double MaterialOrder::choose(int cell, const MaterialEstimate* materials, int count, bool automatic,
  std::vector<MaterialCut>& cuts)
{
  cuts.resize(count);
  this->Materials = materials;
  this->Count = count;
  this->Automatic = automatic;
  this->Best.resize(count);
  this->BestNormals.assign(count, {});
  for (int k = 0; k < count; ++k)
  {
    this->Best[k] = k;
  }
  this->BestMisfit = 0.0;
  if (count == 2)
  {
    this->BestNormals[0] = materials[0].normal;
  }
  else if (count > 2)
  {
    this->Numbers.clear();
    this->Amounts.clear();
    for (int k = 0; k < count; ++k)
    {
      this->Numbers.push_back(materials[k].material);
      this->Amounts.push_back(materials[k].fraction);
    }
    this->Extended.open(cell, this->Numbers, this->Amounts, this->FractionOf);
    this->Trial = this->Best;
    this->TrialNormals = this->BestNormals;
    if (count <= largestGreedy)
    {
      this->chooseGreedily();
    }
    else
    {
      this->chooseQuickly();
    }
  }
  for (int k = 0; k < count; ++k)
  {
    const MaterialEstimate& chosen = materials[this->Best[k]];
    cuts[k] = { chosen.material, chosen.fraction, this->BestNormals[k] };
  }
  return this->BestMisfit;
}

void MaterialOrder::findCandidates(int position, int k)
{
  std::vector<Vec3>& candidates = this->Candidates;
  candidates.clear();
  const MaterialEstimate& material = this->Materials[k];
  if (position + 2 == this->Count)
  {
    const MaterialEstimate& other = this->Materials[this->otherOfTwo(position, k)];
    addDirection(candidates, other.gradient - material.gradient);
    addDirection(candidates, -other.normal);
  }
  else if (position > 0)
  {
    Vec3 sum = material.gradient;
    for (int i = 0; i < position; ++i)
    {
      sum = sum + this->Materials[this->Trial[i]].gradient;
    }
    addDirection(candidates, -sum);
  }
  addDirection(candidates, material.normal);
  for (int i = std::max(0, position - 2); i < position; ++i)
  {
    addDirection(candidates, this->TrialNormals[i]);
    addDirection(candidates, -this->TrialNormals[i]);
  }
  if (candidates.empty())
  {
    candidates.push_back({ 1.0, 0.0, 0.0 });
  }
}

double MaterialOrder::findNormal(int position, int k, Vec3& normal)
{
  this->findCandidates(position, k);
  const int rest = position + 2 == this->Count ? this->otherOfTwo(position, k) : -1;
  double least = std::numeric_limits<double>::max();
  for (const Vec3& candidate : this->Candidates)
  {
    const double misfit = this->Extended.cut(position, k, rest, candidate);
    if (isLess(misfit, least))
    {
      least = misfit;
      normal = candidate;
    }
  }
  const Vec3 estimate = normal;
  const double misfitOfEstimate = least;
  // Gauss and Newton's steps.
  double step = 1.0;
  for (int iteration = 0; iteration < 8 && step > 1e-12 && least > 1e-24; ++iteration)
  {
    TurnEquations turn;
    least = this->Extended.cut(position, k, rest, normal, &turn);
    const double* m = turn.matrix;
    double turns[2] = {};
    const double trace = m[0] + m[2];
    const double determinant = m[0] * m[2] - m[1] * m[1];
    if (!(trace > 0.0))
    {
      break;
    }
    if (determinant > 1e-10 * trace * trace)
    {
      turns[0] = -(m[2] * turn.vector[0] - m[1] * turn.vector[1]) / determinant;
      turns[1] = -(m[0] * turn.vector[1] - m[1] * turn.vector[0]) / determinant;
    }
    else
    {
      // Along the one direction that the neighbours know.
      const double scale = -1.0 / trace;
      turns[0] = scale * turn.vector[0];
      turns[1] = scale * turn.vector[1];
    }
    step = std::hypot(turns[0], turns[1]);
    double share = std::min(1.0, 0.5 / step);
    bool better = false;
    for (int halving = 0; halving < 3 && !better; ++halving)
    {
      Vec3 turned =
        normal + share * turns[0] * turn.tangents[0] + share * turns[1] * turn.tangents[1];
      turned = 1.0 / length(turned) * turned;
      const double misfit = this->Extended.cut(position, k, rest, turned);
      // At the least misfit only rounding tells steps apart, and must not decide.
      if (misfit <= least * (1.0 + 1e-9))
      {
        better = true;
        step *= share;
        normal = turned;
        least = misfit;
      }
      share *= 0.25;
    }
    if (!better)
    {
      break;
    }
  }
  if (!(least <= worthTurning * misfitOfEstimate))
  {
    normal = estimate;
  }
  return this->Extended.cut(position, k, rest, normal);
}

void MaterialOrder::search(int position, double misfit)
{
  const bool last = position + 2 == this->Count;
  // Of the last two materials either may be cut: the partitions are the same.
  const int tries = this->Automatic && !last ? this->Count - position : 1;
  const auto first = this->Trial.begin() + position;
  for (int j = 0; j < tries; ++j)
  {
    if (!isLess(misfit, this->BestMisfit))
    {
      return;
    }
    std::rotate(first, first + j, first + j + 1);
    Vec3& normal = this->TrialNormals[position];
    const double sum = misfit + this->findNormal(position, this->Trial[position], normal);
    if (isLess(sum, this->BestMisfit))
    {
      if (last)
      {
        this->BestMisfit = sum;
        this->Best = this->Trial;
        this->BestNormals = this->TrialNormals;
      }
      else
      {
        this->Extended.keep(position, normal);
        this->search(position + 1, sum);
      }
    }
    std::rotate(first, first + 1, first + j + 1);
  }
}

void MaterialOrder::chooseGreedily()
{
  this->BestMisfit = std::numeric_limits<double>::max();
  double misfit = 0.0;
  int position = 0;
  for (; this->Count - position > largestSearch; ++position)
  {
    int best = position;
    Vec3 bestNormal;
    double least = std::numeric_limits<double>::max();
    for (int j = position; j < (this->Automatic ? this->Count : position + 1); ++j)
    {
      Vec3 normal;
      const double value = this->findNormal(position, this->Trial[j], normal);
      if (isLess(value, least))
      {
        least = value;
        best = j;
        bestNormal = normal;
      }
    }
    const auto first = this->Trial.begin();
    std::rotate(first + position, first + best, first + best + 1);
    this->TrialNormals[position] = bestNormal;
    misfit += this->Extended.cut(position, this->Trial[position], -1, bestNormal);
    this->Extended.keep(position, bestNormal);
  }
  this->search(position, misfit);
}

void MaterialOrder::chooseQuickly()
{
  if (this->Automatic)
  {
    std::vector<std::pair<double, int>> misfits;
    for (int k = 0; k < this->Count; ++k)
    {
      const double size = length(this->Materials[k].normal);
      const Vec3 normal =
        size > 0.0 ? 1.0 / size * this->Materials[k].normal : Vec3{ 1.0, 0.0, 0.0 };
      misfits.emplace_back(this->Extended.cut(0, k, -1, normal), k);
    }
    std::sort(misfits.begin(), misfits.end());
    for (int k = 0; k < this->Count; ++k)
    {
      this->Best[k] = misfits[k].second;
    }
  }
  Vec3 sum;
  for (int position = 0; position + 1 < this->Count; ++position)
  {
    const MaterialEstimate& material = this->Materials[this->Best[position]];
    sum = sum + material.gradient;
    this->Candidates.clear();
    if (position > 0 && length(sum) > length(material.gradient))
    {
      addDirection(this->Candidates, -sum);
    }
    addDirection(this->Candidates, material.normal);
    addDirection(this->Candidates, -material.gradient);
    addDirection(this->Candidates, { 1.0, 0.0, 0.0 });
    this->BestNormals[position] = this->Candidates.front();
  }
  this->BestMisfit = 0.0;
}

} // namespace mir
