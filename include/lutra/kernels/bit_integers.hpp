#pragma once
// Unsigned integers in slices: row j holds bit j of the integers of 64 samples a word, so that 64 to 512 samples are
// added, compared and searched at once. A number is given as its row pointers, the lowest bit first.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_hard.hpp>
#include <lutra/kernels/masks.hpp>
#include <lutra/kernels/words.hpp>
#include <type_traits>

namespace lutra::kernels {

/// The widest integer that these kernels hold, in bits.
inline constexpr std::size_t max_integer_bits = 64;

namespace scalar {

/// The integer of one sample.
[[nodiscard]] inline std::uint64_t integer_at(const std::uint64_t* const* bits, std::size_t width,
                                              std::size_t sample) noexcept {
  std::uint64_t value = 0;
  for (std::size_t j = 0; j < width; ++j) value |= (bits[j][sample / 64] >> (sample % 64) & 1) << j;
  return value;
}

inline void set_integer(std::uint64_t value, std::uint64_t* const* bits, std::size_t width,
                        std::size_t sample) noexcept {
  for (std::size_t j = 0; j < width; ++j) {
    std::uint64_t& word = bits[j][sample / 64];
    word = (word & ~(std::uint64_t{1} << (sample % 64))) | (value >> j & 1) << (sample % 64);
  }
}

/// Bit s of `out` is x >= threshold in sample s.
inline void integer_at_least(const std::uint64_t* const* x, std::size_t width, std::uint64_t threshold,
                             std::uint64_t* out, std::size_t words) noexcept {
  for (std::size_t s = 0; s < words * word_bits; ++s) set_integer(integer_at(x, width, s) >= threshold, &out, 1, s);
}

/// sum = (a + b) mod 2^sum_width.
inline void add_integers(const std::uint64_t* const* a, std::size_t a_width, const std::uint64_t* const* b,
                         std::size_t b_width, std::uint64_t* const* sum, std::size_t sum_width,
                         std::size_t words) noexcept {
  for (std::size_t s = 0; s < words * word_bits; ++s)
    set_integer(integer_at(a, a_width, s) + integer_at(b, b_width, s), sum, sum_width, s);
}

/// index = the number of the largest of `count` integers, the lowest where several are; bits[i * width] is the first
/// row of integer i.
inline void argmax_integers(const std::uint64_t* const* bits, std::size_t count, std::size_t width,
                            std::uint64_t* const* index, std::size_t index_width, std::size_t words) noexcept {
  for (std::size_t s = 0; s < words * word_bits; ++s) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < count; ++i)
      if (integer_at(bits + i * width, width, s) > integer_at(bits + best * width, width, s)) best = i;
    set_integer(best, index, index_width, s);
  }
}

/// values[s] = the integer of sample s.
template <class T>
void unpack_integers(const std::uint64_t* const* bits, std::size_t width, T* values, std::size_t words) noexcept {
  for (std::size_t s = 0; s < words * word_bits; ++s) values[s] = static_cast<T>(integer_at(bits, width, s));
}

/// Bit s of `out` is bit `bit` of plane[s].
template <class T>
void slice_bit(const T* plane, std::size_t bit, std::uint64_t* out, std::size_t words) noexcept {
  for (std::size_t s = 0; s < words * word_bits; ++s) set_integer(plane[s] >> bit & 1, &out, 1, s);
}

}  // namespace scalar

/// Bit s of `out` is x >= threshold in sample s; x has `width` bits (0..64).
template <class Arch = DefaultArch>
void integer_at_least(const std::uint64_t* const* x, std::size_t width, std::uint64_t threshold, std::uint64_t* out,
                      std::size_t words) noexcept {
  const bool can_be_met = static_cast<std::size_t>(std::bit_width(threshold)) <= width;
  for_each_vector<Arch>(
      words, [&](auto load, auto store) __attribute__((always_inline)) {
        WordVector<Arch> met(can_be_met ? ~std::uint64_t{0} : std::uint64_t{0});
        // From the lowest bit on: a higher bit decides, unless x agrees there with the threshold.
        for (std::size_t j = 0; can_be_met && j < width; ++j)
          met = threshold >> j & 1 ? met & load(x[j]) : met | load(x[j]);
        store(met, out);
      });
}

/// sum = (a + b) mod 2^sum_width. Rows of the sum may be rows of a or b at the same place (sum[j] == a[j]).
template <class Arch = DefaultArch>
void add_integers(const std::uint64_t* const* a, std::size_t a_width, const std::uint64_t* const* b,
                  std::size_t b_width, std::uint64_t* const* sum, std::size_t sum_width, std::size_t words) noexcept {
  for_each_vector<Arch>(
      words, [&](auto load, auto store) __attribute__((always_inline)) {
        const WordVector<Arch> zero(std::uint64_t{0});
        WordVector<Arch> carry = zero;
        for (std::size_t j = 0; j < sum_width; ++j) {
          const WordVector<Arch> x = j < a_width ? load(a[j]) : zero, y = j < b_width ? load(b[j]) : zero;
          store(sum_of<Arch>(x, y, carry), sum[j]);
          carry = carry_of<Arch>(x, y, carry);
        }
      });
}

