#pragma once
// Pairs of images between which everything moves, and where each pixel went: made by warping pictures, so that the
// truth is known to a fraction of a pixel.

#include <cstddef>
#include <lutra/data/dataset.hpp>
#include <lutra/random.hpp>
#include <lutra/signal.hpp>
#include <span>
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

struct PairOptions {
  std::size_t height = 32, width = 32;
  std::size_t count = 1000;
  std::size_t channels = 1;  ///< of a frame: 1, gray, or 3
  float most = 4;            ///< pixels that something moves by, nearly always
  float share = 1;           ///< of the pairs that show pictures; all others show textures
  std::size_t layers = 2;    ///< that may move before the background
  int threads = 0;
};

/// `count` pairs of Byte: the channels of the first frame, then those of the second. Targets are the flow from the
/// first to the second, 2 × height × width. A background and up to `layers` shapes before it, each a piece of a
/// picture, move, turn, stretch and bend, each in its own way, and hide each other; light and noise differ.
/// Deterministic, at any number of threads. Throws lutra::Error where there are no pictures of 3 channels.
[[nodiscard]] lutra::Dataset<lutra::Byte> make_pairs(std::span<const Image> pictures, std::span<const Image> textures,
                                                     const PairOptions& options, lutra::Seed seed);

}  // namespace examples
