#pragma once
// What a streaming module will be before it is text: where windows look around, which logic works on one pixel, and
// when each of them does. Verilog, proof, testbench and report all start from the same plan.
//
// Pixels travel as tokens through one pipeline. Images of the circuit lie on grids: the frame is the first, and a
// window that leaves places out (a stride, or a border without padding) begins another. On a grid, a signal comes some
// rows, columns and clocks after the grid's first token; signals that meet are brought to the same lag.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/verilog/plan.hpp>
#include <optional>
#include <string>
#include <vector>

namespace lutra::hdl {

struct StreamOptions {
  std::string name = "stream";  ///< of the module and of its files
  Family family = Family::generic;
  Pipeline pipeline = every(2);  ///< of the logic between windows
  std::size_t max_width =
      0;  ///< of frames; 0: the circuit's. A circuit that ends in one answer takes its own size only
  std::size_t max_height = 0;  ///< likewise
  /// Clocks that a pixel may take. Above 1, a layer of weights is done in as many steps by one step's logic, or in more
  /// where its pixels come less often, behind a stride; all but those that this would make no smaller.
  std::size_t folding = 1;
};

/// How much later than the first token of its grid something comes: tokens of that grid, then clocks with ce.
struct StreamLag {
  std::size_t rows = 0, columns = 0, clocks = 0;
  friend bool operator==(const StreamLag&, const StreamLag&) = default;
};

/// The places of one image size: every `stride`-th pixel of the parent's that has `extent` pixels from itself on.
struct StreamGrid {
  std::size_t parent = 0;  ///< of the first grid, the frame: itself
  circuits::Offset stride{1, 1};
  circuits::Offset extent{1, 1};
  std::size_t height = 1, width = 1;          ///< at the circuit's own size
  std::size_t max_height = 1, max_width = 1;  ///< of the largest frame
  StreamLag entry = {};                       ///< of the parent grid: when the first token comes
};

/// One bit of a pixel: bit `bit` of the channels of `signal`, lowest bit of channel 0 first.
struct StreamBit {
  circuits::SignalId signal = 0;
  std::uint32_t bit = 0;
  friend auto operator<=>(const StreamBit&, const StreamBit&) = default;  // NOLINT(modernize-use-nullptr): its own code
};

inline constexpr std::size_t window_clocks = 2;               ///< of a lutra_window, besides its lag
inline constexpr std::size_t stream_clocks = 3;               ///< of lutra_stream_in and lutra_stream_out
inline constexpr std::size_t stream_input = ~std::size_t{0};  ///< as `from` of a window: the frame's own pixels

/// What brings bits from one place of the pipeline to another: line buffers and taps, or a delay, or nothing but wires.
struct StreamWindow {
  std::size_t from = stream_input, to = 0;  ///< indices of StreamPlan::logic
  std::size_t grid = 0;                     ///< whose tokens go in
  circuits::Offset stride{1, 1}, extent{1, 1};
  std::vector<StreamBit> bits = {};
  std::int32_t top = 0, bottom = 0, left = 0, right = 0;  ///< rows and columns that are read, from its own pixel
  std::size_t lag_rows = 0, lag_columns = 0;
  std::size_t wait = 0;  ///< clocks of registers in front

