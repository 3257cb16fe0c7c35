#pragma once
// What the inputs of LUT nodes fed with bits take: every sample looks its derivatives up by its address. A look-up is a
// permutation of registers where a table fits into them, and a row of all inputs' derivatives elsewhere.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/words.hpp>
#include <utility>

namespace lutra::kernels {

inline constexpr std::size_t address_count(std::size_t fan_in) noexcept { return std::size_t{1} << fan_in; }

namespace scalar {

/// dx[j][s] += dy[s] * derivatives[j * 2^N + addresses[s]], for each row dx[j] that is not null; 64 samples after 64,
/// of them one input after another. Not Add: = instead of +=.
template <std::size_t N, bool Add = true>
void lut_input_gradients(const std::uint8_t* addresses, const float* dy, const float* derivatives, std::size_t samples,
                         float* const* dx) {
  for (std::size_t word = 0; word < samples; word += word_bits)
    for (std::size_t j = 0; j < N; ++j)
      if (dx[j] != nullptr)
        for (std::size_t s = word; s < word + word_bits; ++s)
          dx[j][s] = (Add ? dx[j][s] : -0.0F) + dy[s] * derivatives[j * address_count(N) + addresses[s]];
}

}  // namespace scalar

namespace detail {

#if defined(__AVX512BW__)
/// The derivatives along one input J in registers of 16. They do not depend on the input's own bit, so that a table too
/// long for one look-up is halved: bit J of its index stands for the address' highest bit.
template <std::size_t N, std::size_t J>
class DerivativeRegisters {
  static constexpr bool halved = N >= 6;
  static constexpr std::size_t entries = address_count(N) / (halved ? 2 : 1);
  static constexpr std::size_t count = (entries + 15) / 16;

 public:
  [[gnu::always_inline]] explicit DerivativeRegisters(const float* table) {
    if constexpr (!halved) {
      constexpr auto present = static_cast<__mmask16>(entries >= 16 ? 0xffff : (1u << (entries % 16)) - 1);
      unroll<count>([&](auto r)
                        __attribute__((always_inline)) { rows_[r] = _mm512_maskz_loadu_ps(present, table + 16 * r); });
    } else {
      // Lanes whose index has bit J set are taken from the upper half.
      constexpr __mmask16 lanes[] = {0xaaaa, 0xcccc, 0xf0f0, 0xff00};
      unroll<count>([&](auto r) __attribute__((always_inline)) {
        if constexpr (J == N - 1) {
          rows_[r] = _mm512_loadu_ps(table + 16 * r);
        } else if constexpr (J >= 4) {
          rows_[r] = _mm512_loadu_ps(table + 16 * r + ((r >> (J - 4) & 1) != 0 ? entries : 0));
        } else {
          rows_[r] = _mm512_mask_loadu_ps(_mm512_loadu_ps(table + 16 * r), lanes[J], table + 16 * r + entries);
        }
      });
    }
  }
  /// Addresses, a byte each, as indices into this table.
  [[gnu::always_inline]] static __m512i indices(__m512i addresses) {
    if constexpr (!halved || J == N - 1) {
      return addresses;
    } else {
      const __m512i own_bit = _mm512_set1_epi8(static_cast<char>(1u << J));
      return _mm512_ternarylogic_epi64(addresses, _mm512_srli_epi16(addresses, N - 1 - J), own_bit, 0xd8);
    }
  }
  /// What the lowest byte of each lane names; the lane's other bits are not looked at.
  [[gnu::always_inline]] [[nodiscard]] __m512 at(__m512i index) const { return among<0, count>(index); }

