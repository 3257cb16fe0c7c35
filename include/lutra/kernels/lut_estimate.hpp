#pragma once
// From a LUT's table W to the tables of derivatives that its backward pass looks up: the multilinear extension of W,
// differentiated not at the corners of the cube but with every other input at some contrast inside it.
//
// A table of 64 floats fits into the registers, so both kernels work on whole vectors: inputs whose entries lie further
// apart than a vector combine two of them, the others the lanes of one.

#include <cstddef>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_hard.hpp>

namespace lutra::kernels {

namespace detail {

/// What an entry weighs whose address differs in one bit, against the entry itself; the common factor comes last, so
/// that mixing two entries takes one product each.
[[nodiscard]] inline float mix_ratio(float contrast) { return (1 - contrast) / contrast; }

template <std::size_t Exponent>
[[nodiscard]] inline float power(float x) {
  float product = 1;
  for (std::size_t i = 0; i < Exponent; ++i) product *= x;
  return product;
}

}  // namespace detail

namespace scalar {

/// derivatives[j * 2^N + a] = Σ_b sign_j(b) W[b] Π_{l≠j} (bit l of b equals bit l of a ? contrast : 1 - contrast),
/// sign_j(b) = +1 where bit j of b is set, else -1. At contrast 1 this is the finite difference at a; at 0.75 it equals
/// the extended finite difference of DWN (alpha 0.5·0.75^(N-1), beta 1/3 a bit of Hamming distance).
template <std::size_t N>
void lut_derivatives(const float* table, float contrast, float* derivatives) {
  for (std::size_t j = 0; j < N; ++j)
    for (std::size_t a = 0; a < address_count(N); ++a) {
      double sum = 0;
      for (std::size_t b = 0; b < address_count(N); ++b) {
        double term = table[b];
        for (std::size_t l = 0; l < N; ++l)
          if (l != j) term *= ((a ^ b) >> l & 1) != 0 ? 1.0 - double{contrast} : double{contrast};
        sum += (b >> j & 1) != 0 ? term : -term;
      }
      derivatives[j * address_count(N) + a] = static_cast<float>(sum);
    }
}

/// table[b] becomes scale · Σ_a table[a] ratio^(the bits in which a and b differ), one input after another.
template <std::size_t N>
void lut_mix(float* table, float ratio, float scale) {
  for (std::size_t a = 0; a < address_count(N); ++a) table[a] *= scale;
  for (std::size_t bit = 1; bit < address_count(N); bit *= 2)
    for (std::size_t a = 0; a < address_count(N); ++a)
      if ((a & bit) == 0) {
        const float low = table[a], high = table[a + bit];
        table[a] = low + ratio * high;
        table[a + bit] = high + ratio * low;
      }
}

/// table[b] becomes Σ_a table[a] Π_l (bit l of a equals bit l of b ? contrast : 1 - contrast).
template <std::size_t N>
void lut_smooth(float* table, float contrast) {
  lut_mix<N>(table, detail::mix_ratio(contrast), detail::power<N>(contrast));
}

}  // namespace scalar

namespace detail {

/// The lanes of one vector that stand for an input: lane i and lane i ^ Distance differ in that input alone.
/// swap exchanges the two; low and high give both of them the value of the one without or with the input's bit.
template <std::size_t Distance>
struct LanePairs {
#if defined(__SSE__)
  static __m128 low(__m128 v) { return _mm_shuffle_ps(v, v, Distance == 1 ? 0xa0 : 0x44); }
  static __m128 high(__m128 v) { return _mm_shuffle_ps(v, v, Distance == 1 ? 0xf5 : 0xee); }
  static __m128 swap(__m128 v) { return _mm_shuffle_ps(v, v, Distance == 1 ? 0xb1 : 0x4e); }
#endif
#if defined(__AVX__)
  template <int InLane, int OfLanes>
  static __m256 shuffle(__m256 v) {
    if constexpr (Distance < 4)
      return _mm256_permute_ps(v, InLane);
    else
      return _mm256_permute2f128_ps(v, v, OfLanes);
  }
  static __m256 low(__m256 v) { return shuffle < Distance == 1 ? 0xa0 : 0x44, 0x00 > (v); }
  static __m256 high(__m256 v) { return shuffle < Distance == 1 ? 0xf5 : 0xee, 0x11 > (v); }
  static __m256 swap(__m256 v) { return shuffle < Distance == 1 ? 0xb1 : 0x4e, 0x01 > (v); }
#endif
#if defined(__AVX512F__)
  template <int Near, int Far>
  static __m512 shuffle(__m512 v) {
    constexpr int pattern = Distance == 1 || Distance == 4 ? Near : Far;
    if constexpr (Distance < 4)
      return _mm512_permute_ps(v, pattern);
    else
      return _mm512_shuffle_f32x4(v, v, pattern);
  }
  static __m512 low(__m512 v) { return shuffle<0xa0, 0x44>(v); }
  static __m512 high(__m512 v) { return shuffle<0xf5, 0xee>(v); }
  static __m512 swap(__m512 v) { return shuffle<0xb1, 0x4e>(v); }
#endif
};

/// A table of 2^N floats as vectors.
template <std::size_t N, class V>
struct TableVectors {
  static constexpr std::size_t count = address_count(N) / V::size;
  V rows[count];

