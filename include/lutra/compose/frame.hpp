#pragma once
// How a window slides over an image: where it stands, what it covers, and how the image's pixels are laid out so that
// what a window reads at every place is one contiguous run of memory.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/signal.hpp>
#include <vector>

namespace lutra {

/// Where windows stand at the image's edge. What lies outside of an image is 0, everywhere in the library.
enum class Padding {
  valid,  ///< only where they fit: (size - kernel) / stride + 1 places
  same,  ///< at every stride-th pixel: ⌈size / stride⌉ places; of an odd border the smaller half lies before the image
};

/// One axis of a sliding window.
struct SlidingAxis {
  std::size_t size, kernel, stride;
  Padding padding;

  /// The number of places; 0 where the window does not fit.
  [[nodiscard]] constexpr std::size_t places() const noexcept {
    if (padding == Padding::same) return (size + stride - 1) / stride;
    return size < kernel ? 0 : (size - kernel) / stride + 1;
  }
  /// Pixels from the first window's first to the last window's last, border included.
  [[nodiscard]] constexpr std::size_t covered() const noexcept { return (places() - 1) * stride + kernel; }
  /// Pixels of border before the image.
  [[nodiscard]] constexpr std::size_t before() const noexcept {
    return padding == Padding::same && covered() > size ? (covered() - size) / 2 : 0;
  }
  /// The image's pixel that a window at `place` has at `offset`; `size` or more where it lies outside.
  [[nodiscard]] constexpr std::size_t pixel(std::size_t place, std::size_t offset) const noexcept {
    return place * stride + offset - before();  // below 0 wraps round to more than any size
  }
  /// Every stride-th covered pixel, from one of the first `stride` on.
  [[nodiscard]] constexpr std::size_t phase_length() const noexcept { return (covered() + stride - 1) / stride; }
};

/// A window of kernel height × width that slides over every channel of an image.
struct Frame {
  Shape image;
  SlidingAxis y, x;

  /// Whether windows can read the image where it lies: it has no border to add, and no step to leave pixels out.
  [[nodiscard]] constexpr bool is_image() const noexcept {
    return y.stride == 1 && x.stride == 1 && y.covered() <= y.size && x.covered() <= x.size;
  }
  /// Whether a window is the pixel it stands at.
  [[nodiscard]] constexpr bool is_point() const noexcept { return y.kernel * x.kernel * y.stride * x.stride == 1; }
  /// Rows and columns of one phase: the pixels whose row and column leave the same rest when divided by the stride.
  [[nodiscard]] constexpr std::size_t height() const noexcept { return is_image() ? image.height : y.phase_length(); }
  [[nodiscard]] constexpr std::size_t width() const noexcept { return is_image() ? image.width : x.phase_length(); }
  [[nodiscard]] constexpr std::size_t phases() const noexcept { return y.stride * x.stride; }
  /// Pixels of all channels and phases.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return image.channels * phases() * height() * width(); }

  /// From the first window's place to the last's, in pixels of the frame. Places at the end of a row stand between two
  /// rows, and what is computed there is no one's.
  [[nodiscard]] constexpr std::size_t run() const noexcept { return (y.places() - 1) * width() + x.places(); }

  /// Where, in pixels of the frame, a window at the first place reads its value (channel, row, column).
  [[nodiscard]] constexpr std::size_t place(std::size_t channel, std::size_t row, std::size_t column) const noexcept {
    const std::size_t phase = (channel * y.stride + row % y.stride) * x.stride + column % x.stride;
    return (phase * height() + row / y.stride) * width() + column / x.stride;
  }

  /// The pixels of a channel's phase that one window reads lie less than this many apart.
  [[nodiscard]] constexpr std::size_t reach() const noexcept {
    return (y.kernel - 1) / y.stride * width() + (x.kernel - 1) / x.stride + 1;
  }

  static constexpr std::uint32_t border = 0xffffffff;

  /// For every pixel of the frame the image's value that stands there, or `border`.
  [[nodiscard]] std::vector<std::uint32_t> sources() const {
    std::vector<std::uint32_t> from(size(), border);
    for (std::size_t c = 0; c < image.channels; ++c)
      for (std::size_t row = 0; row < y.covered(); ++row)
        for (std::size_t column = 0; column < x.covered(); ++column) {
          const std::size_t image_y = y.pixel(0, row), image_x = x.pixel(0, column);
          if (image_y < image.height && image_x < image.width)
            from[place(c, row, column)] =
                static_cast<std::uint32_t>((c * image.height + image_y) * image.width + image_x);
        }
    return from;
  }
};

}  // namespace lutra
