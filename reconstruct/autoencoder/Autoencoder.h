// The study's convolutional autoencoder: 64 x 64 images of fractions in, of material out.
#ifndef mir_reconstruct_autoencoder_Autoencoder_h
#define mir_reconstruct_autoencoder_Autoencoder_h

#include "plic/ParallelFor.h"
#include "reconstruct/autoencoder/AutoencoderDesign.h"
#include "reconstruct/neural/Perceptron.h"
#include "reconstruct/neural/Safetensors.h"

#include <memory>
#include <string>
#include <vector>

namespace mir {

/// An autoencoder of any AutoencoderDesign, evaluated without LibTorch.
class Autoencoder
{
public:
  /// The model in a file; errors as designOfFile.
  static Autoencoder load(const TensorFile& file);
  /// Names of the models compiled into the library, as studyModels calls them: those of the files
  /// data/weights/autoencoder-NAME.safetensors.
  static std::vector<std::string> shippedNames();
  /// One of them, read when it is first asked for and kept; any thread may ask. Throws
  /// std::runtime_error for other names.
  static Autoencoder shipped(const std::string& name);
  /// The file of one of them; throws as shipped().
  static TensorFile shippedFile(const std::string& name);

  /// Evaluates `count` row-major images of 64 x 64 fractions, cells drawn as constant blocks, into
  /// as many images of the material's coverage in (0, 1). An image's result does not depend on the
  /// others nor on threads, to the bit. With Precision::BFloat16 the fully connected layers run on
  /// the matrix unit, where there is one; coverage then differs by less than 2e-2.
  std::vector<float> evaluate(const float* images, int count,
    Precision precision = Precision::Single, const ParallelFor& parallelFor = runSerially) const;

  const AutoencoderDesign& design() const;

private:
  struct Networks;
  explicit Autoencoder(std::shared_ptr<const Networks> networks);
  std::shared_ptr<const Networks> Forms;
};

} // namespace mir

#endif
