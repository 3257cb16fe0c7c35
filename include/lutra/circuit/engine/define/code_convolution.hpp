#pragma once
// How a convolution of few-bit codes is prepared.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Weights and limits of a layer without common factors, all outputs rising: a falling one has its sum negated.
struct PlainWeights {
  std::vector<std::int32_t> weights;
  std::vector<std::int16_t> limits;  ///< [outputs][levels]
  std::size_t levels = 0;
  std::int32_t lowest = 0, highest = 0;
  bool all_even = true;  ///< whether all weights differ from the lowest by even numbers
};

/// The largest 16-bit number that a sum must exceed to be at least `threshold`.
LUTRA_INLINE std::int16_t limit_of(std::int64_t threshold) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(threshold - 1, -32768, 32767));
}

LUTRA_INLINE std::optional<PlainWeights> plain_weights(const CodeLayer& layer) {
  PlainWeights plain;
  plain.weights = layer.weights;
  const std::size_t outputs = layer.output.shape.channels, inputs = layer.weights.size() / outputs;
  if (layer.output.is_packed()) plain.levels = 3;
  for (std::size_t o = 0; o < outputs; ++o) plain.levels = std::max(plain.levels, layer.thresholds[o].size());
  plain.limits.assign(outputs * plain.levels, std::numeric_limits<std::int16_t>::max());
  const std::int64_t largest = (std::int64_t{1} << layer.input.bits) - 1;
  for (std::size_t o = 0; o < outputs; ++o) {
    const std::span row(plain.weights.data() + o * inputs, inputs);
    std::int64_t factor = 0, sum = 0;
    for (const std::int32_t w : row) factor = std::gcd(factor, std::int64_t{w});
    factor = std::max<std::int64_t>(factor, 1);
    const bool falling = layer.falling[o];
    for (std::int32_t& w : row) {
      w = static_cast<std::int32_t>(w / factor) * (falling ? -1 : 1);
      sum += std::abs(std::int64_t{w}) * largest;
      if (sum > std::numeric_limits<std::int16_t>::max()) return {};
    }
    for (std::size_t i = 0; i < layer.thresholds[o].size(); ++i) {
      const std::int64_t threshold = divide_up(layer.thresholds[o][i], factor);
      plain.limits[o * plain.levels + i] = limit_of(falling ? 1 - threshold : threshold);
    }
  }
  plain.lowest = *std::ranges::min_element(plain.weights);
  plain.highest = *std::ranges::max_element(plain.weights);
  for (const std::int32_t w : plain.weights) plain.all_even &= (w - plain.lowest) % 2 == 0;
  return plain;
}

/// Fills what depends on the window alone. False where it is too high for its lines to be kept.
LUTRA_INLINE bool place_window(const CodeLayer& layer, std::size_t lanes, CodeConvolution& convolution) {
  const auto reach = find_reach(layer.taps);
  if (!reach) return false;
  convolution.rows = reach->rows;
  convolution.first_column = reach->first_column;
  convolution.span = reach->span;
  const std::size_t width = reach->columns;
  const std::size_t stride = static_cast<std::size_t>(layer.stride.column);
  convolution.phases = std::min(stride, width);
  convolution.lanes = lanes;
  // As many columns as keep their tables in the first cache, in strips of one width.
  constexpr std::size_t cache = 32 << 10, fewest = 16;
  const std::size_t column =
      convolution.span * convolution.phases * convolution.groups * layer.input.planes() * kernels::code_table_bytes;
  const std::size_t most = std::max(cache / column, fewest), columns = layer.output.shape.width;
  const std::size_t strips = (columns + most - 1) / most, unit = 4 * convolution.lanes;
  convolution.strip = ((columns + strips - 1) / strips + unit - 1) / unit * unit;
  convolution.positions = convolution.strip / convolution.lanes + (width - 1) / stride;
  convolution.line_sums = (convolution.strip - 1) * stride + width + kernels::window_sums_together;
  return true;
}

/// Where each step's table and each tap's sum lie, for each line that may be the window's first.
LUTRA_INLINE void place_steps(const CodeLayer& layer, std::size_t units, CodeConvolution& convolution) {
  const std::size_t line_bytes = convolution.line_bytes(), plane_bytes = line_bytes / layer.input.planes();
  for (std::size_t first = 0; first < convolution.span; ++first) {
    const auto place = [&](const circuits::Offset& tap) {
      const auto row = static_cast<std::size_t>(tap.row - convolution.rows.front());
      const auto column = static_cast<std::size_t>(tap.column - convolution.first_column);
      const std::size_t stride = static_cast<std::size_t>(layer.stride.column);
      return std::pair((first + row) % convolution.span,
                       (column % stride * convolution.positions + column / stride) * convolution.lanes);
    };
    for (std::size_t p = 0; p < layer.input.planes(); ++p)
      for (const auto& tap : layer.taps) {
        const auto [line, column] = place(tap);
        for (std::size_t g = 0; g < convolution.groups; ++g) {
          const std::size_t at =
              line * line_bytes + p * plane_bytes + g * convolution.group_bytes() + column * kernels::code_table_bytes;
          convolution.offsets.insert(convolution.offsets.end(), units, static_cast<std::uint32_t>(at));
        }
      }
    for (const auto& tap : layer.taps) {
      const auto row = static_cast<std::size_t>(tap.row - convolution.rows.front());
      const auto column = static_cast<std::size_t>(tap.column - convolution.first_column);
      const std::size_t line = (first + row) % convolution.span;
      convolution.sum_offsets.push_back(static_cast<std::uint32_t>(line * convolution.line_sums + column));
    }
  }
}

