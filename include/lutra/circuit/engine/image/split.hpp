#pragma once
// A circuit that classifies images has stages that work at each place, and then some that look at all places at once.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <optional>

namespace lutra::engine {

/// The two parts of a circuit, one after the other; one of them may be missing.
struct SplitCircuit {
  std::optional<Circuit> image;  ///< all of its stages work at each place; where it has weights, some may spread pixels
  std::optional<Circuit> rest;   ///< reads what `image` gives
};

/// Splits where all that the rest reads of images is one signal of at most 16 bits a value; else there is only a rest.
[[nodiscard]] SplitCircuit split_circuit(const Circuit& circuit);

/// A circuit of weights whose signals are all values side by side, as stages that work at the one place of an image of
/// one pixel, whose channels the values are. Nothing of other circuits.
[[nodiscard]] std::optional<Circuit> as_one_pixel(const Circuit& circuit);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/split.hpp>
#endif
