#include "PLICNormals.h"

#include "plic/AxisStencil.h"
#include "plic/LeastSquares.h"
#include "plic/MixedYoungsCentered.h"
#include "plic/Youngs.h"

#include "vtkDataArray.h"
#include "vtkDataSet.h"
#include "vtkIdList.h"
#include "vtkImageData.h"
#include "vtkMatrix3x3.h"
#include "vtkNew.h"
#include "vtkRectilinearGrid.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace mir {

namespace {

/// Stencils of an axis-aligned grid.
class GridEstimator : public NormalEstimator
{
public:
  GridEstimator(NormalMethod method, const MeshAdaptor& mesh, const std::vector<double>& fractions)
    : Method(method)
    , Fractions(fractions)
    , Dimension(mesh.dimension())
  {
    vtkDataSet* data = mesh.mesh();
    int dims[3];
    auto* image = vtkImageData::SafeDownCast(data);
    auto* rectilinear = vtkRectilinearGrid::SafeDownCast(data);
    image ? image->GetDimensions(dims) : rectilinear->GetDimensions(dims);
    for (int axis = 0; axis < 3; ++axis)
    {
      this->Cells[axis] = std::max(1, dims[axis] - 1);
      std::vector<double>& widths = this->Widths[axis];
      widths.assign(this->Cells[axis], 1.0);
      for (int i = 0; i < this->Cells[axis] && dims[axis] > 1; ++i)
      {
        if (image)
        {
          widths[i] = image->GetSpacing()[axis];
          continue;
        }
        vtkDataArray* x = axis == 0 ? rectilinear->GetXCoordinates()
          : axis == 1               ? rectilinear->GetYCoordinates()
                                    : rectilinear->GetZCoordinates();
        widths[i] = x->GetTuple1(i + 1) - x->GetTuple1(i);
      }
    }
    // Stencils run up the coordinates, whichever way the grid does.
    for (int axis = 0; axis < 3; ++axis)
    {
      if (this->Widths[axis][0] < 0.0)
      {
        this->Step[axis] = -1;
        for (double& width : this->Widths[axis])
        {
          width = -width;
        }
      }
    }
    // The grid's axes in the order of the stencil's: u, v for a plane.
    this->Axes = { 0, 1, 2 };
    if (this->Dimension == 2)
    {
      const Vec3 n = mesh.plane().normal;
      const int normalAxis = n.x == 1.0 ? 0 : n.y == 1.0 ? 1 : 2;
      this->Axes = { (normalAxis + 1) % 3, (normalAxis + 2) % 3, normalAxis };
    }
  }

protected:
  Vec3 estimate(vtkIdType cell) const override
  {
    const std::array<vtkIdType, 3> stride{ 1, this->Cells[0],
      static_cast<vtkIdType>(this->Cells[0]) * this->Cells[1] };
    std::array<int, 3> index{ static_cast<int>(cell % this->Cells[0]),
      static_cast<int>(cell / stride[1] % this->Cells[1]), static_cast<int>(cell / stride[2]) };
    AxisStencil stencil;
    stencil.dimension = this->Dimension;
    vtkIdType offset[3][3] = {};
    for (int s = 0; s < 3; ++s)
    {
      const int axis = this->Axes[s];
      for (int i = 0; i < 3; ++i)
      {
        const int at =
          std::clamp(index[axis] + this->Step[axis] * (i - 1), 0, this->Cells[axis] - 1);
        offset[s][i] = at * stride[axis];
        stencil.widths[s][i] = this->Widths[axis][at];
      }
    }
    for (int i = 0; i < 3; ++i)
    {
      for (int j = 0; j < 3; ++j)
      {
        for (int k = 0; k < 3; ++k)
        {
          stencil.fractions[i][j][k] = this->Fractions[offset[0][i] + offset[1][j] + offset[2][k]];
        }
      }
    }
    return this->Method == NormalMethod::Youngs ? youngsNormal(stencil)
                                                : mixedYoungsCenteredNormal(stencil);
  }

private:
  NormalMethod Method;
  const std::vector<double>& Fractions;
  int Dimension;
  std::array<int, 3> Cells{};
  std::array<int, 3> Axes{};
  std::array<int, 3> Step{ 1, 1, 1 };
  std::vector<double> Widths[3];
};

/// Least squares over the cells that share a point.
class LeastSquaresEstimator : public NormalEstimator
{
public:
  LeastSquaresEstimator(const MeshAdaptor& mesh, const std::vector<double>& fractions,
    const std::vector<vtkIdType>& cells)
    : Mesh(mesh)
    , Fractions(fractions)
  {
    // Cells about the points of the asked-for cells only.
    vtkDataSet* data = mesh.mesh();
    std::vector<vtkIdType> slot(data->GetNumberOfPoints(), -1);
    vtkNew<vtkIdList> ids;
    vtkIdType slots = 0;
    for (vtkIdType cell : cells)
    {
      data->GetCellPoints(cell, ids);
      for (vtkIdType i = 0; i < ids->GetNumberOfIds(); ++i)
      {
        if (slot[ids->GetId(i)] < 0)
        {
          slot[ids->GetId(i)] = slots++;
        }
      }
    }
    std::vector<vtkIdType> count(slots, 0);
    auto forEach = [&](auto&& visit) {
      for (vtkIdType cell = 0; cell < data->GetNumberOfCells(); ++cell)
      {
        data->GetCellPoints(cell, ids);
        for (vtkIdType i = 0; i < ids->GetNumberOfIds(); ++i)
        {
          if (slot[ids->GetId(i)] >= 0)
          {
            visit(cell, slot[ids->GetId(i)]);
          }
        }
      }
    };
    forEach([&](vtkIdType, vtkIdType s) { ++count[s]; });
    this->Offsets.resize(slots + 1, 0);
    std::partial_sum(count.begin(), count.end(), this->Offsets.begin() + 1);
    this->CellsAboutPoints.resize(this->Offsets.back());
    std::vector<vtkIdType> next(this->Offsets.begin(), this->Offsets.end() - 1);
    forEach([&](vtkIdType cell, vtkIdType s) { this->CellsAboutPoints[next[s]++] = cell; });
    this->Slot = std::move(slot);
  }

protected:
  Vec3 estimate(vtkIdType cell) const override
  {
    vtkNew<vtkIdList> ids;
    this->Mesh.mesh()->GetCellPoints(cell, ids);
    std::vector<vtkIdType> neighbours;
    for (vtkIdType i = 0; i < ids->GetNumberOfIds(); ++i)
    {
      const vtkIdType slot = this->Slot[ids->GetId(i)];
      neighbours.insert(neighbours.end(), this->CellsAboutPoints.begin() + this->Offsets[slot],
        this->CellsAboutPoints.begin() + this->Offsets[slot + 1]);
    }
    std::sort(neighbours.begin(), neighbours.end());
    neighbours.erase(std::unique(neighbours.begin(), neighbours.end()), neighbours.end());
    std::vector<NeighbourDifference> differences;
    const Vec3 centre = this->centroidOf(cell);
    for (vtkIdType neighbour : neighbours)
    {
      if (neighbour != cell)
      {
        differences.push_back({ this->centroidOf(neighbour) - centre,
          this->Fractions[neighbour] - this->Fractions[cell] });
      }
    }
    return leastSquaresNormal(differences, this->Mesh.dimension());
  }

private:
  Vec3 centroidOf(vtkIdType cell) const
  {
    if (this->Mesh.dimension() == 2)
    {
      Polygon polygon;
      this->Mesh.polygon(cell, polygon);
      const Vec2 c = centroid(polygon);
      return { c.x, c.y, 0.0 };
    }
    Polyhedron polyhedron;
    this->Mesh.polyhedron(cell, polyhedron);
    return centroid(polyhedron);
  }

