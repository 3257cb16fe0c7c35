#pragma once
// BoxGrid: how boxes lie in the answer of a network, and in what it should have answered.

#include <cstddef>

namespace lutra {

/// An image cut into square cells, each of which finds at most one thing: that whose middle lies in it (YOLO, Redmon et
/// al. 2016, without anchors). The answer is (5 + classes) × rows × columns numbers, channel after channel:
///   object       the log-odds that there is one, ln(p / (1 - p))
///   right, down  from the cell's middle to the thing's, in cells: -0.5 to 0.5
///   width, height of the thing's box, the square root of its size in cells
///   first_class… a score for each class, whose softmax is the probability of it
/// Targets are the same numbers as they should be, but for the log-odds, which are 1 where there is a thing and 0 where
/// there is none, and the classes, 1 for that of the thing and 0 for all others. Where there is none, all others are
/// not looked at.
struct BoxGrid {
  enum Channel : std::size_t { object, right, down, width, height, first_class };

  std::size_t rows = 1, columns = 1, classes = 1;
  float cell = 8;  ///< pixels, in both directions

  [[nodiscard]] constexpr std::size_t cells() const noexcept { return rows * columns; }
  /// Of an answer.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return (first_class + classes) * cells(); }
};

}  // namespace lutra
