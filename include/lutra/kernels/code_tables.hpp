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

/// The sum of all codes in `blocks` times four bytes.
[[gnu::always_inline]] inline int sum_of_codes(const std::uint8_t* codes, std::size_t blocks) noexcept {
  constexpr std::uint64_t twos = 0xaaaaaaaaaaaaaaaa;
  int sum = 0;
  for (; blocks >= 2; blocks -= 2, codes += 8) {
    std::uint64_t word;
    std::memcpy(&word, codes, sizeof word);
    sum += std::popcount(word) + std::popcount(word & twos);
  }
  if (blocks != 0) {
    std::uint32_t word;
    std::memcpy(&word, codes, sizeof word);
    sum += std::popcount(word) + std::popcount(word & static_cast<std::uint32_t>(twos));
  }
  return sum;
}

}  // namespace detail

/// Writes the tables of `count` pixels: that of group g of four channels of pixel i to
/// tables + g * group_stride + i * lanes * 16; and adds weight times the sum of the pixel's codes to sums[i * lanes].
/// Pixels lie `step` bytes apart and have `blocks` times four bytes, of which the first `groups` are looked at.
template <class Arch = DefaultArch>
void expand_codes(const std::uint8_t* codes, std::size_t step, std::size_t count, std::size_t groups,
                  std::size_t blocks, std::uint8_t* tables, std::size_t group_stride, std::size_t lanes,
                  std::int16_t weight, std::int16_t* sums) noexcept {
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
  for (std::size_t i = 0; i < count; ++i)
    sums[i * lanes] =
        static_cast<std::int16_t>(sums[i * lanes] + weight * detail::sum_of_codes(codes + i * step, blocks));
}

/// Eight times each: factor times the sum of sums[offsets[t] + i] over all t, for the values i below `count`, all
/// modulo 2^16. `out` has room for count rounded up to sixteen, and as many sums are there to be read.
template <class Arch = DefaultArch>
void window_sums(const std::int16_t* sums, const std::uint32_t* offsets, std::size_t taps, std::int16_t factor,
                 std::size_t count, std::int16_t* out) noexcept {
  constexpr std::size_t together = 16;
  for (std::size_t i = 0; i < count; i += together) {
    std::array<std::int16_t, together> total{};
    for (std::size_t t = 0; t < taps; ++t)
      for (std::size_t j = 0; j < together; ++j)
        total[j] = static_cast<std::int16_t>(total[j] + sums[offsets[t] + i + j]);
    for (std::size_t j = 0; j < together; ++j)
      for (std::size_t k = 0; k < code_line_repeat; ++k)
        out[(i + j) * code_line_repeat + k] = static_cast<std::int16_t>(factor * total[j]);
  }
}

}  // namespace lutra::kernels
