#include "reconstruct/continuous/conservation/SharedProjection.h"

#include "reconstruct/continuous/subdivision/CellFields.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace mir {

namespace {

// What stops the step of a value: a bound below or above it (both: it is held), or that it has to
// stay below others.
constexpr unsigned char notDown = 1;
constexpr unsigned char notUp = 2;
constexpr unsigned char lowered = 4;

unsigned char stopsOf(const SubcellBand& mesh, int slot, double value)
{
  switch (mesh.slotRules[slot])
  {
    case SlotRule::Tied:
      return notDown | notUp;
    case SlotRule::Lowered:
      return lowered;
    default:
      return static_cast<unsigned char>(
        (value <= mesh.lower[slot] ? notDown : 0) | (value >= mesh.upper[slot] ? notUp : 0));
  }
}

} // namespace

double meanExcess(const SubcellBand& mesh, const std::vector<double>& volumes, double tolerance)
{
  double sum = 0.0;
  for (std::size_t i = 0; i < volumes.size(); ++i)
  {
    sum += std::max(0.0, std::fabs(mesh.fractions[i] - volumes[i]) - tolerance);
  }
  return mesh.numberOfCells() == 0 ? 0.0 : 0.5 * sum / mesh.numberOfCells();
}

SharedProjection::SharedProjection(const SubcellBand& mesh, const SharedProjectionOptions& options)
  : Mesh(mesh)
  , Options(options)
  , Rows(mesh, options.parallelFor)
{}

void SharedProjection::linearise(const std::vector<double>& field, const std::vector<char>& changed)
{
  this->Rows.linearise(field, changed);
  this->setResiduals();
}

void SharedProjection::setResiduals()
{
  const SubcellBand& mesh = this->Mesh;
  const std::vector<double>& volumes = this->Rows.volumes();
  this->MeanExcess = mir::meanExcess(mesh, volumes, this->Options.tolerance);
  this->Residual.resize(this->Rows.numberOfRows());
  for (int c = 0; c < mesh.numberOfCells(); ++c)
  {
    for (int row = this->Rows.rowOffsets()[c]; row < this->Rows.rowOffsets()[c + 1]; ++row)
    {
      const std::int64_t place = mesh.materialOffsets[c] + this->Rows.rowMaterials()[row];
      const double missing = mesh.fractions[place] - volumes[place];
      this->Residual[row] =
        std::copysign(std::max(0.0, std::fabs(missing) - this->Options.tolerance), missing);
    }
  }
}

void SharedProjection::run(std::vector<double>& field)
{
  this->LeastExcess = this->MeanExcess;
  bool isBest = true;
  for (int i = 0; i<this->Options.maximumIterations&& this->MeanExcess> this->Options.meanResidual;
       ++i)
  {
    if (isBest)
    {
      if (!this->Best)
      {
        this->Best.reset(new double[field.size()]);
      }
      this->copyField(field.data(), this->Best.get());
    }
    const bool last =
      i + 1 == this->Options.maximumIterations || this->MeanExcess <= this->Options.lastStepFrom;
    this->findStep(field);
    this->move(field);
    ++this->Iterations;
    if (last && !this->Options.evaluatesLast)
    {
      return;
    }
    if (last)
    {
      this->Rows.evaluate(field);
      this->setResiduals();
    }
    else
    {
      this->linearise(field);
    }
    isBest = this->MeanExcess < this->LeastExcess;
    this->LeastExcess = std::min(this->LeastExcess, this->MeanExcess);
    if (last)
    {
      break;
    }
  }
  if (!isBest)
  {
    this->restoreBest(field);
    this->Rows.evaluate(field);
    this->setResiduals();
  }
}

void SharedProjection::copyField(const double* from, double* to) const
{
  forValues(this->Mesh, this->Options.parallelFor,
    [&](std::int64_t begin, std::int64_t end) { std::copy(from + begin, from + end, to + begin); });
}

void SharedProjection::restoreBest(std::vector<double>& field) const
{
  this->copyField(this->Best.get(), field.data());
}

