#pragma once
// Backward pass of LUT nodes fed with bits. Nothing here computes with the inputs: six bits make an address, and the
// address looks up what the estimator has put into a table, so that every estimator runs through the same three loops.
//
// The order of every sum is fixed (it is part of each docstring), so that all instruction sets give the same bits.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/intrinsics.hpp>

namespace lutra::kernels {

inline constexpr std::size_t address_count(std::size_t fan_in) noexcept { return std::size_t{1} << fan_in; }

/// Words are taken in blocks of this many, whose addresses and gradients stay in the innermost cache.
inline constexpr std::size_t hard_block_words = 8;

namespace scalar {

/// addresses[s] = Σ_j (bit s of pins[j]) << j, for words * 64 samples.
template <std::size_t N>
void lut_addresses(const std::uint64_t* const* pins, std::uint8_t* addresses, std::size_t words) {
  for (std::size_t s = 0; s < words * word_bits; ++s) {
    unsigned address = 0;
    for (std::size_t j = 0; j < N; ++j) address |= static_cast<unsigned>(pins[j][s / 64] >> (s % 64) & 1) << j;
    addresses[s] = static_cast<std::uint8_t>(address);
  }
}

/// sums[a] = Σ dy[s] over the samples with addresses[s] == a; sample s goes into partial sum s mod 4, and the four are
/// added as (0+1)+(2+3). `samples` is a multiple of 4.
template <std::size_t N>
void lut_table_sums(const std::uint8_t* addresses, const float* dy, std::size_t samples, float* sums) {
  std::array<std::array<float, address_count(N)>, 4> part{};
  for (std::size_t s = 0; s < samples; ++s) part[s % 4][addresses[s]] += dy[s];
  for (std::size_t a = 0; a < address_count(N); ++a) sums[a] = (part[0][a] + part[1][a]) + (part[2][a] + part[3][a]);
}

/// dx[j][s] += dy[s] * derivatives[j * 2^N + addresses[s]].
template <std::size_t N>
void lut_input_gradients(const std::uint8_t* addresses, const float* dy, const float* derivatives, std::size_t samples,
                         float* const* dx) {
  for (std::size_t j = 0; j < N; ++j)
    for (std::size_t s = 0; s < samples; ++s) dx[j][s] += dy[s] * derivatives[j * address_count(N) + addresses[s]];
}

/// All of one node's backward pass over words * 64 samples: sums (unless null) is what its table takes, lut_table_sums
/// of one block after another; dx (unless null) gets what its inputs take, as lut_input_gradients.
template <std::size_t N>
void lut_hard_backward(const std::uint64_t* const* pins, const float* dy, std::size_t words, const float* derivatives,
                       float* sums, float* const* dx) {
  if (sums != nullptr) std::fill_n(sums, address_count(N), 0.0F);
  for (std::size_t w = 0; w < words; w += hard_block_words) {
    const std::size_t count = std::min(hard_block_words, words - w), samples = count * word_bits, first = w * word_bits;
    const std::uint64_t* block_pins[N];
    float* block_dx[N];
    for (std::size_t j = 0; j < N; ++j) {
      block_pins[j] = pins[j] + w;
      if (dx != nullptr) block_dx[j] = dx[j] + first;
    }
    std::uint8_t addresses[hard_block_words * word_bits];
    lut_addresses<N>(block_pins, addresses, count);
    if (sums != nullptr) {
      float block_sums[address_count(N)];
      lut_table_sums<N>(addresses, dy + first, samples, block_sums);
      for (std::size_t a = 0; a < address_count(N); ++a) sums[a] += block_sums[a];
    }
    if (dx != nullptr) lut_input_gradients<N>(addresses, dy + first, derivatives, samples, block_dx);
  }
}

}  // namespace scalar

namespace detail {

/// Byte k of the result is bit k of `bits`.
[[nodiscard]] inline std::uint64_t spread_bits(std::uint64_t bits) noexcept {
  const std::uint64_t one_a_byte = (bits * 0x0101010101010101u) & 0x8040201008040201u;
  return (one_a_byte + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
}

#if defined(__AVX512BW__)
/// 16 entries of a table of 2^N floats that lies in registers.
template <std::size_t N>
struct RegisterTable {
  static constexpr std::size_t registers = N <= 4 ? 1 : address_count(N) / 16;
  __m512 rows[registers];

  explicit RegisterTable(const float* table) {
    if constexpr (N < 4) {
      rows[0] = _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << address_count(N)) - 1), table);
    } else {
      for (std::size_t r = 0; r < registers; ++r) rows[r] = _mm512_loadu_ps(table + 16 * r);
    }
  }
  [[nodiscard]] __m512 operator()(__m512i address) const {
    if constexpr (registers == 1) {
      return _mm512_permutexvar_ps(address, rows[0]);
    } else if constexpr (registers == 2) {
      return _mm512_permutex2var_ps(rows[0], address, rows[1]);
    } else {
      const __mmask16 upper = _mm512_test_epi32_mask(address, _mm512_set1_epi32(32));
      return _mm512_mask_mov_ps(_mm512_permutex2var_ps(rows[0], address, rows[1]), upper,
                                _mm512_permutex2var_ps(rows[2], address, rows[3]));
    }
  }
};

