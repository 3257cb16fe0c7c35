#pragma once
// How a convolution of bytes is prepared.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <lutra/circuit/engine/codes/byte_convolution.hpp>
#include <lutra/inline.hpp>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Four bytes of a window that are multiplied together: where they begin in a row of it, and which of the layer's
/// weights each has, if any.
struct ByteStep {
  std::size_t row, at;
  std::array<std::optional<std::size_t>, kernels::bytes_together> inputs;
};

/// As few steps as cover all bytes of a window that have weights.
LUTRA_INLINE std::vector<ByteStep> cover_window(const CodeLayer& layer, std::int32_t first_row,
                                                std::int32_t first_column) {
  const std::size_t channels = layer.input.shape.channels, inputs = layer.taps.size() * channels;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> bytes;  // by row and place in it
  for (std::size_t i = 0; i < inputs; ++i) {
    bool has_weight = false;
    for (std::size_t o = i; o < layer.weights.size(); o += inputs) has_weight |= layer.weights[o] != 0;
    const auto& tap = layer.taps[i / channels];
    if (has_weight)
      bytes.try_emplace({static_cast<std::size_t>(tap.row - first_row),
                         static_cast<std::size_t>(tap.column - first_column) * channels + i % channels},
                        i);
  }
  std::vector<ByteStep> steps;
  for (const auto& [place, input] : bytes) {
    const auto [row, at] = place;
    if (steps.empty() || steps.back().row != row || at >= steps.back().at + kernels::bytes_together)
      steps.push_back({row, at, {}});
    steps.back().inputs[at - steps.back().at] = input;
  }
  return steps;
}

/// Fills in the weights, falling outputs with those of their negated sums. False where some do not fit.
LUTRA_INLINE bool place_byte_weights(const CodeLayer& layer, const std::vector<ByteStep>& steps,
                                     ByteConvolution& convolution) {
  constexpr std::int64_t too_large = 128;  // as signed bytes, which the negated ones must be, too
  const std::size_t outputs = layer.output.shape.channels, inputs = layer.weights.size() / outputs;
  convolution.weights.assign(convolution.blocks * steps.size() * kernels::byte_step, 0);
  for (std::size_t o = 0; o < outputs; ++o) {
    std::int8_t* to = convolution.weights.data() +
                      (o / kernels::code_block * steps.size() * kernels::code_block + o % kernels::code_block) *
                          kernels::bytes_together;
    for (const ByteStep& step : steps) {
      for (std::size_t j = 0; j < kernels::bytes_together; ++j) {
        if (!step.inputs[j]) continue;
        const std::int32_t weight = layer.weights[o * inputs + *step.inputs[j]];
        if (std::abs(std::int64_t{weight}) >= too_large) return false;
        to[j] = static_cast<std::int8_t>(layer.falling[o] ? -weight : weight);
      }
      to += kernels::byte_step;
    }
  }
  return true;
}

/// After how many steps words of 16 bits may be full; 0 where one step may be too much.
LUTRA_INLINE std::size_t steps_that_fit(const ByteConvolution& convolution) {
  constexpr std::int32_t most = std::numeric_limits<std::int16_t>::max();
  const std::int32_t largest = (1 << convolution.input.bits) - 1;
  const std::size_t steps = convolution.steps;
  const auto fits = [&](std::size_t piece) {
    for (std::size_t pair = 0; pair < convolution.blocks * kernels::byte_step / 2; ++pair) {
      const std::size_t block = pair / (kernels::byte_step / 2), at = pair % (kernels::byte_step / 2) * 2;
      const std::int8_t* const weights = convolution.weights.data() + block * steps * kernels::byte_step + at;
      std::int32_t sum = 0;
      for (std::size_t s = 0; s < steps; ++s) {
        const std::int8_t* const two = weights + s * kernels::byte_step;
        sum = (s % piece == 0 ? 0 : sum) + (std::abs(int{two[0]}) + std::abs(int{two[1]})) * largest;
        if (sum > most) return false;
      }
    }
    return true;
  };
  for (std::size_t pieces = 1; pieces <= steps; ++pieces) {
    const std::size_t piece = (steps + pieces - 1) / pieces;
    if (fits(piece)) return piece;
  }
  return 0;
}

/// Fills in what sums must exceed, or what is added to them.
LUTRA_INLINE void place_limits(const CodeLayer& layer, const std::vector<std::uint32_t>& added,
                               ByteConvolution& convolution) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int32_t>::min(),
                         highest = std::numeric_limits<std::int32_t>::max();
  constexpr std::size_t block = kernels::code_block;
  convolution.added.assign(convolution.blocks * block, 0);
  std::ranges::copy(added, convolution.added.begin());
  if (!added.empty()) return;
  convolution.levels = layer.output.is_packed() ? 3 : 1;
  const std::size_t outputs = layer.output.shape.channels;
  for (std::size_t o = 0; o < outputs; ++o)
    convolution.levels = std::max(convolution.levels, layer.thresholds[o].size());
  convolution.limits.assign(convolution.blocks * convolution.levels * block, static_cast<std::int32_t>(highest));
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t i = 0; i < layer.thresholds[o].size(); ++i) {
      // S < t is -S > -t.
      const std::int64_t threshold = layer.thresholds[o][i], limit = layer.falling[o] ? -threshold : threshold - 1;
      convolution.limits[(o / block * convolution.levels + i) * block + o % block] =
          static_cast<std::int32_t>(std::clamp(limit, lowest, highest));
    }
}

}  // namespace detail

LUTRA_INLINE std::optional<ByteConvolution> prepare_bytes(const CodeLayer& layer,
                                                          const std::vector<std::uint32_t>& added) {
  ByteConvolution convolution;
  const auto reach = find_reach(layer.taps);
  if (!reach) return {};
  convolution.input = layer.input;
  convolution.output = layer.output.shape;
  convolution.stride = layer.stride;
  convolution.rows = reach->rows;
  convolution.first_column = reach->first_column;
  convolution.span = reach->span;
  const std::size_t channels = layer.input.shape.channels;
  const auto stride = static_cast<std::size_t>(layer.stride.column);
  convolution.columns = (layer.output.shape.width - 1) * stride + reach->columns;
  convolution.line_bytes = convolution.columns * channels + kernels::bytes_together;
  convolution.blocks = layer.output.blocks();
  if (convolution.span * convolution.line_bytes >= std::uint64_t{1} << 32) return {};  // offsets have 32 bits

  const auto steps = detail::cover_window(layer, reach->rows.front(), reach->first_column);
  convolution.steps = steps.size();
  if (!detail::place_byte_weights(layer, steps, convolution)) return {};
  convolution.flush_after = detail::steps_that_fit(convolution);
  if (convolution.flush_after == 0) return {};
  for (std::size_t first = 0; first < convolution.span; ++first)
    for (const auto& step : steps)
      convolution.offsets.push_back(
          static_cast<std::uint32_t>((first + step.row) % convolution.span * convolution.line_bytes + step.at));
  detail::place_limits(layer, added, convolution);
  convolution.kind = !added.empty()             ? kernels::ByteOutput::numbers
                     : layer.output.is_packed() ? kernels::ByteOutput::codes
                                                : kernels::ByteOutput::bytes;
  convolution.out_bytes = added.empty() ? layer.output.pixel_bytes() : 4 * layer.output.shape.channels;
  return convolution;
}

}  // namespace lutra::engine
