// Lowering to single-bit look-up tables, compiled once.

#include <lutra/circuit/define/netlist.hpp>
