#define BOOST_TEST_MODULE convolve
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

/// The image's value, or 0 outside.
template <class Sample>
std::uint8_t pixel(const Sample& sample, Shape image, std::size_t c, std::ptrdiff_t y, std::ptrdiff_t x) {
  const auto height = static_cast<std::ptrdiff_t>(image.height), width = static_cast<std::ptrdiff_t>(image.width);
  if (y < 0 || x < 0 || y >= height || x >= width) return 0;
  return static_cast<std::uint8_t>(sample[c * image.height * image.width + static_cast<std::size_t>(y * width + x)]);
}

/// A convolution and the same expression alone, with the same parameters, fed with every window by hand.
template <Shape Image, class KernelType, class StrideType, class PaddingType, class ExpressionType>
void check_against_windows(const ExpressionType& expression, std::size_t samples) {
  auto net = bind<Signal<Bit, Image>>(convolve<KernelType, StrideType, PaddingType>(expression), Seed{3});
  constexpr Shape window{Image.channels, KernelType::height, KernelType::width};
  auto one = bind<Signal<Bit, window>>(expression, Seed{3});
  const auto batch = random_samples<decltype(net)>(samples, 5);
  const auto out = net.forward(batch.pointers);
  using Out = typename decltype(net)::Output;
  constexpr Shape shape = Out::shape;
  constexpr bool same = std::is_same_v<PaddingType, Same>;
  const auto border = [](std::size_t size, std::size_t places, std::size_t kernel, std::size_t stride) {
    const std::size_t covered = (places - 1) * stride + kernel;
    return same && covered > size ? static_cast<std::ptrdiff_t>((covered - size) / 2) : 0;
  };
  const auto top = border(Image.height, shape.height, KernelType::height, StrideType::rows);
  const auto left = border(Image.width, shape.width, KernelType::width, StrideType::columns);
  std::size_t wrong = 0;
  for (std::size_t s = 0; s < samples; ++s)
    for (std::size_t y = 0; y < shape.height; ++y)
      for (std::size_t x = 0; x < shape.width; ++x) {
        std::vector<std::uint8_t> values;
        for (std::size_t c = 0; c < Image.channels; ++c)
          for (std::size_t ky = 0; ky < KernelType::height; ++ky)
            for (std::size_t kx = 0; kx < KernelType::width; ++kx)
              values.push_back(pixel(batch[s], Image, c, static_cast<std::ptrdiff_t>(y * StrideType::rows + ky) - top,
                                     static_cast<std::ptrdiff_t>(x * StrideType::columns + kx) - left));
        const std::uint8_t* const pointer = values.data();
        const auto expected = one.forward(std::span(&pointer, 1));
        for (std::size_t i = 0; i < shape.channels; ++i)
          wrong += value_at(out, (i * shape.height + y) * shape.width + x, s) != value_at(expected, i, 0);
      }
  BOOST_TEST(wrong == 0, to_string(Image) << ", " << wrong << " wrong");
  check_freezes_exactly(net, 3);
}

constexpr auto luts = StochasticLut<4, 7>{} | StochasticLut<3, 5>{};
constexpr auto branches = concat(StochasticLut<4, 3>{}, StochasticLut<2, 4>{}) | StochasticLut<5, 4>{};
constexpr auto sums = StochasticLut<3, 6>{} | GroupSum<2>{.temperature = 1};

}  // namespace

BOOST_AUTO_TEST_CASE(every_place_answers_as_the_expression_does_for_its_window) {
  check_against_windows<Shape{2, 5, 7}, Kernel<3>, Stride<1>, Valid>(luts, 65);
  check_against_windows<Shape{2, 5, 7}, Kernel<3>, Stride<1>, Same>(luts, 65);
  check_against_windows<Shape{1, 4, 4}, Kernel<2, 3>, Stride<1>, Same>(branches, 3);
  check_against_windows<Shape{3, 6, 5}, Kernel<1>, Stride<1>, Valid>(luts, 64);
  check_against_windows<Shape{2, 9, 8}, Kernel<3, 2>, Stride<2, 3>, Valid>(branches, 10);
  check_against_windows<Shape{2, 9, 8}, Kernel<3, 2>, Stride<2, 3>, Same>(sums, 10);
  check_against_windows<Shape{1, 8, 8}, Kernel<2>, Stride<4>, Same>(luts, 10);
  check_against_windows<Shape{1, 8, 8}, Kernel<2>, Stride<3>, Valid>(luts, 10);
}

