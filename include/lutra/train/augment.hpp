#pragma once
// Augmentations: what may happen to a training sample each time it is shown, so that a network does not learn by heart.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <lutra/data/dataset.hpp>
#include <lutra/random.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <vector>

namespace lutra {

/// Writes a changed copy of a sample, with random numbers that belong to this showing of it alone. An empty one changes
/// nothing and costs nothing.
template <class Kind>
using Augmentation =
    std::function<void(std::span<const element_t<Kind>> sample, std::span<element_t<Kind>> to, Random&)>;

/// Moves an image by up to `pixels` in both directions, each place equally likely; what moves in from outside is 0.
template <class Kind>
[[nodiscard]] Augmentation<Kind> random_shift(const Shape& shape, std::size_t pixels) {
  return [shape, pixels](std::span<const element_t<Kind>> sample, std::span<element_t<Kind>> to, Random& random) {
    const auto draw = [&] { return static_cast<std::ptrdiff_t>(random.below(2 * pixels + 1) - pixels); };
    const std::ptrdiff_t down = draw(), right = draw();
    const auto height = static_cast<std::ptrdiff_t>(shape.height), width = static_cast<std::ptrdiff_t>(shape.width);
    const std::ptrdiff_t first = std::clamp<std::ptrdiff_t>(right, 0, width);
    const std::ptrdiff_t last = std::clamp<std::ptrdiff_t>(width + right, 0, width);
    std::fill(to.begin(), to.end(), element_t<Kind>{});
    for (std::size_t channel = 0; channel < shape.channels; ++channel)
      for (std::ptrdiff_t y = std::max<std::ptrdiff_t>(0, down); y < std::min(height, height + down); ++y) {
        const auto* const from = sample.data() + (static_cast<std::ptrdiff_t>(channel) * height + y - down) * width;
        auto* const row = to.data() + (static_cast<std::ptrdiff_t>(channel) * height + y) * width;
        if (first < last) std::copy(from + first - right, from + last - right, row + first);
      }
  };
}

/// How far random_affine goes; every number is drawn evenly between its negative and itself.
struct Affine {
  float shift = 1;      ///< in pixels, in each direction
  float rotation = 10;  ///< in degrees, around the middle
  float scale = 0.1F;   ///< 0.1: from 0.9 to 1.1 of the size, in each direction of its own
  bool mirror = false;  ///< every other image has left and right exchanged
  float bend = 0;       ///< in pixels: every seventh pixel of every seventh row is moved on its own, those between
                        ///< follow in proportion (elastic distortion, Simard et al. 2003, on a grid)
};

namespace detail {

/// Displacements of a grid of knots over an image, and of each pixel between them by bilinear interpolation.
class Bend {
 public:
  static constexpr std::size_t step = 7;

  /// Draws nothing, and moves nothing, where `most` is 0.
  Bend(const Shape& shape, float most, Random& random)
      : columns_(shape.width / step + 2), knots_(most != 0 ? 2 * (shape.height / step + 2) * columns_ : 0) {
    for (float& knot : knots_) knot = most * (2 * random.uniform() - 1);
  }
  /// In pixels; axis 0 is to the right, 1 down.
  [[nodiscard]] float at(std::size_t row, std::size_t column, std::size_t axis) const {
    if (knots_.empty()) return 0;
    const std::size_t top = row / step, left = column / step;
    const float down = static_cast<float>(row % step) / step, right = static_cast<float>(column % step) / step;
    const auto knot = [&](std::size_t y, std::size_t x) { return knots_[2 * (y * columns_ + x) + axis]; };
    const float above = knot(top, left) + right * (knot(top, left + 1) - knot(top, left));
    const float below = knot(top + 1, left) + right * (knot(top + 1, left + 1) - knot(top + 1, left));
    return above + down * (below - above);
  }

 private:
  std::size_t columns_;
  std::vector<float> knots_;
};

}  // namespace detail

/// Moves, turns, stretches and bends an image; each value is that of the nearest pixel, and 0 outside. Not
/// interpolated: blurred edges would teach a network thresholds that no real image meets.
template <class Kind>
[[nodiscard]] Augmentation<Kind> random_affine(const Shape& shape, const Affine& most = {}) {
  return [shape, most](std::span<const element_t<Kind>> sample, std::span<element_t<Kind>> to, Random& random) {
    const auto draw = [&](float bound) { return bound * (2 * random.uniform() - 1); };
    // t is the tangent of half the angle (π/360 of the degrees): sine and cosine by arithmetic alone, for the same
    // bits.
    const float t = draw(most.rotation * 0.00872664626F);
    const float sine = 2 * t / (1 + t * t), cosine = (1 - t * t) / (1 + t * t);
    const float wide = 1 + draw(most.scale), high = 1 + draw(most.scale);
    const float middle_x = static_cast<float>(shape.width - 1) / 2, middle_y = static_cast<float>(shape.height - 1) / 2;
    const float right = draw(most.shift), down = draw(most.shift);
    const float side = most.mirror && random.chance(0.5) ? -1.0F : 1.0F;
    const detail::Bend bend(shape, most.bend, random);
    const auto width = static_cast<std::ptrdiff_t>(shape.width), height = static_cast<std::ptrdiff_t>(shape.height);
    std::size_t i = 0;
    for (std::size_t channel = 0; channel < shape.channels; ++channel)
      for (std::size_t row = 0; row < shape.height; ++row)
        for (std::size_t column = 0; column < shape.width; ++column, ++i) {
          const float dx = side * (static_cast<float>(column) - middle_x) - right + bend.at(row, column, 0),
                      dy = static_cast<float>(row) - middle_y - down + bend.at(row, column, 1);
          const auto x = static_cast<std::ptrdiff_t>(std::floor((cosine * dx + sine * dy) * wide + middle_x + 0.5F));
          const auto y = static_cast<std::ptrdiff_t>(std::floor((cosine * dy - sine * dx) * high + middle_y + 0.5F));
          const bool inside = x >= 0 && x < width && y >= 0 && y < height;
          to[i] = inside ? sample[channel * shape.height * shape.width + static_cast<std::size_t>(y * width + x)]
                         : element_t<Kind>{};
        }
  };
}

}  // namespace lutra
