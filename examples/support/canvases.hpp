#pragma once
// Canvases for segmentation: digits strewn over a textured background, and for every pixel the class it belongs to.

#include <cstddef>
#include <cstdint>
#include <lutra/data/dataset.hpp>
#include <lutra/random.hpp>
#include <lutra/signal.hpp>
#include <optional>

namespace examples {

struct CanvasOptions {
  std::size_t height = 32, width = 32;
  std::size_t count = 1000;
  std::size_t digits = 6;             ///< that are tried a canvas; those that would meet another one are left out
  std::uint8_t brightest = 255;       ///< value of the digits' images
  std::uint8_t background_most = 90;  ///< of 255
};

inline constexpr std::uint32_t background_class = 10;

/// `count` canvases of Byte, 1 × height × width, with height · width labels each: the digit where one is brighter than
/// a third, else background_class. Deterministic. Throws lutra::Error where a digit is larger than a canvas.
[[nodiscard]] lutra::Dataset<lutra::Byte> compose_canvases(const lutra::Dataset<lutra::Byte>& digits,
                                                           const CanvasOptions& options, lutra::Seed seed);

/// `count` square pieces of canvases, `side` (odd) pixels wide, each with one label: that of the pixel in its middle.
/// With a share, the middle of so many is a digit's pixel, and of the others background; without, any pixel is as
/// likely as any other. Deterministic. Throws lutra::Error where the canvases are smaller than a piece, or none has a
/// pixel of the wanted kind.
[[nodiscard]] lutra::Dataset<lutra::Byte> cut_patches(const lutra::Dataset<lutra::Byte>& canvases, std::size_t side,
                                                      std::size_t count, std::optional<double> share, lutra::Seed seed);

}  // namespace examples
