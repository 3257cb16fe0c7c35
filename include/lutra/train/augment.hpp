#pragma once
// Augmentations: what may happen to a training sample each time it is shown, so that a network does not learn by heart.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <lutra/data/dataset.hpp>
#include <lutra/random.hpp>
#include <lutra/signal.hpp>
#include <span>

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

}  // namespace lutra
