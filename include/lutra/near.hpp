#pragma once
// Places near another, in signals that are images.

#include <algorithm>
#include <cstddef>
#include <lutra/random.hpp>
#include <lutra/signal.hpp>

namespace lutra {

/// Values of a signal of this shape near one of them: of every channel, at most `reach` rows and columns away. Reach 0:
/// wherever they are.
struct Neighbourhood {
  Shape shape{};
  std::size_t reach = 0;

  /// How many there are around value number `value`, itself included.
  [[nodiscard]] std::size_t size(std::size_t value) const {
    return shape.channels * rows(value).count * columns(value).count;
  }
  /// One of them, each as likely as every other.
  [[nodiscard]] std::size_t draw(std::size_t value, Random& random) const {
    const Range down = rows(value), across = columns(value);
    const std::size_t channel = random.below(shape.channels);
    const std::size_t row = down.first + random.below(down.count), column = across.first + random.below(across.count);
    return (channel * shape.height + row) * shape.width + column;
  }

 private:
  struct Range {
    std::size_t first, count;
  };
  [[nodiscard]] Range around(std::size_t place, std::size_t places) const {
    if (reach == 0) return {0, places};
    const std::size_t first = place - std::min(place, reach);
    return {first, std::min(places - 1 - place, reach) + place + 1 - first};
  }
  [[nodiscard]] Range rows(std::size_t value) const { return around(value / shape.width % shape.height, shape.height); }
  [[nodiscard]] Range columns(std::size_t value) const { return around(value % shape.width, shape.width); }
};

}  // namespace lutra
