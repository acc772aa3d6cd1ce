#ifndef mir_plic_MixedYoungsCentered_h
#define mir_plic_MixedYoungsCentered_h

#include "plic/AxisStencil.h"
#include "plic/Vector.h"

namespace mir {

/// Mixed Youngs-Centered normal (Aulisa, Manservisi, Scardovelli, Zaleski 2007): for each axis the
/// interface is a height function of the three-cell columns, with centred differences; of these the
/// one whose own axis dominates most, unless Youngs' normal is less aligned with an axis still.
/// Column heights are weighted by cell widths, so stretched rectilinear cells are right too. Exact
/// for planes that leave all columns along an axis through their sides.
/// Points out of the material, not normalised; zero where no direction can be told. z is 0 in 2D.
Vec3 mixedYoungsCenteredNormal(const AxisStencil& stencil);

} // namespace mir

#endif
