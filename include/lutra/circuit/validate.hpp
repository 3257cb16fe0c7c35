#pragma once
// The rules every circuit keeps, and the sentences said when one is broken. Each rule is checked once, on construction.

#include <lutra/circuit/stages.hpp>
#include <vector>

namespace lutra::circuits {

/// Throws Error unless: there is a stage; every type has 1..2^31 values of 1..32 bits; every stage reads at least one
/// signal, all of them the input or earlier; every source index exists; tables match their fan-in (at most 8) and are 0
/// above it; LUTs read bits; sums and indices fit their output, and none is negative; thresholds of a level rise;
/// images fit together; names have no control characters.
void validate(const Type& input, const std::vector<Stage>& stages);

}  // namespace lutra::circuits

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/validate.hpp>
#endif
