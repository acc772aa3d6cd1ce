// mir-train: trains the shipped models from a seed.
#include "reconstruct/training/PlanarSamples.h"
#include "reconstruct/training/SolidSamples.h"
#ifdef MIR_WITH_TORCH
#include "reconstruct/training/StudyTraining.h"
#endif
#include "reconstruct/training/SubcellTraining.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using MakeSource = mir::SampleSource (*)(std::uint64_t seed, int stencilSize, int subdivisions);

/// What a command is given, from its defaults.
struct SubcellCommand
{
  mir::SubcellTraining training;
  std::uint64_t seed = 1;
  int stencilSize = 7;
  int subdivisions = 4;
};

void addSubcellCommand(
  CLI::App& app, const char* name, const char* what, SubcellCommand& command, MakeSource makeSource)
{
  mir::SubcellTraining& training = command.training;
  CLI::App* own = app.add_subcommand(name, what);
  own->add_option("--out", training.out, "weights to write (.safetensors)")->required();
  own->add_option("--cells", training.cells, "mixed cells in the training set")
    ->check(CLI::Range(1000, 20000000))
    ->capture_default_str();
  own->add_option("--seed", command.seed, "seed of data, weights and noise")->capture_default_str();
  own->add_option("--stencil", command.stencilSize, "K, odd")
    ->check(CLI::IsMember({ 3, 5, 7, 9 }))
    ->capture_default_str();
  own->add_option("--subdivisions", command.subdivisions, "r")
    ->check(CLI::Range(1, 8))
    ->capture_default_str();
  own->add_option("--width", training.width, "of the hidden layers")
    ->check(CLI::Range(1, 4096))
    ->capture_default_str();
  own->add_option("--hidden", training.hidden, "hidden layers")
    ->check(CLI::Range(1, 16))
    ->capture_default_str();
  own->add_option("--noise", training.noisyPart, "part of the samples made noisy")
    ->check(CLI::Range(0.0, 1.0))
    ->capture_default_str();
  own->add_option("--epochs", training.epochs, "passes over the set")
    ->check(CLI::Range(0.01, 10000.0))
    ->capture_default_str();
  own->add_option("--threads", training.threads, "0: all; the result is the same")
    ->check(CLI::Range(0, 1024))
    ->capture_default_str();
  own->add_flag("--resume", training.resume, "go on from the checkpoint");
  own->callback([&command, makeSource] {
    mir::trainSubcell(
      makeSource(command.seed, command.stencilSize, command.subdivisions), command.training);
  });
}

#ifdef MIR_WITH_TORCH
std::vector<std::string> studyModelNames()
{
  std::vector<std::string> names;
  for (const mir::StudyModel& model : mir::studyModels())
  {
    names.push_back(model.name);
  }
  return names;
}

mir::AutoencoderDesign studyDesign(const std::string& name)
{
  const auto& models = mir::studyModels();
  return std::find_if(models.begin(), models.end(), [&](const mir::StudyModel& model) {
    return name == model.name;
  })->design;
}

struct StudyCommand
{
  mir::StudyTraining training;
  std::string model = "2ch";
  bool withoutLayerNorm = false;
};

void addStudyCommand(CLI::App& app, StudyCommand& command)
{
  mir::StudyTraining& training = command.training;
  CLI::App* own = app.add_subcommand("study", "an autoencoder of the 2021 study");
  own->add_option("--out", training.out, "weights to write (.safetensors)")->required();
  own->add_option("--model", command.model, "which of the study's")
    ->check(CLI::IsMember(studyModelNames()))
    ->capture_default_str();
  own->add_option("--latent", training.design.latent, "size of the latent vector")
    ->check(CLI::Range(1, 4096))
    ->capture_default_str();
  own->add_flag("--no-layernorm", command.withoutLayerNorm, "without normalising the features");
  own->add_option("--cell", training.cellSize, "pixels along a cell")
    ->check(CLI::IsMember({ 4, 8 }))
    ->capture_default_str();
  own->add_option("--samples", training.samples, "images, each seen once")
    ->check(CLI::Range(1000, 900000000))
    ->capture_default_str();
  own->add_option("--batch", training.batch, "images of a step")
    ->check(CLI::Range(1, 4096))
    ->capture_default_str();
  own->add_option("--rate", training.rate, "of Adam, after the warm-up")
    ->check(CLI::Range(1e-6, 1.0))
    ->capture_default_str();
  own->add_option("--conservation", training.penalties.conservation, "weight of the penalty")
    ->check(CLI::Range(0.0, 1000.0))
    ->capture_default_str();
  own->add_option("--continuity", training.penalties.continuity, "weight of the penalty")
    ->check(CLI::Range(0.0, 1000.0))
    ->capture_default_str();
  own->add_option("--seed", training.seed, "seed of data and weights")->capture_default_str();
  own->add_flag("--resume", training.resume, "go on from the checkpoint");
  own->callback([&command] {
    mir::StudyTraining options = command.training;
    const int latent = options.design.latent;
    options.design = studyDesign(command.model);
    options.design.latent = latent;
    options.design.layerNorm = !command.withoutLayerNorm;
    mir::trainStudy(options);
  });
}
#endif

} // namespace

int main(int argc, char** argv)
{
  CLI::App app{ "Trains MIR's models. Every sample follows from the seed; no data is read." };
  app.require_subcommand(1);

  SubcellCommand planar;
  addSubcellCommand(app, "subcell", "the sub-cell model", planar, mir::planarSamples);

  SubcellCommand fast;
  fast.stencilSize = 5;
  fast.training.width = 64;
  fast.training.epochs = 80.0;
  addSubcellCommand(app, "subcell-fast", "the small sub-cell model", fast, mir::planarSamples);

  SubcellCommand solid;
  solid.stencilSize = 5;
  solid.training.cells = 1500000;
  solid.training.width = 112;
  solid.training.noisyPart = 0.25;
  addSubcellCommand(app, "subcell3d", "the sub-cell model in space", solid, mir::solidSamples);

#ifdef MIR_WITH_TORCH
  StudyCommand study;
  addStudyCommand(app, study);
#endif

  try
  {
    app.parse(argc, argv);
  }
  catch (const CLI::ParseError& error)
  {
    return app.exit(error);
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mir-train: %s\n", error.what());
    return 1;
  }
  return 0;
}
