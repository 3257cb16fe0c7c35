#pragma once
// Fused multiply-add on every instruction set, with the same bits: one instruction where the hardware has it, and exact
// arithmetic in double precision where it has not.

#include <cmath>
#include <cstddef>
#include <lutra/kernels/arch.hpp>

namespace lutra::kernels {

namespace detail {

#if defined(__SSE2__)

/// a·b + c for two lanes, rounded to odd: the nearest double below or above that ends in a 1, unless it is exact.
/// Rounded again to float this gives the float nearest to a·b + c (Boldo and Melquiond, "Emulation of FMA and correctly
/// rounded sums", 2008): a·b is exact in double, and rounding to odd keeps on which side of a tie the sum lies.
[[gnu::always_inline]] inline __m128d mul_add_to_odd(__m128d a, __m128d b, __m128d c) noexcept {
  const __m128d product = _mm_mul_pd(a, b), sum = _mm_add_pd(product, c), zero = _mm_setzero_pd();
  const __m128d c_part = _mm_sub_pd(sum, product), product_part = _mm_sub_pd(sum, c_part);
  const __m128d lost = _mm_add_pd(_mm_sub_pd(product, product_part), _mm_sub_pd(c, c_part));  // sum + lost is exact
  const __m128i inexact = _mm_castpd_si128(_mm_or_pd(_mm_cmplt_pd(lost, zero), _mm_cmpgt_pd(lost, zero)));
  const __m128i bits = _mm_castpd_si128(sum);
  const __m128i step = _mm_andnot_si128(bits, _mm_and_si128(inexact, _mm_set1_epi64x(1)));  // 1 where it must move
  const __m128i apart = _mm_srli_epi64(_mm_castpd_si128(_mm_xor_pd(sum, lost)), 63);        // 1 where towards zero
  const __m128i back = _mm_slli_epi64(_mm_and_si128(step, apart), 1);
  return _mm_castsi128_pd(_mm_sub_epi64(_mm_add_epi64(bits, step), back));
}

/// A call, and not written out in every place: code of a kernel would be many times as long.
template <class V>
[[gnu::noinline]] V mul_add_in_double(const V& a, const V& b, const V& c) noexcept {
  const __m128 x = a, y = b, z = c;
  const __m128d low = mul_add_to_odd(_mm_cvtps_pd(x), _mm_cvtps_pd(y), _mm_cvtps_pd(z));
  const __m128d high = mul_add_to_odd(_mm_cvtps_pd(_mm_movehl_ps(x, x)), _mm_cvtps_pd(_mm_movehl_ps(y, y)),
                                      _mm_cvtps_pd(_mm_movehl_ps(z, z)));
  return V(_mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)));
}

#endif

/// One lane at a time, where nothing else is known.
template <class V>
[[gnu::noinline]] V mul_add_lanes(const V& a, const V& b, const V& c) noexcept {
  alignas(64) float x[V::size], y[V::size], z[V::size];
  a.store_aligned(x);
  b.store_aligned(y);
  c.store_aligned(z);
  for (std::size_t i = 0; i < V::size; ++i) z[i] = std::fma(x[i], y[i], z[i]);
  return V::load_aligned(z);
}

}  // namespace detail

/// a·b + c, rounded once.
template <class Arch>
[[gnu::always_inline]] inline Batch<float, Arch> mul_add(const Batch<float, Arch>& a, const Batch<float, Arch>& b,
                                                         const Batch<float, Arch>& c) noexcept {
#if defined(__AVX512F__)
  if constexpr (Batch<float, Arch>::size == 16) return _mm512_fmadd_ps(a, b, c);
#endif
#if defined(__FMA__)
  if constexpr (Batch<float, Arch>::size == 8) return _mm256_fmadd_ps(a, b, c);
  if constexpr (Batch<float, Arch>::size == 4) return _mm_fmadd_ps(a, b, c);
#elif defined(__SSE2__)
  if constexpr (Batch<float, Arch>::size == 4) return detail::mul_add_in_double(a, b, c);
#elif defined(__aarch64__)
  return vfmaq_f32(c, a, b);
#endif
  return detail::mul_add_lanes(a, b, c);
}

/// c - a·b, rounded once.
template <class Arch>
[[gnu::always_inline]] inline Batch<float, Arch> neg_mul_add(const Batch<float, Arch>& a, const Batch<float, Arch>& b,
                                                             const Batch<float, Arch>& c) noexcept {
#if defined(__AVX512F__)
  if constexpr (Batch<float, Arch>::size == 16) return _mm512_fnmadd_ps(a, b, c);
#endif
#if defined(__FMA__)
  if constexpr (Batch<float, Arch>::size == 8) return _mm256_fnmadd_ps(a, b, c);
  if constexpr (Batch<float, Arch>::size == 4) return _mm_fnmadd_ps(a, b, c);
#endif
  // xsimd negates as 0 - a, which is not -0 where a is 0.
  return mul_add(a ^ Batch<float, Arch>(-0.0F), b, c);
}

}  // namespace lutra::kernels
