#include "plic/ExtendedCuts.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

/// How far a difference lies outside [0, allowance].
double beyond(double difference, double allowance)
{
  return difference < 0.0 ? difference : std::max(0.0, difference - allowance);
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

ExtendedCuts::ExtendedCuts(const CellBand& band)
  : Band(band)
  , Cutter(band)
{}

void ExtendedCuts::open(int cell, const std::vector<int>& materials,
  const std::vector<double>& fractions, const std::function<double(int, int)>& fractionOf)
{
  const CellBand& band = this->Band;
  this->Count = static_cast<int>(materials.size());
  this->Cells.assign(1, cell);
  this->Cells.insert(this->Cells.end(), band.neighbours.begin() + band.neighbourOffsets[cell],
    band.neighbours.begin() + band.neighbourOffsets[cell + 1]);
  this->Fractions = fractions;
  for (std::size_t i = 1; i < this->Cells.size(); ++i)
  {
    for (const int material : materials)
    {
      this->Fractions.push_back(fractionOf(material, this->Cells[i]));
    }
  }
  this->Below.resize(this->Cells.size());
  this->Foreign.resize(this->Cells.size());
  for (std::size_t i = 0; i < this->Cells.size(); ++i)
  {
    double sum = 0.0;
    for (int k = 0; k < this->Count; ++k)
    {
      sum += this->Fractions[i * this->Count + k];
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

double ExtendedCuts::volumeBelow(
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

const SimplexFan& ExtendedCuts::fanOf(std::size_t i, Rest& rest)
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

void ExtendedCuts::loadWhole(std::size_t i)
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

void ExtendedCuts::cutAway(
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

double ExtendedCuts::cut(int position, int k, int last, Vec3 normal, TurnEquations* turn)
{
  Level& level = this->Levels[position];
  const double fraction = this->Fractions[k];
  const double target = fraction * this->Band.volumes[this->Cells[0]];
  Rest& own = level[0];
  if (own.state == Rest::Whole)
  {
    this->Constant = this->Cutter.planeConstant(this->Cells[0], normal, fraction);
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
  const Vec3 origin = this->Band.origin(this->Cells[0]);
  double misfit = 0.0;
  for (std::size_t i = 1; i < this->Cells.size(); ++i)
  {
    const int cell = this->Cells[i];
    const Vec3 shift = this->Band.origin(cell) - origin;
    const double below = this->volumeBelow(
      i, level[i], normal, this->Constant - dot(normal, shift), turn ? &moments : nullptr);
    this->Below[i] = below;
    const double* fractions = this->Fractions.data() + i * this->Count;
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

void ExtendedCuts::keep(int position, Vec3 normal)
{
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

} // namespace mir
