#pragma once
// What a network of convolutions is made of: floats or few bits. A plan that takes it as a parameter has its float twin
// by another argument, not by other code.

#include <cstddef>
#include <cstdint>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/weights.hpp>

namespace lutra::networks {

/// A convolution's weights, and what comes behind them, in networks that may be of either kind: floats ...
struct Floats {
  using Weights = FloatWeights;
  static constexpr auto behind() { return BatchNorm{} | LeakyRelu{.below = 0.1F}; }
};
/// ... or weights of any kind, rounded to codes of `Bits` bits.
template <class WeightsType, std::uint32_t Bits>
struct Codes {
  using Weights = WeightsType;
  static constexpr auto behind() { return BatchNorm{} | Quantize<Bits>{}; }
};

/// A window of Size × Size over an image, and what comes behind.
template <std::size_t Channels, class Kind, std::size_t Size = 3>
[[nodiscard]] constexpr auto filters() {
  return convolve<Kernel<Size>, Same>(Dense<Channels, typename Kind::Weights>{}) | Kind::behind();
}

}  // namespace lutra::networks
