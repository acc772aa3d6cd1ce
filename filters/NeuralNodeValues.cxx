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
#include "reconstruct/autoencoder/cuda/AutoencoderCuda.h"
#include "reconstruct/neural/cuda/SubcellCuda.h"
#endif

#include <functional>
#include <memory>
#include <stdexcept>

namespace mir {

namespace {

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

#ifdef MIR_WITH_CUDA
/// Empty where the model's maps do not fit the GPU.
ImageEvaluation evaluationOnGpu(const TensorFile& file)
{
  constexpr int imagesAtATime = 256;
  try
  {
    const auto gpu = std::make_shared<AutoencoderCuda>(
      file, CudaPrecision::Single, CudaLaunch::Graph, imagesAtATime);
    return [gpu](const float* images, int count) { return gpu->evaluate(images, count); };
  }
  catch (const std::runtime_error&)
  {
    return {};
  }
}
#endif

/// `file` gives the model's own.
NeuralModel fromAutoencoder(
  const Autoencoder& model, const std::function<TensorFile()>& file, int device)
{
  ImageEvaluation evaluate;
#ifdef MIR_WITH_CUDA
  if (device != Processor && cudaAvailable())
  {
    evaluate = evaluationOnGpu(file());
  }
#else
  static_cast<void>(file);
  static_cast<void>(device);
#endif
  NeuralModel result;
  result.method = "Neural " + model.design().description();
  result.subdivisions = autoencoderSubdivisions;
  result.withParaboloids = false;
  result.onGpu = static_cast<bool>(evaluate);
  if (!evaluate)
  {
    evaluate = [model](const float* images, int count) {
      return model.evaluate(images, count, Precision::Single, runThreaded);
    };
  }
  result.planar = [evaluate](const LogicalGrid& grid, const std::vector<double>& fractions,
                    const std::vector<std::int64_t>& cells) {
    return autoencoderNodeValues(grid, fractions, cells, evaluate);
  };
  return result;
}

/// A model that is compiled in. Its weights are read when it is first opened, and kept.
struct ShippedModel
{
  std::string name;
  std::function<NeuralModel(int device, int dimension)> open;
};

const std::vector<ShippedModel>& shippedModels()
{
  static const std::vector<ShippedModel> models = [] {
    const auto solid = [](int, int) { return fromSolid(shipped(shippedSolidModel())); };
    std::vector<ShippedModel> list = {
      { "subcell",
        [solid](int device, int dimension) {
          return dimension == 3 ? solid(device, dimension)
                                : fromSubcell("subcell", shipped(shippedSubcellModel()), device);
        } },
      { "subcell-fast",
        [](int device, int) {
          return fromSubcell("subcell-fast", shipped(shippedFastSubcellModel()), device);
        } },
      { "subcell3d", solid },
    };
    for (const std::string& name : Autoencoder::shippedNames())
    {
      list.push_back(
        { "autoencoder-" + name, [name](int device, int) {
           return fromAutoencoder(
             Autoencoder::shipped(name), [name] { return Autoencoder::shippedFile(name); }, device);
         } });
    }
    return list;
  }();
  return models;
}

NeuralModel namedModel(const std::string& model, int device, int dimension)
{
  std::string names;
  for (const ShippedModel& known : shippedModels())
  {
    if (model == known.name)
    {
      return known.open(device, dimension);
    }
    names += (names.empty() ? "'" : ", '") + known.name + "'";
  }
  if (model.find('.') == std::string::npos && model.find('/') == std::string::npos)
  {
    throw std::runtime_error("there is no model '" + model + "': shipped are " + names +
      ", or give the path of a safetensors file");
  }
  const TensorFile file = readSafetensors(model);
  const std::string& architecture = file.text("architecture");
  if (architecture == "subcell")
  {
    return fromSubcell("subcell", std::make_shared<SubcellModel>(loadSubcellModel(file)), device);
  }
  if (architecture == "subcell3d")
  {
    return fromSolid(std::make_shared<SolidModel>(loadSolidModel(file)));
  }
  if (architecture == "autoencoder")
  {
    return fromAutoencoder(
      Autoencoder::load(file), [&file] { return file; }, device);
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
