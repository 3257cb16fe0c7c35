#pragma once
// Box: a rectangle of an image that holds a thing of some class. Detectors find boxes; truth is boxes, too.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/error.hpp>
#include <span>
#include <string>
#include <string_view>

namespace lutra {

/// Pixels, from the image's upper left corner to the right and down; parts of pixels and places outside of the image
/// are allowed.
struct Box {
  float left = 0, top = 0, width = 0, height = 0;
  std::uint32_t label = 0;  ///< the class of what is in it
  float score = 1;          ///< how sure it was found; of truth, not looked at

  friend bool operator==(const Box&, const Box&) = default;
};

/// Intersection over union: the area that both boxes cover over the area that any of them covers, in [0, 1]; 0 where
/// that is 0. Labels are not looked at.
[[nodiscard]] inline float overlap(const Box& a, const Box& b) noexcept {
  const float width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  const float height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  const float both = std::max(width, 0.0F) * std::max(height, 0.0F);
  const float any = a.width * a.height + b.width * b.height - both;
  return any > 0 ? both / any : 0;
}

namespace detail {

/// Throws Error, naming the first offender, unless all numbers of the boxes are finite and no side is below 0.
inline void check_boxes(std::span<const Box> boxes, std::string_view where) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box& box = boxes[i];
    const bool finite = std::isfinite(box.left) && std::isfinite(box.top) && std::isfinite(box.width) &&
                        std::isfinite(box.height) && std::isfinite(box.score);
    if (!finite || box.width < 0 || box.height < 0)
      throw Error("box " + std::to_string(i), where, "finite numbers, width and height not below 0",
                  std::to_string(box.width) + " x " + std::to_string(box.height) + " at " + std::to_string(box.left) +
                      ", " + std::to_string(box.top) + ", score " + std::to_string(box.score));
  }
}

/// Throws Error unless `share` is an overlap.
inline void check_overlap(float share, std::string_view where) {
  if (!(share >= 0 && share <= 1)) throw Error("overlap", where, "0 to 1", std::to_string(share));
}

}  // namespace detail
}  // namespace lutra
