#pragma once
// Lines of an image as packed bits, a pixel a bit, seen from pixels to the left or right: what a window reads. What
// lies outside of a line is 0.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/intrinsics.hpp>
#include <lutra/kernels/sizes.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

namespace scalar {

/// Bit x of `to`, which has `words` words, is bit x * stride + shift of the `width` bits at `from`, and 0 where that
/// lies outside.
inline void window_line(const std::uint64_t* from, std::size_t width, std::int64_t shift, std::int64_t stride,
                        std::uint64_t* to, std::size_t words) noexcept {
  for (std::size_t w = 0; w < words; ++w) to[w] = 0;
  for (std::size_t x = 0; x < words * word_bits; ++x) {
    const std::int64_t at = static_cast<std::int64_t>(x) * stride + shift;
    if (at < 0 || at >= static_cast<std::int64_t>(width)) continue;
    const auto bit = static_cast<std::size_t>(at);
    to[x / word_bits] |= (from[bit / word_bits] >> (bit % word_bits) & 1) << (x % word_bits);
  }
}

}  // namespace scalar

namespace detail {

/// Ones at 0, stride, 2 * stride, …
[[nodiscard]] inline std::uint64_t every(std::int64_t stride) noexcept {
  std::uint64_t ones = 1;
  for (std::int64_t at = stride; at < static_cast<std::int64_t>(word_bits); at += stride)
    ones |= std::uint64_t{1} << at;
  return ones;
}

}  // namespace detail

/// As scalar::window_line, for a stride of at least 1. Bits of the last word of `from` beyond `width` are 0.
template <class Arch = DefaultArch>
void window_line(const std::uint64_t* from, std::size_t width, std::int64_t shift, std::int64_t stride,
                 std::uint64_t* to, std::size_t words) noexcept {
  constexpr auto bits = static_cast<std::int64_t>(word_bits);
  const auto from_words = static_cast<std::int64_t>(words_for(width));
  const std::uint64_t pattern = detail::every(stride);
  std::int64_t at = shift;
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t out = 0;
    for (std::int64_t filled = 0; filled < bits;) {
      const std::int64_t word = at >> 6, bit = at & 63, count = (bits - bit + stride - 1) / stride;
      if (word >= 0 && word < from_words) out |= intrinsics::extract_bits<Arch>(from[word], pattern << bit) << filled;
      filled += count;
      at += count * stride;
    }
    // What was read beyond the word's last bit is read again for the next word.
    to[w] = out;
    at = shift + static_cast<std::int64_t>((w + 1) * word_bits) * stride;
  }
}

/// `lines` lines of `words` words, one after another: bit x of each of `to` is bit x + shift of the same line of
/// `from`; shift is -63..63. A word before and a word behind the lines at `from` are read, whatever they hold.
template <class Arch = DefaultArch>
void shift_lines(const std::uint64_t* from, std::size_t words, std::int64_t shift, std::uint64_t* to,
                 std::size_t lines) noexcept {
  if (shift == 0) return (void)std::memcpy(to, from, words * lines * sizeof(std::uint64_t));
  const auto right = static_cast<int>(shift > 0 ? shift : 64 + shift), left = 64 - right;
  // Bits come from a word and the one behind it; to the left, these are the word before and the word itself.
  const std::uint64_t* const first = shift > 0 ? from : from - 1;
  for_each_vector<Arch>(
      words * lines, [&](auto load, auto store) __attribute__((always_inline)) {
        store((load(first) >> right) | (load(first + 1) << left), to);
      });
  for (std::size_t line = 0; line < lines; ++line) {
    const std::size_t begin = line * words, end = begin + words - 1;
    if (shift > 0)
      to[end] = from[end] >> right;
    else
      to[begin] = from[begin] << left;
  }
}

}  // namespace lutra::kernels
