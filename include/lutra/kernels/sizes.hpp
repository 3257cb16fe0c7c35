#pragma once
// How samples are packed: known to everything that touches a plane, whatever the instruction set.

#include <cstddef>

namespace lutra::kernels {

/// Bit planes hold 64 samples a word, and the number of samples is padded to whole words.
inline constexpr std::size_t word_bits = 64;

/// Words are taken in blocks of this many, whose addresses and gradients stay in the innermost cache.
inline constexpr std::size_t hard_block_words = 8;

[[nodiscard]] constexpr std::size_t words_for(std::size_t samples) noexcept {
  return (samples + word_bits - 1) / word_bits;
}

}  // namespace lutra::kernels
