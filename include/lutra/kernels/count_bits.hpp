#pragma once
// How many of many rows have a bit set, for every sample at once: vertical counters fed by carry-save adders (Harley
// and Seal's way of counting), which leave the counts in slices or as floats.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/bit_integers.hpp>
#include <lutra/kernels/row_block.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

/// Bits of a count of `row_count` rows; 0 of no rows.
[[nodiscard]] constexpr std::size_t count_width(std::size_t row_count) noexcept {
  return static_cast<std::size_t>(std::bit_width(row_count));
}

namespace scalar {

/// counts[s] = offset + the number of rows with bit s set, for words · 64 samples.
inline void count_bits(const std::uint64_t* const* rows, std::size_t row_count, std::uint32_t offset, float* counts,
                       std::size_t words) noexcept {
  for (std::size_t s = 0; s < words * word_bits; ++s) {
    std::uint32_t count = offset;
    for (std::size_t r = 0; r < row_count; ++r) count += static_cast<std::uint32_t>(rows[r][s / 64] >> (s % 64) & 1);
    counts[s] = static_cast<float>(count);
  }
}

/// The same number in slices: bit j of the count of sample s is bit s of counts[j], for j below count_width(row_count).
inline void count_bits(const std::uint64_t* const* rows, std::size_t row_count, std::uint64_t* const* counts,
                       std::size_t words) noexcept {
  for (std::size_t s = 0; s < words * word_bits; ++s) {
    std::uint64_t count = 0;
    for (std::size_t r = 0; r < row_count; ++r) count += rows[r][s / 64] >> (s % 64) & 1;
    set_integer(count, counts, count_width(row_count), s);
  }
}

}  // namespace scalar

namespace detail {

/// Counters of one vector of samples: slices[j] is bit j.
template <class Arch>
struct VerticalCounter {
  using Vector = WordVector<Arch>;
  Vector slices[max_integer_bits];

  /// `load(r)` is row r. Sixteen rows at a time go through fifteen full adders, which leave one bit worth 16 to be
  /// carried up.
  template <class Load>
  [[gnu::always_inline]] inline VerticalCounter(std::size_t row_count, Load load) noexcept {
    const std::size_t width = count_width(row_count);
    const Vector zero(std::uint64_t{0});
    for (std::size_t j = 4; j < width; ++j) slices[j] = zero;
    Vector ones = zero, twos = zero, fours = zero, eights = zero;
    const auto four_rows = [&](std::size_t r) __attribute__((always_inline)) {
      const Vector a = add(ones, load(r), load(r + 1)), b = add(ones, load(r + 2), load(r + 3));
      return add(twos, a, b);
    };
    std::size_t r = 0;
    for (; r + 16 <= row_count; r += 16) {
      const Vector a = four_rows(r), b = four_rows(r + 4), ab = add(fours, a, b);
      const Vector c = four_rows(r + 8), d = four_rows(r + 12), cd = add(fours, c, d);
      carry_up(add(eights, ab, cd), width);
    }
    for (; r < row_count; r += 2) {
      const Vector a = add(ones, load(r), r + 1 < row_count ? load(r + 1) : zero);
      carry_up(add(eights, add(fours, add(twos, a, zero), zero), zero), width);
    }
    slices[0] = ones;
    slices[1] = twos;
    slices[2] = fours;
    slices[3] = eights;
  }

 private:
  /// Adds two bits to a slice and gives the carry.
  [[gnu::always_inline]] static Vector add(Vector& slice, const Vector& a, const Vector& b) noexcept {
    const Vector carry = carry_of<Arch>(slice, a, b);
    slice = sum_of<Arch>(slice, a, b);
    return carry;
  }
  [[gnu::always_inline]] void carry_up(Vector carry, std::size_t width) noexcept {
    for (std::size_t j = 4; j < width; ++j) {
      const Vector next = slices[j] & carry;
      slices[j] = slices[j] ^ carry;
      carry = next;
    }
  }
};

}  // namespace detail

/// Bit j of the count of sample s becomes bit s of counts[j], for j below count_width(row_count). A row may be named
/// more than once, and a row of `counts` may be one that is counted.
template <class Arch = DefaultArch>
void count_bits(const std::uint64_t* const* rows, std::size_t row_count, std::uint64_t* const* counts,
                std::size_t words) noexcept {
  for_each_vector<Arch>(
      words, [&](auto load, auto store) __attribute__((always_inline)) {
        const detail::VerticalCounter<Arch> counter(
            row_count, [&](std::size_t r) __attribute__((always_inline)) { return load(rows[r]); });
        for (std::size_t j = 0; j < count_width(row_count); ++j) store(counter.slices[j], counts[j]);
      });
}

/// The same over numbered rows: `operands` names `row_count` rows to count and then the count_width(row_count) rows of
/// the count, the lowest bit first.
template <class Arch = DefaultArch>
void count_rows(const std::uint32_t* operands, std::size_t row_count, const RowBlock& rows) noexcept {
  for (std::size_t word = 0; word < rows.words; word += WordVector<Arch>::size) {
    const detail::VerticalCounter<Arch> counter(
        row_count, [&](std::size_t r) __attribute__((always_inline)) {
          return WordVector<Arch>::load_unaligned(rows[operands[r]] + word);
        });
    for (std::size_t j = 0; j < count_width(row_count); ++j)
      counter.slices[j].store_aligned(rows[operands[row_count + j]] + word);
  }
}

/// counts[s] = offset + the number of rows with bit s set, for words · 64 samples. Exact up to 2^24.
template <class Arch = DefaultArch>
void count_bits(const std::uint64_t* const* rows, std::size_t row_count, std::uint32_t offset, float* counts,
                std::size_t words) noexcept {
  constexpr std::size_t size = WordVector<Arch>::size;
  const std::size_t width = count_width(row_count);
  std::size_t word = 0;
  for_each_vector<Arch>(
      words, [&](auto load, auto) __attribute__((always_inline)) {
        const detail::VerticalCounter<Arch> counter(
            row_count, [&](std::size_t r) __attribute__((always_inline)) { return load(rows[r]); });
        alignas(64) std::uint64_t slices[max_integer_bits][size];
        const std::uint64_t* bits[max_integer_bits];
        for (std::size_t j = 0; j < width; ++j) {
          counter.slices[j].store_aligned(slices[j]);
          bits[j] = slices[j];
        }
        unpack_integers<float, Arch>(bits, width, counts + word * word_bits, std::min(size, words - word), offset);
        word += size;
      });
}

}  // namespace lutra::kernels
