// How a long work tells how far it is, and hears whether to go on.
#ifndef mir_filters_Progress_h
#define mir_filters_Progress_h

#include <functional>

namespace mir {

/// Called with values from 0 to 1; the work stops when it returns false.
using Progress = std::function<bool(double)>;

} // namespace mir

#endif
