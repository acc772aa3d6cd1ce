#include "reconstruct/training/PlanarLayers.hxx"

#include "reconstruct/training/PlanarKernels.h"

namespace mir {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

PlanarShape shapeOf(
  const Tensor& images, const Tensor& weight, std::int64_t padding, std::int64_t dilation)
{
  PlanarShape shape;
  shape.inputs = static_cast<int>(weight.size(1));
  shape.outputs = static_cast<int>(weight.size(0));
  shape.kernel = static_cast<int>(weight.size(2));
  shape.dilation = static_cast<int>(dilation);
  shape.padding = static_cast<int>(padding);
  shape.inputSide = static_cast<int>(images.size(2));
  return shape;
}

// The convolution that takes gradients of outputs to those of inputs.
PlanarShape backwardShape(const PlanarShape& shape)
{
  PlanarShape result = shape;
  std::swap(result.inputs, result.outputs);
  result.padding = shape.reach() - shape.padding;
  result.inputSide = shape.outputSide();
  return result;
}

const float* image(const Tensor& images, std::int64_t index)
{
  return images.data_ptr<float>() + index * images.stride(0);
}

struct ConvolutionFunction : torch::autograd::Function<ConvolutionFunction>
{
  static Tensor forward(AutogradContext* context, const Tensor& images, const Tensor& weight,
    const Tensor& bias, std::int64_t padding, std::int64_t dilation, double leak)
  {
    const PlanarShape shape = shapeOf(images, weight, padding, dilation);
    const Tensor input = images.contiguous();
    const Tensor kernels = weight.contiguous();
    const std::int64_t count = input.size(0);
    Tensor output = torch::empty({ count, shape.outputs, shape.outputSide(), shape.outputSide() });
    PaddedPlanes planes(shape.inputs, shape.inputSide, shape.padding);
    for (std::int64_t k = 0; k < count; ++k)
    {
      planes.assign(image(input, k));
      convolve(shape, kernels.data_ptr<float>(), bias.data_ptr<float>(), static_cast<float>(leak),
        planes, output.data_ptr<float>() + k * output.stride(0));
    }
    context->save_for_backward({ input, kernels, output });
    context->saved_data["padding"] = padding;
    context->saved_data["dilation"] = dilation;
    context->saved_data["leak"] = leak;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients)
  {
    const variable_list saved = context->get_saved_variables();
    const Tensor& input = saved[0];
    const Tensor& weight = saved[1];
    const Tensor& output = saved[2];
    const PlanarShape shape = shapeOf(input, weight, context->saved_data["padding"].toInt(),
      context->saved_data["dilation"].toInt());
    const PlanarShape back = backwardShape(shape);
    const float leak = static_cast<float>(context->saved_data["leak"].toDouble());
    const Tensor outputGradient = gradients[0].contiguous();
    const Tensor turned = weight.flip({ 2, 3 }).transpose(0, 1).contiguous();
    const std::vector<float> noBias(back.outputs, 0.0f);

    const bool wantsInput = context->needs_input_grad(0);
    Tensor inputGradient = wantsInput ? torch::empty_like(input) : Tensor();
    WeightGradients sums(shape);
    PaddedPlanes planes(shape.inputs, shape.inputSide, shape.padding);
    PaddedPlanes slopes(back.inputs, back.inputSide, back.padding);
    for (std::int64_t k = 0; k < input.size(0); ++k)
    {
      planes.assign(image(input, k));
      slopes.assign(image(outputGradient, k), image(output, k), leak);
      sums.add(planes, slopes);
      if (wantsInput)
      {
        convolve(back, turned.data_ptr<float>(), noBias.data(), 1.0f, slopes,
          inputGradient.data_ptr<float>() + k * input.stride(0));
      }
    }
    Tensor weightGradient = torch::empty_like(weight);
    Tensor biasGradient = torch::empty({ shape.outputs });
    sums.total(weightGradient.data_ptr<float>(), biasGradient.data_ptr<float>());
    return { inputGradient, weightGradient, biasGradient, Tensor(), Tensor(), Tensor() };
  }
};

struct PoolingFunction : torch::autograd::Function<PoolingFunction>
{
  static Tensor forward(AutogradContext* context, const Tensor& images, std::int64_t dilation)
  {
    const Tensor input = images.contiguous();
    const std::int64_t side = input.size(2);
    const std::int64_t small = side - 4 * dilation;
    Tensor output = torch::empty({ input.size(0), input.size(1), small, small });
    PlanarPooling pooling(static_cast<int>(side), static_cast<int>(dilation));
    for (std::int64_t k = 0; k < input.size(0) * input.size(1); ++k)
    {
      pooling.forward(
        input.data_ptr<float>() + k * side * side, output.data_ptr<float>() + k * small * small);
    }
    context->save_for_backward({ input });
    context->saved_data["dilation"] = dilation;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients)
  {
    const Tensor input = context->get_saved_variables()[0];
    const std::int64_t dilation = context->saved_data["dilation"].toInt();
    const std::int64_t side = input.size(2);
    const std::int64_t small = side - 4 * dilation;
    const Tensor outputGradient = gradients[0].contiguous();
    Tensor inputGradient = torch::empty_like(input);
    PlanarPooling pooling(static_cast<int>(side), static_cast<int>(dilation));
    for (std::int64_t k = 0; k < input.size(0) * input.size(1); ++k)
    {
      pooling.backward(input.data_ptr<float>() + k * side * side,
        outputGradient.data_ptr<float>() + k * small * small,
        inputGradient.data_ptr<float>() + k * side * side);
    }
    return { inputGradient, Tensor() };
  }
};

} // namespace

bool isPlanar(std::int64_t inputs, std::int64_t outputs)
{
  const auto few = [](std::int64_t count) { return count == 1 || count == 2 || count == 4; };
  return few(inputs) && few(outputs);
}

torch::Tensor planarConvolution(const torch::Tensor& images, const torch::Tensor& weight,
  const torch::Tensor& bias, std::int64_t padding, std::int64_t dilation, double leak)
{
  const int side = shapeOf(images, weight, padding, dilation).outputSide();
  TORCH_CHECK(isPlanar(weight.size(1), weight.size(0)) && side > 16 && side <= 64 &&
      images.size(2) > 16 && images.size(2) <= 64,
    "no planar convolution of this shape");
  return ConvolutionFunction::apply(images, weight, bias, padding, dilation, leak);
}

torch::Tensor planarPooling(const torch::Tensor& images, std::int64_t dilation)
{
  return PoolingFunction::apply(images, dilation);
}

} // namespace mir
