#pragma once
// How emitted C computes a window of codes at many places: tile by tile, with tables of the codes' sums.
//
// A tile's places lie one line after another with room for the window between them, so that a tap of the window is one
// distance for all of them. For each four channels there are sixteen tables: table n holds, for each place, the sum of
// those codes whose bit is set in n. The weights of four channels at one tap are such an n. So a step adds a table,
// moved by the tap's distance, to the sums of 64 places: bytes, until they are full.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/export/c/weights.hpp>
#include <set>
#include <utility>
#include <vector>

namespace lutra::c::detail {

inline constexpr std::size_t places_together = 64, channels_together = 4, tables_together = 16, outputs_together = 16;

[[nodiscard]] constexpr std::size_t round_up(std::size_t value, std::size_t unit) noexcept {
  return (value + unit - 1) / unit * unit;
}

/// The quotient rounded down, and the rest, for b > 0.
[[nodiscard]] constexpr std::pair<std::int32_t, std::int32_t> divide(std::int32_t a, std::int32_t b) noexcept {
  const std::int32_t rest = (a % b + b) % b;
  return {(a - rest) / b, rest};
}

class ConvolutionPlan {
 public:
  explicit ConvolutionPlan(const WindowLayer& layer)
      : split(layer),
        groups((layer.channels + channels_together - 1) / channels_together),
        planes((layer.bits + 1) / 2),
        steps(layer.window.taps.size() * groups),
        blocks((layer.outputs() + outputs_together - 1) / outputs_together) {
    place_taps(layer);
    choose_tile(layer);
    for (std::size_t i = 0; i < layer.window.taps.size(); ++i)
      distances.push_back(static_cast<std::size_t>(lines_[i] - first_row) * pitch +
                          static_cast<std::size_t>(columns_[i] - first_column));
    place_weights(layer);
    is_narrow = split.largest <= std::numeric_limits<std::int16_t>::max();
  }

  /// Additions of 64 places that an output of a tile takes: what decides whether this is worth its tables.
  [[nodiscard]] std::size_t additions() const noexcept { return steps * split.units * planes; }
  /// Bytes of all tables of a phase and a plane of two bits, and of all of them.
  [[nodiscard]] std::size_t phase_bytes() const noexcept { return groups * tables_together * length; }
  [[nodiscard]] std::size_t table_bytes() const noexcept { return planes * phases.size() * phase_bytes(); }
  /// Bytes of the sums of all channels, one of four bytes for each place.
  [[nodiscard]] std::size_t sum_bytes() const noexcept { return phases.size() * length * 4; }

  SplitWeights split;
  std::size_t groups, planes, steps, blocks;
  std::vector<circuits::Offset> phases;          ///< rests of rows and columns by the stride
  std::vector<std::size_t> phase_of;             ///< of each tap
  std::vector<std::size_t> distances;            ///< of each tap, in its phase
  std::int32_t first_row = 0, first_column = 0;  ///< of a tile's tables, before the place's own
  std::size_t tile_rows = 0, tile_columns = 0;
  std::size_t pitch = 0, table_rows = 0, length = 0;  ///< of a table: places a line, lines, bytes
  std::vector<std::uint64_t> weights;                 ///< [units][blocks][steps][16]: numbers of tables
  std::size_t flush_after = 0, flush_all_after = 0;   ///< steps whose sum fits a byte: of these weights, of any
  bool is_narrow = false;                             ///< whether sums have at most 15 bits

