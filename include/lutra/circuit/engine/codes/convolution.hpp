#pragma once
// A convolution of images of few-bit codes by weights of few values, thresholds included, made ready to run: weights
// as numbers of four bits, thresholds as limits of 16 bits, and where each step finds its table.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/code_window.hpp>
#include <lutra/circuit/engine/codes/image.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/code_line.hpp>
#include <optional>
#include <vector>

namespace lutra::engine {

namespace detail {

/// a / b rounded up, for b > 0.
[[nodiscard]] constexpr std::int64_t divide_up(std::int64_t a, std::int64_t b) noexcept {
  return a / b + (a % b > 0 ? 1 : 0);
}

}  // namespace detail

/// What a convolution computes: a window on an image of codes.
struct CodeLayer : circuits::CodeWindow {
  CodeImage input, output;
  circuits::Offset stride = {1, 1};
};

/// The rows and columns of a window: the rows it sees, from the lowest, how many there are from the first to the last,
/// and the same of columns.
struct WindowReach {
  std::vector<std::int32_t> rows;
  std::int32_t first_column = 0;
  std::size_t span = 0, columns = 0;
};

/// Nothing where a window is too high or too wide for its lines to be kept, or sees nothing.
[[nodiscard]] std::optional<WindowReach> find_reach(const std::vector<circuits::Offset>& taps);

/// A CodeLayer for the instruction set that is chosen. The image is worked through in strips of columns, whose lines'
/// tables are kept as long as a window sees them.
struct CodeConvolution {
  CodeImage input, output;
  circuits::Offset stride;
  std::vector<std::int32_t> rows;  ///< that the window sees, from the lowest
  std::int32_t first_column = 0;
  std::size_t span = 0;  ///< lines of tables that are kept
  std::size_t lanes = 0, strip = 0;
  std::size_t phases = 0, positions = 0;  ///< of a lane's columns: pixel `position` of each lane and phase
  std::size_t groups = 0;                 ///< of four channels
  std::size_t line_sums = 0;              ///< pixels of a strip's lines, and some that may be read
  std::size_t taps = 0, steps = 0, flush_after = 0, levels = 0;
  std::int16_t lowest = 0;
  bool doubled = false;
  std::vector<std::uint32_t> offsets;      ///< [span][planes][steps]: where the first line is which
  std::vector<std::uint32_t> sum_offsets;  ///< [span][taps]
  AlignedVector<std::uint8_t> weights;     ///< [blocks][steps][16]
  std::vector<std::int16_t> limits;        ///< [blocks][levels][16]

  [[nodiscard]] std::size_t group_bytes() const noexcept {
    return phases * positions * lanes * kernels::code_table_bytes;
  }
  [[nodiscard]] std::size_t line_bytes() const noexcept { return input.planes() * groups * group_bytes(); }
};

/// Nothing where weights have more than five values, sums need more than 16 bits, or a window is very high.
[[nodiscard]] std::optional<CodeConvolution> prepare(const CodeLayer& layer);
/// The same for lines of so many parts, whoever runs it.
[[nodiscard]] std::optional<CodeConvolution> prepare(const CodeLayer& layer, std::size_t lanes);

/// Lines begin..end-1 of the answer.
void run_lines(const CodeConvolution& convolution, std::size_t begin, std::size_t end, const std::uint8_t* input,
               std::uint8_t* output, Workspace& workspace);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/code_convolution.hpp>
#include <lutra/circuit/engine/define/run_lines.hpp>
#endif
