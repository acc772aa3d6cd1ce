// Access to a file compiled in with the CMake function mir_embed_file.
#ifndef mir_reconstruct_neural_EmbeddedFile_h
#define mir_reconstruct_neural_EmbeddedFile_h

#include <cstddef>

/// Declares the symbols that mir_embed_file(target name file) defines; inside namespace mir.
#define MIR_EMBEDDED_FILE(name)                                                                    \
  extern "C" {                                                                                     \
  extern const unsigned char name[];                                                               \
  extern const unsigned char name##End[];                                                          \
  }

namespace mir {

inline std::size_t embeddedSize(const unsigned char* begin, const unsigned char* end)
{
  return static_cast<std::size_t>(end - begin);
}

} // namespace mir

#endif
