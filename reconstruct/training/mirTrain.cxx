// mir-train: trains the shipped models from a seed.
#include "reconstruct/training/SolidTraining.h"
#include "reconstruct/training/StudyTraining.h"
#include "reconstruct/training/SubcellTraining.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

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

} // namespace

int main(int argc, char** argv)
{
  CLI::App app{ "Trains MIR's models. Every sample follows from the seed; no data is read." };
  app.require_subcommand(1);

  mir::SubcellTraining subcell;
  CLI::App* subcellCommand = app.add_subcommand("subcell", "the sub-cell model");
  subcellCommand->add_option("--out", subcell.out, "weights to write (.safetensors)")->required();
  subcellCommand->add_option("--cells", subcell.cells, "mixed cells in the training set")
    ->check(CLI::Range(1000, 100000000));
  subcellCommand->add_option("--seed", subcell.sampling.seed, "seed of data, weights and noise");
  subcellCommand->add_option("--stencil", subcell.sampling.stencilSize, "K, odd")
    ->check(CLI::IsMember({ 3, 5, 7, 9 }));
  subcellCommand->add_option("--subdivisions", subcell.sampling.subdivisions, "r")
    ->check(CLI::Range(1, 8));
  subcellCommand->add_option("--width", subcell.width, "of the hidden layers")
    ->check(CLI::Range(1, 4096));
  subcellCommand->add_option("--hidden", subcell.hidden, "hidden layers")->check(CLI::Range(1, 16));
  subcellCommand->add_option("--noise", subcell.noisyFraction, "part of the samples made noisy")
    ->check(CLI::Range(0.0, 1.0));
  subcellCommand->add_option("--epochs", subcell.epochs, "passes over the set; reproducible")
    ->check(CLI::Range(0.0, 10000.0));
  subcellCommand->add_option("--minutes", subcell.minutes, "without --epochs: as many as fit")
    ->check(CLI::Range(0.01, 10000.0));
  subcellCommand->add_flag("--resume", subcell.resume, "go on from the checkpoint; give --epochs");

  mir::SolidTraining solid;
  CLI::App* solidCommand = app.add_subcommand("subcell3d", "the sub-cell model in space");
  solidCommand->add_option("--out", solid.out, "weights to write (.safetensors)")->required();
  solidCommand->add_option("--cells", solid.cells, "mixed cells in the training set")
    ->check(CLI::Range(1000, 20000000));
  solidCommand->add_option("--seed", solid.sampling.seed, "seed of data, weights and noise");
  solidCommand->add_option("--width", solid.width, "of the hidden layers")
    ->check(CLI::Range(1, 4096));
  solidCommand->add_option("--hidden", solid.hidden, "hidden layers")->check(CLI::Range(1, 16));
  solidCommand->add_option("--noise", solid.noisyFraction, "part of the samples made noisy")
    ->check(CLI::Range(0.0, 1.0));
  solidCommand->add_option("--epochs", solid.epochs, "passes over the set")
    ->check(CLI::Range(0.01, 10000.0));
  solidCommand->add_option("--threads", solid.threads, "0: all; the result is the same")
    ->check(CLI::Range(0, 1024));
  solidCommand->add_flag("--resume", solid.resume, "go on from the checkpoint");

  mir::StudyTraining study;
  std::string studyModel = "2ch";
  bool withoutLayerNorm = false;
  CLI::App* studyCommand = app.add_subcommand("study", "an autoencoder of the 2021 study");
  studyCommand->add_option("--out", study.out, "weights to write (.safetensors)")->required();
  studyCommand->add_option("--model", studyModel, "32ch, 2ch, 4ch, pooling-d1 or pooling-d2")
    ->check(CLI::IsMember(studyModelNames()));
  studyCommand->add_option("--latent", study.design.latent, "size of the latent vector")
    ->check(CLI::Range(1, 4096));
  studyCommand->add_flag("--no-layernorm", withoutLayerNorm, "without normalising the features");
  studyCommand->add_option("--cell", study.cellSize, "pixels along a cell")
    ->check(CLI::IsMember({ 4, 8 }));
  studyCommand->add_option("--samples", study.samples, "images, each seen once")
    ->check(CLI::Range(1000, 900000000));
  studyCommand->add_option("--conservation", study.conservation, "weight of the penalty")
    ->check(CLI::Range(0.0, 1000.0));
  studyCommand->add_option("--continuity", study.continuity, "weight of the penalty")
    ->check(CLI::Range(0.0, 1000.0));
  studyCommand->add_option("--seed", study.seed, "seed of data and weights");
  studyCommand->add_flag("--resume", study.resume, "go on from the checkpoint");

  CLI11_PARSE(app, argc, argv);
  try
  {
    if (subcellCommand->parsed())
    {
      mir::trainSubcell(subcell);
    }
    if (solidCommand->parsed())
    {
      mir::trainSolid(solid);
    }
    if (studyCommand->parsed())
    {
      const int latent = study.design.latent;
      study.design = studyDesign(studyModel);
      study.design.latent = latent;
      study.design.layerNorm = !withoutLayerNorm;
      mir::trainStudy(study);
    }
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mir-train: %s\n", error.what());
    return 1;
  }
  return 0;
}