template <std::size_t N>
void lut_input_gradients_avx512(const std::uint8_t* addresses, const float* dy, const float* derivatives,
                                std::size_t samples, float* const* dx) {
  for (std::size_t j = 0; j < N; ++j) {
    const RegisterTable<N> table(derivatives + j * address_count(N));
    float* const to = dx[j];
    for (std::size_t s = 0; s < samples; s += 16) {
      const __m512i address = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(addresses + s)));
      const __m512 step = _mm512_mul_ps(_mm512_loadu_ps(dy + s), table(address));
      _mm512_storeu_ps(to + s, _mm512_add_ps(_mm512_loadu_ps(to + s), step));
    }
  }
}
#endif

#if defined(__AVX2__)
/// 8×8 floats, rows to columns.
inline void transpose8(__m256 (&r)[8]) {
  const __m256 a0 = _mm256_unpacklo_ps(r[0], r[1]), a1 = _mm256_unpackhi_ps(r[0], r[1]);
  const __m256 a2 = _mm256_unpacklo_ps(r[2], r[3]), a3 = _mm256_unpackhi_ps(r[2], r[3]);
  const __m256 a4 = _mm256_unpacklo_ps(r[4], r[5]), a5 = _mm256_unpackhi_ps(r[4], r[5]);
  const __m256 a6 = _mm256_unpacklo_ps(r[6], r[7]), a7 = _mm256_unpackhi_ps(r[6], r[7]);
  const __m256 b0 = _mm256_shuffle_ps(a0, a2, 0x44), b1 = _mm256_shuffle_ps(a0, a2, 0xee);
  const __m256 b2 = _mm256_shuffle_ps(a1, a3, 0x44), b3 = _mm256_shuffle_ps(a1, a3, 0xee);
  const __m256 b4 = _mm256_shuffle_ps(a4, a6, 0x44), b5 = _mm256_shuffle_ps(a4, a6, 0xee);
  const __m256 b6 = _mm256_shuffle_ps(a5, a7, 0x44), b7 = _mm256_shuffle_ps(a5, a7, 0xee);
  r[0] = _mm256_permute2f128_ps(b0, b4, 0x20), r[4] = _mm256_permute2f128_ps(b0, b4, 0x31);
  r[1] = _mm256_permute2f128_ps(b1, b5, 0x20), r[5] = _mm256_permute2f128_ps(b1, b5, 0x31);
  r[2] = _mm256_permute2f128_ps(b2, b6, 0x20), r[6] = _mm256_permute2f128_ps(b2, b6, 0x31);
  r[3] = _mm256_permute2f128_ps(b3, b7, 0x20), r[7] = _mm256_permute2f128_ps(b3, b7, 0x31);
}

/// Eight samples load the eight derivatives of their addresses, one row each; a transpose gives a row for each input.
template <std::size_t N>
void lut_input_gradients_avx2(const std::uint8_t* addresses, const float* dy, const float* derivatives,
                              std::size_t samples, float* const* dx) {
  alignas(32) float by_address[address_count(N)][8] = {};
  for (std::size_t j = 0; j < N; ++j)
    for (std::size_t a = 0; a < address_count(N); ++a) by_address[a][j] = derivatives[j * address_count(N) + a];
  for (std::size_t s = 0; s < samples; s += 8) {
    __m256 rows[8];
    for (std::size_t k = 0; k < 8; ++k) rows[k] = _mm256_load_ps(by_address[addresses[s + k]]);
    transpose8(rows);
    const __m256 d = _mm256_loadu_ps(dy + s);
    for (std::size_t j = 0; j < N; ++j)
      _mm256_storeu_ps(dx[j] + s, _mm256_add_ps(_mm256_loadu_ps(dx[j] + s), _mm256_mul_ps(d, rows[j])));
  }
}
#endif

}  // namespace detail

