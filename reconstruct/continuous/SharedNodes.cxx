#include "reconstruct/continuous/SharedNodes.h"

#include "reconstruct/continuous/NodeField.h"

#include <algorithm>
#include <cmath>

namespace mir {

namespace {

// The derivatives of the cells' areas that are not 0. The nodes that a cell shares come first,
// those that it owns after `owned`, so that the linear solver runs over the shared ones alone.
struct Jacobian
{
  std::vector<std::int64_t> start;
  std::vector<std::int64_t> owned;
  std::vector<std::int64_t> nodes;
  std::vector<double> values;
};

class Projection
{
public:
  Projection(const SubcellMesh& mesh, const std::vector<double>& fractions,
    const SharedNodesOptions& options)
    : Mesh(mesh)
    , Fractions(fractions)
    , Options(options)
    , Cells(mesh.cells.size())
    , Residual(Cells)
    , Held(mesh.nodes.size())
    , OnNodes(mesh.nodes.size())
    , Step(mesh.nodes.size())
  {}

  int run(std::vector<double>& phi)
  {
    std::vector<double> best = phi;
    double least = this->linearise(phi);
    int iterations = 0;
    double current = least;
    while (current > this->Options.meanResidual && iterations < this->Options.maximumIterations)
    {
      this->findStep(phi);
      for (std::size_t n = 0; n < phi.size(); ++n)
      {
        phi[n] += this->Step[n];
      }
      clampToBounds(this->Mesh, phi);
      ++iterations;
      current = this->linearise(phi);
      if (current < least)
      {
        least = current;
        best = phi;
      }
    }
    phi.swap(best);
    return iterations;
  }

private:
  // Residuals and derivatives at phi; returns the mean of the absolute residuals.
  double linearise(const std::vector<double>& phi)
  {
    Jacobian& rows = this->Rows;
    rows.start.assign(1, 0);
    rows.owned.clear();
    rows.nodes.clear();
    rows.values.clear();
    double sum = 0.0;
    for (std::size_t m = 0; m < this->Cells; ++m)
    {
      const CellTemplate& cell = this->Mesh.cellTemplate(m);
      const std::int64_t* nodes = this->Mesh.nodesOf(m);
      this->Values.resize(cell.nodes);
      this->Gradient.resize(cell.nodes);
      gatherCell(this->Mesh, m, phi, this->Values.data());
      const double missing = this->Fractions[m] -
        cellArea(cell, this->Mesh.weightsOf(m), this->Values.data(), this->Gradient.data());
      const double excess = std::max(0.0, std::fabs(missing) - this->Options.tolerance);
      this->Residual[m] = std::copysign(excess, missing);
      sum += excess;
      // Derivatives with respect to phi, in units of the node's size instead of the cell's.
      for (const int i : cell.boundaryNodes)
      {
        this->Gradient[i] *= this->Mesh.nodeSizes[nodes[i]] / this->Mesh.cellSizes[m];
      }
      this->append(nodes, cell.boundaryNodes);
      rows.owned.push_back(static_cast<std::int64_t>(rows.nodes.size()));
      this->append(nodes, cell.interiorNodes);
      rows.start.push_back(static_cast<std::int64_t>(rows.nodes.size()));
    }
    return this->Cells == 0 ? 0.0 : sum / static_cast<double>(this->Cells);
  }

  void append(const std::int64_t* nodes, const std::vector<int>& local)
  {
    for (const int i : local)
    {
      if (this->Gradient[i] != 0.0)
      {
        this->Rows.nodes.push_back(nodes[i]);
        this->Rows.values.push_back(this->Gradient[i]);
      }
    }
  }

  void findStep(const std::vector<double>& phi)
  {
    for (std::size_t n = 0; n < phi.size(); ++n)
    {
      this->Held[n] = this->Mesh.lower[n] == this->Mesh.upper[n];
    }
    this->Multipliers.assign(this->Cells, 0.0);
    for (int pass = 0; pass < 3; ++pass)
    {
      this->solve();
      this->spread(this->Multipliers, true, this->Step);
      bool outwards = false;
      for (std::size_t n = 0; n < phi.size(); ++n)
      {
        const double largest = this->Options.maximumStep;
        double& step = this->Step[n];
        step = this->Held[n] ? 0.0 : std::max(-largest, std::min(largest, step));
        if ((step < 0.0 && phi[n] <= this->Mesh.lower[n]) ||
          (step > 0.0 && phi[n] >= this->Mesh.upper[n]))
        {
          this->Held[n] = 1;
          step = 0.0;
          outwards = true;
        }
      }
      if (!outwards)
      {
        break;
      }
    }
  }

