#include "reconstruct/continuous/SharedProjection.h"

#include "reconstruct/continuous/CellFields.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace mir {

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
  this->Held.resize(touched.size());
  this->Rows.shortLoops()(static_cast<int>(touched.size()), [&](int begin, int end) {
    for (int place = begin; place < end; ++place)
    {
      const int slot = touched[place];
      this->Held[place] =
        mesh.slotRules[slot] == SlotRule::Tied || mesh.lower[slot] == mesh.upper[slot];
    }
  });
  this->Multipliers.assign(this->Rows.numberOfRows(), 0.0);
  for (int pass = 0; pass < 3; ++pass)
  {
    this->solve();
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
  const SubcellBand& mesh = this->Mesh;
  const std::vector<int>& touched = this->Rows.touched();
  std::atomic<bool> any{ false };
  this->forTouchedNodes([&](int node, int first, int last) {
    for (int place = first; place < last; ++place)
    {
      double& step = this->Steps[place];
      step = std::max(-this->Options.maximumStep, std::min(this->Options.maximumStep, step));
    }
    if (!mesh.singleSlot(node))
    {
      for (int place = first; place < last; ++place)
      {
        if (mesh.slotRules[touched[place]] == SlotRule::Lowered && this->holdLowered(node, field))
        {
          any = true;
        }
      }
      return;
    }
    const int slot = touched[first];
    double& step = this->Steps[first];
    if ((step < 0.0 && field[slot] <= mesh.lower[slot]) ||
      (step > 0.0 && field[slot] >= mesh.upper[slot]))
    {
      this->Held[first] = 1;
      step = 0.0;
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

// Conjugate gradients with a Jacobi preconditioner from the last multipliers.
void SharedProjection::solve()
{
  const std::size_t rows = this->Residual.size();
  this->Rows.diagonal(this->Held, this->Diagonal);
  this->Regular.resize(rows);
  for (std::size_t row = 0; row < rows; ++row)
  {
    this->Regular[row] = 1e-5 * std::max(this->Diagonal[row], 1e-3) + 1e-9;
    this->Diagonal[row] += this->Regular[row];
  }
  std::vector<double>& x = this->Multipliers;
  this->Rows.spread(x, this->Held, this->Steps);
  this->Rows.apply(x, this->Steps, this->Regular, this->Image);
  this->Remainder.resize(rows);
  this->Direction.resize(rows);
  double norm = 0.0;
  double target = 0.0;
  for (std::size_t row = 0; row < rows; ++row)
  {
    const double rest = this->Residual[row] - this->Image[row];
    this->Remainder[row] = rest;
    this->Direction[row] = rest / this->Diagonal[row];
    norm += rest * this->Direction[row];
    target += this->Residual[row] * this->Residual[row] / this->Diagonal[row];
  }
  target *= this->Options.linearTolerance * this->Options.linearTolerance;
  for (int i = 0; i < this->Options.linearIterations && norm > target; ++i)
  {
    this->Rows.spread(this->Direction, this->Held, this->Steps);
    const double curvature =
      this->Rows.apply(this->Direction, this->Steps, this->Regular, this->Image);
    const double length = norm / curvature;
    double next = 0.0;
    for (std::size_t row = 0; row < rows; ++row)
    {
      x[row] += length * this->Direction[row];
      this->Remainder[row] -= length * this->Image[row];
      next += this->Remainder[row] * this->Remainder[row] / this->Diagonal[row];
    }
    const double ratio = next / norm;
    for (std::size_t row = 0; row < rows; ++row)
    {
      this->Direction[row] =
        this->Remainder[row] / this->Diagonal[row] + ratio * this->Direction[row];
    }
    norm = next;
    ++this->LinearIterations;
  }
}

} // namespace mir
