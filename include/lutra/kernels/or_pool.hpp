#pragma once
// The largest of several bits, and whose gradient it takes: pooling over packed rows.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/intrinsics.hpp>

namespace lutra::kernels {

namespace scalar {

/// out = rows[0] | rows[1] | …
inline void or_rows(const std::uint64_t* const* rows, std::size_t count, std::uint64_t* out, std::size_t words) {
  for (std::size_t w = 0; w < words; ++w) {
    out[w] = 0;
    for (std::size_t i = 0; i < count; ++i) out[w] |= rows[i][w];
  }
}

/// dx[winner][s] += dy[s], dx[other][s] += 0: the winner of a sample is the first row whose bit is set; where none is,
/// the first row. Rows of dx are distinct.
inline void or_rows_backward(const std::uint64_t* const* rows, std::size_t count, const float* dy, std::size_t words,
                             float* const* dx) {
  for (std::size_t s = 0; s < words * word_bits; ++s) {
    std::size_t winner = 0;
    while (winner < count && (rows[winner][s / 64] >> (s % 64) & 1) == 0) ++winner;
    if (winner == count) winner = 0;
    for (std::size_t i = 0; i < count; ++i) dx[i][s] += i == winner ? dy[s] : 0.0F;
  }
}

/// The largest of counts: out[s] = max over rows[i][s].
inline void max_rows(const float* const* rows, std::size_t count, float* out, std::size_t samples) {
  for (std::size_t s = 0; s < samples; ++s) {
    out[s] = rows[0][s];
    for (std::size_t i = 1; i < count; ++i) out[s] = rows[i][s] > out[s] ? rows[i][s] : out[s];
  }
}

/// dx[winner][s] += dy[s], dx[other][s] += 0: the winner of a sample is the first row whose value is y[s], the largest.
/// Rows of dx are distinct.
inline void max_rows_backward(const float* const* rows, std::size_t count, const float* y, const float* dy,
                              std::size_t samples, float* const* dx) {
  for (std::size_t s = 0; s < samples; ++s) {
    bool open = true;
    for (std::size_t i = 0; i < count; ++i) {
      const bool wins = open && rows[i][s] == y[s];
      dx[i][s] += wins ? dy[s] : 0.0F;
      open = open && !wins;
    }
  }
}

}  // namespace scalar

namespace detail {

/// to[s] += bit s of `bits` ? from[s] : 0, for one word of samples.
template <class Arch>
inline void add_where(std::uint64_t bits, const float* from, float* to) {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>) {
    for (unsigned q = 0; q < 4; ++q) {
      const __m512 step = _mm512_maskz_loadu_ps(static_cast<__mmask16>(bits >> (16 * q)), from + 16 * q);
      _mm512_storeu_ps(to + 16 * q, _mm512_add_ps(_mm512_loadu_ps(to + 16 * q), step));
    }
    return;
  }
#endif
#if defined(__AVX2__)
  if constexpr (has_avx2<Arch>) {
    const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    for (unsigned byte = 0; byte < 8; ++byte) {
      const __m256i all = _mm256_set1_epi32(static_cast<int>(bits >> (8 * byte) & 0xff));
      const __m256 mask = _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(all, bit), bit));
      const __m256 step = _mm256_and_ps(mask, _mm256_loadu_ps(from + 8 * byte));
      _mm256_storeu_ps(to + 8 * byte, _mm256_add_ps(_mm256_loadu_ps(to + 8 * byte), step));
    }
    return;
  }
#endif
  for (std::size_t s = 0; s < word_bits; ++s) to[s] += (bits >> s & 1) != 0 ? from[s] : 0.0F;
}

}  // namespace detail

/// As scalar::or_rows.
template <class Arch = DefaultArch>
void or_rows(const std::uint64_t* const* rows, std::size_t count, std::uint64_t* out, std::size_t words) {
  for (std::size_t w = 0; w < words; ++w) out[w] = rows[0][w];
  for (std::size_t i = 1; i < count; ++i)
    for (std::size_t w = 0; w < words; ++w) out[w] |= rows[i][w];
}

/// As scalar::or_rows_backward, to the bit.
template <class Arch = DefaultArch>
void or_rows_backward(const std::uint64_t* const* rows, std::size_t count, const float* dy, std::size_t words,
                      float* const* dx) {
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < count; ++i) any |= rows[i][w];
    std::uint64_t open = ~std::uint64_t{0};  // samples whose winner is not yet found
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t set = i == 0 ? rows[i][w] | ~any : rows[i][w];
      detail::add_where<Arch>(open & set, dy + w * word_bits, dx[i] + w * word_bits);
      open &= ~set;
    }
  }
}

/// As scalar::max_rows; `samples` is a multiple of 16.
template <class Arch = DefaultArch>
void max_rows(const float* const* rows, std::size_t count, float* out, std::size_t samples) {
  using V = Batch<float, Arch>;
  for (std::size_t s = 0; s < samples; s += V::size) {
    V largest = V::load_unaligned(rows[0] + s);
    for (std::size_t i = 1; i < count; ++i) largest = xsimd::max(largest, V::load_unaligned(rows[i] + s));
    largest.store_unaligned(out + s);
  }
}

/// As scalar::max_rows_backward; `samples` is a multiple of 16.
template <class Arch = DefaultArch>
void max_rows_backward(const float* const* rows, std::size_t count, const float* y, const float* dy,
                       std::size_t samples, float* const* dx) {
  using V = Batch<float, Arch>;
  for (std::size_t s = 0; s < samples; s += V::size) {
    const V largest = V::load_unaligned(y + s), zero(0.0F);
    V left = V::load_unaligned(dy + s);  // 0 where the winner is found
    for (std::size_t i = 0; i < count; ++i) {
      const auto wins = V::load_unaligned(rows[i] + s) == largest;
      (V::load_unaligned(dx[i] + s) + xsimd::select(wins, left, zero)).store_unaligned(dx[i] + s);
      left = xsimd::select(wins, zero, left);
    }
  }
}

}  // namespace lutra::kernels
