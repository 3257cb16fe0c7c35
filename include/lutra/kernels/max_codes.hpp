#pragma once
// The larger ones of codes, byte by byte or of two bits each, as they lie in images of codes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lutra::kernels {

/// Of each two codes of two bits the larger one: of 32 of them, or, as `Word` has it, fewer.
template <class Word>
[[nodiscard]] constexpr Word max_of_codes(Word a, Word b) noexcept {
  constexpr auto lower = static_cast<Word>(0x5555555555555555);
  const Word a_upper = a >> 1 & lower, b_upper = b >> 1 & lower;
  const Word low = (a & (a_upper | ~b_upper)) | (b & (b_upper | ~a_upper));
  return static_cast<Word>((a_upper | b_upper) << 1 | (low & lower));
}

/// Some bytes of each of `count` pixels, which are codes of two bits or, if not `packed`, a code each: what lies at
/// `to` becomes the larger one of it and of what lies at `from`.
inline void max_codes(const std::uint8_t* from, std::size_t from_step, std::size_t count, std::size_t bytes,
                      bool packed, std::uint8_t* to, std::size_t to_step) noexcept {
  for (std::size_t i = 0; i < count; ++i, from += from_step, to += to_step) {
    std::size_t b = 0;
    for (; packed && b + sizeof(std::uint64_t) <= bytes; b += sizeof(std::uint64_t)) {
      std::uint64_t one, other;
      std::memcpy(&one, from + b, sizeof one);
      std::memcpy(&other, to + b, sizeof other);
      one = max_of_codes(one, other);
      std::memcpy(to + b, &one, sizeof one);
    }
    for (; packed && b < bytes; ++b) to[b] = static_cast<std::uint8_t>(max_of_codes<std::uint32_t>(from[b], to[b]));
    for (; b < bytes; ++b) to[b] = std::max(to[b], from[b]);
  }
}

}  // namespace lutra::kernels
