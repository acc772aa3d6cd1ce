// The same network by LibTorch, to compare with.
#ifndef mir_testing_neural_LibTorchForward_h
#define mir_testing_neural_LibTorchForward_h

#include "reconstruct/neural/Perceptron.h"

#include <cstddef>
#include <memory>
#include <string>

namespace mir::testing {

/// Whether this build has LibTorch.
bool haveLibTorch();

/// The library that LibTorch multiplies matrices with in this process.
std::string torchBlas();

/// Lets LibTorch, and the BLAS behind it, use so many threads from here on.
void useTorchThreads(int threads);

/// Forward passes of `rows` rows at once. A std::runtime_error in a build without LibTorch.
class LibTorchForward
{
public:
  LibTorchForward(const Perceptron& network, std::size_t rows, int threads);
  ~LibTorchForward();
  void run();

private:
  struct Tensors;
  std::unique_ptr<Tensors> Parts;
};

} // namespace mir::testing

#endif
