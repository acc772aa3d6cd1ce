// Laws of the safetensors reader and writer: what is written comes back, and no bytes crash it.
#include "reconstruct/neural/HalfFloat.h"
#include "reconstruct/neural/Safetensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <string>

using namespace mir;

namespace {

TensorFile exampleFile()
{
  TensorFile file;
  file.name = "example";
  file.metadata = { { "architecture", "test" }, { "K", "7" } };
  file.tensors["a"] = { { 2, 3 }, { 1.0f, -2.5f, 0.0f, 65504.0f, 6.103515625e-5f, -0.25f } };
  file.tensors["b"] = { { 4 }, { 0.5f, 1.5f, -3.0f, 1024.0f } };
  return file;
}

std::string withHeader(const std::string& header, const std::string& data)
{
  std::string bytes;
  for (int k = 0; k < 8; ++k)
  {
    bytes.push_back(static_cast<char>(header.size() >> 8 * k & 0xff));
  }
  return bytes + header + data;
}

// The message of the error that parsing must end in.
std::string errorOf(const std::string& bytes)
{
  try
  {
    parseSafetensors(bytes.data(), bytes.size(), "some-file");
  }
  catch (const std::runtime_error& error)
  {
    return error.what();
  }
  return "no error";
}

void expectError(const std::string& header, const std::string& data, const std::string& part)
{
  const std::string message = errorOf(withHeader(header, data));
  EXPECT_NE(message.find("some-file"), std::string::npos) << message;
  EXPECT_NE(message.find(part), std::string::npos) << message << " for " << header;
}

// Parses or throws std::runtime_error; anything else fails the test.
void expectParsedOrRefused(const std::string& bytes)
{
  try
  {
    for (const auto& [name, tensor] : parseSafetensors(bytes.data(), bytes.size(), "x").tensors)
    {
      for (float value : tensor.values)
      {
        ASSERT_TRUE(std::isfinite(value)) << name;
      }
    }
  }
  catch (const std::runtime_error&)
  {}
}

TEST(TestSafetensors, WhatIsWrittenComesBack)
{
  const TensorFile file = exampleFile();
  for (StoredType type : { StoredType::Float32, StoredType::Float16 })
  {
    const std::string bytes = safetensorsBytes(file, type);
    const TensorFile back = parseSafetensors(bytes.data(), bytes.size(), "back");
    EXPECT_EQ(back.metadata, file.metadata);
    ASSERT_EQ(back.tensors.size(), file.tensors.size());
    for (const auto& [name, tensor] : file.tensors)
    {
      EXPECT_EQ(back.tensor(name, tensor.shape).values, tensor.values) << name;
    }
  }
}

TEST(TestSafetensors, WhatIsWrittenToAFileComesBack)
{
  const std::string path = std::string(MIR_TESTING_TEMPORARY) + "/example.safetensors";
  writeSafetensors(path, exampleFile(), StoredType::Float32);
  EXPECT_EQ(readSafetensors(path).tensors.at("b").values, exampleFile().tensors.at("b").values);
  EXPECT_THROW(readSafetensors(path + ".absent"), std::runtime_error);
}

TEST(TestSafetensors, EveryHalfIsItsOwnNearestHalf)
{
  for (int bits = 0; bits < 65536; ++bits)
  {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = floatFromHalf(half);
    if (std::isfinite(value))
    {
      EXPECT_EQ(halfFromFloat(value), half);
    }
  }
}

TEST(TestSafetensors, RoundingToHalfPicksTheNearestAndTiesToEven)
{
  // Neighbouring positive halves are neighbouring integers.
  for (int bits = 0; bits < 0x7bff; ++bits)
  {
    const float low = floatFromHalf(static_cast<std::uint16_t>(bits));
    const float high = floatFromHalf(static_cast<std::uint16_t>(bits + 1));
    const float middle = 0.5f * (low + high);
    EXPECT_EQ(halfFromFloat(middle), bits % 2 ? bits + 1 : bits);
    EXPECT_EQ(halfFromFloat(std::nextafter(middle, low)), bits);
    EXPECT_EQ(halfFromFloat(std::nextafter(middle, high)), bits + 1);
  }
}

TEST(TestSafetensors, ValuesThatCannotBeStoredAreRefused)
{
  TensorFile file = exampleFile();
  file.tensors["a"].values[0] = 65520.0f;
  EXPECT_THROW(safetensorsBytes(file, StoredType::Float16), std::runtime_error);
  file.tensors["a"].values[0] = NAN;
  EXPECT_THROW(safetensorsBytes(file, StoredType::Float32), std::runtime_error);
}

TEST(TestSafetensors, EveryMalformedHeaderIsNamed)
{
  const std::string four(4, '\0');
  const std::string good = R"("dtype":"F32","shape":[1],"data_offsets":[0,4])";
  expectError("", "", "does not start");
  expectError("[]", "", "does not start");
  expectError("{", "", "not JSON");
  expectError(R"({"a":{"dtype":"F32","shape":[1]}})", four, "nothing else");
  expectError("{\"a\":{" + good + ",\"extra\":1}}", four, "nothing else");
  expectError("{\"a\":{" + good + "},\"a\":{" + good + "}}", four, "duplicate name 'a'");
  expectError("{\"a\":{" + good + "},\"b\":{" + good + "}}", four, "overlaps");
  expectError("{\"a\":{" + good + "}}", four + four, "after the last tensor");
  expectError("{\"a\":{" + good + "}}", "", "beyond the end");
  expectError(
    R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", four + four, "leaves a hole");
  expectError(R"({"a":{"dtype":"I64","shape":[1],"data_offsets":[0,4]}})", four, "dtype");
  expectError(R"({"a":{"dtype":5,"shape":[1],"data_offsets":[0,4]}})", four, "dtype");
  expectError(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", four, "does not fit");
  expectError(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", four, "shape");
  expectError(
    R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})", "", "empty or too large");
  expectError(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})", four,
    "too large");
  expectError(
    R"({"a":{"dtype":"F32","shape":[65536,65536,65536],"data_offsets":[0,4]}})", four, "too large");
  expectError(R"({"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}})", four, "shape");
  expectError(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", four, "beyond the end");
  expectError(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", four, "pair");
  expectError(R"({"a":7})", four, "nothing else");
  expectError(R"({"__metadata__":5})", "", "metadata");
  expectError(R"({"__metadata__":{"K":7}})", "", "metadata 'K'");
  expectError(R"({"a":[[[[[[[[1]]]]]]]]})", four, "deeply");
  expectError("{\"a\":{" + good + "}}", std::string("\0\0\xc0\x7f", 4), "not finite");
  EXPECT_NE(errorOf("short").find("shorter"), std::string::npos);
  EXPECT_NE(errorOf(std::string(8, '\xff') + "{}").find("longer"), std::string::npos);
}

TEST(TestSafetensors, DeepNestingEndsInAnErrorNotInTheStack)
{
  std::string header = "{\"a\":";
  header += std::string(500000, '[');
  EXPECT_NE(errorOf(withHeader(header, "")).find("deeply"), std::string::npos);
}

TEST(TestSafetensors, EveryTruncationIsRefused)
{
  const std::string bytes = safetensorsBytes(exampleFile(), StoredType::Float32);
  for (std::size_t size = 0; size < bytes.size(); ++size)
  {
    EXPECT_NE(errorOf(bytes.substr(0, size)), "no error") << size;
  }
}

TEST(TestSafetensors, FlippedBytesAreParsedOrRefused)
{
  const std::string bytes = safetensorsBytes(exampleFile(), StoredType::Float16);
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round)
  {
    std::string changed = bytes;
    const int flips = 1 + static_cast<int>(random() % 4);
    for (int k = 0; k < flips; ++k)
    {
      changed[random() % changed.size()] = static_cast<char>(random());
    }
    expectParsedOrRefused(changed);
  }
}

TEST(TestSafetensors, MetadataNumbersAreChecked)
{
  TensorFile file = exampleFile();
  EXPECT_EQ(file.integer("K", 3, 9), 7);
  for (const char* bad : { "", "-3", "7.0", "10", "seven", "99999999999999999999" })
  {
    file.metadata["K"] = bad;
    EXPECT_THROW(file.integer("K", 3, 9), std::runtime_error) << bad;
  }
  EXPECT_THROW(file.text("absent"), std::runtime_error);
  EXPECT_THROW(file.tensor("absent", { 1 }), std::runtime_error);
  EXPECT_THROW(file.tensor("b", { 2, 2 }), std::runtime_error);
}

} // namespace
