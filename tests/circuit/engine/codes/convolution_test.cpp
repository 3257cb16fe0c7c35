#define BOOST_TEST_MODULE code_convolution
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/engine/codes/byte_convolution.hpp>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/circuit/engine/codes/depthwise.hpp>
#include <random>
#include <string>
#include <vector>

using namespace lutra;
using namespace lutra::engine;

namespace {

std::mt19937 random_numbers(1);

std::int32_t random_between(std::int32_t low, std::int32_t high) {
  return low + static_cast<std::int32_t>(random_numbers() % static_cast<std::uint32_t>(high - low + 1));
}

struct Window {
  std::int32_t size = 3, stride = 1, dilation = 1;
};

/// Weights are lowest, lowest + step, … up to `values` of them.
struct Weights {
  std::int32_t lowest = -1, step = 2, values = 2;
};

CodeLayer random_layer(const CodeImage& input, std::size_t outputs, std::uint32_t output_bits, const Window& window,
                       const Weights& weights) {
  CodeLayer layer;
  layer.input = input;
  const auto stride = static_cast<std::size_t>(window.stride);
  layer.output = {{outputs, (input.shape.height + stride - 1) / stride, (input.shape.width + stride - 1) / stride},
                  output_bits};
  layer.stride = {window.stride, window.stride};
  for (std::int32_t i = 0; i < window.size * window.size; ++i)
    layer.taps.push_back(
        {(i / window.size - window.size / 2) * window.dilation, (i % window.size - window.size / 2) * window.dilation});
  const std::size_t inputs = layer.taps.size() * input.shape.channels;
  for (std::size_t i = 0; i < outputs * inputs; ++i)
    layer.weights.push_back(weights.lowest + weights.step * random_between(0, weights.values - 1));
  const std::size_t levels = (std::size_t{1} << output_bits) - 1;
  for (std::size_t o = 0; o < outputs; ++o) {
    std::vector<std::int64_t> thresholds;
    const auto spread = static_cast<std::int32_t>(10 * inputs >> (2 - input.planes() % 2));
    for (std::size_t i = 0; i < levels; ++i) thresholds.push_back(random_between(-spread, spread) / 8);
    std::ranges::sort(thresholds);
    layer.thresholds.add(thresholds);
    layer.falling.push_back(random_numbers() % 3 == 0);
  }
  return layer;
}

std::vector<std::uint8_t> random_image(const CodeImage& image) {
  std::vector<std::uint8_t> bytes(image.bytes());
  for (std::size_t pixel = 0; pixel < image.shape.height * image.shape.width; ++pixel)
    for (std::size_t c = 0; c < image.shape.channels; ++c)
      set_code(image, bytes.data(), pixel, c, static_cast<std::uint32_t>(random_between(0, (1 << image.bits) - 1)));
  return bytes;
}

std::int64_t sum_at(const CodeLayer& layer, const std::vector<std::uint8_t>& input, std::size_t pixel,
                    std::size_t output) {
  const Shape in = layer.input.shape;
  const std::size_t width = layer.output.shape.width;
  std::int64_t sum = 0;
  for (std::size_t t = 0; t < layer.taps.size(); ++t) {
    const auto row = static_cast<std::int64_t>(pixel / width) * layer.stride.row + layer.taps[t].row;
    const auto column = static_cast<std::int64_t>(pixel % width) * layer.stride.column + layer.taps[t].column;
    if (row < 0 || column < 0 || row >= static_cast<std::int64_t>(in.height) ||
        column >= static_cast<std::int64_t>(in.width))
      continue;
    const auto seen = static_cast<std::size_t>(row) * in.width + static_cast<std::size_t>(column);
    for (std::size_t c = 0; c < in.channels; ++c)
      sum += std::int64_t{layer.weights[(output * layer.taps.size() + t) * in.channels + c]} *
             code_of(layer.input, input.data(), seen, c);
  }
  return sum;
}

/// What the layer's definition says.
std::vector<std::uint8_t> expected_answer(const CodeLayer& layer, const std::vector<std::uint8_t>& input) {
  std::vector<std::uint8_t> answer(layer.output.bytes());
  for (std::size_t pixel = 0; pixel < layer.output.shape.height * layer.output.shape.width; ++pixel)
    for (std::size_t o = 0; o < layer.output.shape.channels; ++o) {
      const std::int64_t sum = sum_at(layer, input, pixel, o);
      std::uint32_t code = 0;
      for (const std::int64_t threshold : layer.thresholds[o])
        code += layer.falling[o] ? sum < threshold : sum >= threshold;
      set_code(layer.output, answer.data(), pixel, o, code);
    }
  return answer;
}

template <class Convolution>
void check_lines(const std::optional<Convolution>& convolution, const CodeLayer& layer,
                 const std::vector<std::uint8_t>& input, const std::string& what) {
  BOOST_REQUIRE_MESSAGE(convolution.has_value(), what);
  std::vector<std::uint8_t> answer(layer.output.bytes() + 64, 0x55);
  Workspace workspace;
  // In two pieces, the later first: each band finds its own lines.
  const std::size_t half = layer.output.shape.height / 2;
  run_lines(*convolution, half, layer.output.shape.height, input.data(), answer.data(), workspace);
  run_lines(*convolution, 0, half, input.data(), answer.data(), workspace);
  const bool nothing_behind = std::all_of(answer.end() - 64, answer.end(), [](auto byte) { return byte == 0x55; });
  BOOST_TEST(nothing_behind, what);
  answer.resize(layer.output.bytes());
  BOOST_TEST((answer == expected_answer(layer, input)), what);
}

/// By tables, and by products of bytes.
void check(const CodeLayer& layer, const std::string& what) {
  const auto input = random_image(layer.input);
  check_lines(prepare(layer), layer, input, what + ", by tables");
  const bool has_weights = std::ranges::any_of(layer.weights, [](std::int32_t weight) { return weight != 0; });
  if (has_weights) check_lines(prepare_bytes(layer), layer, input, what + ", by products");
}

std::string name(const CodeImage& image, std::size_t outputs, const Window& window) {
  return std::to_string(image.shape.channels) + " channels of " + std::to_string(image.bits) + " bits, " +
         std::to_string(outputs) + " outputs, " + std::to_string(image.shape.height) + " x " +
         std::to_string(image.shape.width) + ", window " + std::to_string(window.size) + ", stride " +
         std::to_string(window.stride) + ", dilation " + std::to_string(window.dilation);
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_number_of_channels_gives_what_the_definition_says) {
  for (const std::size_t channels : {1, 3, 5, 16, 33, 64, 100})
    for (const std::size_t outputs : {1, 17, 33, 64, 100}) {
      const CodeImage image{{channels, 3, 11}, 2};
      check(random_layer(image, outputs, 2, {}, {}), name(image, outputs, {}));
    }
}

BOOST_AUTO_TEST_CASE(any_window_stride_and_dilation_gives_what_the_definition_says) {
  for (const std::int32_t size : {1, 2, 3, 5})
    for (const std::int32_t stride : {1, 2, 3})
      for (const std::int32_t dilation : {1, 2}) {
        const CodeImage image{{6, 9, 21}, 2};
        const Window window{size, stride, dilation};
        check(random_layer(image, 20, 2, window, {}), name(image, 20, window));
      }
}

BOOST_AUTO_TEST_CASE(any_size_of_image_gives_what_the_definition_says) {
  for (const Shape shape : {Shape{5, 1, 1}, Shape{5, 1, 2}, Shape{5, 2, 1}, Shape{5, 7, 3}, Shape{40, 2, 65},
                            Shape{40, 3, 130}, Shape{3, 2, 1921}, Shape{5, 50, 1}}) {
    const CodeImage image{shape, 2};
    check(random_layer(image, 7, 2, {}, {}), name(image, 7, {}));
    check(random_layer(image, 18, 2, {3, 2, 1}, {}), name(image, 18, {3, 2, 1}));
  }
}

BOOST_AUTO_TEST_CASE(codes_of_one_to_eight_bits_come_in_and_go_out) {
  for (const std::uint32_t bits : {1, 2, 3, 4, 8})
    for (const std::uint32_t output_bits : {1, 2, 4, 6}) {
      const CodeImage image{{9, 4, 13}, bits};
      check(random_layer(image, 21, output_bits, {}, {}), name(image, 21, {}) + ", to " + std::to_string(output_bits));
    }
}

BOOST_AUTO_TEST_CASE(weights_of_up_to_five_values_are_summed_up) {
  for (const Weights& weights :
       {Weights{0, 1, 2}, Weights{-1, 1, 3}, Weights{-7, 14, 2}, Weights{0, 3, 2}, Weights{-2, 1, 4}, Weights{-2, 1, 5},
        Weights{-4, 2, 5}, Weights{1, 0, 1}, Weights{0, 0, 1}}) {
    const CodeImage image{{10, 4, 13}, 2};
    check(random_layer(image, 21, 2, {}, weights), name(image, 21, {}) + ", weights from " +
                                                       std::to_string(weights.lowest) + " by " +
                                                       std::to_string(weights.step));
  }
}

BOOST_AUTO_TEST_CASE(the_largest_sums_of_the_largest_codes_are_exact) {
  for (const std::uint32_t bits : {1, 2, 4}) {
    const CodeImage image{{70, 3, 9}, bits};
    CodeLayer layer = random_layer(image, 18, 8, {}, {});
    layer.thresholds = {};
    const std::int64_t most = 9 * 70 * ((1 << bits) - 1);
    for (std::size_t o = 0; o < 18; ++o) {
      std::vector<std::int64_t> thresholds;
      for (std::int64_t i = 0; i < 255; ++i) thresholds.push_back(most - 254 + i);
      layer.thresholds.add(thresholds);
    }
    // Outputs choose more and more of their inputs: all of them, half of them, and these at the beginning or the end.
    const std::size_t inputs = 9 * 70;
    for (std::size_t o = 0; o < 18; ++o)
      for (std::size_t i = 0; i < inputs; ++i)
        layer.weights[o * inputs + i] = (o % 2 == 0 ? i : inputs - 1 - i) * 16 < inputs * o ? 1 : -1;
    layer.falling.assign(18, false);
    std::vector<std::uint8_t> input(image.bytes());
    for (std::size_t pixel = 0; pixel < 27; ++pixel)
      for (std::size_t c = 0; c < 70; ++c) set_code(image, input.data(), pixel, c, (1U << bits) - 1);
    check_lines(prepare(layer), layer, input, std::to_string(bits) + " bits, by tables");
    check_lines(prepare_bytes(layer), layer, input, std::to_string(bits) + " bits, by products");
  }
}

namespace {

/// A layer of which each output sees channel own(output), with weights of a factor times -1, 1 and perhaps 0.
template <class Own>
CodeLayer depthwise_layer(const CodeImage& input, std::size_t outputs, const Window& window, bool with_zeros,
                          const Own& own) {
  CodeLayer layer = random_layer(input, outputs, 2, window, {-1, with_zeros ? 1 : 2, with_zeros ? 3 : 2});
  layer.thresholds = {};
  const std::size_t channels = input.shape.channels, taps = layer.taps.size();
  for (std::size_t o = 0; o < outputs; ++o) {
    const auto factor = static_cast<std::int32_t>(1 + o % 3);
    for (std::size_t i = 0; i < taps * channels; ++i)
      layer.weights[o * taps * channels + i] *= i % channels == own(o) ? factor : 0;
    layer.weights[o * taps * channels + own(o)] = factor;
    std::vector<std::int64_t> thresholds;
    const auto spread = static_cast<std::int32_t>(3 * taps + 2);
    for (std::size_t i = 0; i < o % 4; ++i) thresholds.push_back(factor * random_between(-spread, spread) / 2);
    std::ranges::sort(thresholds);
    layer.thresholds.add(thresholds);
  }
  return layer;
}

}  // namespace

BOOST_AUTO_TEST_CASE(outputs_that_see_one_channel_each_are_added_up_bit_by_bit) {
  const auto same = [](std::size_t o) { return o; };
  for (const std::size_t channels : {1, 3, 16, 33, 48, 64, 100, 300})
    for (const bool with_zeros : {false, true}) {
      const CodeImage image{{channels, 3, 11}, 2};
      const CodeLayer layer = depthwise_layer(image, channels, {}, with_zeros, same);
      check_lines(prepare_depthwise(layer), layer, random_image(image), name(image, channels, {}));
    }
  for (const std::int32_t size : {1, 2, 3, 4, 5, 7, 9})
    for (const std::int32_t stride : {1, 2, 3})
      for (const std::int32_t dilation : {1, 2})
        for (const std::size_t width : {1, 2, 21}) {
          const CodeImage image{{20, 9, width}, 1U + static_cast<std::uint32_t>(size) % 2};
          const Window window{size, stride, dilation};
          const CodeLayer layer = depthwise_layer(image, 20, window, size % 3 == 0, same);
          check_lines(prepare_depthwise(layer), layer, random_image(image), name(image, 20, window));
        }
}

BOOST_AUTO_TEST_CASE(several_outputs_may_see_the_same_channel) {
  const CodeImage image{{7, 4, 9}, 2};
  const CodeLayer layer = depthwise_layer(image, 40, {}, true, [](std::size_t o) { return o * 5 % 7; });
  check_lines(prepare_depthwise(layer), layer, random_image(image), "40 outputs of 7 channels");
}

BOOST_AUTO_TEST_CASE(what_is_not_depthwise_is_refused) {
  const CodeImage image{{4, 4, 9}, 2};
  const auto same = [](std::size_t o) { return o; };
  BOOST_TEST(!prepare_depthwise(random_layer(image, 4, 2, {}, {})));
  CodeLayer layer = depthwise_layer(image, 4, {}, false, same);
  BOOST_TEST(prepare_depthwise(layer).has_value());
  layer.weights[0] *= 2;  // beside ones
  BOOST_TEST(!prepare_depthwise(layer));
  BOOST_TEST(!prepare_depthwise(depthwise_layer({{4, 4, 9}, 3}, 4, {}, false, same)));
  BOOST_TEST(!prepare_depthwise(depthwise_layer(image, 4, {11}, false, same)));
}

BOOST_AUTO_TEST_CASE(lines_of_more_bytes_than_offsets_count_are_refused) {
  for (const std::uint32_t bits : {2, 8}) {
    const CodeImage image{{16, 1, std::size_t{1} << 29}, bits};
    CodeLayer layer;
    layer.input = image;
    layer.output = {image.shape, 2};
    layer.taps = {{-1, 0}, {1, 0}};
    for (std::size_t i = 0; i < 16 * 2 * 16; ++i) layer.weights.push_back(i / 32 == i % 16 ? 1 : 0);
    for (int o = 0; o < 16; ++o) layer.thresholds.add(std::vector<std::int64_t>{1, 2, 3});
    layer.falling.assign(16, false);
    BOOST_TEST(!prepare_bytes(layer));
    BOOST_TEST(!prepare_depthwise(layer));
    layer.input.shape.width = layer.output.shape.width = 1024;
    BOOST_TEST(prepare_bytes(layer).has_value());
    BOOST_TEST(prepare_depthwise(layer).has_value() == (bits == 2));
  }
}

BOOST_AUTO_TEST_CASE(bytes_times_weights_of_seven_bits_leave_words_before_these_are_full) {
  const CodeImage image{{5, 4, 13}, 8};
  for (const std::int32_t largest : {1, 7, 64}) {
    CodeLayer layer = random_layer(image, 21, 2, {}, {-largest, 1, 2 * largest + 1});
    std::vector<std::uint8_t> input(image.bytes());
    for (std::size_t pixel = 0; pixel < 52; ++pixel)
      for (std::size_t c = 0; c < 5; ++c) set_code(image, input.data(), pixel, c, 255);
    for (std::size_t i = 0; i < 9 * 5; ++i) {  // the largest sum and the smallest
      layer.weights[i] = largest;
      layer.weights[9 * 5 + i] = -largest;
    }
    check_lines(prepare_bytes(layer), layer, input, std::to_string(largest));
    check_lines(prepare_bytes(layer), layer, random_image(image), std::to_string(largest));
  }
}

BOOST_AUTO_TEST_CASE(sums_without_thresholds_are_numbers) {
  for (const std::size_t outputs : {1, 15, 16, 17, 40}) {
    const CodeImage image{{3, 4, 11}, 4};
    CodeLayer layer = random_layer(image, outputs, 2, {3, 2, 1}, {-9, 1, 19});
    layer.thresholds = {};
    layer.falling.assign(outputs, false);
    std::vector<std::uint32_t> added;
    for (std::size_t o = 0; o < outputs; ++o) added.push_back(static_cast<std::uint32_t>(5000 + 3 * o));
    const auto convolution = prepare_bytes(layer, added);
    BOOST_REQUIRE(convolution.has_value());
    const auto input = random_image(image);
    const std::size_t pixels = layer.output.shape.height * layer.output.shape.width;
    std::vector<std::uint32_t> numbers(pixels * outputs + 16, 7), expected = numbers;
    Workspace workspace;
    run_lines(*convolution, 0, layer.output.shape.height, input.data(), reinterpret_cast<std::uint8_t*>(numbers.data()),
              workspace);
    for (std::size_t pixel = 0; pixel < pixels; ++pixel)
      for (std::size_t o = 0; o < outputs; ++o)
        expected[pixel * outputs + o] = static_cast<std::uint32_t>(sum_at(layer, input, pixel, o)) + added[o];
    BOOST_TEST((numbers == expected), outputs << " outputs");
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const CodeImage image{{10, 4, 13}, 2};
  BOOST_TEST(!prepare(random_layer(image, 21, 2, {}, {-8, 1, 16})));   // many values
  BOOST_TEST(!prepare(random_layer({{200, 3, 3}, 8}, 1, 2, {}, {})));  // sums above 2^15
  CodeLayer high = random_layer(image, 21, 2, {}, {});
  high.taps.front().row = -100;
  BOOST_TEST(!prepare(high));
  BOOST_TEST(!prepare_bytes(high));
  BOOST_TEST(!prepare_bytes(random_layer(image, 21, 2, {}, {-200, 1, 3})));        // more than eight bits
  BOOST_TEST(!prepare_bytes(random_layer({{9, 3, 3}, 8}, 1, 2, {}, {65, 1, 3})));  // two products above 2^15
}
