#include "NeuralNodeValues.h"

#include "InterfaceBand.h"

#include "reconstruct/neural/NeuralField.h"
#include "reconstruct/neural/Safetensors.h"
#include "reconstruct/neural/SubcellModel.h"
#ifdef MIR_WITH_TORCH
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/autoencoder/AutoencoderField.h"
#endif

#include <map>
#include <mutex>
#include <stdexcept>

namespace mir {

namespace {

constexpr const char* SubcellName = "subcell";
constexpr const char* AutoencoderName = "autoencoder-2ch";

NeuralProposal fromSubcell(const SubcellModel& model, const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells)
{
  return { "Neural subcell", model.subdivisions,
    subcellNodeValues(grid, fractions, mixedCells, model, runThreaded) };
}

#ifdef MIR_WITH_TORCH
NeuralProposal fromAutoencoder(const Autoencoder& model, const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells)
{
  return { "Neural autoencoder " + std::to_string(model.channels()) + " channels",
    autoencoderSubdivisions, autoencoderNodeValues(grid, fractions, mixedCells, model) };
}
#endif

} // namespace

NeuralProposal neuralNodeValues(const std::string& model, int device, const LogicalGrid& grid,
  const std::vector<double>& fractions, const std::vector<std::int64_t>& mixedCells)
{
  static_cast<void>(device); // only LibTorch models have a choice
  if (model == SubcellName)
  {
    return fromSubcell(shippedSubcellModel(), grid, fractions, mixedCells);
  }
#ifdef MIR_WITH_TORCH
  const auto where = static_cast<Device>(device);
  if (model == AutoencoderName)
  {
    // Kept between updates, so that a slider does not load eight megabytes at every step.
    static std::mutex mutex;
    static std::map<Device, Autoencoder> loaded;
    const std::lock_guard<std::mutex> lock(mutex);
    auto known = loaded.find(where);
    if (known == loaded.end())
    {
      known = loaded.emplace(where, Autoencoder::shipped(where)).first;
    }
    return fromAutoencoder(known->second, grid, fractions, mixedCells);
  }
#else
  if (model == AutoencoderName)
  {
    throw std::runtime_error(
      "model '" + model + "' needs LibTorch, which this build is without (MIR_WITH_TORCH)");
  }
#endif
  if (model.find('.') == std::string::npos && model.find('/') == std::string::npos)
  {
    throw std::runtime_error("there is no model '" + model + "': shipped are '" + SubcellName +
      "' and '" + AutoencoderName + "', or give the path of a safetensors file");
  }
  const TensorFile file = readSafetensors(model);
  const std::string& architecture = file.text("architecture");
  if (architecture == "subcell")
  {
    return fromSubcell(loadSubcellModel(file), grid, fractions, mixedCells);
  }
  if (architecture == "autoencoder")
  {
#ifdef MIR_WITH_TORCH
    return fromAutoencoder(Autoencoder::load(file, where), grid, fractions, mixedCells);
#else
    throw std::runtime_error(
      "model '" + model + "' needs LibTorch, which this build is without (MIR_WITH_TORCH)");
#endif
  }
  throw std::runtime_error("model '" + model + "' has the unknown architecture '" + architecture +
    "'; known are subcell and autoencoder");
}

} // namespace mir
