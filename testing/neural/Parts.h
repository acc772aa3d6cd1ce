// The accuracy tables of the neural method, part by part.
#ifndef mir_testing_neural_Parts_h
#define mir_testing_neural_Parts_h

#include "Sweep.h"

#include "reconstruct/neural/SubcellModel.h"

#include <vector>

namespace mir::testing {

struct PartOptions
{
  const SubcellModel* model = nullptr;
  std::vector<unsigned> seeds;
  bool quick = false;
  /// Leaves out the methods that it is compared with.
  bool networkAlone = false;
};

struct NeuralPart
{
  const char* name;
  void (*run)(Table& table, const PartOptions& options);
};

const std::vector<NeuralPart>& neuralParts();

/// The network, Youngs, ELVIRA, Reconstructed Distance and Variational.
Wanted wantedOf(const PartOptions& options);

} // namespace mir::testing

#endif
