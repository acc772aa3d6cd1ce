// Autoencoders as ONNX, for ONNX Runtime and TensorRT.
#ifndef mir_reconstruct_autoencoder_OnnxModel_h
#define mir_reconstruct_autoencoder_OnnxModel_h

#include "reconstruct/neural/Safetensors.h"

#include <string>

namespace mir {

/// The bytes of an ONNX model (IR version 8, operator set 17) of the autoencoder in a file: input
/// `fractions` and output `coverage`, both float (batch, 1, 64, 64) with any batch. Weights are
/// float. Errors as designOfFile.
std::string onnxModel(const TensorFile& file);

} // namespace mir

#endif
