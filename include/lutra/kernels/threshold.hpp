#pragma once
// Comparing planes with a constant: where an encoder turns numbers into bits, 64 samples a word.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/masks.hpp>
#include <type_traits>

namespace lutra::kernels {

namespace scalar {

/// Bit s of `out` is plane[s] >= threshold, for words · 64 elements.
template <class T, class Threshold>
void threshold_bits(const T* plane, Threshold threshold, std::uint64_t* out, std::size_t words) noexcept {
  for (std::size_t w = 0; w < words; ++w) {
    out[w] = 0;
    for (std::size_t s = 0; s < word_bits; ++s) out[w] |= std::uint64_t{plane[w * word_bits + s] >= threshold} << s;
  }
}

/// Bit i of `out` is values[i] != 0; the last word is filled up with zeros.
template <class T>
void pack_bits(const T* values, std::size_t count, std::uint64_t* out) noexcept {
  for (std::size_t w = 0; w < words_for(count); ++w) out[w] = 0;
  for (std::size_t i = 0; i < count; ++i) out[i / word_bits] |= std::uint64_t{values[i] != 0} << (i % word_bits);
}

/// Whether no value is `limit` or more.
template <class T>
[[nodiscard]] bool all_below(const T* values, std::size_t count, T limit) noexcept {
  for (std::size_t i = 0; i < count; ++i)
    if (values[i] >= limit) return false;
  return true;
}

}  // namespace scalar

/// Bit s of `out` is plane[s] >= threshold, for words · 64 elements of uint8_t or uint16_t. A threshold of 0 is always
/// met, one above the largest T never.
template <class T, class Arch = DefaultArch>
requires std::is_integral_v<T>
void threshold_bits(const T* plane, std::uint32_t threshold, std::uint64_t* out, std::size_t words) noexcept {
  static_assert(std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::uint16_t>,
                "lutra: planes compared with whole numbers are uint8_t or uint16_t");
  const bool can_be_met = threshold <= std::numeric_limits<T>::max();
  for (std::size_t w = 0; w < words; ++w)
    out[w] =
        can_be_met ? intrinsics::at_least<Arch>(plane + w * word_bits, static_cast<T>(threshold)) : std::uint64_t{0};
}

/// The same for planes of float. A value that is not a number meets no threshold.
template <class T, class Arch = DefaultArch>
requires std::is_same_v<T, float>
void threshold_bits(const T* plane, float threshold, std::uint64_t* out, std::size_t words) noexcept {
  for (std::size_t w = 0; w < words; ++w) out[w] = intrinsics::at_least<Arch>(plane + w * word_bits, threshold);
}

/// Bit i of `out` is values[i] != 0, for `count` values of uint8_t or uint16_t; the last word is filled up with zeros.
template <class T, class Arch = DefaultArch>
void pack_bits(const T* values, std::size_t count, std::uint64_t* out) noexcept {
  const std::size_t whole = count / word_bits, rest = count % word_bits;
  threshold_bits<T, Arch>(values, 1, out, whole);
  if (rest == 0) return;
  if (whole == 0) return scalar::pack_bits(values, count, out);
  out[whole] = intrinsics::at_least<Arch>(values + count - word_bits, T{1}) >> (word_bits - rest);
}

/// Whether none of `count` values of uint8_t or uint16_t is `limit` or more.
template <class T, class Arch = DefaultArch>
[[nodiscard]] bool all_below(const T* values, std::size_t count, T limit) noexcept {
  using Values = Batch<T, Arch>;
  Values largest(T{0}), second(T{0});
  std::size_t i = 0;
  for (; i + 2 * Values::size <= count; i += 2 * Values::size) {
    largest = xsimd::max(largest, Values::load_unaligned(values + i));
    second = xsimd::max(second, Values::load_unaligned(values + i + Values::size));
  }
  T seen[Values::size];
  xsimd::max(largest, second).store_unaligned(seen);
  return scalar::all_below(seen, Values::size, limit) && scalar::all_below(values + i, count - i, limit);
}

}  // namespace lutra::kernels
