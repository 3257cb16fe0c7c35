#pragma once
// Images of floats, and pictures to make pairs of frames of where there are no others.

#include <cstddef>
#include <cstdint>
#include <lutra/random.hpp>
#include <lutra/signal.hpp>
#include <vector>

namespace examples {

/// Floats, channel after channel, row after row: colors from 0 to 1, or the two components of a flow, to the right and
/// down, in pixels.
struct Image {
  lutra::Shape shape{};
  std::vector<float> values{};

  explicit Image(const lutra::Shape& its_shape) : shape(its_shape), values(its_shape.size()) {}
  [[nodiscard]] float& at(std::size_t channel, std::size_t y, std::size_t x) noexcept {
    return values[(channel * shape.height + y) * shape.width + x];
  }
  [[nodiscard]] const float& at(std::size_t channel, std::size_t y, std::size_t x) const noexcept {
    return values[(channel * shape.height + y) * shape.width + x];
  }
};

/// Square pictures of noise, waves, blots and shapes, in color. Deterministic.
[[nodiscard]] std::vector<Image> make_textures(std::size_t count, std::size_t side, lutra::Seed seed);

/// The image with each block of block × block pixels as one, their mean; what is left over at the end is left out.
[[nodiscard]] Image shrink(const Image& image, std::size_t block);

/// The piece of `shape` whose first pixel is at row y and column x.
[[nodiscard]] Image cut(const Image& image, const lutra::Shape& shape, std::size_t y, std::size_t x);

/// The pictures, and each halved as often as it stays at least `side` pixels high and wide.
[[nodiscard]] std::vector<Image> with_smaller_ones(std::vector<Image> pictures, std::size_t side);

/// Brightness as the eye sees it, as a byte.
[[nodiscard]] std::uint8_t gray_byte(float red, float green, float blue) noexcept;

}  // namespace examples