  const MeshAdaptor& Mesh;
  const std::vector<double>& Fractions;
  std::vector<vtkIdType> Slot;
  std::vector<vtkIdType> Offsets;
  std::vector<vtkIdType> CellsAboutPoints;
};

} // namespace

Vec3 NormalEstimator::normal(vtkIdType cell) const
{
  const Vec3 n = this->estimate(cell);
  const double size = length(n);
  return size > 0.0 ? 1.0 / size * n : Vec3{ 1.0, 0.0, 0.0 };
}

std::unique_ptr<NormalEstimator> makeNormalEstimator(NormalMethod& method, const MeshAdaptor& mesh,
  const std::vector<double>& fractions, const std::vector<vtkIdType>& cells)
{
  auto* image = vtkImageData::SafeDownCast(mesh.mesh());
  bool axisAligned = image || vtkRectilinearGrid::SafeDownCast(mesh.mesh());
  if (image && !image->GetDirectionMatrix()->IsIdentity())
  {
    axisAligned = false;
  }
  if (!axisAligned)
  {
    method = NormalMethod::LeastSquares;
  }
  if (method == NormalMethod::LeastSquares)
  {
    return std::make_unique<LeastSquaresEstimator>(mesh, fractions, cells);
  }
  return std::make_unique<GridEstimator>(method, mesh, fractions);
}

} // namespace mir
