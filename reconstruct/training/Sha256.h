// SHA-256 (FIPS 180-4), which ties a weight file to the log of its training.
#ifndef mir_reconstruct_training_Sha256_h
#define mir_reconstruct_training_Sha256_h

#include <string>

namespace mir {

/// The digest of `bytes` in hexadecimal, as sha256sum prints it.
std::string sha256(const std::string& bytes);

} // namespace mir

#endif
