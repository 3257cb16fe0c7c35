#pragma once
// Between packed bits and floats: bits to 0.0/1.0, sums of floats over the samples whose bit is set, and, in the same
// order of additions, sums of products.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/intrinsics.hpp>
#include <lutra/kernels/lut_hard.hpp>

namespace lutra::kernels {

namespace scalar {

/// out[s] = bit s of bits, as 0 or `one`.
inline void expand_bits(const std::uint64_t* bits, float one, float* out, std::size_t words) {
  for (std::size_t s = 0; s < words * word_bits; ++s) out[s] = (bits[s / 64] >> (s % 64) & 1) != 0 ? one : 0.0F;
}

/// sums[r] += Σ values[s] over the samples whose bit is set in rows[r]: 16 partial sums by s mod 16, added pairwise
/// (0+8, 1+9, …, 0+4, …).
inline void masked_sums(const std::uint64_t* const* rows, std::size_t count, const float* values, std::size_t words,
                        float* sums) {
  for (std::size_t r = 0; r < count; ++r) {
    float lanes[16] = {};
    for (std::size_t w = 0; w < words; ++w)
      for (std::size_t b = 0; b < word_bits; ++b)
        lanes[b % 16] += (rows[r][w] >> b & 1) != 0 ? values[w * word_bits + b] : 0.0F;
    for (std::size_t half = 8; half > 0; half /= 2)
      for (std::size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
    sums[r] += lanes[0];
  }
}

/// Σ a[s] b[s], in the same order of additions; `samples` is a multiple of 16.
inline float dot_product(const float* a, const float* b, std::size_t samples) {
  float lanes[16] = {};
  for (std::size_t s = 0; s < samples; ++s) lanes[s % 16] += a[s] * b[s];
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
  return lanes[0];
}

}  // namespace scalar

#if defined(__AVX2__)
namespace detail {

/// The sum of eight lanes: upper half on lower half, three times.
[[gnu::always_inline]] inline float sum_of_halves(__m256 lanes) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

}  // namespace detail
#endif

/// As scalar::dot_product, to the bit.
template <class Arch = DefaultArch>
[[nodiscard]] float dot_product(const float* a, const float* b, std::size_t samples) {
  using V = Batch<float, Arch>;
  V sums[16 / V::size];
  for (V& sum : sums) sum = V(0.0F);
  for (std::size_t s = 0; s < samples; s += 16)
    for (std::size_t k = 0; k < 16; k += V::size)
      sums[k / V::size] += V::load_unaligned(a + s + k) * V::load_unaligned(b + s + k);
  float lanes[16];
  for (std::size_t k = 0; k < 16; k += V::size) sums[k / V::size].store_unaligned(lanes + k);
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
  return lanes[0];
}

/// As scalar::expand_bits.
template <class Arch = DefaultArch>
void expand_bits(const std::uint64_t* bits, float one, float* out, std::size_t words) {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    const __m512 value = _mm512_set1_ps(one);
    for (std::size_t w = 0; w < words; ++w)
      for (unsigned q = 0; q < 4; ++q)
        _mm512_storeu_ps(out + w * word_bits + 16 * q,
                         _mm512_maskz_mov_ps(static_cast<__mmask16>(bits[w] >> (16 * q)), value));
    return;
  }
#endif
  for (std::size_t w = 0; w < words; ++w)
    for (std::size_t byte = 0; byte < 8; ++byte) {
      const std::uint64_t spread = detail::spread_bits(bits[w] >> (8 * byte) & 0xff);
      for (std::size_t k = 0; k < 8; ++k) out[w * word_bits + 8 * byte + k] = (spread >> (8 * k) & 1) != 0 ? one : 0.0F;
    }
}

namespace detail {

/// Rows of them at once: a value is loaded once, and no sum waits for the one before it.
template <std::size_t Rows, class Arch>
[[gnu::always_inline]] inline void add_masked(const std::uint64_t* const* rows, const float* values, std::size_t words,
                                              float* sums) {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    __m512 lanes[Rows];
    unroll<Rows>([&](auto r) __attribute__((always_inline)) { lanes[r] = _mm512_setzero_ps(); });
    for (std::size_t w = 0; w < words; ++w)
      unroll<4>([&](auto q) __attribute__((always_inline)) {
        const __m512 v = _mm512_loadu_ps(values + w * word_bits + 16 * q);
        unroll<Rows>([&](auto r) __attribute__((always_inline)) {
          std::uint16_t mask;
          std::memcpy(&mask, reinterpret_cast<const char*>(rows[r] + w) + 2 * q, sizeof(mask));
          lanes[r] = _mm512_mask_add_ps(lanes[r], mask, lanes[r], v);
        });
      });
    unroll<Rows>([&](auto r) __attribute__((always_inline)) {
      const __m256 upper = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(lanes[r]), 1));
      sums[r] += sum_of_halves(_mm256_add_ps(_mm512_castps512_ps256(lanes[r]), upper));
    });
    return;
  }
#endif
#if defined(__AVX2__)
  if constexpr (has_avx2<Arch>) {
    const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    __m256 lanes[Rows][2];
    unroll<Rows>([&](auto r) __attribute__((always_inline)) { lanes[r][0] = lanes[r][1] = _mm256_setzero_ps(); });
    for (std::size_t half = 0; half < 2 * words; ++half)
      unroll<4>([&](auto k) __attribute__((always_inline)) {
        const __m256i wanted = _mm256_slli_epi32(bit, 8 * k);
        const __m256 v = _mm256_loadu_ps(values + half * 32 + 8 * k);
        unroll<Rows>([&](auto r) __attribute__((always_inline)) {
          int bits;
          std::memcpy(&bits, reinterpret_cast<const char*>(rows[r]) + 4 * half, sizeof(bits));
          const __m256i own = _mm256_and_si256(_mm256_set1_epi32(bits), wanted);
          const __m256 mask = _mm256_castsi256_ps(_mm256_cmpeq_epi32(own, wanted));
          lanes[r][k % 2] = _mm256_add_ps(lanes[r][k % 2], _mm256_and_ps(mask, v));
        });
      });
    unroll<Rows>([&](auto r) __attribute__((always_inline)) {
      sums[r] += sum_of_halves(_mm256_add_ps(lanes[r][0], lanes[r][1]));
    });
    return;
  }
#endif
  scalar::masked_sums(rows, Rows, values, words, sums);
}

}  // namespace detail

/// As scalar::masked_sums, to the bit.
template <class Arch = DefaultArch>
void masked_sums(const std::uint64_t* const* rows, std::size_t count, const float* values, std::size_t words,
                 float* sums) {
  constexpr std::size_t together = has_avx512<Arch> ? 8 : 4;
  std::size_t r = 0;
  for (; r + together <= count; r += together) detail::add_masked<together, Arch>(rows + r, values, words, sums + r);
  for (; r < count; ++r) detail::add_masked<1, Arch>(rows + r, values, words, sums + r);
}

}  // namespace lutra::kernels
