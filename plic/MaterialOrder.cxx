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

/// Whether a misfit is the smaller one by more than rounding, so that mirrored
/// input decides alike.
bool isLess(double a, double b)
{
  return a < b - 1e-9 * b - 1e-20;
}

/// How far a difference lies outside [0, allowance].
double beyond(double difference, double allowance)
{
  return difference < 0.0 ? difference : std::max(0.0, difference - allowance);
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

/// Two unit vectors across a unit vector; in 2D one, in the plane.
int findTangents(Vec3 normal, int dimension, Vec3 (&tangents)[2])
{
  if (dimension == 2)
  {
    tangents[0] = { -normal.y, normal.x, 0.0 };
    return 1;
  }
  const double x = std::abs(normal.x);
  const double y = std::abs(normal.y);
  const double z = std::abs(normal.z);
  const Vec3 axis = x <= y && x <= z ? Vec3{ 1.0, 0.0, 0.0 }
    : y <= z                         ? Vec3{ 0.0, 1.0, 0.0 }
                                     : Vec3{ 0.0, 0.0, 1.0 };
  tangents[0] = cross(normal, axis);
  tangents[0] = 1.0 / length(tangents[0]) * tangents[0];
  tangents[1] = cross(normal, tangents[0]);
  return 2;
}

} // namespace

MaterialOrder::MaterialOrder(const CellBand& band, Fractions fractions)
  : Band(band)
  , FractionOf(std::move(fractions))
  , Cutter(band)
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
    this->open(cell);
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