void SharedProjection::findStep(const std::vector<double>& field)
{
  const SubcellBand& mesh = this->Mesh;
  this->Rows.transpose();
  const std::vector<int>& touched = this->Rows.touched();
  this->Stops.resize(touched.size());
  this->Held.resize(touched.size());
  this->Rows.shortLoops()(static_cast<int>(touched.size()), [&](int begin, int end) {
    for (int place = begin; place < end; ++place)
    {
      const int slot = touched[place];
      this->Stops[place] = stopsOf(mesh, slot, field[slot]);
      this->Held[place] = this->Stops[place] == (notDown | notUp);
    }
  });
  this->Multipliers.assign(this->Rows.numberOfRows(), 0.0);
  for (int pass = 0; pass < 3; ++pass)
  {
    this->solve(pass == 0);
    this->Rows.spread(this->Multipliers, this->Held, this->Steps);
    if (!this->clipAndHold(field))
    {
      break;
    }
  }
}

// Calls body(node, first, last) for the touched nodes and the range of their touched slots.
template <class Body>
void SharedProjection::forTouchedNodes(const Body& body) const
{
  const std::vector<int>& nodes = this->Rows.touchedNodes();
  const std::vector<int>& start = this->Rows.touchedStart();
  this->Rows.shortLoops()(static_cast<int>(nodes.size()), [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
    {
      body(nodes[i], start[i], start[i + 1]);
    }
  });
}

// Clips all steps and holds the values whose step leaves the rules; whether there are any.
bool SharedProjection::clipAndHold(const std::vector<double>& field)
{
  const double most = this->Options.maximumStep;
  std::atomic<bool> any{ false };
  this->forTouchedNodes([&](int node, int first, int last) {
    int all = 0;
    for (int place = first; place < last; ++place)
    {
      const int stops = this->Stops[place];
      double& step = this->Steps[place];
      step = std::max(-most, std::min(most, step));
      if ((step < 0.0 && (stops & notDown) != 0) || (step > 0.0 && (stops & notUp) != 0))
      {
        this->Held[place] = 1;
        step = 0.0;
        any = true;
      }
      all |= stops;
    }
    if ((all & lowered) != 0 && this->holdLowered(node, field))
    {
      any = true;
    }
  });
  return any;
}

// The lowered values of a node that stand at their margin below the least free one and whose step
// would take them above it.
bool SharedProjection::holdLowered(int node, const std::vector<double>& field)
{
  const SubcellBand& mesh = this->Mesh;
  const double size = mesh.sharedSizes[node];
  auto stepOf = [&](std::int64_t slot) {
    const int place = this->Rows.placeOfSlot(slot);
    return place < 0 ? 0.0 : size * this->Steps[place];
  };
  double before = std::numeric_limits<double>::infinity();
  double after = before;
  for (std::int64_t slot = mesh.sharedSlots[node]; slot < mesh.sharedSlots[node + 1]; ++slot)
  {
    if (mesh.slotRules[slot] == SlotRule::Free)
    {
      before = std::min(before, field[slot]);
      after = std::min(after, field[slot] + stepOf(slot));
    }
  }
  bool any = false;
  for (std::int64_t slot = mesh.sharedSlots[node]; slot < mesh.sharedSlots[node + 1]; ++slot)
  {
    const int place = this->Rows.placeOfSlot(slot);
    if (mesh.slotRules[slot] != SlotRule::Lowered || place < 0 || this->Held[place])
    {
      continue;
    }
    const double margin = presenceMargin * (1.0 + 0.37 * mesh.slotMaterials[slot]) * size;
    const double rounding = 1e-9 * size;
    if (field[slot] >= before - margin - rounding &&
      field[slot] + stepOf(slot) > after - margin + rounding)
    {
      this->Held[place] = 1;
      this->Steps[place] = 0.0;
      any = true;
    }
  }
  return any;
}

void SharedProjection::move(std::vector<double>& field)
{
  const std::vector<int>& touched = this->Rows.touched();
  this->forTouchedNodes([&](int node, int first, int last) {
    const double size = this->Mesh.sharedSizes[node];
    for (int place = first; place < last; ++place)
    {
      field[touched[place]] += size * this->Steps[place];
    }
    applyPresence(this->Mesh, node, field);
  });
  this->Rows.moveInterior(this->Multipliers, this->Options.maximumStep, field);
}

