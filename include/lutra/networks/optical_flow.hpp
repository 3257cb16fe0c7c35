#pragma once
// Optical flow by convolutions, of floats or of few bits: one plan, and what its layers are made of.

#include <cstddef>
#include <lutra/compose.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/space_to_depth.hpp>
#include <lutra/layers/upsample.hpp>
#include <lutra/networks/kinds.hpp>

namespace lutra::networks {

/// FlowNet's plan (Dosovitskiy et al. 2015) of what few-bit arithmetic does well: strides are SpaceToDepth, the way
/// back is Upsample, and the flow of a block of 4 × 4 pixels is 32 channels. First are the weights of the first layer
/// and what comes behind it, Inner those between, Last the weights of the layer that gives the flow; Fine, Middle and
/// Coarse are channels at 1/2, 1/4 and 1/8 of the size. In: Byte, the channels of two frames, height and width
/// multiples of 8; out: Real, 2 × the same image, how far each pixel of the first frame goes to the right and down.
template <class First, class Inner, class Last, std::size_t Fine = 32, std::size_t Middle = 32, std::size_t Coarse = 48>
[[nodiscard]] constexpr auto optical_flow() {
  return SpaceToDepth<2>{} | filters<Fine, First>() | SpaceToDepth<2>{} | filters<Middle, Inner>() |
         filters<Middle, Inner>() |
         concat(identity, SpaceToDepth<2>{} | filters<Coarse, Inner>() | filters<Coarse, Inner>() | Upsample<2>{}) |
         filters<Coarse, Inner>() | filters<Coarse, Inner>() | pointwise(Dense<32, Last>{}) | DepthToSpace<4>{};
}

}  // namespace lutra::networks
