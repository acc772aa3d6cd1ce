#include "reconstruct/neural/Safetensors.h"

#include "reconstruct/neural/HalfFloat.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

namespace mir {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t largestHeader = 1u << 20;
constexpr std::uint64_t largestFile = 1u << 30;
constexpr int deepestNesting = 4;
constexpr std::size_t mostDimensions = 8;

[[noreturn]] void fail(const std::string& file, const std::string& what)
{
  throw std::runtime_error(file + ": not a valid safetensors file: " + what);
}

// Builds the header while refusing what the JSON library would let pass: deep nesting, which
// costs stack, and repeated keys, of which it would keep the last.
Json parseHeader(const char* begin, const char* end, const std::string& file)
{
  std::vector<std::set<std::string>> keys;
  std::string problem;
  const Json::parser_callback_t check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > deepestNesting)
    {
      throw std::runtime_error(file + ": not a valid safetensors file: header nested too deeply");
    }
    if (event == Json::parse_event_t::object_start)
    {
      keys.emplace_back();
    }
    else if (event == Json::parse_event_t::object_end && !keys.empty())
    {
      keys.pop_back();
    }
    else if (event == Json::parse_event_t::key && !keys.empty() &&
      !keys.back().insert(parsed.get<std::string>()).second)
    {
      problem = "duplicate name '" + parsed.get<std::string>() + "'";
    }
    return true;
  };
  Json header;
  try
  {
    header = Json::parse(begin, end, check);
  }
  catch (const Json::exception& error)
  {
    fail(file, std::string("header is not JSON (") + error.what() + ")");
  }
  if (!problem.empty())
  {
    fail(file, problem);
  }
  if (!header.is_object())
  {
    fail(file, "header is not a JSON object");
  }
  return header;
}

std::uint64_t unsignedNumber(const Json& value, const std::string& file, const std::string& what)
{
  if (!value.is_number_unsigned())
  {
    fail(file, what + " is not a non-negative integer");
  }
  return value.get<std::uint64_t>();
}

struct Entry
{
  std::string name;
  std::vector<std::int64_t> shape;
  bool half = false;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t count = 0;
};

Entry parseEntry(
  const std::string& name, const Json& json, std::uint64_t dataSize, const std::string& file)
{
  const std::string what = "tensor '" + name + "'";
  if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
    !json.contains("data_offsets"))
  {
    fail(file, what + " must have dtype, shape and data_offsets and nothing else");
  }
  Entry entry;
  entry.name = name;
  const Json& dtype = json["dtype"];
  if (dtype != "F32" && dtype != "F16")
  {
    fail(file, what + " has a dtype other than F32 and F16");
  }
  entry.half = dtype == "F16";

  const Json& shape = json["shape"];
  if (!shape.is_array() || shape.size() > mostDimensions)
  {
    fail(file, what + " has a shape that is not an array of at most 8 sizes");
  }
  entry.count = 1;
  for (const Json& size : shape)
  {
    const std::uint64_t n = unsignedNumber(size, file, what + ": a size in its shape");
    if (n == 0 || n > largestFile || entry.count > largestFile / n)
    {
      fail(file, what + " has an empty or too large shape");
    }
    entry.count *= n;
    entry.shape.push_back(static_cast<std::int64_t>(n));
  }

  const Json& offsets = json["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2)
  {
    fail(file, what + " has data_offsets that are not a pair");
  }
  entry.begin = unsignedNumber(offsets[0], file, what + ": the begin of its data");
  entry.end = unsignedNumber(offsets[1], file, what + ": the end of its data");
  if (entry.begin > entry.end || entry.end > dataSize)
  {
    fail(file, what + " reaches beyond the end of the file");
  }
  if (entry.end - entry.begin != entry.count * (entry.half ? 2 : 4))
  {
    fail(file, what + " has a data size that does not fit its shape");
  }
  return entry;
}

Tensor readTensor(const Entry& entry, const unsigned char* data, const std::string& file)
{
  Tensor tensor;
  tensor.shape = entry.shape;
  tensor.values.resize(entry.count);
  const unsigned char* from = data + entry.begin;
  for (std::uint64_t k = 0; k < entry.count; ++k)
  {
    float value;
    if (entry.half)
    {
      value = floatFromHalf(static_cast<std::uint16_t>(from[2 * k] | from[2 * k + 1] << 8));
    }
    else
    {
      const std::uint32_t bits = from[4 * k] | std::uint32_t(from[4 * k + 1]) << 8 |
        std::uint32_t(from[4 * k + 2]) << 16 | std::uint32_t(from[4 * k + 3]) << 24;
      std::memcpy(&value, &bits, sizeof value);
    }
    if (!std::isfinite(value))
    {
      fail(file, "tensor '" + entry.name + "' has a value that is not finite");
    }
    tensor.values[k] = value;
  }
  return tensor;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
  std::string text = "(";
  for (std::size_t k = 0; k < shape.size(); ++k)
  {
    text += (k ? ", " : "") + std::to_string(shape[k]);
  }
  return text + ")";
}

} // namespace

const std::string& TensorFile::text(const std::string& key) const
{
  const auto found = this->metadata.find(key);
  if (found == this->metadata.end())
  {
    throw std::runtime_error(this->name + ": the metadata has no '" + key + "'");
  }
  return found->second;
}

