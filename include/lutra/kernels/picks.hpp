#pragma once
// Sixteen comparisons of values that lie near each other, as kernels/picked.hpp takes them.

#include <cstddef>
#include <cstdint>

namespace lutra::kernels {

/// Comparison i is of the value places[i] (0 to 15) behind `first` with thresholds[i].
struct Picks {
  static constexpr std::size_t size = 16;
  std::uint8_t places[size];
  std::uint8_t thresholds[size];
  std::uint32_t first;
};

}  // namespace lutra::kernels