  // J^T multipliers on the shared nodes, and on the interior ones where asked for.
  void spread(const std::vector<double>& multipliers, bool interior, std::vector<double>& onNodes)
  {
    std::fill(onNodes.begin(), onNodes.end(), 0.0);
    const Jacobian& rows = this->Rows;
    for (std::size_t m = 0; m < this->Cells; ++m)
    {
      const std::int64_t end = interior ? rows.start[m + 1] : rows.owned[m];
      for (std::int64_t k = rows.start[m]; k < end; ++k)
      {
        onNodes[rows.nodes[k]] += rows.values[k] * multipliers[m];
      }
    }
  }

  // (J J^T + eps) x, the interior nodes and eps by way of their diagonal.
  void apply(const std::vector<double>& x, std::vector<double>& result)
  {
    this->spread(x, false, this->OnNodes);
    const Jacobian& rows = this->Rows;
    for (std::size_t m = 0; m < this->Cells; ++m)
    {
      double sum = this->OwnDiagonal[m] * x[m];
      for (std::int64_t k = rows.start[m]; k < rows.owned[m]; ++k)
      {
        const std::int64_t node = rows.nodes[k];
        sum += this->Held[node] ? 0.0 : rows.values[k] * this->OnNodes[node];
      }
      result[m] = sum;
    }
  }

  // Jacobi-preconditioned conjugate gradients from the last multipliers.
  void solve()
  {
    const std::size_t cells = this->Cells;
    const Jacobian& rows = this->Rows;
    this->Diagonal.assign(cells, 0.0);
    this->OwnDiagonal.assign(cells, 0.0);
    for (std::size_t m = 0; m < cells; ++m)
    {
      for (std::int64_t k = rows.start[m]; k < rows.start[m + 1]; ++k)
      {
        const double square = this->Held[rows.nodes[k]] ? 0.0 : rows.values[k] * rows.values[k];
        (k < rows.owned[m] ? this->Diagonal : this->OwnDiagonal)[m] += square;
      }
      const double diagonal = this->Diagonal[m] + this->OwnDiagonal[m];
      const double regular = 1e-5 * std::max(diagonal, 1e-3) + 1e-9;
      this->OwnDiagonal[m] += regular;
      this->Diagonal[m] = diagonal + regular;
    }
    std::vector<double>& x = this->Multipliers;
    this->Image.resize(cells);
    this->Remainder.resize(cells);
    this->Direction.resize(cells);
    this->apply(x, this->Image);
    double norm = 0.0;
    double target = 0.0;
    for (std::size_t m = 0; m < cells; ++m)
    {
      const double rest = this->Residual[m] - this->Image[m];
      this->Remainder[m] = rest;
      this->Direction[m] = rest / this->Diagonal[m];
      norm += rest * this->Direction[m];
      target += this->Residual[m] * this->Residual[m] / this->Diagonal[m];
    }
    target *= this->Options.linearTolerance * this->Options.linearTolerance;
    for (int iteration = 0; iteration < 50 && norm > target; ++iteration)
    {
      this->apply(this->Direction, this->Image);
      double curvature = 0.0;
      for (std::size_t m = 0; m < cells; ++m)
      {
        curvature += this->Direction[m] * this->Image[m];
      }
      const double length = norm / curvature;
      double next = 0.0;
      for (std::size_t m = 0; m < cells; ++m)
      {
        x[m] += length * this->Direction[m];
        this->Remainder[m] -= length * this->Image[m];
        next += this->Remainder[m] * this->Remainder[m] / this->Diagonal[m];
      }
      for (std::size_t m = 0; m < cells; ++m)
      {
        this->Direction[m] =
          this->Remainder[m] / this->Diagonal[m] + next / norm * this->Direction[m];
      }
      norm = next;
    }
  }

  const SubcellMesh& Mesh;
  const std::vector<double>& Fractions;
  const SharedNodesOptions& Options;
  std::size_t Cells;
  Jacobian Rows;
  // One value a mixed cell.
  std::vector<double> Residual, Multipliers, Diagonal, OwnDiagonal, Remainder, Direction, Image;
  // One value a node.
  std::vector<unsigned char> Held;
  std::vector<double> OnNodes, Step;
  // One value a local node.
  std::vector<double> Values, Gradient;
};

} // namespace

int projectOntoAreas(const SubcellMesh& mesh, const std::vector<double>& fractions,
  const SharedNodesOptions& options, std::vector<double>& phi)
{
  return Projection(mesh, fractions, options).run(phi);
}

} // namespace mir
