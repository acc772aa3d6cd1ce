// mir-export: writes an autoencoder as ONNX.
#include "reconstruct/autoencoder/OnnxModel.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

int main(int argc, char** argv)
{
  CLI::App app{
    "Writes an autoencoder as ONNX: float (batch, 1, 64, 64) fractions in, coverage out."
  };
  std::string from;
  std::string to;
  app.add_option("weights", from, "weights of an autoencoder (.safetensors)")->required();
  app.add_option("--out", to, "model to write (.onnx)")->required();
  CLI11_PARSE(app, argc, argv);
  try
  {
    const std::string bytes = mir::onnxModel(mir::readSafetensors(from));
    std::ofstream file(to, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file)
    {
      throw std::runtime_error(to + ": cannot be written");
    }
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mir-export: %s\n", error.what());
    return 1;
  }
  return 0;
}
