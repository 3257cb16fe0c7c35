#pragma once
// How a convolution in which each output sees one channel is prepared.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <lutra/circuit/engine/codes/depthwise.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/depthwise_line.hpp>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace lutra::engine {

namespace detail {

/// One output of a depthwise layer, rising: the weight of each tap, and what a sum must be at least for each level, in
/// sums of codes that are replaced by 3 minus the code where the weight is negative.
struct DepthwiseOutput {
  std::uint32_t channel = 0;
  std::vector<std::int32_t> weights;
  std::vector<std::int64_t> thresholds;
};

/// Nothing where the output sees several channels or has other weights than -1, 0, 1 and one factor.
LUTRA_INLINE std::optional<DepthwiseOutput> depthwise_output(const CodeLayer& layer, std::size_t o) {
  const std::size_t channels = layer.input.shape.channels, taps = layer.taps.size();
  const std::span row(layer.weights.data() + o * taps * channels, taps * channels);
  std::int32_t factor = 0;
  std::optional<std::size_t> channel;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == 0) continue;
    if (channel.value_or(i % channels) != i % channels || (factor != 0 && std::abs(row[i]) != factor)) return {};
    channel = i % channels;
    factor = std::abs(row[i]);
  }
  if (!channel) return {};
  DepthwiseOutput output{static_cast<std::uint32_t>(*channel), {}, {}};
  const bool falling = layer.falling[o];
  std::int64_t negative = 0;
  for (std::size_t t = 0; t < taps; ++t) {
    const std::int32_t weight = row[t * channels + *channel] / factor * (falling ? -1 : 1);
    output.weights.push_back(weight);
    negative += weight < 0 ? 1 : 0;
  }
  for (const std::int64_t threshold : layer.thresholds[o]) {
    const std::int64_t least = divide_up(threshold, factor);
    output.thresholds.push_back((falling ? 1 - least : least) + 3 * negative);
  }
  std::ranges::sort(output.thresholds);
  return output;
}

/// Sets the code of one channel, in each byte where a pixel's pattern repeats, to `code`.
class ConstantWriter {
 public:
  ConstantWriter(DepthwiseConvolution& convolution, std::size_t vector, std::size_t constants)
      : to_(convolution.constants.data()),
        pixel_bytes_(convolution.output.pixel_bytes()),
        vector_(vector),
        constants_(constants),
        bytes_(convolution.variants * vector) {}

  void set(std::size_t constant, std::size_t channel, bool value) {
    if (!value) return;
    const auto code = static_cast<std::uint8_t>(3U << (2 * (channel % kernels::codes_per_byte)));
    for (std::size_t at = channel / kernels::codes_per_byte; at < bytes_; at += pixel_bytes_)
      to_[(at / vector_ * constants_ + constant) * vector_ + at % vector_] |= code;
  }

 private:
  std::uint8_t* to_;
  std::size_t pixel_bytes_, vector_, constants_, bytes_;
};

LUTRA_INLINE void place_constants(const std::vector<DepthwiseOutput>& outputs, DepthwiseConvolution& convolution) {
  const std::size_t vector = kernels::chosen::depthwise_vector(), taps = convolution.groups * kernels::taps_together;
  const std::size_t constants =
      kernels::depthwise_constants(convolution.groups, convolution.has_masks, convolution.sum_bits);
  const std::size_t bits = convolution.sum_bits, first = constants - 3 * bits;
  convolution.variants = std::lcm(vector, convolution.output.pixel_bytes()) / vector;
  convolution.constants.assign(convolution.variants * constants * vector, 0);
  ConstantWriter writer(convolution, vector, constants);
  const std::int64_t never = (std::int64_t{1} << bits) - 1;
  for (std::size_t o = 0; o < convolution.output.blocks() * kernels::code_block; ++o) {
    std::vector<std::int64_t> least;  // of codes 1, 2 and 3
    if (o < outputs.size()) {
      for (std::size_t t = 0; t < outputs[o].weights.size(); ++t) {
        writer.set(t, o, outputs[o].weights[t] < 0);
        writer.set(taps + t, o, convolution.has_masks && outputs[o].weights[t] != 0);
      }
      least = outputs[o].thresholds;
    }
    least.resize(3, never);
    for (std::int64_t& threshold : least) threshold = std::clamp<std::int64_t>(threshold, 0, never);
    for (std::size_t j = 0; j < bits; ++j) {
      writer.set(first + j, o, (least[1] >> j & 1) != 0);
      writer.set(first + bits + j, o, (least[0] >> j & 1) != 0);
      writer.set(first + 2 * bits + j, o, ((least[0] ^ least[2]) >> j & 1) != 0);
    }
  }
}

