#pragma once
// How a convolution of few-bit codes is prepared and run.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <span>
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

/// a / b rounded up, for b > 0.
LUTRA_INLINE std::int64_t divide_up(std::int64_t a, std::int64_t b) { return a / b + (a % b > 0 ? 1 : 0); }

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
LUTRA_INLINE bool place_window(const CodeLayer& layer, CodeConvolution& convolution) {
  constexpr std::int64_t most_lines = 64, most_columns = 256;
  std::set<std::int32_t> rows;
  std::int32_t first = layer.taps.front().column, last = first;
  for (const auto& tap : layer.taps) {
    rows.insert(tap.row);
    first = std::min(first, tap.column);
    last = std::max(last, tap.column);
  }
  const std::int64_t span = std::int64_t{*rows.rbegin()} - *rows.begin() + 1, width = std::int64_t{last} - first + 1;
  if (span > most_lines || width > most_columns) return false;
  convolution.rows.assign(rows.begin(), rows.end());
  convolution.first_column = first;
  convolution.span = static_cast<std::size_t>(span);
  const std::size_t stride = static_cast<std::size_t>(layer.stride.column);
  convolution.phases = std::min(stride, static_cast<std::size_t>(width));
  convolution.lanes = kernels::chosen::code_lanes();
  // As many columns as keep their tables in the first cache, in strips of one width.
  constexpr std::size_t cache = 32 << 10, fewest = 16;
  const std::size_t column =
      convolution.span * convolution.phases * convolution.groups * layer.input.planes() * kernels::code_table_bytes;
  const std::size_t most = std::max(cache / column, fewest), columns = layer.output.shape.width;
  const std::size_t strips = (columns + most - 1) / most, unit = 4 * convolution.lanes;
  convolution.strip = ((columns + strips - 1) / strips + unit - 1) / unit * unit;
  convolution.positions = convolution.strip / convolution.lanes + static_cast<std::size_t>(width - 1) / stride;
  convolution.line_sums =
      (convolution.strip - 1) * stride + static_cast<std::size_t>(width) + kernels::window_sums_together;
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

/// The lines of tables that a strip of columns needs, and one line of the answer after another.
class StripRun {
 public:
  StripRun(const CodeConvolution& convolution, const std::uint8_t* input, std::uint8_t* output, Workspace& workspace)
      : plan_(convolution), input_(input), output_(output), workspace_(workspace) {
    workspace.tables.resize(plan_.span * plan_.line_bytes());
    workspace.sums.resize(plan_.span * plan_.line_sums);
    workspace.dense_sums.resize(plan_.line_sums);
    workspace.window_sums.resize(plan_.strip);
    workspace.lines.resize(plan_.span);
  }

  void run(std::size_t column, std::size_t begin, std::size_t end) {
    std::ranges::fill(workspace_.lines, nothing);
    column_ = column;
    const std::size_t width = plan_.output.shape.width;
    kernels::CodeLine line{
        .tables = workspace_.tables.data(),
        .planes = plan_.input.planes(),
        .steps = plan_.steps,
        .flush_after = plan_.flush_after,
        .weights = plan_.weights.data(),
        .window_sums = workspace_.window_sums.data(),
        .doubled = plan_.doubled,
        .limits = plan_.limits.data(),
        .levels = plan_.levels,
        .blocks = plan_.output.blocks(),
        .pixels = std::min(plan_.strip, width - column),
        .output = plan_.output.is_packed() ? kernels::CodeOutput::codes : kernels::CodeOutput::bytes};
    line.part = part_ = (line.pixels + plan_.lanes - 1) / plan_.lanes;
    for (std::size_t y = begin; y < end; ++y) {
      const std::int64_t first = static_cast<std::int64_t>(y) * plan_.stride.row + plan_.rows.front();
      for (const std::int32_t row : plan_.rows) expand(first + row - plan_.rows.front());
      const std::size_t slot = slot_of(first);
      line.offsets = plan_.offsets.data() + slot * line.planes * plan_.steps;
      sum_windows(slot);
      line.out = output_ + (y * width + column) * plan_.output.pixel_bytes();
      kernels::chosen::code_sums(line);
    }
  }

 private:
  static constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min();

  /// Of each pixel of a line of the answer, with the window's first line in `slot`.
  void sum_windows(std::size_t slot) {
    const auto stride = static_cast<std::size_t>(plan_.stride.column);
    kernels::chosen::window_sums(workspace_.sums.data(), plan_.sum_offsets.data() + slot * plan_.taps, plan_.taps,
                                 plan_.lowest, (part_ * plan_.lanes - 1) * stride + 1, workspace_.dense_sums.data());

    if (plan_.lanes == 4)
      lay_out<4>(stride);
    else if (plan_.lanes == 2)
      lay_out<2>(stride);
    else
      lay_out<1>(stride);
  }

  /// From one pixel after another to the same pixel of all parts.
  template <std::size_t Lanes>
  void lay_out(std::size_t stride) {
    const std::int16_t* const from = workspace_.dense_sums.data();
    std::int16_t* const to = workspace_.window_sums.data();
    const std::size_t part = part_;
    if (stride == 1)
      for (std::size_t x = 0; x < part; ++x)
        for (std::size_t lane = 0; lane < Lanes; ++lane) to[x * Lanes + lane] = from[lane * part + x];
    else
      for (std::size_t x = 0; x < part; ++x)
        for (std::size_t lane = 0; lane < Lanes; ++lane) to[x * Lanes + lane] = from[(lane * part + x) * stride];
  }

  [[nodiscard]] std::size_t slot_of(std::int64_t row) const {
    const auto span = static_cast<std::int64_t>(plan_.span);
    return static_cast<std::size_t>((row % span + span) % span);
  }

  /// The tables of a row of the input, unless they are there.
  void expand(std::int64_t row) {
    const std::size_t slot = slot_of(row);
    if (workspace_.lines[slot] == row) return;
    workspace_.lines[slot] = row;
    tables_ = workspace_.tables.data() + slot * plan_.line_bytes();
    sums_ = workspace_.sums.data() + slot * plan_.line_sums;
    std::fill_n(sums_, plan_.line_sums, std::int16_t{0});
    if (row < 0 || row >= static_cast<std::int64_t>(plan_.input.shape.height)) {
      std::memset(tables_, 0, plan_.line_bytes());
      return;
    }
    const std::size_t width = plan_.input.shape.width, pixel_bytes = plan_.input.pixel_bytes();
    const std::uint8_t* const line = input_ + static_cast<std::size_t>(row) * width * pixel_bytes;
    if (plan_.input.is_packed()) return expand_plane(line, 0);
    for (std::size_t p = 0; p < plan_.input.planes(); ++p) {
      pack_plane(line, 2 * (plan_.input.planes() - 1 - p));
      expand_plane(workspace_.packed_line.data(), p);
    }
  }

  /// Two bits of each byte of a line, from `shift` on, four in a byte.
  void pack_plane(const std::uint8_t* line, std::size_t shift) {
    const std::size_t count = plan_.input.shape.width * plan_.input.pixel_bytes() / kernels::codes_per_byte;
    workspace_.packed_line.resize(count);
    for (std::size_t i = 0; i < count; ++i, line += kernels::codes_per_byte) {
      std::uint32_t byte = 0;
      for (std::size_t j = 0; j < kernels::codes_per_byte; ++j) byte |= (line[j] >> shift & 3U) << (2 * j);
      workspace_.packed_line[i] = static_cast<std::uint8_t>(byte);
    }
  }

  void expand_plane(const std::uint8_t* line, std::size_t plane) {
    const std::int64_t stride = plan_.stride.column, width = static_cast<std::int64_t>(plan_.input.shape.width);
    const std::int64_t count = static_cast<std::int64_t>(part_ + plan_.positions - plan_.strip / plan_.lanes);
    const std::size_t pixel_bytes = 4 * plan_.input.blocks();
    std::uint8_t* const tables = tables_ + plane * plan_.groups * plan_.group_bytes();
    const auto weight = static_cast<std::int16_t>(1 << (2 * (plan_.input.planes() - 1 - plane)));
    for (std::size_t lane = 0; lane < plan_.lanes; ++lane)
      for (std::size_t phase = 0; phase < plan_.phases; ++phase) {
        const std::int64_t column = static_cast<std::int64_t>(column_ + lane * part_) * stride + plan_.first_column +
                                    static_cast<std::int64_t>(phase);
        const std::int64_t begin = std::clamp<std::int64_t>(divide_up(-column, stride), 0, count);
        const std::int64_t end = std::clamp<std::int64_t>(divide_up(width - column, stride), begin, count);
        const std::size_t first = phase * plan_.positions * plan_.lanes + lane;
        const auto at = [&](std::int64_t i) { return first + static_cast<std::size_t>(i) * plan_.lanes; };
        for (std::size_t g = 0; g < plan_.groups; ++g) {
          std::uint8_t* const group = tables + g * plan_.group_bytes();
          const auto clear = [&](std::int64_t i) {
            std::memset(group + at(i) * kernels::code_table_bytes, 0, kernels::code_table_bytes);
          };
          for (std::int64_t i = 0; i < begin; ++i) clear(i);
          for (std::int64_t i = end; i < count; ++i) clear(i);
        }
        if (begin == end) continue;
        kernels::chosen::expand_codes(line + static_cast<std::size_t>(column + begin * stride) * pixel_bytes,
                                      static_cast<std::size_t>(stride) * pixel_bytes,
                                      static_cast<std::size_t>(end - begin), plan_.groups,
                                      tables + at(begin) * kernels::code_table_bytes, plan_.group_bytes(), plan_.lanes);
      }
    if (plan_.lowest == 0) return;
    const std::int64_t column = static_cast<std::int64_t>(column_) * stride + plan_.first_column;
    const auto used = static_cast<std::int64_t>(plan_.line_sums - kernels::window_sums_together);
    const std::int64_t begin = std::max<std::int64_t>(column, 0), end = std::min(column + used, width);
    if (begin < end)
      kernels::chosen::add_pixel_sums(line + static_cast<std::size_t>(begin) * pixel_bytes, plan_.input.blocks(),
                                      static_cast<std::size_t>(end - begin), weight, sums_ + (begin - column));
  }

  const CodeConvolution& plan_;
  const std::uint8_t* input_;
  std::uint8_t* output_;
  Workspace& workspace_;
  std::size_t column_ = 0, part_ = 0;
  std::uint8_t* tables_ = nullptr;
  std::int16_t* sums_ = nullptr;
};

}  // namespace detail

LUTRA_INLINE std::optional<CodeConvolution> prepare(const CodeLayer& layer) {
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
  convolution.flush_after = 255 / (kernels::codes_per_byte * (layer.input.bits == 1 ? 1 : 3));
  convolution.lowest = static_cast<std::int16_t>(plain->lowest);
  convolution.doubled = doubled;
  if (!detail::place_window(layer, convolution)) return {};
  detail::place_steps(layer, units, convolution);
  detail::place_weights(layer, *plain, units, convolution);
  return convolution;
}

LUTRA_INLINE void run_lines(const CodeConvolution& convolution, std::size_t begin, std::size_t end,
                            const std::uint8_t* input, std::uint8_t* output, Workspace& workspace) {
  detail::StripRun run(convolution, input, output, workspace);
  for (std::size_t column = 0; column < convolution.output.shape.width; column += convolution.strip)
    run.run(column, begin, end);
}

}  // namespace lutra::engine
