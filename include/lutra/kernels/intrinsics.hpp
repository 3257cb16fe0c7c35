#pragma once
// Instructions the kernels need and xsimd has no word for, one half: parts of vectors, bits picked out of
// a word, and interleaving within 128-bit lanes. Each has a portable form; the other half is masks.hpp, and everything
// else stays in xsimd.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <type_traits>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace lutra::kernels {

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

// ---- Bits of a word ---------------------------------------------------------------------------------------------

/// The bits of `word` where `mask` is set, one beside the other, the lowest first.
template <class Arch>
[[gnu::always_inline]] inline std::uint64_t extract_bits(std::uint64_t word, std::uint64_t mask) noexcept {
#if defined(__BMI2__)
  if constexpr (has_avx2<Arch>) return _pext_u64(word, mask);
#endif
  std::uint64_t bits = 0;
  for (std::size_t i = 0; mask != 0; ++i, mask &= mask - 1) bits |= (word >> std::countr_zero(mask) & 1) << i;
  return bits;
}

// ---- Interleaving -----------------------------------------------------------------------------------------------

/// A register seen as 128-bit lanes. `load(address_of)` fills lane i from address_of(i); interleave_low takes elements
/// of `Size` bytes alternately from the lower halves of each lane of a and b, interleave_high from the upper halves.
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

}  // namespace intrinsics
}  // namespace lutra::kernels
