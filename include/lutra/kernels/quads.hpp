#pragma once
// Vectors as blocks of four floats, which every instruction set has. Sums that are kept in four lanes have one order
// everywhere, however many blocks a register holds.

#include <cstddef>
#include <lutra/kernels/arch.hpp>

namespace lutra::kernels {

/// Floats in a block.
inline constexpr std::size_t quad = 4;

/// Blocks in a vector: 1 (SSE2, NEON), 2 (AVX2) or 4 (AVX-512).
template <class V>
inline constexpr std::size_t quads_of = V::size / quad;

/// The four floats from `from` on, in every block.
template <class V>
[[gnu::always_inline]] inline V repeat_quad(const float* from) noexcept {
#if defined(__AVX512F__)
  if constexpr (quads_of<V> == 4) return V(_mm512_broadcast_f32x4(_mm_loadu_ps(from)));
#endif
#if defined(__AVX__)
  if constexpr (quads_of<V> == 2) return V(_mm256_broadcast_ps(reinterpret_cast<const __m128*>(from)));
#endif
  if constexpr (quads_of<V> == 1) return V::load_unaligned(from);
}

/// Writes block i of as many vectors as a vector has blocks, one after another, to to[i * stride], aligned.
template <class V>
[[gnu::always_inline]] inline void store_transposed(const V* vectors, float* to,
                                                    [[maybe_unused]] std::size_t stride) noexcept {
#if defined(__AVX512F__)
  if constexpr (quads_of<V> == 4) {
    const __m512 a = vectors[0], b = vectors[1], c = vectors[2], d = vectors[3];
    const __m512 ab_low = _mm512_shuffle_f32x4(a, b, 0x44), cd_low = _mm512_shuffle_f32x4(c, d, 0x44);
    const __m512 ab_high = _mm512_shuffle_f32x4(a, b, 0xEE), cd_high = _mm512_shuffle_f32x4(c, d, 0xEE);
    _mm512_store_ps(to, _mm512_shuffle_f32x4(ab_low, cd_low, 0x88));
    _mm512_store_ps(to + stride, _mm512_shuffle_f32x4(ab_low, cd_low, 0xDD));
    _mm512_store_ps(to + 2 * stride, _mm512_shuffle_f32x4(ab_high, cd_high, 0x88));
    _mm512_store_ps(to + 3 * stride, _mm512_shuffle_f32x4(ab_high, cd_high, 0xDD));
  }
#endif
#if defined(__AVX__)
  if constexpr (quads_of<V> == 2) {
    _mm256_store_ps(to, _mm256_permute2f128_ps(vectors[0], vectors[1], 0x20));
    _mm256_store_ps(to + stride, _mm256_permute2f128_ps(vectors[0], vectors[1], 0x31));
  }
#endif
  if constexpr (quads_of<V> == 1) vectors[0].store_aligned(to);
}

/// The sums (lane 0 + lane 2) + (lane 1 + lane 3) of the blocks of four vectors that lie one after another, in the
/// order of the blocks.
template <class V>
[[gnu::always_inline]] inline V sum_quads(const float* from) noexcept {
#if defined(__AVX512F__)
  if constexpr (quads_of<V> == 4) {
    const __m512 a = _mm512_load_ps(from), b = _mm512_load_ps(from + 16);
    const __m512 c = _mm512_load_ps(from + 32), d = _mm512_load_ps(from + 48);
    const __m512 ab = _mm512_add_ps(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xEE));
    const __m512 cd = _mm512_add_ps(_mm512_shuffle_ps(c, d, 0x44), _mm512_shuffle_ps(c, d, 0xEE));
    const __m512 sums = _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x88), _mm512_shuffle_ps(ab, cd, 0xDD));
    return V(_mm512_permutexvar_ps(_mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), sums));
  } else
#endif
#if defined(__AVX2__)
      if constexpr (quads_of<V> == 2) {
    const __m256 a = _mm256_load_ps(from), b = _mm256_load_ps(from + 8);
    const __m256 c = _mm256_load_ps(from + 16), d = _mm256_load_ps(from + 24);
    const __m256 ab = _mm256_add_ps(_mm256_shuffle_ps(a, b, 0x44), _mm256_shuffle_ps(a, b, 0xEE));
    const __m256 cd = _mm256_add_ps(_mm256_shuffle_ps(c, d, 0x44), _mm256_shuffle_ps(c, d, 0xEE));
    const __m256 sums = _mm256_add_ps(_mm256_shuffle_ps(ab, cd, 0x88), _mm256_shuffle_ps(ab, cd, 0xDD));
    return V(_mm256_permutevar8x32_ps(sums, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
  } else
#endif
  {
    alignas(64) float sums[V::size];
    for (std::size_t i = 0; i < V::size; ++i, from += quad) sums[i] = (from[0] + from[2]) + (from[1] + from[3]);
    return V::load_aligned(sums);
  }
}

}  // namespace lutra::kernels
