#pragma once
// How kernels of matrix products are told where matrices lie.

#include <cstddef>
#include <cstdint>

namespace lutra::kernels {

/// `count` rows, row i `stride` · i elements from the first; or stride · places[i], where places are given.
template <class T>
struct Rows {
  T* first;
  std::size_t count;
  std::size_t stride;
  const std::uint32_t* places = nullptr;

  /// As rows that are only read.
  operator Rows<const T>() const noexcept { return {first, count, stride, places}; }

  [[nodiscard]] [[gnu::always_inline]] T* operator[](std::size_t i) const noexcept {
    return first + (places == nullptr ? i : places[i]) * stride;
  }
};

/// A matrix of factors: element (i, j) is `row` · i + `column` · j elements from the first.
struct Factors {
  const float* first;
  std::size_t row;
  std::size_t column;
};

/// Floats that product_of_rows needs to work in, for that many rows.
[[nodiscard]] constexpr std::size_t product_of_rows_room(std::size_t a_count, std::size_t b_count) noexcept {
  return a_count * ((b_count + 15) / 16 * 16);
}

}  // namespace lutra::kernels
