#include "NeuralNodeValues.h"

#include "InterfaceBand.h"
#include "ThreadedLoops.h"

#include "reconstruct/neural/NeuralField.h"
#include "reconstruct/neural/Safetensors.h"
#include "reconstruct/neural/SolidModel.h"
#include "reconstruct/neural/SubcellModel.h"
#ifdef MIR_WITH_TORCH
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/autoencoder/AutoencoderField.h"
#endif

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace mir {

namespace {

constexpr const char* SubcellName = "subcell";
constexpr const char* FastName = "subcell-fast";
constexpr const char* SolidName = "subcell3d";
constexpr const char* AutoencoderName = "autoencoder-2ch";

/// Models that are shipped live on, and others as long as the function.
NeuralModel fromSubcell(const char* name, std::shared_ptr<const SubcellModel> model)
{
  NeuralModel result;
  result.method = std::string("Neural ") + name;
  result.subdivisions = model->subdivisions;
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

#ifdef MIR_WITH_TORCH
NeuralModel fromAutoencoder(const std::shared_ptr<const Autoencoder>& model)
{
  NeuralModel result;
  result.method = "Neural autoencoder " + std::to_string(model->channels()) + " channels";
  result.subdivisions = autoencoderSubdivisions;
  result.withParaboloids = false;
  result.planar = [model](const LogicalGrid& grid, const std::vector<double>& fractions,
                    const std::vector<std::int64_t>& cells) {
    return autoencoderNodeValues(grid, fractions, cells, *model);
  };
  return result;
}

NeuralModel shippedAutoencoder(Device where)
{
  // Kept between updates, so that a slider does not load eight megabytes at every step.
  static std::mutex mutex;
  static std::map<Device, std::shared_ptr<const Autoencoder>> loaded;
  const std::lock_guard<std::mutex> lock(mutex);
  auto known = loaded.find(where);
  if (known == loaded.end())
  {
    known = loaded.emplace(where, std::make_shared<Autoencoder>(Autoencoder::shipped(where))).first;
  }
  return fromAutoencoder(known->second);
}
#else
[[noreturn]] void needsTorch(const std::string& model)
{
  throw std::runtime_error(
    "model '" + model + "' needs LibTorch, which this build is without (MIR_WITH_TORCH)");
}
#endif

NeuralModel namedModel(const std::string& model, int device, int dimension)
{
  static_cast<void>(device); // only LibTorch models have a choice
  if (model == SolidName || (model == SubcellName && dimension == 3))
  {
    return fromSolid(shipped(shippedSolidModel()));
  }
  if (model == SubcellName)
  {
    return fromSubcell(SubcellName, shipped(shippedSubcellModel()));
  }
  if (model == FastName)
  {
    return fromSubcell(FastName, shipped(shippedFastSubcellModel()));
  }
  if (model == AutoencoderName)
  {
#ifdef MIR_WITH_TORCH
    return shippedAutoencoder(static_cast<Device>(device));
#else
    needsTorch(model);
#endif
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
    return fromSubcell(SubcellName, std::make_shared<SubcellModel>(loadSubcellModel(file)));
  }
  if (architecture == "subcell3d")
  {
    return fromSolid(std::make_shared<SolidModel>(loadSolidModel(file)));
  }
  if (architecture == "autoencoder")
  {
#ifdef MIR_WITH_TORCH
    return fromAutoencoder(
      std::make_shared<Autoencoder>(Autoencoder::load(file, static_cast<Device>(device))));
#else
    needsTorch(model);
#endif
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
  return result;
}

} // namespace mir
