#pragma once
// The few instructions the kernels need and xsimd has no word for: parts of vectors, interleaving within 128-bit lanes,
// and comparisons that become bits. Each has a portable form, and everything else stays in xsimd.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <type_traits>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace lutra::kernels {

template <class Arch>
inline constexpr bool has_avx512 = std::is_base_of_v<xsimd::avx512bw, Arch>;
template <class Arch>
inline constexpr bool has_avx2 = std::is_base_of_v<xsimd::avx2, Arch>;

namespace intrinsics {

// ---- Parts of vectors -------------------------------------------------------------------------------------------

#if defined(__AVX2__)
/// All bits set in the first `count` of four words.
[[gnu::always_inline]] inline __m256i first_words(std::size_t count) noexcept {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(static_cast<long long>(count)), _mm256_setr_epi64x(0, 1, 2, 3));
}
#endif

/// The first `count` words (fewer than a vector holds); the others are 0 and their memory is not touched.
template <class Arch>
[[gnu::always_inline]] inline Batch<std::uint64_t, Arch> load_part(const std::uint64_t* from,
                                                                   std::size_t count) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>)
    return Batch<std::uint64_t, Arch>(_mm512_maskz_loadu_epi64(static_cast<__mmask8>((1u << count) - 1), from));
  else
#endif
#if defined(__AVX2__)
      if constexpr (has_avx2<Arch>)
    return Batch<std::uint64_t, Arch>(
        _mm256_maskload_epi64(reinterpret_cast<const long long*>(from), first_words(count)));
#endif
  alignas(64) std::uint64_t padded[Batch<std::uint64_t, Arch>::size] = {};
  for (std::size_t i = 0; i < count; ++i) padded[i] = from[i];
  return Batch<std::uint64_t, Arch>::load_aligned(padded);
}

/// Writes the first `count` words and touches no others.
template <class Arch>
[[gnu::always_inline]] inline void store_part(const Batch<std::uint64_t, Arch>& vector, std::uint64_t* to,
                                              std::size_t count) noexcept {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    _mm512_mask_storeu_epi64(to, static_cast<__mmask8>((1u << count) - 1), vector);
    return;
  }
#endif
#if defined(__AVX2__)
  if constexpr (has_avx2<Arch>) {
    _mm256_maskstore_epi64(reinterpret_cast<long long*>(to), first_words(count), vector);
    return;
  }
#endif
  alignas(64) std::uint64_t padded[Batch<std::uint64_t, Arch>::size];
  vector.store_aligned(padded);
  for (std::size_t i = 0; i < count; ++i) to[i] = padded[i];
}

// ---- Interleaving -----------------------------------------------------------------------------------------------

/// A register seen as 128-bit lanes. `load(address_of)` fills lane i from address_of(i); interleave_low takes elements of
/// `Size` bytes alternately from the lower halves of each lane of a and b, interleave_high from the upper halves.
template <class Arch>
struct Lanes;

#if defined(__SSE2__)
template <class Arch>
struct Lanes {
  static constexpr std::size_t count = 1;
  __m128i data;

  template <class AddressOf>
  [[gnu::always_inline]] static Lanes load(AddressOf address_of) noexcept {
    return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(address_of(0)))};
  }
  [[gnu::always_inline]] void store(void* to) const noexcept { _mm_storeu_si128(static_cast<__m128i*>(to), data); }

  template <std::size_t Size>
  [[gnu::always_inline]] static Lanes interleave_low(Lanes a, Lanes b) noexcept {
    return {Size == 1 ? _mm_unpacklo_epi8(a.data, b.data) : _mm_unpacklo_epi16(a.data, b.data)};
  }
  template <std::size_t Size>
  [[gnu::always_inline]] static Lanes interleave_high(Lanes a, Lanes b) noexcept {
    return {Size == 1 ? _mm_unpackhi_epi8(a.data, b.data) : _mm_unpackhi_epi16(a.data, b.data)};
  }
};
#else
template <class Arch>
struct Lanes {
  static constexpr std::size_t count = 1;
  unsigned char data[16];

