// Convolutions of few channels and maximum pooling, forward and backward, on one image. Private to
// this folder.
#ifndef mir_reconstruct_training_PlanarKernels_h
#define mir_reconstruct_training_PlanarKernels_h

#include <cstddef>
#include <vector>

namespace mir {

/// out(o, y, x) = bias(o) + sum over i, a, b of weight(o, i, a, b)
/// in(i, y + dilation a - padding, x + dilation b - padding), with zeros around the square input.
struct PlanarShape
{
  int inputs = 1;
  int outputs = 1; ///< 1, 2 or 4, and the inputs too.
  int kernel = 3;  ///< 3 or 5.
  int dilation = 1;
  int padding = 1;
  int inputSide = 64;

  int taps() const { return this->kernel * this->kernel; }
  int reach() const { return this->dilation * (this->kernel - 1); }
  int outputSide() const { return this->inputSide + 2 * this->padding - this->reach(); }
};

/// Square planes with zeros around them, in rows that vectors may read beyond their end.
class PaddedPlanes
{
public:
  PaddedPlanes(int planes, int side, int padding);
  /// Replaces the planes' values.
  void assign(const float* values);
  /// Replaces them by gradients behind leaky ReLUs with these outputs.
  void assign(const float* gradients, const float* outputs, float leak);

  /// The corner of the zeros around plane `plane`.
  const float* corner(int plane) const { return this->Values.data() + this->offset(plane); }
  /// The first value of plane `plane`.
  const float* first(int plane) const { return this->corner(plane) + this->border(); }
  int stride() const { return this->Stride; }

private:
  std::size_t offset(int plane) const
  {
    return static_cast<std::size_t>(plane) * this->Rows * this->Stride;
  }
  std::size_t border() const
  {
    return static_cast<std::size_t>(this->Padding) * (this->Stride + 1);
  }
  /// Row `index` of all planes' rows without their zeros.
  float* row(int index)
  {
    return this->Values.data() + this->offset(index / this->Side) + this->border() +
      index % this->Side * this->Stride;
  }

  int Planes;
  int Side;
  int Padding;
  int Rows;
  int Stride;
  std::vector<float> Values;
};

/// (outputs, side, side) from `inputs`, padded by shape.padding. Negative values are multiplied by
/// `leak`.
void convolve(const PlanarShape& shape, const float* weights, const float* bias, float leak,
  const PaddedPlanes& inputs, float* outputs);

/// The gradients of weights and biases, summed over the images that are added.
class WeightGradients
{
public:
  explicit WeightGradients(const PlanarShape& shape);
  void add(const PaddedPlanes& inputs, const PaddedPlanes& gradients);
  /// Writes (outputs, inputs, kernel, kernel) and (outputs).
  void total(float* weights, float* bias) const;

private:
  PlanarShape Shape;
  std::vector<float> Products; ///< (inputs, kernel row, outputs, kernel column, 16)
  std::vector<float> Sums;     ///< (outputs, 16)
};

/// The maximum of 5 x 5 values `dilation` apart, stride 1: planes of `side` to planes of
/// side - 4 dilation, first along rows and then along columns.
class PlanarPooling
{
public:
  PlanarPooling(int side, int dilation);
  void forward(const float* input, float* output);
  /// Sums for every input the gradients of what it was the (first) maximum of.
  void backward(const float* input, const float* outputGradient, float* inputGradient);

private:
  int Side;
  int Dilation;
  std::vector<float> RowMaxima;
  std::vector<int> RowTaps; ///< Which of five it is.
  std::vector<float> RowGradients;
  std::vector<float> Maxima;
  std::vector<int> Taps;
};

} // namespace mir

#endif