void MaterialOrder::open(int cell)
{
  const CellBand& band = this->Band;
  this->Cells.assign(1, cell);
  this->Cells.insert(this->Cells.end(), band.neighbours.begin() + band.neighbourOffsets[cell],
    band.neighbours.begin() + band.neighbourOffsets[cell + 1]);
  this->CellFractions.resize(this->Cells.size() * this->Count);
  for (std::size_t i = 0; i < this->Cells.size(); ++i)
  {
    for (int k = 0; k < this->Count; ++k)
    {
      this->CellFractions[i * this->Count + k] =
        this->FractionOf(this->Materials[k].material, this->Cells[i]);
    }
  }
  this->Below.resize(this->Cells.size());
  this->Foreign.resize(this->Cells.size());
  for (std::size_t i = 0; i < this->Cells.size(); ++i)
  {
    double sum = 0.0;
    for (int k = 0; k < this->Count; ++k)
    {
      sum += this->CellFractions[i * this->Count + k];
    }
    this->Foreign[i] = std::max(0.0, 1.0 - sum);
  }
  if (static_cast<int>(this->Levels.size()) < this->Count)
  {
    this->Levels.resize(this->Count);
  }
  Level& level = this->Levels[0];
  level.resize(std::max(level.size(), this->Cells.size()));
  for (std::size_t i = 0; i < this->Cells.size(); ++i)
  {
    level[i].state = Rest::Whole;
    level[i].loaded = false;
    level[i].fanned = false;
    level[i].volume = band.volumes[this->Cells[i]];
  }
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

double MaterialOrder::volumeBelow(
  std::size_t i, Rest& rest, Vec3 normal, double constant, CutMoments* moments)
{
  if (moments)
  {
    *moments = {};
  }
  if (rest.state == Rest::None)
  {
    return 0.0;
  }
  // The cell's extent along the normal tells most neighbours apart.
  const int cell = this->Cells[i];
  const Vec3 origin = this->Band.origin(cell);
  double low = 0.0;
  double high = 0.0;
  const int points = this->Band.cellSize(cell);
  for (int p = 1; p < points; ++p)
  {
    const double height = dot(normal, this->Band.point(cell, p) - origin);
    low = std::min(low, height);
    high = std::max(high, height);
  }
  if (high <= constant)
  {
    return rest.volume;
  }
  if (low >= constant)
  {
    return 0.0;
  }
  if (rest.state == Rest::Whole && this->Band.kinds[cell] == CellKind::Box)
  {
    return this->Cutter.volumeBelow(cell, normal, constant, moments);
  }
  this->Fan.set(this->fanOf(i, rest), normal);
  if (moments)
  {
    *moments = this->Fan.moments(constant);
  }
  return this->Fan.volumeBelow(constant);
}

const SimplexFan& MaterialOrder::fanOf(std::size_t i, Rest& rest)
{
  const bool whole = rest.state == Rest::Whole;
  Rest& source = whole ? this->Levels[0][i] : rest;
  if (!source.fanned)
  {
    source.fanned = true;
    if (whole)
    {
      this->loadWhole(i);
    }
    if (this->Band.dimension == 2)
    {
      source.fan.set(source.polygon);
    }
    else
    {
      source.fan.set(source.polyhedron);
    }
  }
  return source.fan;
}

void MaterialOrder::loadWhole(std::size_t i)
{
  Rest& whole = this->Levels[0][i];
  if (!whole.loaded)
  {
    whole.loaded = true;
    if (this->Band.dimension == 2)
    {
      this->Band.polygon(this->Cells[i], whole.polygon);
    }
    else
    {
      this->Band.polyhedron(this->Cells[i], whole.polyhedron);
    }
  }
}

void MaterialOrder::cutAway(
  std::size_t i, const Rest& rest, Vec3 normal, double constant, Rest& left)
{
  const double below = this->Below[i];
  left.volume = rest.volume - below;
  if (rest.state == Rest::None || left.volume <= 0.0)
  {
    left.state = Rest::None;
    return;
  }
  if (below <= 0.0 && rest.state == Rest::Whole)
  {
    left.state = Rest::Whole;
    return;
  }
  left.state = Rest::Some;
  left.fanned = false;
  const Rest* source = &rest;
  if (rest.state == Rest::Whole)
  {
    this->loadWhole(i);
    source = &this->Levels[0][i];
  }
  if (this->Band.dimension == 2)
  {
    clip(source->polygon, Vec2{ -normal.x, -normal.y }, -constant, left.polygon);
  }
  else
  {
    clip(source->polyhedron, -normal, -constant, left.polyhedron);
  }
  if (left.polygon.empty() && left.polyhedron.points.empty())
  {
    left.state = Rest::None;
  }
}

double MaterialOrder::cut(int position, int k, Vec3 normal, TurnEquations* turn)
{
  Level& level = this->Levels[position];
  const double target = this->Materials[k].fraction * this->Band.volumes[this->Cells[0]];
  Rest& own = level[0];
  if (own.state == Rest::Whole)
  {
    this->Constant =
      this->Cutter.planeConstant(this->Cells[0], normal, this->Materials[k].fraction);
  }
  else if (own.state == Rest::Some)
  {
    this->Fan.set(this->fanOf(0, own), normal);
    this->Constant = this->Fan.planeConstant(std::min(1.0, target / own.volume));
  }
  this->Below[0] = target;
  CutMoments moments;
  Vec3 pivot;
  int turns = 0;
  if (turn)
  {
    turns = findTangents(normal, this->Band.dimension, turn->tangents);
    this->volumeBelow(0, own, normal, this->Constant, &moments);
    pivot = moments.centroid;
  }
  // Of the last two materials the second has the rest.
  const int last = position + 2 == this->Count ? this->otherOfTwo(position, k) : -1;
  const Vec3 origin = this->Band.origin(this->Cells[0]);
  double misfit = 0.0;
  for (std::size_t i = 1; i < this->Cells.size(); ++i)
  {
    const int cell = this->Cells[i];
    const Vec3 shift = this->Band.origin(cell) - origin;
    const double below = this->volumeBelow(
      i, level[i], normal, this->Constant - dot(normal, shift), turn ? &moments : nullptr);
    this->Below[i] = below;
    const double* fractions = this->CellFractions.data() + i * this->Count;
    const double scale = 1.0 / this->Band.volumes[cell];
    const double foreign = this->Foreign[i];
    const double difference = beyond(scale * below - fractions[k], foreign);
    const double other =
      last < 0 ? 0.0 : beyond(scale * (level[i].volume - below) - fractions[last], foreign);
    misfit += difference * difference + other * other;
    if (turn && moments.area > 0.0)
    {
      // The plane turns about its centroid in the cell, so that the volume there stays.
      const Vec3 arm = pivot - shift - moments.centroid;
      double slopes[2] = {};
      for (int t = 0; t < turns; ++t)
      {
        slopes[t] = scale * moments.area * dot(arm, turn->tangents[t]);
        turn->vector[t] += slopes[t] * (difference - other);
      }
      const double share = (difference != 0.0) + (other != 0.0);
      turn->matrix[0] += share * slopes[0] * slopes[0];
      turn->matrix[1] += share * slopes[0] * slopes[1];
      turn->matrix[2] += share * slopes[1] * slopes[1];
    }
  }
  return misfit;
}

double MaterialOrder::findNormal(int position, int k, Vec3& normal)
{
  this->findCandidates(position, k);
  double least = std::numeric_limits<double>::max();
  for (const Vec3& candidate : this->Candidates)
  {
    const double misfit = this->cut(position, k, candidate);
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
    least = this->cut(position, k, normal, &turn);
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
      const double misfit = this->cut(position, k, turned);
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
  return this->cut(position, k, normal);
}

void MaterialOrder::descend(int position, Vec3 normal)
{
  // Cuts may leave the arrays of this level behind.
  Level& next = this->Levels[position + 1];
  next.resize(std::max(next.size(), this->Cells.size()));
  const Level& level = this->Levels[position];
  const Vec3 origin = this->Band.origin(this->Cells[0]);
  for (std::size_t i = 0; i < this->Cells.size(); ++i)
  {
    const double constant =
      this->Constant - dot(normal, this->Band.origin(this->Cells[i]) - origin);
    this->cutAway(i, level[i], normal, constant, next[i]);
  }
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
        this->descend(position, normal);
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
    misfit += this->cut(position, this->Trial[position], bestNormal);
    this->descend(position, bestNormal);
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
      misfits.emplace_back(this->cut(0, k, normal), k);
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