  TableVectors(const float* table, V scale) {
    for (std::size_t r = 0; r < count; ++r) rows[r] = V::load_unaligned(table + r * V::size) * scale;
  }
  template <std::size_t J>
  void mix_input(V ratio) {
    constexpr std::size_t bit = std::size_t{1} << J;
    for (std::size_t r = 0; r < count; ++r) {
      if constexpr (bit < V::size) {
        rows[r] = rows[r] + ratio * V(LanePairs<bit>::swap(rows[r]));
      } else {
        constexpr std::size_t away = bit / V::size;
        if ((r & away) != 0) continue;
        const V low = rows[r], high = rows[r + away];
        rows[r] = low + ratio * high;
        rows[r + away] = high + ratio * low;
      }
    }
    if constexpr (J + 1 < N) mix_input<J + 1>(ratio);
  }
  /// The entry with bit J - the one without, for both of them; then the next input.
  template <std::size_t J>
  void differences(float* to) const {
    constexpr std::size_t bit = std::size_t{1} << J;
    for (std::size_t r = 0; r < count; ++r) {
      if constexpr (bit < V::size) {
        const V difference = V(LanePairs<bit>::high(rows[r])) - V(LanePairs<bit>::low(rows[r]));
        difference.store_unaligned(to + r * V::size);
      } else {
        constexpr std::size_t away = bit / V::size;
        if ((r & away) != 0) continue;
        const V difference = rows[r + away] - rows[r];
        difference.store_unaligned(to + r * V::size);
        difference.store_unaligned(to + (r + away) * V::size);
      }
    }
    if constexpr (J + 1 < N) differences<J + 1>(to + address_count(N));
  }
};

#if defined(__SSE__)
template <std::size_t N, class Arch>
inline constexpr bool table_fills_vectors = address_count(N) >= Batch<float, Arch>::size;
#else
template <std::size_t N, class Arch>
inline constexpr bool table_fills_vectors = false;
#endif

}  // namespace detail

/// As scalar::lut_smooth, to the bit.
template <std::size_t N, class Arch = DefaultArch>
void lut_smooth(float* table, float contrast) {
  if constexpr (detail::table_fills_vectors<N, Arch>) {
    using V = Batch<float, Arch>;
    detail::TableVectors<N, V> vectors(table, V(detail::power<N>(contrast)));
    vectors.template mix_input<0>(V(detail::mix_ratio(contrast)));
    for (std::size_t r = 0; r < vectors.count; ++r) vectors.rows[r].store_unaligned(table + r * V::size);
  } else {
    scalar::lut_smooth<N>(table, contrast);
  }
}

/// As scalar::lut_derivatives, to rounding, for contrast in (0.5, 1]. The sum is separable: the table is smoothed over
/// every input; then a difference along input j, divided by its contrast 2c-1, is that input's derivative.
template <std::size_t N, class Arch = DefaultArch>
void lut_derivatives(const float* table, float contrast, float* derivatives) {
  constexpr std::size_t size = address_count(N);
  const float ratio = detail::mix_ratio(contrast), scale = detail::power<N>(contrast) / (2 * contrast - 1);
  if constexpr (detail::table_fills_vectors<N, Arch>) {
    using V = Batch<float, Arch>;
    detail::TableVectors<N, V> vectors(table, V(scale));
    vectors.template mix_input<0>(V(ratio));
    vectors.template differences<0>(derivatives);
  } else {
    float mixed[size];
    for (std::size_t a = 0; a < size; ++a) mixed[a] = table[a];
    scalar::lut_mix<N>(mixed, ratio, scale);
    for (std::size_t j = 0; j < N; ++j)
      for (std::size_t a = 0; a < size; ++a) {
        const std::size_t bit = std::size_t{1} << j;
        derivatives[j * size + a] = mixed[a | bit] - mixed[a & ~bit];
      }
  }
}

}  // namespace lutra::kernels
