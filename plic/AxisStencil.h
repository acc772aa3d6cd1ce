// The 3 x 3 (x 3) neighbourhood of a cell of an axis-aligned mesh.
#ifndef mir_plic_AxisStencil_h
#define mir_plic_AxisStencil_h

#include <array>

namespace mir {

/// Volume fractions around a cell of an image or rectilinear grid, and the widths of the cells.
/// In 2D the third index is 1 throughout and widths[2] are not used.
struct AxisStencil
{
  int dimension = 3;
  /// fractions[i][j][k], the cell itself at [1][1][1].
  double fractions[3][3][3] = {};
  /// widths[axis][i]: widths of the three cells along an axis, in length units.
  double widths[3][3] = { { 1, 1, 1 }, { 1, 1, 1 }, { 1, 1, 1 } };

  double at(const std::array<int, 3>& index) const
  {
    return this->fractions[index[0]][index[1]][index[2]];
  }
  /// Distance between the centres of the first and the last cell along an axis.
  double span(int axis) const
  {
    return 0.5 * (this->widths[axis][0] + this->widths[axis][2]) + this->widths[axis][1];
  }
};

} // namespace mir

#endif