LUTRA_INLINE void place_taps(const CodeLayer& layer, DepthwiseConvolution& convolution) {
  const std::size_t pixel_bytes = convolution.output.pixel_bytes();
  const auto stride = static_cast<std::size_t>(layer.stride.column);
  for (std::size_t first = 0; first < convolution.span; ++first) {
    std::vector<std::uint32_t> offsets;
    for (const auto& tap : layer.taps) {
      const auto row = static_cast<std::size_t>(tap.row - convolution.rows.front());
      const auto column = static_cast<std::size_t>(tap.column - convolution.first_column);
      const std::size_t line = (first + row) % convolution.span;
      const std::size_t pixel = column % stride * convolution.positions + column / stride;
      offsets.push_back(static_cast<std::uint32_t>(line * 2 * convolution.plane_bytes + pixel * pixel_bytes));
    }
    offsets.resize(convolution.groups * kernels::taps_together, offsets.front());  // these have no masks
    convolution.offsets.insert(convolution.offsets.end(), offsets.begin(), offsets.end());
  }
}

}  // namespace detail

LUTRA_INLINE std::optional<DepthwiseConvolution> prepare_depthwise(const CodeLayer& layer) {
  const auto reach = find_reach(layer.taps);
  if (!reach || !layer.input.is_packed() || !layer.output.is_packed()) return {};
  const std::size_t taps = layer.taps.size();
  DepthwiseConvolution convolution;
  // Sums stay below the largest number, which no sum is at least.
  convolution.sum_bits = std::max<std::size_t>(static_cast<std::size_t>(std::bit_width(3 * taps + 1)), 5);
  if (convolution.sum_bits > kernels::most_sum_bits) return {};
  std::vector<detail::DepthwiseOutput> outputs;
  bool is_same = layer.input.blocks() == layer.output.blocks();
  convolution.groups = (taps + kernels::taps_together - 1) / kernels::taps_together;
  convolution.has_masks = taps % kernels::taps_together != 0;
  for (std::size_t o = 0; o < layer.output.shape.channels; ++o) {
    auto output = detail::depthwise_output(layer, o);
    if (!output) return {};
    is_same &= output->channel == o;
    convolution.own.push_back(output->channel);
    for (const std::int32_t weight : output->weights) convolution.has_masks |= weight == 0;
    outputs.push_back(std::move(*output));
  }
  if (is_same) convolution.own.clear();
  convolution.input = layer.input;
  convolution.output = layer.output;
  convolution.stride = layer.stride;
  convolution.rows = reach->rows;
  convolution.first_column = reach->first_column;
  convolution.span = reach->span;
  const auto stride = static_cast<std::size_t>(layer.stride.column);
  convolution.part = (layer.output.shape.width + 1) / 2;
  convolution.phases = std::min(stride, reach->columns);
  convolution.positions = convolution.part + (reach->columns - 1) / stride;
  convolution.plane_bytes = convolution.phases * convolution.positions * convolution.output.pixel_bytes() +
                            kernels::chosen::depthwise_vector();
  if (convolution.span * 2 * convolution.plane_bytes >= std::uint64_t{1} << 32) return {};  // offsets have 32 bits
  detail::place_taps(layer, convolution);
  detail::place_constants(outputs, convolution);
  return convolution;
}

}  // namespace lutra::engine
