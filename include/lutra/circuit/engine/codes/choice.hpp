#pragma once
// Which way of computing a window of codes is the quickest, for all that run one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <set>

namespace lutra::engine {

/// Tables answer for the sums of codes that weights of one bit choose; of numbers of many bits, or weights of many
/// values, that takes longer than to multiply.
[[nodiscard]] inline bool suits_tables(const CodeLayer& layer) {
  constexpr std::size_t as_fast = 4;
  const std::set<std::int32_t> values(layer.weights.begin(), layer.weights.end());
  return layer.input.planes() * std::max<std::size_t>(values.size() - 1, 1) < as_fast;
}

namespace detail {

/// Whether one weight of `share` or more is not 0.
[[nodiscard]] inline bool is_dense(const CodeLayer& layer, std::size_t share) {
  const auto zeros = static_cast<std::size_t>(std::ranges::count(layer.weights, 0));
  return (layer.weights.size() - zeros) * share >= layer.weights.size();
}

}  // namespace detail

/// Where fewer weights than these are not 0, only they are multiplied.
[[nodiscard]] inline bool is_dense_for_tables(const CodeLayer& layer) { return detail::is_dense(layer, 16); }
[[nodiscard]] inline bool is_dense_for_bytes(const CodeLayer& layer) { return detail::is_dense(layer, 8); }

}  // namespace lutra::engine
