#pragma once
// Instructions the kernels need and xsimd has no word for, the other half: 64 values become 64 bits, by a comparison or
// by one of their bits. Each has a portable form.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/intrinsics.hpp>
#include <type_traits>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace lutra::kernels::intrinsics {

/// Bit i of the result is values[i] >= threshold, for 64 values.
template <class Arch, class T>
[[gnu::always_inline]] inline std::uint64_t at_least(const T* values, T threshold) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    if constexpr (std::is_same_v<T, std::uint8_t>) {
      return _mm512_cmpge_epu8_mask(_mm512_loadu_si512(values), _mm512_set1_epi8(static_cast<char>(threshold)));
    } else if constexpr (std::is_same_v<T, std::uint16_t>) {
      const __m512i t = _mm512_set1_epi16(static_cast<short>(threshold));
      return _mm512_cmpge_epu16_mask(_mm512_loadu_si512(values), t) |
             std::uint64_t{_mm512_cmpge_epu16_mask(_mm512_loadu_si512(values + 32), t)} << 32;
    } else {
      const __m512 t = _mm512_set1_ps(threshold);
      std::uint64_t bits = 0;
      for (std::size_t i = 0; i < 64; i += 16)
        bits |= std::uint64_t{_mm512_cmp_ps_mask(_mm512_loadu_ps(values + i), t, _CMP_GE_OQ)} << i;
      return bits;
    }
  } else
#endif
#if defined(__AVX2__)
      if constexpr (has_avx2<Arch>) {
    std::uint64_t bits = 0;
    if constexpr (std::is_same_v<T, float>) {
      const __m256 t = _mm256_set1_ps(threshold);
      for (std::size_t i = 0; i < 64; i += 8)
        bits |=
            static_cast<std::uint64_t>(_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(values + i), t, _CMP_GE_OQ)))
            << i;
    } else {
      const auto load = [&](std::size_t i) noexcept {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + i));
      };
      for (std::size_t i = 0; i < 64; i += 32) {
        __m256i met;
        if constexpr (std::is_same_v<T, std::uint8_t>) {
          const __m256i x = load(i);
          met = _mm256_cmpeq_epi8(_mm256_max_epu8(x, _mm256_set1_epi8(static_cast<char>(threshold))), x);
        } else {
          const __m256i t = _mm256_set1_epi16(static_cast<short>(threshold)), x = load(i), y = load(i + 16);
          const __m256i low = _mm256_cmpeq_epi16(_mm256_max_epu16(x, t), x);
          const __m256i high = _mm256_cmpeq_epi16(_mm256_max_epu16(y, t), y);
          met = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0b11011000);
        }
        bits |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(met))} << i;
      }
    }
    return bits;
  } else
#endif
#if defined(__SSE2__)
  {
    std::uint64_t bits = 0;
    if constexpr (std::is_same_v<T, float>) {
      const __m128 t = _mm_set1_ps(threshold);
      for (std::size_t i = 0; i < 64; i += 4)
        bits |= static_cast<std::uint64_t>(_mm_movemask_ps(_mm_cmpge_ps(_mm_loadu_ps(values + i), t))) << i;
    } else {
      const auto load = [&](std::size_t i) noexcept {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + i));
      };
      for (std::size_t i = 0; i < 64; i += 16) {
        __m128i met;
        if constexpr (std::is_same_v<T, std::uint8_t>) {
          const __m128i x = load(i);
          met = _mm_cmpeq_epi8(_mm_max_epu8(x, _mm_set1_epi8(static_cast<char>(threshold))), x);
        } else {
          // SSE2 compares only signed 16-bit values: a saturated difference of 0 says the same.
          const __m128i t = _mm_set1_epi16(static_cast<short>(threshold)), zero = _mm_setzero_si128();
          met = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_subs_epu16(t, load(i)), zero),
                                _mm_cmpeq_epi16(_mm_subs_epu16(t, load(i + 8)), zero));
        }
        bits |= static_cast<std::uint64_t>(_mm_movemask_epi8(met)) << i;
      }
    }
    return bits;
  }
#else
  {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 64; ++i) bits |= std::uint64_t{values[i] >= threshold} << i;
    return bits;
  }
#endif
}

/// Bit i of the result is bit `bit` of values[i], for 64 values of uint8_t or uint16_t.
template <class Arch, class T>
[[gnu::always_inline]] inline std::uint64_t bit_of(const T* values, std::size_t bit) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    if constexpr (sizeof(T) == 1)
      return _mm512_test_epi8_mask(_mm512_loadu_si512(values), _mm512_set1_epi8(static_cast<char>(1u << bit)));
    const __m512i mask = _mm512_set1_epi16(static_cast<short>(1u << bit));
    return _mm512_test_epi16_mask(_mm512_loadu_si512(values), mask) |
           std::uint64_t{_mm512_test_epi16_mask(_mm512_loadu_si512(values + 32), mask)} << 32;
  } else
#endif
  {
    // The wanted bit alone is left, and is as good as a comparison.
    using Values = Batch<T, Arch>;
    const Values mask(static_cast<T>(1u << bit));
    alignas(64) T masked[64];
    for (std::size_t i = 0; i < 64; i += Values::size)
      (Values::load_unaligned(values + i) & mask).store_aligned(masked + i);
    return at_least<Arch>(masked, static_cast<T>(1u << bit));
  }
}

}  // namespace lutra::kernels::intrinsics
