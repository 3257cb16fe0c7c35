#pragma once
// Pairs of images between which everything moves, and where each pixel went: made by warping pictures, so that the
// truth is known to a fraction of a pixel.

#include <cstddef>
#include <lutra/data/dataset.hpp>
#include <lutra/random.hpp>
#include <span>

#include "images.hpp"

namespace examples {

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
