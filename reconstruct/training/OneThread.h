// Keeps a training on one thread and its memory with the process.
#ifndef mir_reconstruct_training_OneThread_h
#define mir_reconstruct_training_OneThread_h

namespace mir {

/// LibTorch and the BLAS behind it use one thread from here on, which makes sums reproducible, and
/// large blocks freed in a step are kept for the next one. Call before the first tensor.
void useOneThread();

} // namespace mir

#endif
