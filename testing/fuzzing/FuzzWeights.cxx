// Fuzzing of what reads weight files: whatever the bytes are, they are read or refused by a
// std::runtime_error that names the file and says what is wrong. A libFuzzer program; testing/fuzz
// runs it.
#include "reconstruct/autoencoder/AutoencoderWeights.h"
#include "reconstruct/neural/Safetensors.h"
#include "reconstruct/neural/SolidModel.h"
#include "reconstruct/neural/SubcellModel.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

const std::string fileName = "fuzzed-file";

void require(bool law, const char* what)
{
  if (!law)
  {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

// Runs `read`; an error it ends in must name the file and say something about it.
template <typename Read>
bool readOrRefused(const Read& read)
{
  try
  {
    read();
    return true;
  }
  catch (const std::runtime_error& error)
  {
    const std::string message = error.what();
    require(message.compare(0, fileName.size() + 2, fileName + ": ") == 0 &&
        message.size() > fileName.size() + 12,
      "an error names the file and says what is wrong");
    return false;
  }
}

void checkTensors(const mir::TensorFile& file, std::size_t fileSize)
{
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : file.tensors)
  {
    std::size_t count = 1;
    for (std::int64_t size : tensor.shape)
    {
      count *= static_cast<std::size_t>(size);
    }
    require(count == tensor.values.size(), "a tensor has the values its shape asks for");
    for (float value : tensor.values)
    {
      require(std::isfinite(value), "values are finite");
    }
    bytes += 2 * count;
  }
  require(bytes < fileSize, "there are no more values than the file has bytes for");
}

// What was read can be written and read again, and is then the same.
void checkRewritten(const mir::TensorFile& file)
{
  const std::string bytes = mir::safetensorsBytes(file, mir::StoredType::Float32);
  const mir::TensorFile again = mir::parseSafetensors(bytes.data(), bytes.size(), fileName);
  require(again.metadata == file.metadata && again.tensors.size() == file.tensors.size(),
    "metadata come back");
  for (const auto& [name, tensor] : file.tensors)
  {
    require(again.tensor(name, tensor.shape).values == tensor.values, "tensors come back");
  }
}

// A SubcellModel or a SolidModel.
template <typename Model>
void checkModel(const Model& model)
{
  const std::vector<float> stencil(model.stencilValues(), 0.25f);
  std::vector<double> nodes(model.nodesPerCell());
  model.evaluate(stencil.data(), 1, nodes.data());
  for (double value : nodes)
  {
    require(std::isfinite(value), "a model that is read gives finite distances");
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  mir::TensorFile file;
  if (!readOrRefused([&] { file = mir::parseSafetensors(data, size, fileName); }))
  {
    return 0;
  }
  checkTensors(file, size);
  checkRewritten(file);
  mir::SubcellModel model;
  if (readOrRefused([&] { model = mir::loadSubcellModel(file); }))
  {
    checkModel(model);
  }
  mir::SolidModel solid;
  if (readOrRefused([&] { solid = mir::loadSolidModel(file); }))
  {
    checkModel(solid);
  }
  readOrRefused([&] { mir::autoencoderWeights(file); });
  return 0;
}

// Three changes of four keep the file whole: the header alone is changed and its length written
// anew. Bytes changed at random would hardly ever get past the length.
extern "C" std::size_t LLVMFuzzerCustomMutator(
  std::uint8_t* data, std::size_t size, std::size_t most, unsigned int seed)
{
  std::uint64_t header = 0;
  if (size >= 8)
  {
    std::memcpy(&header, data, 8);
  }
  if (seed % 4 == 0 || size < 8 || header > size - 8)
  {
    return LLVMFuzzerMutate(data, size, most);
  }
  std::string text(reinterpret_cast<char*>(data) + 8, header);
  const std::string tensors(reinterpret_cast<char*>(data) + 8 + header, size - 8 - header);
  const std::size_t room = most - 8 - tensors.size();
  const std::size_t before = text.size();
  text.resize(room);
  header = LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), before, room);
  std::memcpy(data, &header, 8);
  std::memcpy(data + 8, text.data(), header);
  std::memcpy(data + 8 + header, tensors.data(), tensors.size());
  return 8 + header + tensors.size();
}
