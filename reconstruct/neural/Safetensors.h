// Reading and writing weights as safetensors, an inert format: nothing in a file is executed.
#ifndef mir_reconstruct_neural_Safetensors_h
#define mir_reconstruct_neural_Safetensors_h

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mir {

/// A dense row-major tensor. F16 tensors are widened to float when read.
struct Tensor
{
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// The content of one file.
struct TensorFile
{
  /// What error messages call the file.
  std::string name;
  std::map<std::string, std::string> metadata;
  std::map<std::string, Tensor> tensors;

  /// The metadata entry `key`; a std::runtime_error when it is absent.
  const std::string& text(const std::string& key) const;
  /// The metadata entry `key` as an integer in low .. high; a std::runtime_error otherwise.
  int integer(const std::string& key, int low, int high) const;
  /// The tensor `key`; a std::runtime_error when it is absent or its shape is not `shape`.
  const Tensor& tensor(const std::string& key, const std::vector<std::int64_t>& shape) const;
};

/// Reads a file of the safetensors format (Hugging Face 2022): an 8-byte little-endian header
/// length, a JSON header, and the tensors' little-endian bytes.
///
/// The bytes are not trusted. The header is at most 1 MB and nests at most 4 deep; names are
/// unique; dtypes are F32 and F16; every tensor has exactly the bytes its shape asks for; tensors
/// cover the data without overlaps or holes; all values are finite. Everything else throws a
/// std::runtime_error that names the file and says what is wrong.
TensorFile parseSafetensors(const void* data, std::size_t size, const std::string& name);

/// Reads the file at `path` (at most 1 GB); errors as parseSafetensors.
TensorFile readSafetensors(const std::string& path);

enum class StoredType
{
  Float32,
  Float16 ///< Rounded to nearest even; a value beyond 65504 is a std::runtime_error.
};

/// The bytes of a file with these tensors and metadata, tensors ordered by name.
std::string safetensorsBytes(const TensorFile& file, StoredType type);

/// Writes safetensorsBytes to `path`, replacing it at once (written beside it, then renamed).
void writeSafetensors(const std::string& path, const TensorFile& file, StoredType type);

} // namespace mir

#endif