/// Cuts the steps into as few equal pieces as have sums that fit into bytes whatever the codes are. About half of the
/// weights of one bit choose nothing, so that a piece is longer than if all of them chose.
LUTRA_INLINE void place_flushes(CodeConvolution& convolution) {
  constexpr std::size_t block = kernels::code_block;
  const std::size_t steps = convolution.steps, blocks = convolution.output.blocks();
  const int most = 255 / (convolution.input.bits == 1 ? 1 : 3);
  const auto fits = [&](std::size_t piece) {
    for (std::size_t i = 0; i < blocks * block; ++i) {
      const std::uint8_t* const weights = convolution.weights.data() + i / block * steps * block + i % block;
      int chosen = 0;
      for (std::size_t s = 0; s < steps; ++s) {
        chosen = (s % piece == 0 ? 0 : chosen) + std::popcount(weights[s * block]);
        if (chosen > most) return false;
      }
    }
    return true;
  };
  std::size_t pieces = 1;
  while (!fits((steps + pieces - 1) / pieces)) ++pieces;
  convolution.flush_after = (steps + pieces - 1) / pieces;
}

LUTRA_INLINE void place_weights(const CodeLayer& layer, const PlainWeights& plain, std::size_t units,
                                CodeConvolution& convolution) {
  constexpr std::size_t block = kernels::code_block;
  const std::size_t outputs = layer.output.shape.channels, channels = layer.input.shape.channels;
  const std::size_t inputs = layer.taps.size() * channels, scale = convolution.doubled ? 2 : 1;
  convolution.weights.assign(layer.output.blocks() * convolution.steps * block, 0);
  convolution.levels = plain.levels;
  convolution.limits.assign(layer.output.blocks() * plain.levels * block, std::numeric_limits<std::int16_t>::max());
  for (std::size_t o = 0; o < outputs; ++o) {
    std::uint8_t* const weights =
        convolution.weights.data() + o / block * convolution.steps * block + kernels::code_byte_of(o % block);
    for (std::size_t i = 0; i < inputs; ++i) {
      const std::size_t c = i % channels, group = i / channels * convolution.groups + c / kernels::codes_per_byte;
      const auto u = static_cast<std::size_t>(plain.weights[o * inputs + i] - plain.lowest) / scale;
      for (std::size_t unit = 0; unit < u; ++unit)
        weights[(group * units + unit) * block] |= static_cast<std::uint8_t>(1 << (c % kernels::codes_per_byte));
    }
    for (std::size_t level = 0; level < plain.levels; ++level)
      convolution.limits[(o / block * plain.levels + level) * block + o % block] =
          plain.limits[o * plain.levels + level];
  }
}

}  // namespace detail

LUTRA_INLINE std::optional<WindowReach> find_reach(const std::vector<circuits::Offset>& taps) {
  constexpr std::int64_t most_lines = 64, most_columns = 256;
  if (taps.empty()) return {};
  std::set<std::int32_t> rows, columns;
  for (const auto& tap : taps) {
    rows.insert(tap.row);
    columns.insert(tap.column);
  }
  const std::int64_t span = std::int64_t{*rows.rbegin()} - *rows.begin() + 1,
                     width = std::int64_t{*columns.rbegin()} - *columns.begin() + 1;
  if (span > most_lines || width > most_columns) return {};
  return WindowReach{
      {rows.begin(), rows.end()}, *columns.begin(), static_cast<std::size_t>(span), static_cast<std::size_t>(width)};
}

LUTRA_INLINE std::optional<CodeConvolution> prepare(const CodeLayer& layer) {
  return prepare(layer, kernels::chosen::code_lanes());
}

LUTRA_INLINE std::optional<CodeConvolution> prepare(const CodeLayer& layer, std::size_t lanes) {
  constexpr std::size_t most_units = 4;
  const auto plain = detail::plain_weights(layer);
  if (!plain) return {};
  const bool doubled = plain->all_even && plain->highest != plain->lowest;
  const std::size_t range = static_cast<std::size_t>(plain->highest - plain->lowest) / (doubled ? 2 : 1);
  if (range > most_units) return {};
  const std::size_t units = std::max<std::size_t>(range, 1);

  CodeConvolution convolution;
  convolution.input = layer.input;
  convolution.output = layer.output;
  convolution.stride = layer.stride;
  convolution.groups = (layer.input.shape.channels + kernels::codes_per_byte - 1) / kernels::codes_per_byte;
  convolution.taps = layer.taps.size();
  convolution.steps = convolution.taps * convolution.groups * units;

  convolution.lowest = static_cast<std::int16_t>(plain->lowest);
  convolution.doubled = doubled;
  if (!detail::place_window(layer, lanes, convolution)) return {};
  detail::place_steps(layer, units, convolution);
  detail::place_weights(layer, *plain, units, convolution);
  detail::place_flushes(convolution);

  return convolution;
}

}  // namespace lutra::engine
