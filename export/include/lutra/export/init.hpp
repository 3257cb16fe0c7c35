#pragma once
// Lists the LUT nodes of a circuit as they stand, for people and programs that place them themselves: one INIT string
// and one list of pins a node, as text and as JSON.

#include <lutra/circuit/circuit.hpp>
#include <lutra/export/design.hpp>
#include <string>

namespace lutra::hdl {

struct InitOptions {
  std::string name = "net";  ///< of the files
};

/// `<name>_init.txt` and `<name>_init.json`: every node of every LutStage, in order, with its truth table as
/// hexadecimal digits (highest address first, as INIT wants it) and its pins (I0 first) as in[i], input value i, or
/// s2[i], value i of stage 2. Nodes of 7 and 8 inputs have INIT strings of 128 and 256 bits. Throws Error on a name
/// that is not one.
[[nodiscard]] Design init(const Circuit& circuit, const InitOptions& options = {});

}  // namespace lutra::hdl

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/init.hpp>
#endif
