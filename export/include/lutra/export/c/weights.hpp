#pragma once
// The weights of a window of codes as emitted C has them: lowest + scale * u with whole u from 0 on, and u in bits, so
// that a weight's bit says which codes are added. Sums are kept as numbers from 0 on: with `bias` added.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/code_window.hpp>
#include <numeric>
#include <vector>

namespace lutra::c::detail {

/// A window on codes of so many bits, and what becomes of its sums.
struct WindowLayer {
  circuits::CodeWindow window;
  std::vector<std::uint32_t> offsets;  ///< of each sum, where it has no thresholds
  std::size_t channels = 0;
  std::uint32_t bits = 0;
  Shape input, output;  ///< of both images; `channels` are given above, and by the weights
  circuits::Offset stride = {1, 1};
  bool has_levels = false;

  [[nodiscard]] std::size_t outputs() const noexcept { return window.falling.size(); }
  [[nodiscard]] std::size_t inputs() const noexcept { return window.taps.size() * channels; }
  [[nodiscard]] std::size_t places() const noexcept { return output.height * output.width; }
  [[nodiscard]] std::int64_t largest_code() const noexcept { return (std::int64_t{1} << bits) - 1; }
};

class SplitWeights {
 public:
  explicit SplitWeights(const WindowLayer& layer) {
    const auto& weights = layer.window.weights;
    lowest = highest = weights.empty() ? 0 : weights[0];
    for (const std::int64_t w : weights) lowest = std::min(lowest, w), highest = std::max(highest, w);
    for (const std::int64_t w : weights) scale = std::gcd(scale, w - lowest);
    scale = std::max<std::int64_t>(scale, 1);
    const auto range = static_cast<std::uint64_t>((highest - lowest) / scale);
    units = std::max<std::size_t>(static_cast<std::size_t>(std::bit_width(range)), 1);
    const std::int64_t sum = static_cast<std::int64_t>(layer.inputs()) * layer.largest_code();
    bias = std::max<std::int64_t>(-lowest, 0) * sum;
    largest = bias + std::max<std::int64_t>(highest, 0) * sum;
    for (std::size_t o = 0; o < layer.outputs(); ++o) levels = std::max(levels, layer.window.thresholds[o].size());
  }

  /// Bit `unit` of the u of a weight.
  [[nodiscard]] bool bit(std::int64_t weight, std::size_t unit) const noexcept {
    return ((weight - lowest) / scale >> unit & 1) != 0;
  }
  /// The limit that a biased sum is to reach, as far as one of `top` is never reached.
  [[nodiscard]] std::uint64_t limit(std::int64_t threshold, std::uint64_t top) const {
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(threshold + bias, 0, static_cast<std::int64_t>(top)));
  }

  std::int64_t lowest = 0, highest = 0, scale = 0;
  std::size_t units = 1;     ///< bits of u
  std::int64_t bias = 0;     ///< that makes every sum, and every part of one, at least 0
  std::int64_t largest = 0;  ///< that a biased sum can be
  std::size_t levels = 0;    ///< the most thresholds of an output
};

}  // namespace lutra::c::detail