/// index = the number of the largest of `count` integers of `width` bits (at most 64), the lowest number where several
/// are largest. bits[i * width] is the lowest row of integer i; index_width bits must hold count - 1.
template <class Arch = DefaultArch>
void argmax_integers(const std::uint64_t* const* bits, std::size_t count, std::size_t width,
                     std::uint64_t* const* index, std::size_t index_width, std::size_t words) noexcept {
  for_each_vector<Arch>(
      words, [&](auto load, auto store) __attribute__((always_inline)) {
        const WordVector<Arch> zero(std::uint64_t{0}), one(~std::uint64_t{0});
        WordVector<Arch> best[max_integer_bits], winner[max_integer_bits];
        for (std::size_t j = 0; j < width; ++j) best[j] = load(bits[j]);
        for (std::size_t j = 0; j < index_width; ++j) winner[j] = zero;
        for (std::size_t i = 1; i < count; ++i) {
          const std::uint64_t* const* const x = bits + i * width;
          WordVector<Arch> greater = zero;
          for (std::size_t j = 0; j < width; ++j) greater = carry_of<Arch>(load(x[j]), best[j] ^ one, greater);
          for (std::size_t j = 0; j < width; ++j) best[j] = change_where<Arch>(greater, best[j], best[j] ^ load(x[j]));
          for (std::size_t j = 0; j < index_width; ++j)
            winner[j] = i >> j & 1 ? winner[j] | greater : change_where<Arch>(greater, winner[j], winner[j]);
        }
        for (std::size_t j = 0; j < index_width; ++j) store(winner[j], index[j]);
      });
}

/// values[s] = the integer of sample s, of at most 32 bits, plus `offset`; T is uint32_t or float (exact up to 2^24,
/// and meant for sums below 2^31).
template <class T, class Arch = DefaultArch>
void unpack_integers(const std::uint64_t* const* bits, std::size_t width, T* values, std::size_t words,
                     std::uint32_t offset = 0) noexcept {
  static_assert(std::is_same_v<T, std::uint32_t> || std::is_same_v<T, float>,
                "lutra: bit integers unpack to uint32_t or float");
  using Integers = Batch<std::uint32_t, Arch>;
  constexpr std::size_t lanes = Integers::size;
  std::uint32_t lane_bits[lanes];
  for (std::size_t i = 0; i < lanes; ++i) lane_bits[i] = std::uint32_t{1} << i;
  const Integers own_bit = Integers::load_unaligned(lane_bits), one(std::uint32_t{1});
  for (std::size_t w = 0; w < words; ++w)
    for (std::size_t s = 0; s < word_bits; s += lanes) {
      Integers value(std::uint32_t{0});
      // From the highest bit on: double, and add this lane's bit.
      for (std::size_t j = width; j-- > 0;) {
        const Integers here(static_cast<std::uint32_t>(bits[j][w] >> s));
        value = value + value + xsimd::min(here & own_bit, one);
      }
      value += Integers(offset);
      T* const to = values + w * word_bits + s;
      if constexpr (std::is_same_v<T, float>) {
        xsimd::to_float(xsimd::bitwise_cast<Batch<std::int32_t, Arch>>(value)).store_unaligned(to);
      } else {
        value.store_unaligned(to);
      }
    }
}

/// values[s] = the integer of sample s, of at most 8 bits.
template <class Arch = DefaultArch>
void unpack_bytes(const std::uint64_t* const* bits, std::size_t width, std::uint8_t* values,
                  std::size_t words) noexcept {
  for (std::size_t w = 0; w < words; ++w)
    for (std::size_t s = 0; s < word_bits; s += 8) {
      std::uint64_t eight = 0;
      for (std::size_t j = 0; j < width; ++j) eight |= detail::spread_bits(bits[j][w] >> s & 0xff) << j;
      std::memcpy(values + w * word_bits + s, &eight, sizeof(eight));  // byte k is sample k: little-endian
    }
}

/// Bit s of `out` is bit `bit` of plane[s], for words · 64 elements of uint8_t or uint16_t.
template <class T, class Arch = DefaultArch>
void slice_bit(const T* plane, std::size_t bit, std::uint64_t* out, std::size_t words) noexcept {
  for (std::size_t w = 0; w < words; ++w) out[w] = intrinsics::bit_of<Arch>(plane + w * word_bits, bit);
}

}  // namespace lutra::kernels
