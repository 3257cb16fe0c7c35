#pragma once
// Whole networks under short names, from bytes to answers: a place to begin. Each is an expression like any other, and
// can be read, copied and changed.

#include <cstddef>
#include <lutra/compose.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/layers/wiring.hpp>
#include <lutra/networks/detection.hpp>
#include <lutra/networks/optical_flow.hpp>
#include <lutra/networks/vgg.hpp>

namespace lutra::networks {

/// Tables that choose their inputs and begin as copies of one of them: what learns best in networks of many layers.
template <std::size_t Nodes>
[[nodiscard]] constexpr auto tables() {
  return StochasticLut<6, Nodes, LearnedWiring<8>>{.initial = Initial::pass_through};
}

/// The same with 36 inputs: a root over six such tables.
template <std::size_t Nodes>
[[nodiscard]] constexpr auto trees() {
  return lut_trees<6, Nodes>(LearnedWiring<8>{}, Initial::pass_through);
}

/// Hidden tables that look near, then Votes, in equal groups for the classes. The temperature matters more than any
/// other number here: more votes want a higher one.
template <std::size_t Classes, std::size_t Hidden, std::size_t Votes>
[[nodiscard]] constexpr auto vote(float temperature) {
  return StochasticLut<6, Hidden, LearnedWiring<8>>{.initial = Initial::pass_through, .wiring = {.near = 1}} |
         tables<Votes>() | GroupSum<Classes>{.temperature = temperature} | Argmax{};
}

namespace detail {

/// Windows of 5 × 5 and of 3 × 3, each with layers of its own, or-pooling behind each, and a vote.
template <class First, class Second, class Vote>
[[nodiscard]] constexpr auto lenet(First first, Second second, Vote vote) {
  return pointwise(Thermometer<3>{}) | convolve<Kernel<5>>(first) | OrPool<2>{} | convolve<Kernel<3>, Same>(second) |
         OrPool<2>{} | vote;
}

}  // namespace detail

/// LeNet's plan: windows of 5 × 5 and of 3 × 3, or-pooling behind each, two dense layers, a vote. In: Byte, any
/// channels, at least 8 × 8; out: Class<Classes>.
template <std::size_t Classes, std::size_t First, std::size_t Second, std::size_t Hidden, std::size_t Votes>
[[nodiscard]] constexpr auto convolutional(float temperature = 7) {
  return detail::lenet(tables<First>(), tables<Second>(), vote<Classes, Hidden, Votes>(temperature));
}

/// The same with a tree of seven tables, of 36 inputs, for each channel.
template <std::size_t Classes, std::size_t First, std::size_t Second, std::size_t Hidden, std::size_t Votes>
[[nodiscard]] constexpr auto convolutional_trees(float temperature = 7) {
  return detail::lenet(trees<First>(), trees<Second>(), vote<Classes, Hidden, Votes>(temperature));
}

/// A block of MobileNet (Howard et al. 2017): a mix of the channels of each pixel, four tables over each channel's
/// window of 3 × 3, and a mix again. In: Bit image; out: Bit, Channels × the same image.
template <std::size_t Channels>
[[nodiscard]] constexpr auto separable() {
  return pointwise(trees<Channels>()) | BinaryDepthwise<4>{.initial = Initial::pass_through} |
         pointwise(trees<Channels>());
}

/// Two such blocks, pooling, two blocks, pooling, and a vote. In: Byte, any channels, at least 4 × 4; out:
/// Class<Classes>.
template <std::size_t Classes, std::size_t Channels, std::size_t Hidden, std::size_t Votes>
[[nodiscard]] constexpr auto mobile(float temperature = 7) {
  return pointwise(Thermometer<3>{}) | separable<Channels>() | separable<2 * Channels>() | OrPool<2>{} |
         separable<2 * Channels>() | separable<4 * Channels>() | OrPool<2>{} |
         vote<Classes, Hidden, Votes>(temperature);
}

/// An image through Code bits and back: each of its Values is a count of Votes ones. It trains as an expectation, and
/// harden makes bits of it (trained as bits from the start, it gives the mean of all images for each of them). In:
/// Byte, Values in all; out: Real, hardened Count<Votes>, Shape{Values, 1, 1}, worth 0 to 1.
template <std::size_t Values, std::size_t Code, std::size_t Hidden, std::size_t Votes>
[[nodiscard]] constexpr auto autoencoder() {
  return Thermometer<3>{.spacing = Spacing::quantile} | Expectation{} | StochasticLut<6, Hidden>{} |
         lut_trees<6, Code>() | StochasticLut<6, Hidden>{} | StochasticLut<6, Values * Votes>{} |
         GroupSum<Values>{.temperature = static_cast<float>(Votes)};
}

}  // namespace lutra::networks
