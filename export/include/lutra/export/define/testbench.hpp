#pragma once
// Defines what <lutra/export/testbench.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/error.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/testbench.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/header.hpp>
#include <lutra/export/verilog/plan.hpp>
#include <lutra/inline.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra::hdl {

namespace detail {

/// Bits, lowest first, as a line of hexadecimal digits.
[[nodiscard]] inline std::string hex_line(const std::vector<bool>& bits) {
  std::string text;
  for (std::size_t i = (bits.size() + 3) / 4; i-- > 0;) {
    unsigned digit = 0;
    for (std::size_t b = 4 * i; b < std::min(bits.size(), 4 * i + 4); ++b) digit |= unsigned{bits[b]} << (b - 4 * i);
    text += "0123456789abcdef"[digit];
  }
  return join({text, "\n"});
}

inline void append_bits(std::vector<bool>& bits, std::span<const std::uint32_t> values, std::uint32_t width) {
  for (const auto value : values)
    for (std::uint32_t b = 0; b < width; ++b) bits.push_back((value >> b & 1) != 0);
}

// A testbench whose loop serves every latency, 0 too. An input is applied while the clock is low; its answer is looked
// at `latency` rising edges later, just before the next one.
[[nodiscard]] inline std::string testbench_text(const ModulePlan& plan, std::size_t vectors) {
  const std::string& name = plan.options.name;
  const std::string count = std::to_string(vectors);
  const std::string latency = std::to_string(plan.latency());
  const bool clock = plan.has_clock(), reset = plan.has_reset(), valid = plan.options.valid;
  std::string text =
      join({"// Streams ", count, " vectors through module ", name, " and checks that every answer comes exactly\n// ",
            latency, " clocks after its input. Reads ", name, "_vectors.hex and ", name,
            "_answers.hex from the current folder.\n\nmodule ", name, "_tb;\n\n  localparam VECTORS = ", count,
            ";\n  localparam LATENCY = ", latency, ";\n\n"});
  append(text, {"  reg  ", range(plan.input_bits()), " vectors [0:VECTORS-1];\n  reg  ", range(plan.output_bits()),
                " answers [0:VECTORS-1];\n  reg  ", range(plan.input_bits()), " in;\n  wire ",
                range(plan.output_bits()), " out;\n"});
  if (clock) text += "  reg  clk;\n";
  if (reset) text += "  reg  rst;\n";
  if (valid) text += "  reg  valid_in;\n  wire valid_out;\n";
  append(text, {"  integer n, wrong, first;\n\n  ", name, " dut ("});
  if (clock) text += ".clk(clk), ";
  if (reset) text += ".rst(rst), ";
  if (valid) text += ".valid_in(valid_in), .valid_out(valid_out), ";
  append(text, {".in(in), .out(out));\n\n  initial begin\n    $readmemh(\"", name,
                "_vectors.hex\", vectors);\n    $readmemh(\"", name,
                "_answers.hex\", answers);\n    wrong = 0;\n    first = 0;\n"});
  if (clock) text += "    clk = 1'b0;\n";
  if (valid) text += "    in = vectors[0];\n    valid_in = 1'b0;\n";
  if (reset) text += "    rst = 1'b1;\n    #5 clk = 1'b1;\n    #5 clk = 1'b0;\n    rst = 1'b0;\n";
  text += "    for (n = 0; n < VECTORS + LATENCY; n = n + 1) begin\n      if (n < VECTORS) in = vectors[n];\n";
  if (valid) text += "      valid_in = n < VECTORS && n % 5 != 3;\n";
  text += "      #5;\n      if (n >= LATENCY)\n";
  // A memory that no file filled is all x, and x !== x is false: that must not pass.
  text +=
      "        if (out !== answers[n-LATENCY] || ^answers[n-LATENCY] === 1'bx) begin\n          if (wrong == 0) "
      "first = n - LATENCY;\n"
      "          wrong = wrong + 1;\n        end\n";
  if (valid)
    text +=
        "      if (valid_out !== (n >= LATENCY && (n - LATENCY) % 5 != 3)) begin\n"
        "        $display(\"FAIL: valid_out is %b after %0d clocks\", valid_out, n);\n        $fatal(1);\n      "
        "end\n";
  if (clock) text += "      clk = 1'b1;\n      #5;\n      clk = 1'b0;\n";
  text +=
      "    end\n    if (wrong != 0) begin\n      $display(\"FAIL: %0d of %0d vectors differ, first at %0d\", wrong, "
      "VECTORS, first);\n"
      "      $fatal(1);\n    end\n    $display(\"PASS: %0d vectors\", VECTORS);\n    $finish;\n  end\n\nendmodule\n";
  return text;
}

}  // namespace detail

template <class Integer>
Design testbench(const Circuit& circuit, std::span<const Integer> samples, const VerilogOptions& options,
                 std::span<const std::uint32_t> answers) {
  const ModulePlan module = plan(circuit, options);
  const std::size_t in = circuit.input().size();
  const std::size_t out = circuit.output().size();
  const std::string where = join({"testbench ", options.name});
  if (samples.empty() || samples.size() % in != 0)
    throw Error("samples", where, join({"a multiple of ", in, " values"}), std::to_string(samples.size()));
  const std::size_t count = samples.size() / in;
  if (!answers.empty() && answers.size() != count * out)
    throw Error("answers", where, join({count * out, " values"}), std::to_string(answers.size()));
  std::string vectors;
  std::string expected;
  for (std::size_t i = 0; i < count; ++i) {
    const auto signals = evaluate_all(circuit, samples.subspan(i * in, in));
    std::vector<bool> bits;
    for (const auto& [signal, type, begin] : module.netlist.inputs)
      detail::append_bits(bits, signals[signal], type.width);
    vectors += detail::hex_line(bits);
    bits.clear();
    const std::span<const std::uint32_t> own = signals.back();
    detail::append_bits(bits, answers.empty() ? own : answers.subspan(i * out, out), circuit.output().width);
    expected += detail::hex_line(bits);
  }
  Design design{options.name, {}};
  design.add(join({options.name, "_tb.v"}), detail::testbench_text(module, count));
  design.add(join({options.name, "_vectors.hex"}), vectors);
  design.add(join({options.name, "_answers.hex"}), expected);
  return design;
}

}  // namespace lutra::hdl
