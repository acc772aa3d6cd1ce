#ifndef mir_plic_Elvira_h
#define mir_plic_Elvira_h

#include "plic/AxisStencil.h"
#include "plic/Vector.h"

namespace mir {

/// Efficient least squares volume-of-fluid reconstruction (Pilliod and Puckett 2004): of a list of
/// candidate normals the one whose plane, cut so that the middle cell has its fraction and extended
/// over the stencil, misses the neighbours' fractions least, by the sum of squares. Fractions of
/// the candidates' planes are exact.
///
/// In 2D the six slopes of backward, centred and forward differences of the heights of three-cell
/// columns along each axis; in 3D the 3 x 3 pairs of them, and those along the two diagonals of the
/// columns, for each axis (after Miller and Colella 2002). Heights are weighted by cell widths.
/// Lines across a 2D stencil of cells of one width and one height come back exact. Where widths
/// differ no difference need be exact, and lviraNormal() of the best candidate takes its place if
/// it misses less. A unit normal out of the material; zero where no direction can be told. z is 0
/// in 2D.
Vec3 elviraNormal(const AxisStencil& stencil);

} // namespace mir

#endif
