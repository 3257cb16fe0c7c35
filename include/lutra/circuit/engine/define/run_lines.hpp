#pragma once
// How lines of a convolution of few-bit codes are computed: strip by strip, with the tables of the lines that the
// window sees.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/circuit/engine/kept_lines.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>

namespace lutra::engine {

namespace detail {

/// The lines of tables that a strip of columns needs, and one line of the answer after another.
class StripRun {
 public:
  StripRun(const CodeConvolution& convolution, const std::uint8_t* input, std::uint8_t* output, Workspace& workspace)
      : plan_(convolution), input_(input), output_(output), workspace_(workspace), lines_(plan_.span, workspace.lines) {
    workspace.tables.resize(plan_.span * plan_.line_bytes());
    workspace.sums.resize(plan_.span * plan_.line_sums);
    workspace.dense_sums.resize(plan_.line_sums);
    workspace.window_sums.resize(plan_.strip);
  }

  void run(std::size_t column, std::size_t begin, std::size_t end) {
    lines_.forget();
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
      const std::size_t slot = lines_.slot_of(first);
      line.offsets = plan_.offsets.data() + slot * line.planes * plan_.steps;
      sum_windows(slot);
      line.out = output_ + (y * width + column) * plan_.output.pixel_bytes();
      kernels::chosen::code_sums(line);
    }
  }

 private:
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
    const std::int16_t* const __restrict from = workspace_.dense_sums.data();
    std::int16_t* const __restrict to = workspace_.window_sums.data();
    const std::size_t part = part_;
    if (stride == 1)
      for (std::size_t x = 0; x < part; ++x)
        for (std::size_t lane = 0; lane < Lanes; ++lane) to[x * Lanes + lane] = from[lane * part + x];
    else
      for (std::size_t x = 0; x < part; ++x)
        for (std::size_t lane = 0; lane < Lanes; ++lane) to[x * Lanes + lane] = from[(lane * part + x) * stride];
  }

  /// The tables of a row of the input, unless they are there.
  void expand(std::int64_t row) {
    const std::size_t slot = lines_.slot_of(row);
    if (!lines_.replace(slot, row)) return;
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
    std::uint8_t* const packed = workspace_.packed_line.data();
    for (std::size_t i = 0; i < count; ++i, line += kernels::codes_per_byte) {
      const std::uint32_t four = std::uint32_t{line[0]} | std::uint32_t{line[1]} << 8 | std::uint32_t{line[2]} << 16 |
                                 std::uint32_t{line[3]} << 24;
      packed[i] = kernels::pack_four(four >> shift & 0x03030303U);
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
  KeptLines lines_;
  std::size_t column_ = 0, part_ = 0;
  std::uint8_t* tables_ = nullptr;
  std::int16_t* sums_ = nullptr;
};

}  // namespace detail

LUTRA_INLINE void run_lines(const CodeConvolution& convolution, std::size_t begin, std::size_t end,
                            const std::uint8_t* input, std::uint8_t* output, Workspace& workspace) {
  detail::StripRun run(convolution, input, output, workspace);
  for (std::size_t column = 0; column < convolution.output.shape.width; column += convolution.strip)
    run.run(column, begin, end);
}

}  // namespace lutra::engine
