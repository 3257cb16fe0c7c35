#pragma once
// Augmentations: what may happen to a training sample each time it is shown, so that a network does not learn by heart.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <lutra/data/dataset.hpp>
#include <lutra/io/exact_text.hpp>
#include <lutra/random.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

/// Writes a changed copy of a sample, with random numbers that belong to this showing of it alone. An empty one changes
/// nothing and costs nothing. Made of any callable; by its text a checkpoint knows the runs that had the same.
template <class Kind>
class Augmentation {
  using From = std::span<const element_t<Kind>>;
  using To = std::span<element_t<Kind>>;

 public:
  Augmentation() = default;
  template <class Change>
  requires(std::is_invocable_v<Change&, From, To, Random&> && !std::is_same_v<Change, Augmentation>)
      Augmentation(Change change, std::string text = "augmented")
      : change_(std::move(change)), text_(std::move(text)) {}

  void operator()(From sample, To to, Random& random) const { change_(sample, to, random); }
  explicit operator bool() const noexcept { return static_cast<bool>(change_); }
  /// Such as "random_shift 2"; nothing of an empty one.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::function<void(From, To, Random&)> change_;
  std::string text_;
};

/// Moves an image by up to `pixels` in both directions, each place equally likely; what moves in from outside is 0.
template <class Kind>
[[nodiscard]] Augmentation<Kind> random_shift(const Shape& shape, std::size_t pixels) {
  const auto change = [shape, pixels](std::span<const element_t<Kind>> sample, std::span<element_t<Kind>> to,
                                      Random& random) {
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
  return {change, "random_shift " + std::to_string(pixels)};
}

/// How far random_affine goes; every number is drawn evenly between its negative and itself.
struct Affine {
  float shift = 1;           ///< in pixels, in each direction
  float rotation = 10;       ///< in degrees, around the middle
  float scale = 0.1F;        ///< 0.1: from 0.9 to 1.1 of the size, in each direction of its own
  bool mirror = false;       ///< every other image has left and right exchanged
  float bend = 0;            ///< in pixels: every seventh pixel of every seventh row is moved on its own, those between
                             ///< follow in proportion (elastic distortion, Simard et al. 2003, on a grid)
  bool interpolate = false;  ///< each value is mixed of the four pixels around its place, and not the nearest one's
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

[[nodiscard]] inline std::string text_of(const Affine& most) {
  using io::exact_text;
  return " shift " + exact_text(most.shift) + " rotation " + exact_text(most.rotation) + " scale " +
         exact_text(most.scale) + (most.mirror ? " mirror" : "") +
         (most.bend != 0 ? " bend " + exact_text(most.bend) : "") + (most.interpolate ? " interpolate" : "");
}

/// One channel of an image, 0 outside of it.
template <class Element>
struct Channel {
  const Element* values;
  std::ptrdiff_t height, width;

  [[nodiscard]] Element at(std::ptrdiff_t x, std::ptrdiff_t y) const {
    return x >= 0 && x < width && y >= 0 && y < height ? values[y * width + x] : Element{};
  }
  [[nodiscard]] Element nearest(float x, float y) const {
    return at(static_cast<std::ptrdiff_t>(std::floor(x + 0.5F)), static_cast<std::ptrdiff_t>(std::floor(y + 0.5F)));
  }
  /// Of the four around, in proportion; whole numbers are rounded.
  [[nodiscard]] Element mixed(float x, float y) const {
    const float left = std::floor(x), top = std::floor(y), right = x - left, down = y - top;
    const auto column = static_cast<std::ptrdiff_t>(left), row = static_cast<std::ptrdiff_t>(top);
    const auto of_row = [&](std::ptrdiff_t of) {
      return static_cast<float>(at(column, of)) * (1 - right) + static_cast<float>(at(column + 1, of)) * right;
    };
    const float value = of_row(row) * (1 - down) + of_row(row + 1) * down;
    return static_cast<Element>(std::is_floating_point_v<Element> ? value : value + 0.5F);
  }
};

}  // namespace detail

/// Moves, turns, stretches and bends an image, with 0 outside of it.
template <class Kind>
[[nodiscard]] Augmentation<Kind> random_affine(const Shape& shape, const Affine& most = {}) {
  const auto change = [shape, most](std::span<const element_t<Kind>> sample, std::span<element_t<Kind>> to,
                                    Random& random) {
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
    std::size_t i = 0;
    for (std::size_t channel = 0; channel < shape.channels; ++channel) {
      const detail::Channel<element_t<Kind>> pixels{sample.data() + channel * shape.height * shape.width,
                                                    static_cast<std::ptrdiff_t>(shape.height),
                                                    static_cast<std::ptrdiff_t>(shape.width)};
      for (std::size_t row = 0; row < shape.height; ++row)
        for (std::size_t column = 0; column < shape.width; ++column, ++i) {
          const float dx = side * (static_cast<float>(column) - middle_x) - right + bend.at(row, column, 0),
                      dy = static_cast<float>(row) - middle_y - down + bend.at(row, column, 1);
          const float from_x = (cosine * dx + sine * dy) * wide + middle_x;
          const float from_y = (cosine * dy - sine * dx) * high + middle_y;
          to[i] = most.interpolate ? pixels.mixed(from_x, from_y) : pixels.nearest(from_x, from_y);
        }
    }
  };
  return {change, "random_affine" + detail::text_of(most)};
}

}  // namespace lutra
