#ifndef mir_filters_ThreadsByDefault_h
#define mir_filters_ThreadsByDefault_h

namespace mir {

/// VTK starts with one thread. The first call switches vtkSMPTools to STDThread where that is
/// compiled in and nobody has chosen a backend, by VTK_SMP_BACKEND_IN_USE or otherwise.
void useThreadsByDefault();

} // namespace mir

#endif
