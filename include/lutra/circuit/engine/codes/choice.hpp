#pragma once
// Which way of computing a window of codes is the quickest, for all that run one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/byte_convolution.hpp>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Tables answer for the sums of codes that weights of one bit choose; of numbers of many bits, or weights of many
/// values, that takes longer than to multiply.
[[nodiscard]] inline bool suits_tables(const CodeLayer& layer) {
  constexpr std::size_t as_fast = 4;
  const std::set<std::int32_t> values(layer.weights.begin(), layer.weights.end());
  return layer.input.planes() * std::max<std::size_t>(values.size() - 1, 1) < as_fast;
}

/// Whether one weight of `share` or more is not 0: where there are fewer, only these are multiplied.
[[nodiscard]] inline bool is_dense(const CodeLayer& layer, std::size_t share) {
  const auto zeros = static_cast<std::size_t>(std::ranges::count(layer.weights, 0));
  return (layer.weights.size() - zeros) * share >= layer.weights.size();
}

}  // namespace detail

/// A window of codes by tables or by products of bytes.
using DenseConvolution = std::variant<CodeConvolution, ByteConvolution>;

/// Nothing where neither way suits the layer. `added` is what is added to sums that have no levels behind them, and
/// empty where they have; lines have `lanes` parts.
[[nodiscard]] inline std::optional<DenseConvolution> choose_convolution(const CodeLayer& layer,
                                                                        const std::vector<std::uint32_t>& added,
                                                                        std::size_t lanes) {
  constexpr std::size_t share_of_tables = 16, share_of_bytes = 8;
  const auto by_bytes = [&]() -> std::optional<DenseConvolution> {
    if (!detail::is_dense(layer, share_of_bytes)) return {};
    if (auto bytes = prepare_bytes(layer, added)) return *std::move(bytes);
    return {};
  };
  if (!added.empty() || !detail::suits_tables(layer))
    if (auto bytes = by_bytes(); bytes || !added.empty()) return bytes;
  if (detail::is_dense(layer, share_of_tables))
    if (auto tables = prepare(layer, lanes)) return *std::move(tables);
  return by_bytes();
}

}  // namespace lutra::engine
