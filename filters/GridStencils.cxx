#include "GridStencils.h"

#include "MaterialFractions.h"
#include "MeshAdaptor.h"

#include "vtkImageData.h"
#include "vtkMatrix3x3.h"

#include <algorithm>

namespace mir {

GridStencils::GridStencils(const MeshAdaptor& mesh, const MaterialFractions& fractions)
  : Fractions(fractions)
  , Dimension(mesh.dimension())
{
  const CellReader& reader = mesh.reader();
  Vec3 axes[3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
  auto* image = vtkImageData::SafeDownCast(mesh.mesh());
  for (int axis = 0; axis < 3; ++axis)
  {
    this->Cells[axis] = std::max<vtkIdType>(1, reader.dimensions()[axis] - 1);
    this->Strides[axis] = axis == 0 ? 1 : this->Strides[axis - 1] * this->Cells[axis - 1];
    this->Widths[axis].assign(this->Cells[axis], image ? image->GetSpacing()[axis] : 1.0);
    if (image)
    {
      vtkMatrix3x3* turned = image->GetDirectionMatrix();
      axes[axis] = { turned->GetElement(0, axis), turned->GetElement(1, axis),
        turned->GetElement(2, axis) };
    }
    else
    {
      const std::vector<double>& x = reader.coordinates()[axis];
      for (std::size_t i = 1; i < x.size(); ++i)
      {
        this->Widths[axis][i - 1] = x[i] - x[i - 1];
      }
    }
    // Stencils run up the coordinates, whichever way the grid does.
    if (this->Widths[axis][0] < 0.0)
    {
      this->Steps[axis] = -1;
      for (double& width : this->Widths[axis])
      {
        width = -width;
      }
    }
  }
  if (this->Dimension == 2)
  {
    // The grid's thin axis is the one that lies along the plane's normal.
    const Vec3 n = mesh.plane().normal;
    int thin = 0;
    for (int axis = 1; axis < 3; ++axis)
    {
      thin = std::abs(dot(axes[axis], n)) > std::abs(dot(axes[thin], n)) ? axis : thin;
    }
    this->Axes = { (thin + 1) % 3, (thin + 2) % 3, thin };
  }
  for (int s = 0; s < 3; ++s)
  {
    const Vec3 d = axes[this->Axes[s]];
    this->Directions[s] = this->Dimension == 2
      ? Vec3{ dot(d, mesh.plane().uAxis), dot(d, mesh.plane().vAxis), 0.0 }
      : d;
  }
}

bool GridStencils::apply(const MeshAdaptor& mesh)
{
  return vtkImageData::SafeDownCast(mesh.mesh()) || !mesh.reader().coordinates()[0].empty();
}

AxisStencil GridStencils::stencil(vtkIdType cell, int material) const
{
  AxisStencil stencil;
  stencil.dimension = this->Dimension;
  vtkIdType offset[3][3];
  for (int s = 0; s < 3; ++s)
  {
    const int axis = this->Axes[s];
    const vtkIdType index = cell / this->Strides[axis] % this->Cells[axis];
    for (int i = 0; i < 3; ++i)
    {
      const vtkIdType at =
        std::clamp<vtkIdType>(index + this->Steps[axis] * (i - 1), 0, this->Cells[axis] - 1);
      offset[s][i] = at * this->Strides[axis];
      stencil.widths[s][i] = this->Widths[axis][at];
    }
  }
  const double own = this->Fractions.fraction(material, cell);
  for (int i = 0; i < 3; ++i)
  {
    for (int j = 0; j < 3; ++j)
    {
      for (int k = this->Dimension == 2 ? 1 : 0; k < (this->Dimension == 2 ? 2 : 3); ++k)
      {
        const vtkIdType at = offset[0][i] + offset[1][j] + offset[2][k];
        stencil.fractions[i][j][k] = this->Fractions.state(at) == MaterialFractions::Unknown
          ? own
          : this->Fractions.fraction(material, at);
      }
    }
  }
  return stencil;
}

bool GridStencils::isAtEdge(vtkIdType cell) const
{
  for (int s = 0; s < this->Dimension; ++s)
  {
    const int axis = this->Axes[s];
    const vtkIdType index = cell / this->Strides[axis] % this->Cells[axis];
    if (index == 0 || index == this->Cells[axis] - 1)
    {
      return true;
    }
  }
  return false;
}

Vec3 GridStencils::direction(Vec3 n) const
{
  return n.x * this->Directions[0] + n.y * this->Directions[1] + n.z * this->Directions[2];
}

} // namespace mir