  /// No window, but `wait` registers at most.
  [[nodiscard]] bool is_wires() const noexcept {
    const circuits::Offset one{1, 1};
    return top == 0 && bottom == 0 && left == 0 && right == 0 && lag_rows == 0 && lag_columns == 0 && stride == one &&
           extent == one;
  }
  [[nodiscard]] std::size_t rows() const noexcept { return static_cast<std::size_t>(std::int64_t{bottom} - top + 1); }
  [[nodiscard]] std::size_t columns() const noexcept {
    return static_cast<std::size_t>(std::int64_t{right} - left + 1);
  }
  /// Whole rows that it keeps.
  [[nodiscard]] std::size_t lines() const noexcept {
    return static_cast<std::size_t>(static_cast<std::int64_t>(lag_rows) - top);
  }
  /// The bit of its taps that holds bits[bit] at `at`.
  [[nodiscard]] std::size_t tap(std::size_t bit, circuits::Offset at) const noexcept {
    return (static_cast<std::size_t>(at.row - top) * columns() + static_cast<std::size_t>(at.column - left)) *
               bits.size() +
           bit;
  }
};

/// Where an input bit of a logic module comes from.
struct StreamSource {
  std::size_t window = 0;  ///< index of StreamPlan::windows
  std::size_t tap = 0;     ///< bit of that window's taps
  bool is_used = false;    ///< false: nothing depends on it, or it is 0 everywhere
};

/// How logic that answers to a pixel in several steps keeps time: a lutra_fold.
struct StreamFold {
  std::size_t steps = 1;    ///< 1: it answers at once
  std::size_t groups = 1;   ///< steps whose values are added up
  bool holds = false;       ///< the pixel has to be kept for it
  std::size_t wait = 0;     ///< clocks by which what a step gives is held back, so that answers come with a ce
  std::size_t latency = 0;  ///< in pixels
};

/// What is done with one pixel: a module of its own, or, where it holds no stage, wires.
struct StreamLogic {
  std::size_t grid = 0;
  ModulePlan module;
  StreamLag in, out;                  ///< of its grid
  std::vector<StreamSource> sources;  ///< of each input bit, but for the step
  StreamFold fold = {};

  [[nodiscard]] bool is_wires() const noexcept { return module.part.stages.empty(); }
  [[nodiscard]] bool is_folded() const noexcept { return fold.steps > 1; }
  [[nodiscard]] std::size_t latency() const noexcept { return is_folded() ? fold.latency : module.latency(); }
  /// Bits of the whole answer.
  [[nodiscard]] std::size_t output_bits() const noexcept { return module.output_bits() * fold.steps / fold.groups; }
};

struct StreamPlan {
  StreamOptions options;
  Circuit circuit;   ///< whose stages the modules compute
  std::string hash;  ///< of the circuit as it was given
  std::vector<StreamGrid> grids;
  std::vector<StreamWindow> windows;
  std::vector<StreamLogic> logic;             ///< in order; the last one gives what leaves the pipeline
  std::optional<ModulePlan> tail = {};        ///< reads the whole last image, and gives one answer a frame
  std::size_t min_height = 1, min_width = 1;  ///< of frames

  [[nodiscard]] const StreamGrid& last_grid() const noexcept { return grids[logic.back().grid]; }
  /// Bits of one input pixel and of one output beat.
  [[nodiscard]] std::size_t input_bits() const noexcept {
    return circuit.input().shape.channels * circuit.input().width;
  }
  [[nodiscard]] std::size_t output_bits() const noexcept {
    return tail ? tail->output_bits() : logic.back().module.output_bits();
  }
  /// Clocks from the beat that brings a frame's first pixel to the first beat of its output, for frames of width
  /// `width`, where nothing waits, another frame came just before and none follows; one that follows at once can only
  /// make it less.
  [[nodiscard]] std::size_t latency(std::size_t width) const;
  [[nodiscard]] std::size_t latency() const { return latency(circuit.input().shape.width); }
  /// Pixels that pass by between two of a grid, at least.
  [[nodiscard]] std::size_t pixels_apart(std::size_t grid) const noexcept {
    std::size_t apart = 1;
    for (; grid != 0; grid = grids[grid].parent)
      apart *= static_cast<std::size_t>(std::min(grids[grid].stride.column, grids[grid].extent.column));
    return apart;
  }
  /// All of the logic: of layers that are folded, what is used in each step.
  [[nodiscard]] circuits::StageCost cost() const;
};

/// Bits as whole bytes, as tdata has them.
[[nodiscard]] constexpr std::size_t in_bytes(std::size_t bits) noexcept { return (bits + 7) / 8 * 8; }

/// Plans the module. Stages that read an image as a whole (and all behind them) come last, as one module that answers
/// once a frame. Throws Error, naming the stage, where no stage works at each place; where an encoder differs from
/// pixel to pixel; where images meet that went through different strides; where the image that is read as a whole has
/// more than max_port_bits bits; where folding is 0 or more than 65535; and as hdl::plan does.
[[nodiscard]] StreamPlan stream_plan(const Circuit& circuit, const StreamOptions& options = {});

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/stream_plan.hpp>
#endif
