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
/// columns along each axis; in 3D along each axis the pairs of such slopes with a centred one, and
/// those of all sets of three columns out of four in a square (the analogue of Miller and Colella
/// 2002), 63 in all. Heights are weighted by cell widths. Lines across a 2D stencil come back
/// exact, most planes across a 3D one; lviraNormal() leaves none out. Where the widths in a 2D
/// stencil differ no difference need be exact, and lviraNormal() from the best candidate joins the
/// list.
///
/// Stencils that reach out of the mesh hold no lines' heights: there lviraAt() over the cells that
/// exist takes the normal up (PLIC Interface does so).
///
/// A unit normal out of the material; zero where no direction can be told. z is 0 in 2D.
Vec3 elviraNormal(const AxisStencil& stencil);

} // namespace mir

#endif