/// As scalar::lut_addresses.
template <std::size_t N, class Arch = DefaultArch>
void lut_addresses(const std::uint64_t* const* pins, std::uint8_t* addresses, std::size_t words) {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    for (std::size_t w = 0; w < words; ++w) {
      __m512i address = _mm512_setzero_si512();
      for (std::size_t j = 0; j < N; ++j)
        address = _mm512_mask_add_epi8(address, pins[j][w], address, _mm512_set1_epi8(static_cast<char>(1u << j)));
      _mm512_storeu_si512(addresses + w * word_bits, address);
    }
    return;
  }
#endif
  for (std::size_t w = 0; w < words; ++w)
    for (std::size_t byte = 0; byte < 8; ++byte) {
      std::uint64_t address = 0;
      for (std::size_t j = 0; j < N; ++j) address |= detail::spread_bits(pins[j][w] >> (8 * byte) & 0xff) << j;
      std::memcpy(addresses + w * word_bits + 8 * byte, &address, 8);  // byte k is sample k: little-endian
    }
}

/// As scalar::lut_table_sums; four samples in flight, so that a store is never waited for.
template <std::size_t N, class Arch = DefaultArch>
void lut_table_sums(const std::uint8_t* addresses, const float* dy, std::size_t samples, float* sums) {
  alignas(64) float part[4][address_count(N)] = {};
  for (std::size_t s = 0; s < samples; s += 4) {
    part[0][addresses[s]] += dy[s];
    part[1][addresses[s + 1]] += dy[s + 1];
    part[2][addresses[s + 2]] += dy[s + 2];
    part[3][addresses[s + 3]] += dy[s + 3];
  }
  for (std::size_t a = 0; a < address_count(N); ++a) sums[a] = (part[0][a] + part[1][a]) + (part[2][a] + part[3][a]);
}

/// As scalar::lut_input_gradients, to the bit; two rows of dx may be the same. `samples` is a multiple of 16.
template <std::size_t N, class Arch = DefaultArch>
void lut_input_gradients(const std::uint8_t* addresses, const float* dy, const float* derivatives, std::size_t samples,
                         float* const* dx) {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch> && N <= 6)
    return detail::lut_input_gradients_avx512<N>(addresses, dy, derivatives, samples, dx);
#endif
#if defined(__AVX2__)
  if constexpr (has_avx2<Arch> || has_avx512<Arch>)
    return detail::lut_input_gradients_avx2<N>(addresses, dy, derivatives, samples, dx);
#endif
  scalar::lut_input_gradients<N>(addresses, dy, derivatives, samples, dx);
}

/// As scalar::lut_hard_backward, to the bit.
template <std::size_t N, class Arch = DefaultArch>
void lut_hard_backward(const std::uint64_t* const* pins, const float* dy, std::size_t words, const float* derivatives,
                       float* sums, float* const* dx) {
  alignas(64) std::uint8_t addresses[hard_block_words * word_bits];
  for (std::size_t w = 0; w < words; w += hard_block_words) {
    const std::size_t count = std::min(hard_block_words, words - w), samples = count * word_bits, first = w * word_bits;
    const std::uint64_t* block_pins[N];
    float* block_dx[N];
    for (std::size_t j = 0; j < N; ++j) {
      block_pins[j] = pins[j] + w;
      if (dx != nullptr) block_dx[j] = dx[j] + first;
    }
    lut_addresses<N, Arch>(block_pins, addresses, count);
    if (sums != nullptr) {
      float block_sums[address_count(N)];
      lut_table_sums<N, Arch>(addresses, dy + first, samples, w == 0 ? sums : block_sums);
      if (w != 0)
        for (std::size_t a = 0; a < address_count(N); ++a) sums[a] += block_sums[a];
    }
    if (dx != nullptr) lut_input_gradients<N, Arch>(addresses, dy + first, derivatives, samples, block_dx);
  }
}

}  // namespace lutra::kernels
