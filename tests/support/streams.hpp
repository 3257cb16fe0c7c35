#pragma once
// Networks on images, small and of every kind, and streams of random frames for them.

#include <cstdint>
#include <lutra/circuit/simplify.hpp>
#include <lutra/compose.hpp>
#include <lutra/export/stream.hpp>
#include <lutra/export/stream/testbench.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra::test {

template <std::size_t Channels, std::size_t Height, std::size_t Width, class ExpressionType>
Circuit image_circuit(const ExpressionType& expression) {
  return freeze(bind<Signal<Byte, Shape{Channels, Height, Width}>>(expression, Seed{5}));
}

inline constexpr auto pixel_bits = pointwise(Thermometer<2>{});
inline constexpr auto classifier = pixel_bits | convolve<Kernel<3>, Same>(lut_trees<3, 4>()) | OrPool<2>{} |
                                   BinaryDepthwise<1>{} |
                                   convolve<Kernel<2>>(concat(StochasticLut<6, 8>{}, StochasticLut<4, 4>{})) |
                                   StochasticLut<6, 24>{} | GroupSum<4>{.temperature = 2} | Argmax{};

/// A layer of few-bit weights and codes.
template <std::size_t Outputs, class Weights = TernaryWeights>
inline constexpr auto codes = Dense<Outputs, Weights>{} | BatchNorm{} | Quantize<2>{};

using FrameSizes = std::vector<std::pair<std::size_t, std::size_t>>;  ///< height and width

/// The stream of a circuit with a testbench that sends frames of these sizes.
inline Design stream_with_testbench(const Circuit& circuit, const FrameSizes& sizes,
                                    const hdl::StreamOptions& options = {}, std::uint64_t seed = 9) {
  Random random(Seed{seed});
  std::vector<std::vector<std::uint8_t>> values;
  std::vector<hdl::StreamFrame<std::uint8_t>> frames;
  values.reserve(sizes.size());
  for (const auto& [height, width] : sizes) {
    values.emplace_back(circuit.input().shape.channels * height * width);
    for (auto& value : values.back()) value = static_cast<std::uint8_t>(random.below(circuit.input().maximum() + 1));
    frames.push_back({height, width, values.back()});
  }
  return hdl::stream(circuit, options) +
         hdl::stream_testbench(circuit, std::span<const hdl::StreamFrame<std::uint8_t>>(frames), options);
}

/// `count` frames of the circuit's own size.
inline FrameSizes own_size(const Circuit& circuit, std::size_t count) {
  return FrameSizes(count, {circuit.input().shape.height, circuit.input().shape.width});
}

}  // namespace lutra::test
