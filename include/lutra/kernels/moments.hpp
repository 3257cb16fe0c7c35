#pragma once
// Sums over a row, and what a normalization by mean and variance is made of. Rows are added up in sixteen lanes,
// element s to lane s % 16, and then the upper half of the lanes to the lower half, four times.

#include <algorithm>
#include <array>
#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/normalization.hpp>

namespace lutra::kernels {

namespace detail {

using Lanes = std::array<float, 16>;

[[nodiscard]] inline float total(Lanes& lanes) noexcept {
  for (std::size_t half = lanes.size() / 2; half > 0; half /= 2)
    for (std::size_t lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
  return lanes[0];
}

}  // namespace detail

namespace scalar {

/// Σ x[s]
[[nodiscard]] inline float sum(const float* x, std::size_t count) {
  kernels::detail::Lanes lanes{};
  for (std::size_t s = 0; s < count; ++s) lanes[s % 16] += x[s];
  return kernels::detail::total(lanes);
}

/// Σ (x[s] - mean)²
[[nodiscard]] inline float sum_of_squares(const float* x, float mean, std::size_t count) {
  kernels::detail::Lanes lanes{};
  for (std::size_t s = 0; s < count; ++s) lanes[s % 16] += (x[s] - mean) * (x[s] - mean);
  return kernels::detail::total(lanes);
}

/// Σ dy[s] · x̂[s]
[[nodiscard]] inline float sum_of_normalized(const float* dy, const float* x, const Normalization& by,
                                             std::size_t count) {
  kernels::detail::Lanes lanes{};
  for (std::size_t s = 0; s < count; ++s) lanes[s % 16] += dy[s] * ((x[s] - by.mean) * by.inverse);
  return kernels::detail::total(lanes);
}

/// dx[s] += scale · (dy[s] - d_mean - x̂[s] · dx_mean)
inline void normalized_backward(const float* dy, const float* x, const Normalization& by, std::size_t count,
                                float* dx) {
  for (std::size_t s = 0; s < count; ++s)
    dx[s] += by.scale * (dy[s] - by.d_mean - (x[s] - by.mean) * by.inverse * by.dx_mean);
}

}  // namespace scalar

namespace detail {

/// Σ f(vectors of rows...) over `count` elements; f of what fills the rows up, which is `filling`, is 0.
template <class Arch, class Function, class... Row>
[[nodiscard]] float sum_of_vectors(std::size_t count, float filling, const Function& f, const Row*... rows) {
  using V = Batch<float, Arch>;
  V sums[16 / V::size];
  for (V& sum : sums) sum = V(0.0F);
  std::size_t s = 0;
  for (; s + 16 <= count; s += 16)
    for (std::size_t k = 0; k < 16; k += V::size) sums[k / V::size] += f(V::load_unaligned(rows + s + k)...);
  if (s < count) {
    const auto rest = [&](const float* row) {
      Lanes lanes;
      std::fill(std::copy(row + s, row + count, lanes.begin()), lanes.end(), filling);
      return lanes;
    };
    const auto add = [&](const auto&... lanes) {
      for (std::size_t k = 0; k < 16; k += V::size) sums[k / V::size] += f(V::load_unaligned(lanes.data() + k)...);
    };
    add(rest(rows)...);
  }
  Lanes lanes;
  for (std::size_t k = 0; k < 16; k += V::size) sums[k / V::size].store_unaligned(lanes.data() + k);
  return total(lanes);
}

}  // namespace detail

/// As scalar::sum, to the bit.
template <class Arch = DefaultArch>
[[nodiscard]] float sum(const float* x, std::size_t count) {
  return detail::sum_of_vectors<Arch>(
      count, 0, [](const auto& v) { return v; }, x);
}

/// As scalar::sum_of_squares, to the bit.
template <class Arch = DefaultArch>
[[nodiscard]] float sum_of_squares(const float* x, float mean, std::size_t count) {
  using V = Batch<float, Arch>;
  return detail::sum_of_vectors<Arch>(
      count, mean, [middle = V(mean)](const V& v) { return (v - middle) * (v - middle); }, x);
}

/// As scalar::sum_of_normalized, to the bit.
template <class Arch = DefaultArch>
[[nodiscard]] float sum_of_normalized(const float* dy, const float* x, const Normalization& by, std::size_t count) {
  using V = Batch<float, Arch>;
  const V mean(by.mean), inverse(by.inverse);
  return detail::sum_of_vectors<Arch>(
      count, by.mean, [&](const V& d, const V& v) { return d * ((v - mean) * inverse); }, dy, x);
}

/// As scalar::normalized_backward, to the bit.
template <class Arch = DefaultArch>
void normalized_backward(const float* dy, const float* x, const Normalization& by, std::size_t count, float* dx) {
  using V = Batch<float, Arch>;
  const V mean(by.mean), inverse(by.inverse), scale(by.scale), d_mean(by.d_mean), dx_mean(by.dx_mean);
  std::size_t s = 0;
  for (; s + V::size <= count; s += V::size) {
    const V d = V::load_unaligned(dy + s) - d_mean, normal = (V::load_unaligned(x + s) - mean) * inverse;
    (V::load_unaligned(dx + s) + scale * (d - normal * dx_mean)).store_unaligned(dx + s);
  }
  scalar::normalized_backward(dy + s, x + s, by, count - s, dx + s);
}

}  // namespace lutra::kernels
