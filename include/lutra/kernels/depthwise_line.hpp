#pragma once
// What a kernel needs to know of a line of few-bit codes under windows that see one channel each.

#include <cstddef>
#include <cstdint>

namespace lutra::kernels {

/// Places of a window that are counted together.
inline constexpr std::size_t taps_together = 9;
/// Bits of the largest sums.
inline constexpr std::size_t most_sum_bits = 8;

/// A line of codes of two bits under weights of -1, 0 and 1, all channels of a pixel side by side, four in a byte. The
/// line is cut into two parts, which are worked on together: of a byte of `low` the even bits are the lower bits of
/// four codes of the first part, the odd ones those of the second part; `high` has the upper bits. For each code, in
/// bits of its own all along a vector,
///
///     S = sum over taps t of the code that `offsets[t]` bytes further, exclusive-or signs[t], and masks[t] leave of it
///
/// gives code 2 u + v, where u says whether S is at least `middle`, and v whether it is at least `lower` where u is 0,
/// and `upper` where u is 1. Signs and masks are patterns like those of the codes. The constants of a vector are, in
/// vectors: the signs of all taps, the masks where there are some, and bits of middle, of lower, and of lower
/// exclusive-or upper, the lowest first. They repeat after `variants` vectors.
struct DepthwiseLine {
  const std::uint8_t* low = nullptr;
  const std::uint8_t* high = nullptr;
  const std::uint32_t* offsets = nullptr;  ///< [groups][9]
  std::size_t groups = 1;                  ///< of nine taps
  const std::uint8_t* constants = nullptr;
  std::size_t variants = 1, sum_bits = 5;  ///< the latter 5 to 8
  bool has_masks = false;
  std::size_t bytes = 0;                             ///< of the first part, which is as long as the second or longer
  std::uint8_t *first = nullptr, *second = nullptr;  ///< the answer's parts, of codes again
  std::size_t second_bytes = 0;
};

/// Vectors of constants for each variant.
[[nodiscard]] constexpr std::size_t depthwise_constants(std::size_t groups, bool has_masks,
                                                        std::size_t sum_bits) noexcept {
  return groups * taps_together * (has_masks ? 2 : 1) + 3 * sum_bits;
}

}  // namespace lutra::kernels
