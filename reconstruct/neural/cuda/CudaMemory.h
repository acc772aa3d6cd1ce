// Memory of a GPU, owned, and errors of CUDA as exceptions. Private to the CUDA library.
#ifndef mir_reconstruct_neural_cuda_CudaMemory_h
#define mir_reconstruct_neural_cuda_CudaMemory_h

#include <cuda_runtime.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace mir {

/// Throws std::runtime_error unless `error` is none.
inline void check(cudaError_t error)
{
  if (error != cudaSuccess)
  {
    throw std::runtime_error(std::string("CUDA: ") + cudaGetErrorString(error));
  }
}

/// Memory of the device, or of the host where the device can copy from it by itself.
template <class T>
class Memory
{
public:
  enum class Where
  {
    Device,
    PinnedHost
  };
  Memory(std::size_t count, Where where)
    : Place(where)
  {
    void* pointer = nullptr;
    check(where == Where::Device ? cudaMalloc(&pointer, count * sizeof(T))
                                 : cudaMallocHost(&pointer, count * sizeof(T)));
    this->Begin = static_cast<T*>(pointer);
  }
  explicit Memory(const std::vector<T>& values)
    : Memory(values.size(), Where::Device)
  {
    check(
      cudaMemcpy(this->Begin, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { this->Place == Where::Device ? cudaFree(this->Begin) : cudaFreeHost(this->Begin); }
  T* data() const { return this->Begin; }

private:
  Where Place;
  T* Begin = nullptr;
};

} // namespace mir

#endif
