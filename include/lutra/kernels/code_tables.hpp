#pragma once
// Sums of chosen codes as tables: a byte holds four values of two bits, and which of them a weight of one bit chooses
// is a number of four bits. So sixteen bytes answer every choice, and one shuffle of bytes answers it sixteen times.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/code_line.hpp>

namespace lutra::kernels {

namespace detail {

using CodeTables = std::array<std::array<std::uint8_t, code_table_bytes>, 256>;

consteval CodeTables make_code_tables() {
  CodeTables tables{};
  for (std::size_t byte = 0; byte < 256; ++byte)
    for (std::size_t chosen = 0; chosen < code_table_bytes; ++chosen)
      for (std::size_t j = 0; j < codes_per_byte; ++j)
        if ((chosen >> j & 1) != 0)
          tables[byte][chosen] = static_cast<std::uint8_t>(tables[byte][chosen] + (byte >> (2 * j) & 3));
  return tables;
}

alignas(64) inline constexpr CodeTables code_tables = make_code_tables();

/// out[i] grows by weight times the sum of the codes in `Words` words of 64 bits (or in half a word), for each pixel.
template <std::size_t Words, class Word>
void add_pixel_sums(const std::uint8_t* codes, std::size_t words, std::size_t count, std::int16_t weight,
                    std::int16_t* out) noexcept {
  constexpr Word twos = static_cast<Word>(0xaaaaaaaaaaaaaaaa);
  const std::size_t all = Words == 0 ? words : Words;
  for (std::size_t i = 0; i < count; ++i) {
    int sum = 0;
    for (std::size_t w = 0; w < all; ++w, codes += sizeof(Word)) {
      Word word;
      std::memcpy(&word, codes, sizeof word);
      sum += std::popcount(word) + std::popcount(static_cast<Word>(word & twos));
    }
    out[i] = static_cast<std::int16_t>(out[i] + weight * sum);
  }
}

}  // namespace detail

/// Writes the tables of `count` pixels, `step` bytes apart: that of group g of four channels of pixel i goes to
/// tables + g * group_stride + i * lanes * 16.
template <class Arch = DefaultArch>
void expand_codes(const std::uint8_t* codes, std::size_t step, std::size_t count, std::size_t groups,
                  std::uint8_t* tables, std::size_t group_stride, std::size_t lanes) noexcept {
  for (std::size_t g = 0; g < groups; ++g) {
    const std::uint8_t* from = codes + g;
    std::uint8_t* to = tables + g * group_stride;
    const auto copy = [&]() __attribute__((always_inline)) {
      std::memcpy(to, detail::code_tables[*from].data(), code_table_bytes);
      from += step;
      to += lanes * code_table_bytes;
    };
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4) copy(), copy(), copy(), copy();
    for (; i < count; ++i) copy();
  }
}

/// sums[i] grows by weight times the sum of all codes of pixel i, modulo 2^16, for `count` pixels of `blocks` times
/// four bytes each.
template <class Arch = DefaultArch>
void add_pixel_sums(const std::uint8_t* codes, std::size_t blocks, std::size_t count, std::int16_t weight,
                    std::int16_t* sums) noexcept {
  if (blocks == 2) return detail::add_pixel_sums<1, std::uint64_t>(codes, 1, count, weight, sums);
  if (blocks == 4) return detail::add_pixel_sums<2, std::uint64_t>(codes, 2, count, weight, sums);
  if (blocks % 2 == 0) return detail::add_pixel_sums<0, std::uint64_t>(codes, blocks / 2, count, weight, sums);
  detail::add_pixel_sums<0, std::uint32_t>(codes, blocks, count, weight, sums);
}

/// out[i] = factor times the sum of sums[offsets[t] + i] over all t, modulo 2^16, for i below `count` rounded up to
/// window_sums_together, as far as which sums are read.
template <class Arch = DefaultArch>
void window_sums(const std::int16_t* sums, const std::uint32_t* offsets, std::size_t taps, std::int16_t factor,
                 std::size_t count, std::int16_t* out) noexcept {
  using Vector = Batch<std::int16_t, Arch>;
  for (std::size_t i = 0; i < count; i += Vector::size) {
    Vector total(std::int16_t{0});
    for (std::size_t t = 0; t < taps; ++t) total += Vector::load_unaligned(sums + offsets[t] + i);
    (total * Vector(factor)).store_unaligned(out + i);
  }
}

}  // namespace lutra::kernels