BOOST_AUTO_TEST_CASE(images_may_be_smaller_than_the_kernel_and_one_pixel_thin) {
  check_against_windows<Shape{2, 2, 2}, Kernel<5>, Stride<1>, Same>(luts, 5);
  check_against_windows<Shape{1, 1, 1}, Kernel<3>, Stride<2>, Same>(luts, 5);
  check_against_windows<Shape{1, 1, 9}, Kernel<3>, Stride<1>, Same>(branches, 5);
  check_against_windows<Shape{1, 9, 1}, Kernel<4>, Stride<2>, Same>(sums, 5);
  check_against_windows<Shape{2, 3, 3}, Kernel<3>, Stride<1>, Valid>(luts, 5);
}

BOOST_AUTO_TEST_CASE(windows_within_windows) {
  constexpr auto inner = convolve<Kernel<2>, Same>(StochasticLut<4, 3>{}) | StochasticLut<6, 5>{};
  check_against_windows<Shape{2, 4, 5}, Kernel<3>, Stride<1>, Valid>(inner, 5);
  check_against_windows<Shape{2, 4, 5}, Kernel<3>, Stride<2>, Same>(inner, 5);
}

BOOST_AUTO_TEST_CASE(gradients_are_those_of_finite_differences) {
  const auto check = [](const auto& expression) {
    auto net = bind<Signal<Real, Shape{2, 5, 4}>>(expression, Seed{2});
    check_gradients_of_every_batch(net, {.most = 15});
  };
  check(convolve<Kernel<3, 2>>(Dense<3>{} | Sigmoid{}) | convolve<Kernel<2>, Same>(Dense<2>{}));
  check(convolve<Kernel<3>, Same>(Dense<3>{} | Sigmoid{}) | convolve<Kernel<2>>(StochasticLut<4, 3>{}));
  check(convolve<Kernel<1>>(Dense<3>{} | Sigmoid{}) |
        convolve<Kernel<3>, Stride<2>, Same>(StochasticLut<4, 6>{} | StochasticLut<3, 2>{}));
  check(convolve<Kernel<2>, Stride<2, 1>>(Dense<3>{} | Sigmoid{}) |
        convolve<Kernel<2, 3>, Same>(concat(StochasticLut<2, 3>{}, StochasticLut<5, 2>{})));
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_changes_no_bit) {
  constexpr auto expression = convolve<Kernel<3>, Same>(StochasticLut<6, 12>{} | StochasticLut<6, 8>{}) |
                              convolve<Kernel<3>, Stride<2>>(StochasticLut<6, 20>{}) |
                              convolve<Kernel<1>>(StochasticLut<4, 10>{}) | GroupSum<5>{.temperature = 2};
  auto net = bind<Signal<Bit, Shape{3, 9, 9}>>(expression, Seed{4});
  const auto samples = random_samples<decltype(net)>(130, 6);
  const auto weights = loss_weights<decltype(net)>(130, 7);
  const auto one = gradients_of(net, samples, weights, true, 1);
  BOOST_TEST((gradients_of(net, samples, weights, true, 2) == one));
  BOOST_TEST((gradients_of(net, samples, weights, true, 5) == one));
}

BOOST_AUTO_TEST_CASE(from_bytes_to_sums) {
  constexpr auto expression = convolve<Kernel<3>, Same>(Thermometer<2>{} | StochasticLut<6, 10>{}) |
                              convolve<Kernel<2>, Stride<2>>(StochasticLut<4, 8>{}) | StochasticLut<6, 20>{} |
                              GroupSum<4>{.temperature = 2};
  auto net = bind<Signal<Byte, Shape{1, 6, 6}>>(expression, Seed{8});
  check_freezes_exactly(net, 70);
}

BOOST_AUTO_TEST_CASE(a_layer_that_needs_its_batch_says_where_it_goes) {
  auto net = bind<Signal<Real, Shape{1, 4, 4}>>(convolve<Kernel<2>>(Dense<2>{} | BatchNorm{}), Seed{});
  const auto samples = random_samples<decltype(net)>(2, 1);
  BOOST_TEST(error_of([&] { net.forward(samples.pointers); }).find("BatchNorm inside of convolve") !=
             std::string::npos);
}
