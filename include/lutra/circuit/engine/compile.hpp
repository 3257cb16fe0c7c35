#pragma once
// From a circuit to a program: operations on named bits get rows of memory, which are used again after their last
// reader, and operations of one kind that follow one another become runs.

#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/program.hpp>

namespace lutra::engine {

/// The program of a circuit. It keeps nothing of the circuit alive.
[[nodiscard]] Program compile(const Circuit& circuit);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/compile.hpp>
#endif
