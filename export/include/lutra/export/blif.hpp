#pragma once
// Writes a circuit as BLIF, the plainest of netlist formats: the combinational reference that emitted Verilog is proved
// equal to, and the way into ABC and other tools of logic synthesis.

#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/verilog/plan.hpp>

namespace lutra::hdl {

/// `<name>.blif`: the module that verilog() writes with the same options, without its registers. Inputs in[0], in[1],
/// ... and outputs out[0], ... in the order of the Verilog ports. Throws Error where plan() does.
[[nodiscard]] Design blif(const Circuit& circuit, const VerilogOptions& options = {});

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/blif.hpp>
#endif
