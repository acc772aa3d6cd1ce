// Faces that cells of different size do not share: there the interface has a gap.
#ifndef mir_filters_HangingFaces_h
#define mir_filters_HangingFaces_h

#include "plic/CellBand.h"

#include <cstdint>

namespace mir {

/// Faces (2D: edges) of a band's cells that no other cell has although a point of a neighbour lies
/// on them, as in octrees; only those at cells with known neighbours (CellBand::neighbours). To
/// 1e-6 of the face's size.
std::int64_t countHangingFaces(const CellBand& band);

} // namespace mir

#endif
