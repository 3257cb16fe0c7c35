#pragma once
// Rearrangements that make a block of pixels of each pixel, as Upsample and DepthToSpace do. To a circuit they are
// rearrangements of all values; to an engine that goes from pixel to pixel, a step like others.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <optional>
#include <vector>

namespace lutra::engine {

/// Pixel (y, x) of the answer is made of pixel (y / block, x / block): its channel c is channel
/// sources[((y mod block) · block + x mod block) · channels + c] of all that is read.
struct Spread {
  std::size_t block = 0;
  std::vector<std::uint32_t> sources;
};

/// How a stage of `circuit` spreads the pixels of the images that it reads; none where it does something else.
[[nodiscard]] std::optional<Spread> find_spread(const Circuit& circuit, const circuits::Stage& stage);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/spread.hpp>
#endif
