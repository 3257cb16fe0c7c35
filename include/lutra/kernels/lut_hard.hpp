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
#include <lutra/kernels/lut_input_gradients.hpp>

namespace lutra::kernels {

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

/// All of one node's backward pass over words * 64 samples (words > 0): sums (unless null) is what its table takes,
/// lut_table_sums of one block after another; dx (unless null) gets what its inputs take, as lut_input_gradients.
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
      if (dx != nullptr) block_dx[j] = dx[j] == nullptr ? nullptr : dx[j] + first;
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

/// rows[j * words * 64 + s] is what input j takes of sample s: lut_hard_backward's dx, by itself. At most
/// hard_block_words.
template <std::size_t N>
void lut_pin_gradients(const std::uint64_t* const* pins, const float* dy, std::size_t words, const float* derivatives,
                       float* rows) {
  std::uint8_t addresses[hard_block_words * word_bits];
  lut_addresses<N>(pins, addresses, words);
  float* dx[N];
  for (std::size_t j = 0; j < N; ++j) dx[j] = rows + j * words * word_bits;
  lut_input_gradients<N, false>(addresses, dy, derivatives, words * word_bits, dx);
}

}  // namespace scalar

namespace detail {

/// Byte k of the result is bit k of `bits`.
[[nodiscard]] inline std::uint64_t spread_bits(std::uint64_t bits) noexcept {
  const std::uint64_t one_a_byte = (bits * 0x0101010101010101u) & 0x8040201008040201u;
  return (one_a_byte + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
}

template <std::size_t Count, class Arch>
[[gnu::always_inline]] inline void fill_zeros(float* to) {
  using V = Batch<float, Arch>;
  if constexpr (Count % V::size == 0) {
    unroll<Count / V::size>([&](auto i) __attribute__((always_inline)) { V(0.0F).store_aligned(to + i * V::size); });
  } else {
    std::fill_n(to, Count, 0.0F);
  }
}

/// sums[i] = (0+1)+(2+3) of the four runs of `Size` floats in `part`.
template <std::size_t Size, class Arch>
[[gnu::always_inline]] inline void add_four(const float* part, float* sums) {
  using V = Batch<float, Arch>;
  if constexpr (Size % V::size == 0) {
    for (std::size_t a = 0; a < Size; a += V::size) {
      const V first = V::load_aligned(part + a) + V::load_aligned(part + Size + a);
      const V second = V::load_aligned(part + 2 * Size + a) + V::load_aligned(part + 3 * Size + a);
      (first + second).store_unaligned(sums + a);
    }
  } else {
    for (std::size_t a = 0; a < Size; ++a)
      sums[a] = (part[a] + part[Size + a]) + (part[2 * Size + a] + part[3 * Size + a]);
  }
}

#if defined(__AVX2__)
template <std::size_t N>
void lut_addresses_avx2(const std::uint64_t* const* pins, std::uint8_t* addresses, std::size_t words) {
  // Byte i takes byte i / 8 of 32 bits, and of that bit i % 8.
  const __m256i bytes = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i bits = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201u));
  for (std::size_t half = 0; half < 2 * words; ++half) {
    __m256i address = _mm256_setzero_si256();
    unroll<N>([&](auto j) __attribute__((always_inline)) {
      const auto pin = static_cast<int>(pins[j][half / 2] >> (half % 2 * 32));
      const __m256i own = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(pin), bytes), bits);
      const __m256i value = _mm256_set1_epi8(static_cast<char>(1u << j));
      address = _mm256_or_si256(address, _mm256_and_si256(_mm256_cmpeq_epi8(own, bits), value));
    });
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(addresses + 32 * half), address);
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
#if defined(__AVX2__)
  if constexpr (has_avx2<Arch>) return detail::lut_addresses_avx2<N>(pins, addresses, words);
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
  constexpr std::size_t size = address_count(N);
  alignas(64) float part[4 * size];
  detail::fill_zeros<4 * size, Arch>(part);
  for (std::size_t s = 0; s < samples; s += 4)
    unroll<4>([&](auto k) __attribute__((always_inline)) { part[k * size + addresses[s + k]] += dy[s + k]; });
  detail::add_four<size, Arch>(part, sums);
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
      if (dx != nullptr) block_dx[j] = dx[j] == nullptr ? nullptr : dx[j] + first;
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

/// As scalar::lut_pin_gradients, to the bit.
template <std::size_t N, class Arch = DefaultArch>
void lut_pin_gradients(const std::uint64_t* const* pins, const float* dy, std::size_t words, const float* derivatives,
                       float* rows) {
  alignas(64) std::uint8_t addresses[hard_block_words * word_bits];
  lut_addresses<N, Arch>(pins, addresses, words);
  float* dx[N];
  for (std::size_t j = 0; j < N; ++j) dx[j] = rows + j * words * word_bits;
  lut_input_gradients<N, Arch, false>(addresses, dy, derivatives, words * word_bits, dx);
}

}  // namespace lutra::kernels
