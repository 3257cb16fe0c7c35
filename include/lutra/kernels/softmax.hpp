#pragma once
// Softmax cross-entropy over class planes: lanes are samples, one row a class. The exponential is our own, so that it
// gives the same bits with every instruction set and C library.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/quotient.hpp>

namespace lutra::kernels {

namespace detail {

/// x where `holds`, 0 elsewhere. (xsimd's own word for it does not compile unoptimized with AVX-512.)
template <class V>
[[nodiscard]] [[gnu::always_inline]] inline V where(const typename V::batch_bool_type& holds, const V& x) {
#if defined(__AVX512F__)
  if constexpr (has_avx512<typename V::arch_type>)
    return V(_mm512_maskz_mov_ps(holds, x));
  else
#endif
    return xsimd::select(holds, x, V(0.0F));
}

}  // namespace detail

/// Below this an exponential counts as 0. It is 10^-13, lost in any sum with 1; as a gradient it would only become
/// smaller from layer to layer, until it is a denormal number, which takes a CPU a hundred times as long.
inline constexpr float least_exponent = -30;

/// e^x for x in [-30, 0] (0 below that), within 3 ulp: 2^k times a polynomial of degree 6 in the rest (Cephes' split of
/// ln 2 into two floats). V is float's batch; only products, sums and integer shifts, so lanes and scalars agree.
template <class V>
[[nodiscard]] V exp_negative(V x) {
  const V least(least_exponent);
  const auto counts = least <= x;
  x = xsimd::max(x, least);
  const V k = xsimd::floor(x * V(1.44269504F) + V(0.5F));
  const V r = (x - k * V(0.693359375F)) - k * V(-2.12194440e-4F);
  V p = V(1.9875691500e-4F);
  p = p * r + V(1.3981999507e-3F);
  p = p * r + V(8.3334519073e-3F);
  p = p * r + V(4.1665795894e-2F);
  p = p * r + V(1.6666665459e-1F);
  p = p * r + V(5.0000001201e-1F);
  p = p * (r * r) + r + V(1.0F);
  using Ints = xsimd::batch<std::int32_t, typename V::arch_type>;
  const Ints power = (xsimd::to_int(k) + Ints(127)) << 23;
  return detail::where(counts, p * xsimd::bitwise_cast<V>(power));
}

namespace scalar {

/// What softmax_cross_entropy gives for one sample, in double: `scores` are its classes one after another, and so is
/// `d_logits`. Returns the loss.
inline double softmax_cross_entropy(const double* scores, double scale, std::size_t label, std::size_t classes,
                                    double smoothing, double weight, double* d_logits) {
  double largest = scores[0] * scale, sum = 0, loss = 0;
  for (std::size_t c = 1; c < classes; ++c) largest = std::max(largest, scores[c] * scale);
  for (std::size_t c = 0; c < classes; ++c) sum += std::exp(scores[c] * scale - largest);
  for (std::size_t c = 0; c < classes; ++c) {
    const double target = (c == label ? 1 - smoothing : 0) + smoothing / static_cast<double>(classes);
    const double log_p = scores[c] * scale - largest - std::log(sum);
    d_logits[c] = (std::exp(log_p) - target) * weight;
    loss -= target * log_p;
  }
  return loss;
}

}  // namespace scalar

/// For `samples` (a multiple of 16) samples and class rows `stride` floats apart, with logits = scale * scores:
///   probabilities p = softmax(logits); d_logits[c] = (p[c] - target[c]) * weight; losses = -Σ_c target[c] log p[c]
/// where target is 1-smoothing on the label plus smoothing/classes everywhere. Samples from `used` on are padding:
/// gradient and loss 0. Rows may not overlap.
template <class Arch = DefaultArch>
void softmax_cross_entropy(const float* scores, float scale, const std::uint32_t* labels, std::size_t classes,
                           std::size_t stride, std::size_t samples, std::size_t used, float smoothing, float weight,
                           float* d_logits, float* losses) {
  using V = Batch<float, Arch>;
  const float share = smoothing / static_cast<float>(classes);
  for (std::size_t s = 0; s < samples; s += V::size) {
    V largest = V::load_unaligned(scores + s) * V(scale);
    for (std::size_t c = 1; c < classes; ++c)
      largest = xsimd::max(largest, V::load_unaligned(scores + c * stride + s) * V(scale));
    V sum(0.0F), mean(0.0F);
    for (std::size_t c = 0; c < classes; ++c) {
      const V shifted = V::load_unaligned(scores + c * stride + s) * V(scale) - largest;
      const V e = exp_negative(shifted);
      e.store_unaligned(d_logits + c * stride + s);
      sum += e;
      mean += shifted;
    }
    const V inverse = quotient(V(1.0F), sum);
    for (std::size_t c = 0; c < classes; ++c) {
      float* const d = d_logits + c * stride + s;
      ((V::load_unaligned(d) * inverse - V(share)) * V(weight)).store_unaligned(d);
    }
    float sums[V::size], means[V::size], tops[V::size];
    sum.store_unaligned(sums);
    mean.store_unaligned(means);
    largest.store_unaligned(tops);
    for (std::size_t l = 0; l < V::size; ++l) {
      const std::size_t at = s + l;
      if (at >= used) {
        for (std::size_t c = 0; c < classes; ++c) d_logits[c * stride + at] = 0;
        losses[at] = 0;
        continue;
      }
      const float own = scores[labels[at] * stride + at] * scale - tops[l];
      losses[at] = std::log(sums[l]) - ((1 - smoothing) * own + share * means[l]);
      d_logits[labels[at] * stride + at] -= (1 - smoothing) * weight;
    }
  }
}

/// p[c] = e^(scores[c] - max) / Σ e^(scores - max) over `count` scores, added up in their order.
template <class Arch = DefaultArch>
void softmax(const float* scores, std::size_t count, float* p) {
  using V = Batch<float, Arch>;
  float largest = scores[0];
  for (std::size_t c = 1; c < count; ++c) largest = std::max(largest, scores[c]);  // without a branch
  float sum = 0;
  for (std::size_t c = 0; c < count; c += V::size) {
    const std::size_t part = std::min(V::size, count - c);
    float lanes[V::size] = {};
    for (std::size_t l = 0; l < part; ++l) lanes[l] = scores[c + l] - largest;
    exp_negative(V::load_unaligned(lanes)).store_unaligned(lanes);
    for (std::size_t l = 0; l < part; ++l) sum += p[c + l] = lanes[l];
  }
  for (std::size_t c = 0; c < count; ++c) p[c] /= sum;
}

}  // namespace lutra::kernels