 private:
  /// With a stride, the pixels that a tap sees are every second, say, of a row and column: a phase of the image.
  void place_taps(const WindowLayer& layer) {
    std::int32_t last_row = 0, last_column = 0;
    bool is_first = true;
    for (const circuits::Offset& tap : layer.window.taps) {
      const auto [row, row_phase] = divide(tap.row, layer.stride.row);
      const auto [column, column_phase] = divide(tap.column, layer.stride.column);
      const circuits::Offset phase{row_phase, column_phase};
      auto at = std::ranges::find(phases, phase);
      if (at == phases.end()) at = phases.insert(phases.end(), phase);
      phase_of.push_back(static_cast<std::size_t>(at - phases.begin()));
      lines_.push_back(row);
      columns_.push_back(column);
      first_row = is_first ? row : std::min(first_row, row);
      first_column = is_first ? column : std::min(first_column, column);
      last_row = is_first ? row : std::max(last_row, row);
      last_column = is_first ? column : std::max(last_column, column);
      is_first = false;
    }
    more_rows_ = static_cast<std::size_t>(last_row - first_row);
    more_columns_ = static_cast<std::size_t>(last_column - first_column);
  }

  /// As few places between the lines and behind the last one, and as few lines twice, as there is memory for.
  void choose_tile(const WindowLayer& layer) {
    constexpr std::size_t widest = 96, most_bytes = std::size_t{256} << 10;
    const Shape& out = layer.output;
    const std::size_t strips = (out.width + widest - 1) / widest;
    tile_columns = (out.width + strips - 1) / strips;
    pitch = tile_columns + more_columns_;
    std::size_t best = std::numeric_limits<std::size_t>::max();
    for (std::size_t rows = 1; rows <= out.height; ++rows) {
      const std::size_t places = round_up(rows * pitch, places_together);
      std::size_t size = round_up(places + more_rows_ * pitch + more_columns_, 8);
      if (size % places_together == 0) size += 8;  // tables not all at the same place of the cache
      const std::size_t bytes = size * tables_together * groups * planes * phases.size();
      if (rows > 1 && bytes > most_bytes) break;
      const std::size_t work =
          (out.height + rows - 1) / rows *
          (places * layer.outputs() * (additions() + 8) + size * tables_together * 2 * groups * planes * phases.size());
      if (work >= best) continue;
      best = work;
      tile_rows = rows;
      table_rows = rows + more_rows_;
      length = size;
    }
  }

  void place_weights(const WindowLayer& layer) {
    const std::size_t outputs = layer.outputs(), inputs = layer.inputs();
    weights.assign(split.units * blocks * steps * outputs_together, 0);
    for (std::size_t unit = 0; unit < split.units; ++unit)
      for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t i = 0; i < inputs; ++i) {
          const std::size_t c = i % layer.channels;
          const std::size_t step = i / layer.channels * groups + c / channels_together;
          const std::uint64_t bit = split.bit(layer.window.weights[o * inputs + i], unit) ? 1 : 0;
          weights[at(unit, o, step)] |= bit << (c % channels_together);
        }
    const int largest = layer.bits == 1 ? 1 : 3, most = 255 / largest;
    flush_all_after = static_cast<std::size_t>(most) / channels_together;
    flush_after = steps;
    for (std::size_t pieces = 1; !fits(outputs, most); ++pieces) flush_after = (steps + pieces - 1) / pieces;
  }

  /// Where the steps of an output begin its even numbered outputs come first, since sums of bytes are kept as those of
  /// even and of odd bytes.
  [[nodiscard]] std::size_t at(std::size_t unit, std::size_t output, std::size_t step) const noexcept {
    const std::size_t i = output % outputs_together, byte = i % 8 * 2 + i / 8;
    return ((unit * blocks + output / outputs_together) * steps + step) * outputs_together + byte;
  }

  /// Whether the sums of `flush_after` steps fit a byte whatever the codes are.
  [[nodiscard]] bool fits(std::size_t outputs, int most) const {
    for (std::size_t unit = 0; unit < split.units; ++unit)
      for (std::size_t o = 0; o < outputs; ++o) {
        int chosen = 0;
        for (std::size_t step = 0; step < steps; ++step) {
          if (step % flush_after == 0) chosen = 0;
          chosen += std::popcount(weights[at(unit, o, step)]);
          if (chosen > most) return false;
        }
      }
    return true;
  }

  std::vector<std::int32_t> lines_, columns_;  ///< of each tap, in its phase
  std::size_t more_rows_ = 0, more_columns_ = 0;
};

}  // namespace lutra::c::detail