  template <class AddressOf>
  static Lanes load(AddressOf address_of) noexcept {
    Lanes lanes;
    std::memcpy(lanes.data, address_of(0), 16);
    return lanes;
  }
  void store(void* to) const noexcept { std::memcpy(to, data, 16); }

  template <std::size_t Size>
  static Lanes interleave_low(const Lanes& a, const Lanes& b) noexcept {
    return interleave<Size>(a.data, b.data);
  }
  template <std::size_t Size>
  static Lanes interleave_high(const Lanes& a, const Lanes& b) noexcept {
    return interleave<Size>(a.data + 8, b.data + 8);
  }

 private:
  template <std::size_t Size>
  static Lanes interleave(const unsigned char* a, const unsigned char* b) noexcept {
    Lanes mixed;
    for (std::size_t i = 0; i < 8; i += Size) {
      std::memcpy(mixed.data + 2 * i, a + i, Size);
      std::memcpy(mixed.data + 2 * i + Size, b + i, Size);
    }
    return mixed;
  }
};
#endif

#if defined(__AVX2__)
template <class Arch>
  requires has_avx2<Arch>
struct Lanes<Arch> {
  static constexpr std::size_t count = 2;
  __m256i data;

  template <class AddressOf>
  [[gnu::always_inline]] static Lanes load(AddressOf address_of) noexcept {
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(address_of(0)));
    return {_mm256_inserti128_si256(_mm256_castsi128_si256(low),
                                    _mm_loadu_si128(reinterpret_cast<const __m128i*>(address_of(1))), 1)};
  }
  [[gnu::always_inline]] void store(void* to) const noexcept { _mm256_storeu_si256(static_cast<__m256i*>(to), data); }

  template <std::size_t Size>
  [[gnu::always_inline]] static Lanes interleave_low(Lanes a, Lanes b) noexcept {
    return {Size == 1 ? _mm256_unpacklo_epi8(a.data, b.data) : _mm256_unpacklo_epi16(a.data, b.data)};
  }
  template <std::size_t Size>
  [[gnu::always_inline]] static Lanes interleave_high(Lanes a, Lanes b) noexcept {
    return {Size == 1 ? _mm256_unpackhi_epi8(a.data, b.data) : _mm256_unpackhi_epi16(a.data, b.data)};
  }
};
#endif

#if defined(__AVX512BW__)
template <class Arch>
  requires has_avx512<Arch>
struct Lanes<Arch> {
  static constexpr std::size_t count = 4;
  __m512i data;

  template <class AddressOf>
  [[gnu::always_inline]] static Lanes load(AddressOf address_of) noexcept {
    const auto lane = [&](std::size_t i) __attribute__((always_inline)) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(address_of(i)));
    };
    __m512i all = _mm512_castsi128_si512(lane(0));
    all = _mm512_inserti32x4(all, lane(1), 1);
    all = _mm512_inserti32x4(all, lane(2), 2);
    return {_mm512_inserti32x4(all, lane(3), 3)};
  }
  [[gnu::always_inline]] void store(void* to) const noexcept { _mm512_storeu_si512(to, data); }

  template <std::size_t Size>
  [[gnu::always_inline]] static Lanes interleave_low(Lanes a, Lanes b) noexcept {
    return {Size == 1 ? _mm512_unpacklo_epi8(a.data, b.data) : _mm512_unpacklo_epi16(a.data, b.data)};
  }
  template <std::size_t Size>
  [[gnu::always_inline]] static Lanes interleave_high(Lanes a, Lanes b) noexcept {
    return {Size == 1 ? _mm512_unpackhi_epi8(a.data, b.data) : _mm512_unpackhi_epi16(a.data, b.data)};
  }
};
#endif

// ---- Comparisons as bits ----------------------------------------------------------------------------------------

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
        bits |= static_cast<std::uint64_t>(
                    _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(values + i), t, _CMP_GE_OQ)))
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

}  // namespace intrinsics
}  // namespace lutra::kernels
