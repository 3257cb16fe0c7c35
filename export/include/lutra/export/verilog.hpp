#pragma once
// Writes a circuit as one self-contained Verilog-2001 module: a wire for every LUT, one LUT a line, named after the
// stage and node it computes; registers where a pipeline is asked for. The file is for people to read and for tools to
// take.

#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/verilog/plan.hpp>

namespace lutra::hdl {

/// `<name>.v`, and beside it the simulation models of the family's primitives (xilinx7_sim.v, ice40_sim.v). Answers are
/// those of evaluate(circuit, ...), exactly plan(circuit, options).latency() clocks after their input.
/// Throws Error where plan() does; nothing is written then.
[[nodiscard]] Design verilog(const Circuit& circuit, const VerilogOptions& options = {});

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/verilog.hpp>
#endif
