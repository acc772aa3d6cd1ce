#include "NeuralNodeValues.h"

#include "InterfaceBand.h"
#include "ThreadedLoops.h"

#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/autoencoder/AutoencoderField.h"
#include "reconstruct/neural/NeuralField.h"
#include "reconstruct/neural/Safetensors.h"
#include "reconstruct/neural/SolidModel.h"
#include "reconstruct/neural/SubcellModel.h"
#ifdef MIR_WITH_CUDA
#include "reconstruct/neural/cuda/SubcellCuda.h"
#endif

#include <memory>
#include <mutex>
#include <stdexcept>

namespace mir {

namespace {

constexpr const char* SubcellName = "subcell";
constexpr const char* FastName = "subcell-fast";
constexpr const char* SolidName = "subcell3d";
constexpr const char* AutoencoderName = "autoencoder-2ch";

enum Device
{
  Auto,
  Processor,
  Cuda
};

/// Why a model does not run on a GPU.
std::string whyNotCuda(const std::string& model)
{
#ifdef MIR_WITH_CUDA
  std::string description;
  return cudaAvailable(&description) ? "model '" + model + "' has no kernels for it" : description;
#else
  return "this build has no kernels for model '" + model + "' (MIR_WITH_CUDA)";
#endif
}

/// Models that are shipped live on, and others as long as the function.
NeuralModel fromSubcell(const char* name, std::shared_ptr<const SubcellModel> model, int device)
{
  NeuralModel result;
  result.method = std::string("Neural ") + name;
  result.subdivisions = model->subdivisions;
#ifdef MIR_WITH_CUDA
  if (device != Processor && cudaAvailable())
  {
    result.onGpu = true;
    const auto gpu = std::make_shared<SubcellCuda>(*model, CudaPrecision::Single);
    result.planar = [model, gpu](const LogicalGrid& grid, const std::vector<double>& fractions,
                      const std::vector<std::int64_t>& cells) {
      return gpu->nodeValues(grid, fractions, cells, runThreaded);
    };
    return result;
  }
#else
  static_cast<void>(device);
#endif
  result.planar = [model](const LogicalGrid& grid, const std::vector<double>& fractions,
                    const std::vector<std::int64_t>& cells) {
    return subcellNodeValues(grid, fractions, cells, *model, runThreaded);
  };
  return result;
}

NeuralModel fromSolid(std::shared_ptr<const SolidModel> model)
{
  NeuralModel result;
  result.method = "Neural subcell3d";
  result.subdivisions = model->subdivisions;
  result.solid = [model](const SolidGrid& grid, const std::vector<double>& fractions,
                   const std::vector<std::int64_t>& cells) {
    return solidNodeValues(grid, fractions, cells, *model, model->subdivisions, runThreaded);
  };
  return result;
}

template <typename Model>
std::shared_ptr<const Model> shipped(const Model& model)
{
  return { &model, [](const Model*) {} };
}

NeuralModel fromAutoencoder(const Autoencoder& model)
{
  NeuralModel result;
  result.method = "Neural " + model.design().description();
  result.subdivisions = autoencoderSubdivisions;
  result.withParaboloids = false;
  result.planar = [model](const LogicalGrid& grid, const std::vector<double>& fractions,
                    const std::vector<std::int64_t>& cells) {
    return autoencoderNodeValues(grid, fractions, cells, model, runThreaded);
  };
  return result;
}

/// Kept between updates, so that a slider does not load megabytes at every step.
const Autoencoder& shippedAutoencoder()
{
  static const Autoencoder model = Autoencoder::shipped();
  return model;
}

NeuralModel namedModel(const std::string& model, int device, int dimension)
{
  if (model == SolidName || (model == SubcellName && dimension == 3))
  {
    return fromSolid(shipped(shippedSolidModel()));
  }
  if (model == SubcellName)
  {
    return fromSubcell(SubcellName, shipped(shippedSubcellModel()), device);
  }
  if (model == FastName)
  {
    return fromSubcell(FastName, shipped(shippedFastSubcellModel()), device);
  }
  if (model == AutoencoderName)
  {
    return fromAutoencoder(shippedAutoencoder());
  }
  if (model.find('.') == std::string::npos && model.find('/') == std::string::npos)
  {
    throw std::runtime_error("there is no model '" + model + "': shipped are '" + SubcellName +
      "', '" + FastName + "', '" + SolidName + "' and '" + AutoencoderName +
      "', or give the path of a safetensors file");
  }
  const TensorFile file = readSafetensors(model);
  const std::string& architecture = file.text("architecture");
  if (architecture == "subcell")
  {
    return fromSubcell(SubcellName, std::make_shared<SubcellModel>(loadSubcellModel(file)), device);
  }
  if (architecture == "subcell3d")
  {
    return fromSolid(std::make_shared<SolidModel>(loadSolidModel(file)));
  }
  if (architecture == "autoencoder")
  {
    return fromAutoencoder(Autoencoder::load(file));
  }
  throw std::runtime_error("model '" + model + "' has the unknown architecture '" + architecture +
    "'; known are subcell, subcell3d and autoencoder");
}

} // namespace

NeuralModel neuralModel(const std::string& model, int device, int dimension)
{
  NeuralModel result = namedModel(model, device, dimension);
  if (dimension == 2 ? !result.planar : !result.solid)
  {
    throw std::runtime_error("model '" + model + "' is for meshes of dimension " +
      std::to_string(5 - dimension) + ", and this one has " + std::to_string(dimension));
  }
  if (device == Cuda && !result.onGpu)
  {
    throw std::runtime_error("Device is CUDA, but " + whyNotCuda(model));
  }
  return result;
}

} // namespace mir
