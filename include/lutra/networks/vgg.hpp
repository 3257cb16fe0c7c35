#pragma once
// Classification by convolutions, of floats or of few bits.

#include <cstddef>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/networks/kinds.hpp>

namespace lutra::networks {

/// VGG's plan (Simonyan and Zisserman 2014), small: windows of Width, 2 Width and 4 Width channels, each image half the
/// size of the one before, then two dense layers, of 4 Width units and of the classes. Windows are 3 × 3 but for the
/// first, which is 5 × 5: of one channel and weights of one bit there are few different ones of 3 × 3. Kind is what the
/// convolutions and the first dense layer are made of, Last the weights of the second one. In: Byte, any channels, at
/// least 4 × 4; out: Class<Classes>.
template <class Kind, class Last, std::size_t Classes, std::size_t Width>
[[nodiscard]] constexpr auto vgg() {
  return filters<Width, Kind, 5>() | MaxPool<2>{} | filters<2 * Width, Kind>() | MaxPool<2>{} |
         filters<4 * Width, Kind>() | Dense<4 * Width, typename Kind::Weights>{} | Kind::behind() |
         Dense<Classes, Last>{} | Argmax{};
}

}  // namespace lutra::networks
