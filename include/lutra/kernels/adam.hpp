#pragma once
// One optimizer step over a run of parameters, fused: every parameter is read once and written once.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/quotient.hpp>

namespace lutra::kernels {

/// The constants of one Adam step (Kingma and Ba 2015; decoupled decay after Loshchilov and Hutter 2019):
///   m ← β1 m + (1-β1) g,  v ← β2 v + (1-β2) g²,
///   w ← clamp(w - decay·w - rate·m / (√v·inverse_root + epsilon), lower, upper)
/// where rate already holds 1/(1-β1^t) and inverse_root is 1/√(1-β2^t). |m| below 2^-100 and v below 2^-126 count as 0:
/// the moments of parameters that get no gradient any more, and products with them, would become denormal numbers,
/// which take a CPU a hundred times as long.
struct AdamStep {
  float beta1, beta2, rate, inverse_root, epsilon, decay, lower, upper;
};

namespace detail {

inline constexpr float least_first = 0x1p-100F, least_second = std::numeric_limits<float>::min();

}  // namespace detail

namespace scalar {

inline void adam(float* w, const float* g, float* m, float* v, std::size_t count, const AdamStep& step) {
  const auto or_zero = [](float x, float least) { return std::abs(x) < least ? 0.0F : x; };
  for (std::size_t i = 0; i < count; ++i) {
    m[i] = or_zero(step.beta1 * m[i] + (1 - step.beta1) * g[i], detail::least_first);
    v[i] = or_zero(step.beta2 * v[i] + (1 - step.beta2) * (g[i] * g[i]), detail::least_second);
    const float change = step.rate * m[i] / (std::sqrt(v[i]) * step.inverse_root + step.epsilon);
    w[i] = std::min(std::max((w[i] - step.decay * w[i]) - change, step.lower), step.upper);
  }
}

}  // namespace scalar

namespace detail {

/// x, or 0 where it is nearer to 0 than `least`. What is not a number stays.
template <class V>
[[gnu::always_inline]] inline V or_zero(const V& x, float least) {
#if defined(__AVX512F__)
  if constexpr (has_avx512<typename V::arch_type>)
    return V(_mm512_maskz_mov_ps(_mm512_cmp_ps_mask(_mm512_abs_ps(x), _mm512_set1_ps(least), _CMP_NLT_UQ), x));
  else
#endif
    return xsimd::select(xsimd::abs(x) < V(least), V(0.0F), x);
}

}  // namespace detail

/// As scalar::adam, to the bit.
template <class Arch = DefaultArch>
void adam(float* w, const float* g, float* m, float* v, std::size_t count, const AdamStep& step) {
  using V = Batch<float, Arch>;
  const V beta1(step.beta1), beta2(step.beta2), rest1(1 - step.beta1), rest2(1 - step.beta2);
  const std::size_t whole = count / V::size * V::size;
  for (std::size_t i = 0; i < whole; i += V::size) {
    const V gradient = V::load_unaligned(g + i), weight = V::load_unaligned(w + i);
    const V first = detail::or_zero(beta1 * V::load_unaligned(m + i) + rest1 * gradient, detail::least_first);
    const V second =
        detail::or_zero(beta2 * V::load_unaligned(v + i) + rest2 * (gradient * gradient), detail::least_second);
    first.store_unaligned(m + i);
    second.store_unaligned(v + i);
    const V root = square_root(second) * V(step.inverse_root) + V(step.epsilon);
    const V change = quotient(V(step.rate) * first, root);
    const V next = (weight - V(step.decay) * weight) - change;
    // In this order a NaN passes through, as it does in the scalar step: it must not look like a bound.
    xsimd::min(V(step.upper), xsimd::max(V(step.lower), next)).store_unaligned(w + i);
  }
  scalar::adam(w + whole, g + whole, m + whole, v + whole, count - whole, step);
}

}  // namespace lutra::kernels
