#pragma once
// Writes a self-checking testbench for an emitted module: vectors and answers in files of their own, one vector a
// clock, and the answer must stand at the output exactly `latency` clocks later.

#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/verilog/plan.hpp>
#include <span>

namespace lutra::hdl {

/// `<name>_tb.v`, `<name>_vectors.hex` and `<name>_answers.hex` for the module that verilog() writes with the same
/// options. `samples` holds whole samples of circuit.input().size() values, one after another; `answers`, those that
/// are expected, circuit.output().size() values a sample: from an engine, say. Where there are none, evaluate() gives
/// them. Run in the design's folder, in verilator --binary --timing or iverilog, it prints one line, "PASS: 100
/// vectors" or "FAIL: 3 of 100 vectors differ, first at 7", and ends with $fatal where any differ. Throws Error where
/// plan() does, where there is no sample, where a sample is not the circuit's, where the answers are not as many as the
/// samples. A program that links lutra::dispatch has it for uint8_t and uint16_t.
template <class Integer>
[[nodiscard]] Design testbench(const Circuit& circuit, std::span<const Integer> samples,
                               const VerilogOptions& options = {}, std::span<const std::uint32_t> answers = {});

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/testbench.hpp>
#endif
