#pragma once
// Forward pass of LUT nodes fed with bits: a table of floats, rounded to bits, applied to packed bits. A long row goes
// through the circuit's own kernel; for a few words its preparations cost more than to look every sample up.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_bits.hpp>
#include <lutra/kernels/lut_input_gradients.hpp>
#include <lutra/kernels/threshold.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

/// The words that the bits of a table of 2^fan_in entries take.
inline constexpr std::size_t table_words(std::size_t fan_in) noexcept { return words_for(address_count(fan_in)); }

namespace scalar {

/// Bit a of `bits` is table[a] > 1/2; a table of fewer than 64 entries leaves the rest of its word 0.
template <std::size_t N>
void lut_table_bits(const float* table, std::uint64_t* bits) {
  for (std::size_t w = 0; w < table_words(N); ++w) bits[w] = 0;
  for (std::size_t a = 0; a < address_count(N); ++a)
    bits[a / word_bits] |= std::uint64_t{table[a] > 0.5F} << (a % word_bits);
}

/// out = lut_bits of the table's bits.
template <std::size_t N>
void lut_hard_forward(const float* table, const std::uint64_t* const* pins, std::uint64_t* out, std::size_t words) {
  std::uint64_t bits[table_words(N)];
  lut_table_bits<N>(table, bits);
  lut_bits(bits, N, pins, out, words);
}

}  // namespace scalar

namespace detail {

#if defined(__AVX512BW__)
/// Each sample's address picks a byte of the table, by all pins but three, and one of its bits, by those three.
template <std::size_t N>
void lut_bits_by_address(const std::uint64_t* table, const std::uint64_t* const* pins, std::uint64_t* out,
                         std::size_t words) noexcept {
  const __m512i bit_of = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201u));
  __m512i bytes = _mm512_set1_epi64(static_cast<long long>(table[0])), more = bytes;
  if constexpr (N >= 7) bytes = _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
  if constexpr (N >= 8) more = _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table + 2)));
  for (std::size_t w = 0; w < words; ++w) {
    __m512i byte = _mm512_setzero_si512(), bit = byte;
    unroll<std::min<std::size_t>(N, 7)>([&](auto j) __attribute__((always_inline)) {
      __m512i& part = j < 3 ? bit : byte;
      part = _mm512_mask_add_epi8(part, pins[j][w], part, _mm512_set1_epi8(1 << (j % 3 + (j == 6 ? 3 : 0))));
    });
    __m512i chosen = _mm512_shuffle_epi8(bytes, byte);
    if constexpr (N >= 8) chosen = _mm512_mask_shuffle_epi8(chosen, pins[7][w], more, byte);
    out[w] = _mm512_test_epi8_mask(chosen, _mm512_shuffle_epi8(bit_of, bit));
  }
}
#endif

}  // namespace detail

/// As scalar::lut_table_bits.
template <std::size_t N, class Arch = DefaultArch>
void lut_table_bits(const float* table, std::uint64_t* bits) {
  constexpr float above_half = 0x1.000002p-1F;
  if constexpr (address_count(N) >= word_bits) {
    threshold_bits<float, Arch>(table, above_half, bits, table_words(N));
  } else {
    alignas(64) float padded[word_bits] = {};
    std::copy_n(table, address_count(N), padded);
    threshold_bits<float, Arch>(padded, above_half, bits, 1);
  }
}

/// As scalar::lut_hard_forward: bit s of `out` is whether the table's entry at sample s' address is above 1/2. `out`
/// may be one of the pins.
template <std::size_t N, class Arch = DefaultArch>
void lut_hard_forward(const float* table, const std::uint64_t* const* pins, std::uint64_t* out, std::size_t words) {
  std::uint64_t bits[table_words(N)];
  lut_table_bits<N, Arch>(table, bits);
#if defined(__AVX512BW__)
  constexpr std::size_t few = 3;
  if constexpr (has_avx512<Arch>)
    if (words <= few) return detail::lut_bits_by_address<N>(bits, pins, out, words);
#endif
  lut_bits<Arch>(bits, N, pins, out, words);
}

}  // namespace lutra::kernels
