// Random autoencoders of the study's designs, and what LibTorch (in a build without it, our
// kernels) makes of some images: for the test of the exported models.
//   mirAutoencoderSamples FOLDER   writes images.bin, and for every model NAME.safetensors and
//                                  NAME.bin; prints the names
#include "RandomAutoencoder.h"
#ifdef MIR_WITH_TORCH
#include "reconstruct/training/AutoencoderNetwork.hxx"
#else
#include "reconstruct/autoencoder/Autoencoder.h"
#endif

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr int count = 3;
constexpr int pixels = mir::autoencoderImageSize * mir::autoencoderImageSize;

std::vector<float> evaluated(const mir::TensorFile& file, std::vector<float>& images)
{
#ifdef MIR_WITH_TORCH
  const torch::NoGradGuard guard;
  const torch::Tensor answer =
    mir::autoencoderFromFile(file)
      .forward(torch::from_blob(
        images.data(), { count, 1, mir::autoencoderImageSize, mir::autoencoderImageSize }))
      .contiguous();
  return { answer.data_ptr<float>(), answer.data_ptr<float>() + count * pixels };
#else
  return mir::Autoencoder::load(file).evaluate(images.data(), count);
#endif
}

void write(const std::string& path, const std::vector<float>& values)
{
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()),
    static_cast<std::streamsize>(values.size() * sizeof(float)));
}

} // namespace

int main(int argc, char** argv)
{
  if (argc != 2)
  {
    std::fprintf(stderr, "usage: mirAutoencoderSamples FOLDER\n");
    return 2;
  }
  try
  {
    const std::string folder = std::string(argv[1]) + "/";
    std::mt19937 random(1);
    std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
    std::vector<float> images(count * pixels);
    std::generate(images.begin(), images.end(), [&] { return uniform(random); });
    write(folder + "images.bin", images);
    std::vector<mir::StudyModel> models = mir::studyModels();
    models.push_back({ "no-layernorm", { 2, 128, 0, false } });
    for (const mir::StudyModel& model : models)
    {
      const mir::TensorFile file = mir::randomAutoencoderFile(model.design);
      mir::writeSafetensors(folder + model.name + ".safetensors", file, mir::StoredType::Float32);
      write(folder + model.name + ".bin", evaluated(file, images));
      std::printf("%s\n", model.name);
    }
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
