#pragma once
// The size of a circuit, as simplify counts it.

#include <cstddef>

namespace lutra::circuits {

/// How much there is of what costs something.
struct CircuitSize {
  std::size_t luts = 0;        ///< nodes of LutStages
  std::size_t pins = 0;        ///< their inputs
  std::size_t thresholds = 0;  ///< outputs of ThresholdStages
  friend bool operator==(const CircuitSize&, const CircuitSize&) = default;
};

}  // namespace lutra::circuits