int TensorFile::integer(const std::string& key, int low, int high) const
{
  const std::string& value = this->text(key);
  const bool digits = !value.empty() && value.size() <= 9 &&
    std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  const int number = digits ? std::stoi(value) : -1;
  if (!digits || number < low || number > high)
  {
    throw std::runtime_error(this->name + ": the metadata '" + key + "' is '" + value +
      "', not an integer from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return number;
}

const Tensor& TensorFile::tensor(
  const std::string& key, const std::vector<std::int64_t>& shape) const
{
  const auto found = this->tensors.find(key);
  if (found == this->tensors.end())
  {
    throw std::runtime_error(this->name + ": there is no tensor '" + key + "'");
  }
  if (found->second.shape != shape)
  {
    throw std::runtime_error(this->name + ": tensor '" + key + "' has the shape " +
      shapeText(found->second.shape) + " instead of " + shapeText(shape));
  }
  return found->second;
}

TensorFile parseSafetensors(const void* data, std::size_t size, const std::string& name)
{
  const unsigned char* bytes = static_cast<const unsigned char*>(data);
  if (size < 8)
  {
    fail(name, "shorter than its 8-byte header length");
  }
  std::uint64_t headerSize = 0;
  for (int k = 7; k >= 0; --k)
  {
    headerSize = headerSize << 8 | bytes[k];
  }
  if (headerSize > largestHeader || headerSize > size - 8)
  {
    fail(name, "the header is longer than the file or than 1 MB");
  }
  const char* header = reinterpret_cast<const char*>(bytes) + 8;
  if (headerSize == 0 || header[0] != '{')
  {
    fail(name, "the header does not start with '{'");
  }
  const Json json = parseHeader(header, header + headerSize, name);
  const std::uint64_t dataSize = size - 8 - headerSize;

  TensorFile file;
  file.name = name;
  std::vector<Entry> entries;
  for (const auto& item : json.items())
  {
    if (item.key() != "__metadata__")
    {
      entries.push_back(parseEntry(item.key(), item.value(), dataSize, name));
      continue;
    }
    if (!item.value().is_object())
    {
      fail(name, "the metadata is not an object");
    }
    for (const auto& pair : item.value().items())
    {
      if (!pair.value().is_string())
      {
        fail(name, "the metadata '" + pair.key() + "' is not a string");
      }
      file.metadata[pair.key()] = pair.value().get<std::string>();
    }
  }

  std::sort(entries.begin(), entries.end(),
    [](const Entry& a, const Entry& b) { return a.begin < b.begin; });
  std::uint64_t position = 0;
  for (const Entry& entry : entries)
  {
    if (entry.begin != position)
    {
      fail(name,
        "tensor '" + entry.name + "' " +
          (entry.begin < position ? "overlaps the one before" : "leaves a hole before it"));
    }
    position = entry.end;
  }
  if (position != dataSize)
  {
    fail(name, "bytes after the last tensor");
  }
  for (const Entry& entry : entries)
  {
    file.tensors[entry.name] = readTensor(entry, bytes + 8 + headerSize, name);
  }
  return file;
}

TensorFile readSafetensors(const std::string& path)
{
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error)
  {
    throw std::runtime_error(path + ": cannot be read: " + error.message());
  }
  if (size > largestFile)
  {
    fail(path, "larger than 1 GB");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::ifstream stream(path, std::ios::binary);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
  {
    throw std::runtime_error(path + ": cannot be read");
  }
  return parseSafetensors(bytes.data(), bytes.size(), path);
}

std::string safetensorsBytes(const TensorFile& file, StoredType type)
{
  const bool half = type == StoredType::Float16;
  Json header = Json::object();
  if (!file.metadata.empty())
  {
    header["__metadata__"] = file.metadata;
  }
  std::uint64_t position = 0;
  for (const auto& [name, tensor] : file.tensors)
  {
    const std::uint64_t end = position + tensor.values.size() * (half ? 2 : 4);
    header[name] = { { "dtype", half ? "F16" : "F32" }, { "shape", tensor.shape },
      { "data_offsets", { position, end } } };
    position = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');

  std::string bytes;
  bytes.reserve(8 + text.size() + position);
  const auto put = [&](std::uint64_t value, int count) {
    for (int k = 0; k < count; ++k)
    {
      bytes.push_back(static_cast<char>(value >> 8 * k & 0xff));
    }
  };
  put(text.size(), 8);
  bytes += text;
  for (const auto& [name, tensor] : file.tensors)
  {
    for (float value : tensor.values)
    {
      if (!std::isfinite(value) || (half && std::fabs(value) > 65504.0f))
      {
        throw std::runtime_error(
          file.name + ": tensor '" + name + "' has a value that cannot be stored");
      }
      std::uint32_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      half ? put(halfFromFloat(value), 2) : put(bits, 4);
    }
  }
  return bytes;
}

void writeSafetensors(const std::string& path, const TensorFile& file, StoredType type)
{
  const std::string bytes = safetensorsBytes(file, type);
  const std::string partial = path + ".part";
  {
    std::ofstream stream(partial, std::ios::binary);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream)
    {
      throw std::runtime_error(path + ": cannot be written");
    }
  }
  std::error_code error;
  std::filesystem::rename(partial, path, error);
  if (error)
  {
    throw std::runtime_error(path + ": cannot be written: " + error.message());
  }
}

} // namespace mir