 private:
  template <std::size_t First, std::size_t Rows>
  [[gnu::always_inline]] [[nodiscard]] __m512 among(__m512i index) const {
    if constexpr (Rows == 1) {
      return _mm512_permutexvar_ps(index, rows_[First]);
    } else if constexpr (Rows == 2) {
      return _mm512_permutex2var_ps(rows_[First], index, rows_[First + 1]);
    } else {
      const __mmask16 upper = _mm512_test_epi32_mask(index, _mm512_set1_epi32(8 * Rows));
      return _mm512_mask_blend_ps(upper, among<First, Rows / 2>(index), among<First + Rows / 2, Rows / 2>(index));
    }
  }
  __m512 rows_[count];
};

/// 64 bytes in an order in which byte k of lane l is byte 16 k + l: a shift then gives the bytes of 16 neighbours.
[[gnu::always_inline]] inline __m512i bytes_by_lane(__m512i bytes) {
  const __m512i lanes = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i within = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(lanes, bytes), within);
}

/// The derivatives along all inputs; those of a table that is short enough stay in registers.
template <std::size_t N, class Inputs = std::make_index_sequence<N>>
struct AllDerivativeRegisters;
template <std::size_t N, std::size_t... J>
struct AllDerivativeRegisters<N, std::index_sequence<J...>> : DerivativeRegisters<N, J>... {
  [[gnu::always_inline]] explicit AllDerivativeRegisters(const float* derivatives)
      : DerivativeRegisters<N, J>(derivatives + J * address_count(N))... {}
};

template <std::size_t N, bool Add>
void lut_input_gradients_avx512(const std::uint8_t* addresses, const float* dy, const float* derivatives,
                                std::size_t samples, float* const* dx) {
  const AllDerivativeRegisters<N> tables(derivatives);
  for (std::size_t word = 0; word < samples; word += word_bits) {
    const __m512i by_lane = bytes_by_lane(_mm512_loadu_si512(addresses + word));
    __m512 d[4];
    unroll<4>([&](auto k) __attribute__((always_inline)) { d[k] = _mm512_loadu_ps(dy + word + 16 * k); });
    unroll<N>([&](auto j) __attribute__((always_inline)) {
      if (dx[j] == nullptr) return;
      const DerivativeRegisters<N, j>& table = tables;
      const __m512i index = table.indices(by_lane);
      float* const to = dx[j] + word;
      unroll<4>([&](auto k) __attribute__((always_inline)) {
        const __m512 step = _mm512_mul_ps(d[k], table.at(_mm512_srli_epi32(index, 8 * k)));
        _mm512_storeu_ps(to + 16 * k, Add ? _mm512_add_ps(_mm512_loadu_ps(to + 16 * k), step) : step);
      });
    });
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

/// The derivatives along all inputs, a row of eight an address.
template <std::size_t N>
struct DerivativeRows {
  alignas(32) float rows[address_count(N)][8];

  explicit DerivativeRows(const float* derivatives) {
    if constexpr (N < 3) {
      for (std::size_t a = 0; a < address_count(N); ++a)
        for (std::size_t j = 0; j < 8; ++j) rows[a][j] = j < N ? derivatives[j * address_count(N) + a] : 0.0F;
    } else {
      for (std::size_t a = 0; a < address_count(N); a += 8) {
        __m256 r[8];
        for (std::size_t j = 0; j < 8; ++j)
          r[j] = j < N ? _mm256_loadu_ps(derivatives + j * address_count(N) + a) : _mm256_setzero_ps();
        transpose8(r);
        for (std::size_t k = 0; k < 8; ++k) _mm256_store_ps(rows[a + k], r[k]);
      }
    }
  }
  /// Four inputs from `First` on for eight samples, in[j] those of input First + j. Halves of rows are joined while
  /// they are loaded, so that only the lanes within halves have to be exchanged.
  template <std::size_t First>
  [[gnu::always_inline]] void four_inputs(const std::uint8_t* addresses, __m256 (&in)[4]) const {
    __m256 r[4];
    unroll<4>([&](auto k) __attribute__((always_inline)) {
      const __m128 lower = _mm_load_ps(rows[addresses[k]] + First);
      r[k] = _mm256_insertf128_ps(_mm256_castps128_ps256(lower), _mm_load_ps(rows[addresses[4 + k]] + First), 1);
    });
    const __m256 a0 = _mm256_unpacklo_ps(r[0], r[1]), a1 = _mm256_unpacklo_ps(r[2], r[3]);
    const __m256 b0 = _mm256_unpackhi_ps(r[0], r[1]), b1 = _mm256_unpackhi_ps(r[2], r[3]);
    in[0] = _mm256_shuffle_ps(a0, a1, 0x44);
    in[1] = _mm256_shuffle_ps(a0, a1, 0xee);
    in[2] = _mm256_shuffle_ps(b0, b1, 0x44);
    in[3] = _mm256_shuffle_ps(b0, b1, 0xee);
  }
};

template <std::size_t N, bool Add>
void lut_input_gradients_avx2(const std::uint8_t* addresses, const float* dy, const float* derivatives,
                              std::size_t samples, float* const* dx) {
  const DerivativeRows<N> table(derivatives);
  for (std::size_t s = 0; s < samples; s += 8) {
    const __m256 d = _mm256_loadu_ps(dy + s);
    unroll<(N + 3) / 4>([&](auto four) __attribute__((always_inline)) {
      constexpr std::size_t first = 4 * four;
      __m256 in[4];
      table.template four_inputs<first>(addresses + s, in);
      unroll<std::min<std::size_t>(N - first, 4)>([&](auto j) __attribute__((always_inline)) {
        if (dx[first + j] == nullptr) return;
        float* const to = dx[first + j] + s;
        const __m256 step = _mm256_mul_ps(d, in[j]);
        _mm256_storeu_ps(to, Add ? _mm256_add_ps(_mm256_loadu_ps(to), step) : step);
      });
    });
  }
}
#endif

}  // namespace detail

/// As scalar::lut_input_gradients, to the bit; two rows of dx may be the same, or begin a multiple of 64 samples apart
/// and overlap. `samples` is a multiple of 64, and no derivative depends on its own input's bit: derivatives[j * 2^N +
/// a] is the same for both values of bit j of a.
template <std::size_t N, class Arch = DefaultArch, bool Add = true>
void lut_input_gradients(const std::uint8_t* addresses, const float* dy, const float* derivatives, std::size_t samples,
                         float* const* dx) {
#if defined(__AVX512BW__)
  if constexpr (has_avx512<Arch>)
    return detail::lut_input_gradients_avx512<N, Add>(addresses, dy, derivatives, samples, dx);
  else
#endif
#if defined(__AVX2__)
      if constexpr (has_avx2<Arch>)
    return detail::lut_input_gradients_avx2<N, Add>(addresses, dy, derivatives, samples, dx);
  else
#endif
    scalar::lut_input_gradients<N, Add>(addresses, dy, derivatives, samples, dx);
}

}  // namespace lutra::kernels
