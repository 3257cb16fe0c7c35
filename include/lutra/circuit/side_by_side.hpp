#pragma once
// Several circuits of one form as one: what a layer with parameters of its own for each channel freezes to.

#include <lutra/circuit/circuit.hpp>
#include <span>

namespace lutra {

/// One circuit that computes `all`: its input and each of its signals are theirs, one circuit's after another's. So it
/// has no more stages than one of them. Throws Error unless they have the same stages but for sources, thresholds,
/// weights and tables and the bits of what is summed, and none that works at each place or is an argmax.
[[nodiscard]] Circuit side_by_side(std::span<const Circuit> all);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/side_by_side.hpp>
#endif
