#pragma once
// Scenes to find things in: digits of many sizes before textures, and the box of each.

#include <cstddef>
#include <cstdint>
#include <lutra/boxes/box.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/random.hpp>
#include <span>
#include <vector>

#include "images.hpp"

namespace examples {

struct SceneOptions {
  std::size_t height = 48, width = 48;
  std::size_t count = 1000;
  std::size_t digits = 4;             ///< at most; at least one
  float smallest = 14, largest = 26;  ///< height of a digit, in pixels
  std::uint8_t brightest = 255;       ///< value of the digits' images
  int threads = 0;
};

struct Scenes {
  lutra::Dataset<lutra::Byte> images;          ///< 1 × height × width
  std::vector<std::vector<lutra::Box>> truth;  ///< of each scene
};

/// Pieces of textures in gray, with digits before them that are brighter than any pixel behind, and hardly overlap. A
/// box is what holds all of a digit that is brighter than a third of its image's brightest. Deterministic, at any
/// number of threads. Throws lutra::Error where there are no digits or textures, or a digit or scene is larger than
/// what it is put into or cut from.
[[nodiscard]] Scenes make_scenes(const lutra::Dataset<lutra::Byte>& digits, std::span<const Image> textures,
                                 const SceneOptions& options, lutra::Seed seed);

}  // namespace examples
