#pragma once
// Numbered rows of packed bits in one block of memory: how kernels that run a whole circuit name what they read and
// write.

#include <cstddef>
#include <cstdint>

namespace lutra::kernels {

/// Rows of packed bits, 2^log2_stride words apart. Kernels work on the first `words` words of each, a multiple of
/// WordVector::size. Rows that are written are aligned to whole vectors; with a log2_stride of 0 a row may begin at any
/// word, and be read there.
struct RowBlock {
  std::uint64_t* first;
  std::uint32_t log2_stride;
  std::size_t words;
  bool far = false;  ///< whether they are more than the second cache holds, so that it pays to ask for them ahead

  [[nodiscard]] [[gnu::always_inline]] std::uint64_t* operator[](std::uint32_t row) const noexcept {
    return first + (std::size_t{row} << log2_stride);
  }
};

}  // namespace lutra::kernels
