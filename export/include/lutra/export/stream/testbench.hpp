#pragma once
// Writes a self-checking testbench for a streaming module: frames back to back, without and with pauses on both sides,
// and a reset in the middle of one; every beat that comes out is looked at.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/stream/plan.hpp>
#include <span>

namespace lutra::hdl {

/// A frame that is sent: its values in the order of the circuit's input (channels, rows, columns).
template <class Integer>
struct StreamFrame {
  std::size_t height = 0, width = 0;
  std::span<const Integer> values;
  std::span<const std::uint32_t> answers = {};  ///< those of the circuit for this size; none: evaluate() gives them
};

/// `<name>_tb.v`, `<name>_frames.hex`, `<name>_pixels.hex` and `<name>_answers.hex` for the module that stream() writes
/// with the same options. Run in the design's folder, in verilator --binary --timing or iverilog, it sends all frames
/// five times: without a pause; with pauses between pixels; with a receiver that is not always ready; with both; and
/// with both again after a reset in the middle of a frame (+seed=7 gives other pauses). It checks each beat, tuser and
/// tlast, that the module takes a pixel a clock while nothing else pauses, and that the first beat of a frame that
/// follows one of its size, with none behind it, comes exactly StreamPlan::latency after its first pixel. It prints one
/// line, "PASS: 120 frames of 5880 pixels, latency 29 clocks" or "FAIL: ...", and ends with $fatal where anything
/// differs. Throws Error where stream_plan() does, where there is no frame, where a frame's values or answers are not
/// as many as its size asks for, where it is of a size that the module drops, or where evaluate() and resize() do.
template <class Integer>
[[nodiscard]] Design stream_testbench(const Circuit& circuit, std::span<const StreamFrame<Integer>> frames,
                                      const StreamOptions& options = {});

/// The same for frames of the circuit's own size, one after another. A program that links lutra::dispatch has both for
/// uint8_t and uint16_t.
template <class Integer>
[[nodiscard]] Design stream_testbench(const Circuit& circuit, std::span<const Integer> samples,
                                      const StreamOptions& options = {});

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/stream_testbench.hpp>
#endif
