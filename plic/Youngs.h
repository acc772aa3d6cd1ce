#ifndef mir_plic_Youngs_h
#define mir_plic_Youngs_h

#include "plic/AxisStencil.h"
#include "plic/Vector.h"

namespace mir {

/// Youngs' normal: the negative gradient of the fractions, central differences averaged over the
/// neighbours with the weights 1, 2, 1 in each other direction (Youngs 1984). Points out of the
/// material, not normalised; zero where the gradient vanishes. z is 0 in 2D. Does not converge with
/// the mesh: about .4 % of a cell remains on a circle.
Vec3 youngsNormal(const AxisStencil& stencil);

} // namespace mir

#endif
