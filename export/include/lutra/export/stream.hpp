#pragma once
// Writes a circuit that works through images as one AXI4-Stream Verilog module: one pixel in a clock, line buffers
// where windows look around, and one pixel's logic between them, so that an image of any size costs one pixel's
// hardware and a few lines of memory.

#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/stream/plan.hpp>

namespace lutra::hdl {

/// `<name>.v`, the module; `<name>_logic<k>.v` and, where stages read the whole image, `<name>_tail.v`, its logic, each
/// with the BLIF that it is proved against; the parts that they are put together with (lutra_*.v), and the simulation
/// models of the family's primitives. What comes out are the answers of evaluate(circuit, ...) for each frame; where
/// all stages work at each place, for frames of any size those of the circuit for that size. Throws Error where
/// stream_plan() does.
[[nodiscard]] Design stream(const Circuit& circuit, const StreamOptions& options = {});

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/stream.hpp>
#endif
