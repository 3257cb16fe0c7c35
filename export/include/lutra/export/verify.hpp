#pragma once
// Tries an exported folder with the tools of this machine: compiles and runs its C, simulates its Verilog, proves it.
// What a tool that is not installed would have shown is said to be left out, never taken for granted.

#include <cstdint>
#include <filesystem>
#include <lutra/circuit/circuit.hpp>
#include <span>
#include <string>
#include <vector>

namespace lutra::verify {

enum class Outcome { passed, failed, left_out };

struct Result {
  Outcome outcome = Outcome::left_out;
  std::string note;                    ///< what the tool said, or which one is missing
  std::vector<std::uint32_t> answers;  ///< of run_c, one sample's after another
};

/// Compiles folder/NAME.c (c::source) with the system's C compiler and takes the answers for `samples` from it. A
/// program that links lutra::dispatch has it for uint8_t and uint16_t.
template <class Sample>
[[nodiscard]] Result run_c(const std::filesystem::path& folder, const std::string& name, const Circuit& circuit,
                           std::span<const Sample> samples);

/// Runs folder/NAME_tb.v: of hdl::testbench in Icarus Verilog, of hdl::stream_testbench in verilator, or in the one
/// that is installed. Every answer, at the stated latency.
[[nodiscard]] Result simulate(const std::filesystem::path& folder, const std::string& name);

/// Runs the script export/prove.sh on the folder. `script` is where it lies.
[[nodiscard]] Result prove(const std::filesystem::path& folder, const std::filesystem::path& script);

}  // namespace lutra::verify

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/verify.hpp>
#endif
