#pragma once
// Files of frames and of flows as the data sets of optical flow have them, and a flow as a picture.

#include <filesystem>
#include <vector>

#include "images.hpp"
#include "picture.hpp"

namespace examples {

/// A PNG or PPM file in color, 3 × height × width, from 0 to 1. Throws lutra::Error where there is none.
[[nodiscard]] Image load_picture(const std::filesystem::path& path);

/// All PNG files of a folder, by name.
[[nodiscard]] std::vector<std::filesystem::path> pictures_in(const std::filesystem::path& folder);

/// A .flo file (Baker et al. 2007), 2 × height × width.
[[nodiscard]] Image load_flo(const std::filesystem::path& path);

/// The flow between the pictures of a stereo pair, from the array of 32-bit floats in an .npz file: what is at x in the
/// left one is at x - disparity in the right one. Unknown ones are not finite.
[[nodiscard]] Image load_disparity(const std::filesystem::path& path);

/// A flow as colors: the hue is its direction, and the further, the stronger; `most` pixels have the full color.
/// What is unknown is black.
[[nodiscard]] Picture picture_of_flow(const Image& flow, float most);

}  // namespace examples