// Sums term(row) over the rows, block by block.
template <class Term>
double SharedProjection::sumOverRows(const Term& term)
{
  constexpr int blockRows = 64;
  const int rows = this->Rows.numberOfRows();
  this->Partial.resize((rows + blockRows - 1) / blockRows);
  forBlocks(this->Rows.shortLoops(), rows, blockRows, [&](int begin, int end) {
    for (int block = begin; block < end; ++block)
    {
      // Side by side, as each addition waits for the one before.
      double sums[4] = { 0.0, 0.0, 0.0, 0.0 };
      const int last = std::min((block + 1) * blockRows, rows);
      int row = block * blockRows;
      for (; row + 4 <= last; row += 4)
      {
        for (int i = 0; i < 4; ++i)
        {
          sums[i] += term(row + i);
        }
      }
      for (; row < last; ++row)
      {
        sums[0] += term(row);
      }
      this->Partial[block] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
  });
  double sum = 0.0;
  for (const double partial : this->Partial)
  {
    sum += partial;
  }
  return sum;
}

// Conjugate gradients with a Jacobi preconditioner from the last multipliers, in the form of
// Chronopoulos and Gear (1989): of one product with the matrix and one pass over the vectors an
// iteration.
void SharedProjection::solve(bool fromZero)
{
  const int rows = this->Rows.numberOfRows();
  for (std::vector<double>* vector :
    { &this->Regular, &this->Remainder, &this->Scaled, &this->Direction, &this->DirectionImage })
  {
    vector->resize(rows);
  }
  double* x = this->Multipliers.data();
  double* regular = this->Regular.data();
  double* remainder = this->Remainder.data();
  double* scaled = this->Scaled.data();
  double* direction = this->Direction.data();
  double* directionImage = this->DirectionImage.data();
  const double* residual = this->Residual.data();
  this->Rows.diagonal(this->Held, this->Inverse);
  double* inverse = this->Inverse.data();
  double norm = this->sumOverRows([=](int row) {
    regular[row] = 1e-5 * std::max(inverse[row], 1e-3) + 1e-9;
    inverse[row] = 1.0 / (inverse[row] + regular[row]);
    direction[row] = 0.0;
    directionImage[row] = 0.0;
    remainder[row] = residual[row];
    scaled[row] = residual[row] * inverse[row];
    return residual[row] * scaled[row];
  });
  const double target = norm * this->Options.linearTolerance * this->Options.linearTolerance;
  if (!fromZero)
  {
    this->multiply(this->Multipliers);
    const double* image = this->Image.data();
    norm = this->sumOverRows([=](int row) {
      remainder[row] -= image[row];
      scaled[row] = remainder[row] * inverse[row];
      return remainder[row] * scaled[row];
    });
  }
  double last = 0.0;
  double length = 0.0;
  for (int i = 0; i < this->Options.linearIterations && norm > target; ++i)
  {
    const double curvature = this->multiply(this->Scaled);
    const double* image = this->Image.data();
    const double ratio = i == 0 ? 0.0 : norm / last;
    length = norm / (i == 0 ? curvature : curvature - ratio * norm / length);
    last = norm;
    norm = this->sumOverRows([=](int row) {
      direction[row] = scaled[row] + ratio * direction[row];
      directionImage[row] = image[row] + ratio * directionImage[row];
      x[row] += length * direction[row];
      remainder[row] -= length * directionImage[row];
      scaled[row] = remainder[row] * inverse[row];
      return remainder[row] * scaled[row];
    });
    ++this->LinearIterations;
  }
}

// (J J^T + regular) x into Image; returns its product with x.
double SharedProjection::multiply(const std::vector<double>& x)
{
  this->Rows.spread(x, this->Held, this->Steps);
  return this->Rows.apply(x, this->Steps, this->Regular, this->Image);
}

} // namespace mir
