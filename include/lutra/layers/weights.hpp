#pragma once
// What a Dense layer's weights are in its forward pass: floats, or whole numbers of few bits times a scale. Training
// moves floats all the same; the whole numbers are made of them anew in every pass, and the gradient of a whole number
// times its scale is taken for that of its float (straight through).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>

namespace lutra {

/// Weights as they are. Training only: a circuit has no floats.
struct FloatWeights {
  static constexpr std::int32_t largest = 0;
  static constexpr bool one_scale = false;
  static constexpr float limit = std::numeric_limits<float>::infinity();
  static std::string name() { return ""; }
};

namespace detail {

/// Σ f(weight), in 16 partial sums, which take no longer than to read them.
template <class Function>
[[nodiscard]] float sum_over(std::span<const float> weights, const Function& f) {
  std::array<float, 16> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= weights.size(); i += sums.size())
    for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += f(weights[i + lane]);
  const std::size_t left = std::min(weights.size() - i, sums.size());
  for (std::size_t lane = 0; lane < left; ++lane) sums[lane] += f(weights[i + lane]);
  return std::accumulate(sums.begin(), sums.end(), 0.0F);
}

[[nodiscard]] inline float mean_magnitude(std::span<const float> weights) {
  return sum_over(weights, [](float w) { return std::abs(w); }) / static_cast<float>(weights.size());
}

/// To the nearest whole number, halves away from 0, of numbers below 2^31: std::round without a call for each.
[[nodiscard]] inline float nearest(float x) {
  const float size = std::abs(x), below = static_cast<float>(static_cast<std::int32_t>(size));
  return std::copysign(size - below >= 0.5F ? below + 1 : below, x);
}

}  // namespace detail

/// -1 or 1, the sign of w, times the mean of |w| (Rastegari et al. 2016); 0 counts as 1. Training keeps w in [-1, 1],
/// so that a sign can still change.
struct BinaryWeights {
  static constexpr std::int32_t largest = 1;
  static constexpr bool one_scale = false;
  static constexpr float limit = 1;
  static std::string name() { return "BinaryWeights"; }

  /// Writes the whole numbers that stand for `weights`, and returns their scale.
  static float quantize(std::span<const float> weights, float* whole) {
    std::ranges::transform(weights, whole, [](float w) { return w < 0 ? -1.0F : 1.0F; });
    return detail::mean_magnitude(weights);
  }
};

/// -1, 0 or 1: 0 where |w| is at most 0.7 times the mean of |w|, else the sign of w; times the mean of the |w| that are
/// kept (Li and Liu 2016).
struct TernaryWeights {
  static constexpr std::int32_t largest = 1;
  static constexpr bool one_scale = false;
  static constexpr float limit = std::numeric_limits<float>::infinity();
  static std::string name() { return "TernaryWeights"; }

  static float quantize(std::span<const float> weights, float* whole) {
    const float threshold = 0.7F * detail::mean_magnitude(weights);
    std::ranges::transform(weights, whole,
                           [&](float w) { return std::abs(w) > threshold ? std::copysign(1.0F, w) : 0.0F; });
    const float sum = detail::sum_over(weights, [&](float w) { return std::abs(w) > threshold ? std::abs(w) : 0.0F; });
    const float kept = detail::sum_over(weights, [&](float w) { return std::abs(w) > threshold ? 1.0F : 0.0F; });
    return kept > 0 ? sum / kept : 0.0F;
  }
};

/// Whole numbers of `Bits` bits, -m to m with m = 2^(Bits - 1) - 1: w divided by a step of max |w| / m, to the nearest,
/// halves away from 0. No weight lies outside, so that the gradient is clipped nowhere.
template <std::uint32_t Bits>
struct FewBitWeights {
  static_assert(Bits >= 2 && Bits <= 8, "lutra: FewBitWeights<Bits> have 2 to 8 bits; of 1 bit, take BinaryWeights");
  static constexpr std::int32_t largest = (1 << (Bits - 1)) - 1;
  static constexpr bool one_scale = false;
  static constexpr float limit = std::numeric_limits<float>::infinity();
  static std::string name() { return "FewBitWeights<" + std::to_string(Bits) + ">"; }

  static float quantize(std::span<const float> weights, float* whole) {
    float most = 0;
    for (const float w : weights) most = std::max(most, std::abs(w));
    const float step = most / static_cast<float>(largest);
    for (std::size_t i = 0; i < weights.size(); ++i) whole[i] = step > 0 ? detail::nearest(weights[i] / step) : 0.0F;
    return step;
  }
};

/// The same with one scale for all outputs, to which biases are rounded, and not one for each: then sums of different
/// outputs can be compared as they are, as an Argmax does.
template <class Weights>
struct OneScale : Weights {
  static_assert(Weights::largest > 0, "lutra: OneScale<Weights> is for weights that are whole numbers");
  static constexpr bool one_scale = true;
  static std::string name() { return "OneScale<" + Weights::name() + ">"; }
};

}  // namespace lutra
