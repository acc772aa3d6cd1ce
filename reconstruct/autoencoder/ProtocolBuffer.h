// The few kinds of protocol buffer fields that ONNX needs (Google 2008, "Encoding").
#ifndef mir_reconstruct_autoencoder_ProtocolBuffer_h
#define mir_reconstruct_autoencoder_ProtocolBuffer_h

#include <cstdint>
#include <cstring>
#include <string>

namespace mir {

/// A message that is written field by field, on little-endian machines.
class ProtocolBuffer
{
public:
  ProtocolBuffer& integer(int field, std::int64_t value)
  {
    this->varint(field * 8);
    this->varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  ProtocolBuffer& real(int field, float value)
  {
    this->varint(field * 8 + 5);
    char bytes[sizeof(value)];
    std::memcpy(bytes, &value, sizeof(value));
    this->Bytes.append(bytes, sizeof(value));
    return *this;
  }
  ProtocolBuffer& text(int field, const std::string& value)
  {
    this->varint(field * 8 + 2);
    this->varint(value.size());
    this->Bytes += value;
    return *this;
  }
  ProtocolBuffer& message(int field, const ProtocolBuffer& value)
  {
    return this->text(field, value.Bytes);
  }

  const std::string& bytes() const { return this->Bytes; }

private:
  void varint(std::uint64_t value)
  {
    for (; value >= 128; value >>= 7)
    {
      this->Bytes += static_cast<char>((value & 127) | 128);
    }
    this->Bytes += static_cast<char>(value);
  }

  std::string Bytes;
};

} // namespace mir

#endif
