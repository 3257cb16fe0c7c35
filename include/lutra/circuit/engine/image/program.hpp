#pragma once
// What the image engine runs: the work of one pixel as a Program, done for some lines of all images at a time, and
// between its steps the windows that look at other pixels. Plain data, made once by image/compile.hpp.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/kernels/sizes.hpp>
#include <lutra/signal.hpp>
#include <vector>

namespace lutra::engine {

/// An image that is computed from top to bottom, as the input's lines arrive: when the first x of them are there, so
/// are the first (x + offset) / step of its own, rounded down.
struct Scan {
  std::size_t height, width;
  std::int64_t offset = 0, step = 1;

  [[nodiscard]] std::int64_t lines_at(std::int64_t x) const noexcept {
    const std::int64_t ahead = x + offset;
    return (ahead < 0 ? ahead - step + 1 : ahead) / step;
  }
  /// Words of a line. Bits behind its last pixel mean nothing.
  [[nodiscard]] std::size_t words() const noexcept { return kernels::words_for(width); }
  friend bool operator==(const Scan&, const Scan&) = default;
};

/// A copy of a row for a window: of all its lines, moved by `column` pixels, or of those that belong to the window's
/// value in row `row` and column `column`, every `stride`th pixel.
struct Plane {
  enum class Kind : std::uint8_t { moved, picked };
  Kind kind;
  std::int64_t row, column;
  std::int64_t stride;
  Row to;
};

/// What windows read of one row: its lines and the last of those before them, and copies of them.
struct Window {
  std::uint32_t from, to;            ///< scans
  Row source;                        ///< row_of_ones: 1 at each pixel
  Row lines;                         ///< where the lines that are read stand together; what lies outside is 0 there
  std::size_t kept;                  ///< where those that are read again are kept from one tile to the next
  std::int64_t first_row, last_row;  ///< of all values in the window, from its place
  std::int64_t stride;               ///< of rows
  std::size_t planes, plane_count;
};

/// Look-up tables of one fan-in whose first two inputs are the same rows, as kernels::shared_lut_rows wants them.
struct SharedLuts {
  std::uint8_t fan_in;
  std::uint32_t nodes;
  std::size_t operands, nibbles;  ///< where they start in Program::operands and Program::nibbles
};

/// A step, nodes that share two inputs, or a window, and the scan whose lines it computes.
struct Action {
  enum class Kind : std::uint8_t { step, luts, window };
  Kind kind;
  std::uint32_t scan;
  std::size_t index;
};

/// Rows are named by their first word in the workspace.
struct ImageProgram {
  Shape input, output;
  Program pixel;            ///< without Program::answer_steps and Program::decision
  std::vector<Scan> scans;  ///< the first is the input's
  std::vector<SharedLuts> luts;
  std::vector<Window> windows;
  std::vector<Plane> planes;
  std::vector<Action> actions;
  std::uint32_t answer_scan = 0;
  std::int64_t tile_lines = 0;     ///< lines of the input that are worked on at a time
  std::size_t constant_words = 0;  ///< of row_of_zeros and row_of_ones
  Row zeros = 0, ones = 0;
  std::size_t words = 0;  ///< of the workspace
};

/// Rows of zeros before the first row, for kernels that read a word before it, and room behind the last.
inline constexpr std::size_t vector_words = 8;

}  // namespace lutra::engine
