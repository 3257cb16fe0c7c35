#pragma once
// LUT nodes fed with probabilities: the expectation of a random circuit, as a tree of linear interpolations, and the
// same tree walked backwards. Lanes are samples; the table is broadcast.
//
// Products and sums are kept apart (no fused multiply-add), so that all instruction sets give the same bits.

#include <array>
#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_hard.hpp>

namespace lutra::kernels {

/// Samples that one step of an expectation kernel handles: the lanes in which its sums are kept.
inline constexpr std::size_t expectation_lanes = 16;

namespace scalar {

/// y = Σ_a W[a] Π_j (bit j of a ? x_j : 1 - x_j), for one sample, as the tree that folds input 0 first.
template <std::size_t N>
float lut_expectation(const float* table, const float* x, std::array<float, 2 * address_count(N)>* tree = nullptr) {
  std::array<float, 2 * address_count(N)> own;
  auto& v = tree != nullptr ? *tree : own;  // level l starts at 2^(N+1) - 2^(N+1-l), with 2^(N-l) values
  for (std::size_t a = 0; a < address_count(N); ++a) v[a] = table[a];
  std::size_t from = 0, size = address_count(N);
  for (std::size_t j = 0; j < N; ++j, from += size, size /= 2)
    for (std::size_t a = 0; a < size / 2; ++a) {
      const float low = v[from + 2 * a], high = v[from + 2 * a + 1];
      v[from + size + a] = low + x[j] * (high - low);
    }
  return v[from];
}

/// Adds dy·∂y/∂W[a] to dw[a] and writes dy·∂y/∂x_j to dx[j], for one sample.
template <std::size_t N>
void lut_expectation_backward(const float* table, const float* x, float dy, float* dw, float* dx) {
  std::array<float, 2 * address_count(N)> v;
  lut_expectation<N>(table, x, &v);
  std::array<float, address_count(N)> g{dy};
  std::size_t from = 2 * address_count(N) - 2, size = 1;
  for (std::size_t j = N; j-- > 0;) {
    from -= 2 * size;
    float sum = 0;
    for (std::size_t a = size; a-- > 0;) {
      const float d = g[a];
      sum += d * (v[from + 2 * a + 1] - v[from + 2 * a]);
      g[2 * a + 1] = d * x[j];
      g[2 * a] = d - d * x[j];
    }
    dx[j] = sum;
    size *= 2;
  }
  for (std::size_t a = 0; a < address_count(N); ++a) dw[a] += g[a];
}

}  // namespace scalar

namespace detail {

/// A table as the tree wants it: a vector full of each entry without input 0, and behind it the step to the entry with
/// input 0. Done once for all samples, this saves the tree's widest level half of its work.
template <std::size_t N, class V>
struct Leaves {
  V values[address_count(N)];

  explicit Leaves(const float* table) {
    for (std::size_t a = 0; a < address_count(N); a += 2) {
      values[a] = V(table[a]);
      values[a + 1] = V(table[a + 1] - table[a]);
    }
  }
};

/// One sub-tree over the first `Levels` inputs: its value now, and later its share of the gradients. Recursion by
/// sub-tree keeps what is live at one time in registers.
template <std::size_t Levels, class V>
struct Subtree {
  static inline V value(const V* leaves, const V* x) {
    const V low = Subtree<Levels - 1, V>::value(leaves, x);
    const V high = Subtree<Levels - 1, V>::value(leaves + address_count(Levels - 1), x);
    return low + x[Levels - 1] * (high - low);
  }
  /// Adds to dw[a] (one vector an entry) and dx[j], given the gradient g of this sub-tree's value; returns that
  /// value.
  static inline V backward(const V* leaves, const V* x, V g, float* dw, V* dx) {
    constexpr std::size_t half = address_count(Levels - 1);
    const V upper = g * x[Levels - 1];
    const V high = Subtree<Levels - 1, V>::backward(leaves + half, x, upper, dw + half * V::size, dx);
    const V low = Subtree<Levels - 1, V>::backward(leaves, x, g - upper, dw, dx);
    dx[Levels - 1] += g * (high - low);
    return low + x[Levels - 1] * (high - low);
  }
};

template <class V>
struct Subtree<1, V> {
  static inline V value(const V* leaves, const V* x) { return leaves[0] + x[0] * leaves[1]; }
  static inline V backward(const V* leaves, const V* x, V g, float* dw, V* dx) {
    const V upper = g * x[0];
    (V::load_aligned(dw + V::size) + upper).store_aligned(dw + V::size);
    (V::load_aligned(dw) + (g - upper)).store_aligned(dw);
    dx[0] += g * leaves[1];
    return leaves[0] + x[0] * leaves[1];
  }
};

}  // namespace detail

/// y[s] = Σ_a W[a] Π_j (bit j of a ? x_j[s] : 1 - x_j[s]); `samples` is a multiple of 16.
template <std::size_t N, class Arch = DefaultArch>
void lut_expectation(const float* table, const float* const* x, float* y, std::size_t samples) {
  using V = Batch<float, Arch>;
  const detail::Leaves<N, V> leaves(table);
  for (std::size_t s = 0; s < samples; s += V::size) {
    V inputs[N];
    for (std::size_t j = 0; j < N; ++j) inputs[j] = V::load_unaligned(x[j] + s);
    detail::Subtree<N, V>::value(leaves.values, inputs).store_unaligned(y + s);
  }
}

/// sums[a] = Σ_s dy[s]·∂y/∂W[a], kept in 16 partial sums by s mod 16 that are added pairwise (0+8, 1+9, …, then 0+4,
/// …); dx[j][s] += dy[s]·∂y/∂x_j, in the order of j, unless dx is null: two of its rows may be the same. `samples` is a
/// multiple of 16.
template <std::size_t N, class Arch = DefaultArch>
void lut_expectation_backward(const float* table, const float* const* x, const float* dy, std::size_t samples,
                              float* sums, float* const* dx) {
  using V = Batch<float, Arch>;
  constexpr std::size_t parts = expectation_lanes / V::size;
  const detail::Leaves<N, V> leaves(table);
  alignas(64) float dw[parts][address_count(N) * V::size] = {};
  for (std::size_t s = 0; s < samples; s += V::size) {
    V inputs[N], steps[N];
    for (std::size_t j = 0; j < N; ++j) {
      inputs[j] = V::load_unaligned(x[j] + s);
      steps[j] = V(0.0F);
    }
    const V g = V::load_unaligned(dy + s);
    detail::Subtree<N, V>::backward(leaves.values, inputs, g, dw[s / V::size % parts], steps);
    if (dx == nullptr) continue;
    for (std::size_t j = 0; j < N; ++j) (V::load_unaligned(dx[j] + s) + steps[j]).store_unaligned(dx[j] + s);
  }
  for (std::size_t a = 0; a < address_count(N); ++a) {
    float lanes[expectation_lanes];
    for (std::size_t l = 0; l < expectation_lanes; ++l) lanes[l] = dw[l / V::size][a * V::size + l % V::size];
    for (std::size_t half = expectation_lanes / 2; half > 0; half /= 2)
      for (std::size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
    sums[a] = lanes[0];
  }
}

}  // namespace lutra::kernels
