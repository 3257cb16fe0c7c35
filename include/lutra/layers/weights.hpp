#pragma once
// What a Dense layer's weights are in its forward pass: floats, or whole numbers of few bits times a scale. Training
// moves floats all the same; the whole numbers are made of them anew in every pass, and the gradient of a whole number
// times its scale is taken for that of its float (straight through).

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
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

[[nodiscard]] inline float mean_magnitude(std::span<const float> weights) {
  float sum = 0;
  for (const float w : weights) sum += std::abs(w);
  return sum / static_cast<float>(weights.size());
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
    float sum = 0, kept = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const float magnitude = std::abs(weights[i]);
      const bool keeps = magnitude > threshold;
      whole[i] = keeps ? std::copysign(1.0F, weights[i]) : 0.0F;
      sum += keeps ? magnitude : 0.0F;
      kept += keeps ? 1.0F : 0.0F;
    }
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
    for (std::size_t i = 0; i < weights.size(); ++i) whole[i] = step > 0 ? std::round(weights[i] / step) : 0.0F;
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
