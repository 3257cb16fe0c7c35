#pragma once
// A scene with boxes drawn over it, and beside each the digit that it is said to hold.

#include <cstddef>
#include <cstdint>
#include <lutra/boxes/box.hpp>
#include <lutra/signal.hpp>
#include <span>

#include "picture.hpp"

namespace examples {

/// A gray image, 1 × height × width, each pixel `scale` pixels large, and over it lines of one pixel around each box.
/// Labels are digits, 0 to 9.
[[nodiscard]] Picture draw_boxes(std::span<const std::uint8_t> image, const lutra::Shape& shape,
                                 std::span<const lutra::Box> boxes, Color color, std::size_t scale);

}  // namespace examples
