#pragma once
// Detection by convolutions, of floats or of few bits: one plan, and what its layers are made of.

#include <cstddef>
#include <lutra/boxes/grid.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/space_to_depth.hpp>
#include <lutra/networks/kinds.hpp>

namespace lutra::networks {

/// The plan of YOLO's small networks (Redmon and Farhadi 2017), windows of 3 × 3 and pooling in turn, of what few-bit
/// arithmetic does well: the image is first halved by SpaceToDepth. It ends with an answer for each cell of 8 × 8
/// pixels, as a BoxGrid has it. First are the weights of the first layer and what comes behind it, Inner those between,
/// Last the weights of the layer that answers; Fine are channels at 1/2 of the size, Coarse below. In: Byte, any
/// channels, height and width multiples of 8; out: Real, 5 + Classes channels, 1/8 of the size.
template <std::size_t Classes, class First, class Inner, class Last, std::size_t Fine = 32, std::size_t Coarse = 64>
[[nodiscard]] constexpr auto detection() {
  return SpaceToDepth<2>{} | filters<Fine, First>() | MaxPool<2>{} | filters<Coarse, Inner>() | MaxPool<2>{} |
         filters<Coarse, Inner>() | filters<Coarse, Inner>() | pointwise(Dense<BoxGrid::first_class + Classes, Last>{});
}

}  // namespace lutra::networks
