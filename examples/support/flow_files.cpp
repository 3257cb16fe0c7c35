#include "flow_files.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <lutra/error.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/io/binary.hpp>
#include <memory>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_PNM
#define STBI_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace examples {

namespace {

template <class T>
using Owned = std::unique_ptr<T, decltype(&stbi_image_free)>;

[[nodiscard]] const stbi_uc* bytes_of(std::string_view text) { return reinterpret_cast<const stbi_uc*>(text.data()); }

/// What the first file of a zip archive holds.
std::string unzip_first(const std::filesystem::path& path) {
  const std::string archive = lutra::io::read_file(path);
  lutra::io::ByteReader reader(archive, path.string());
  if (reader.number<std::uint32_t>("signature") != 0x04034b50)
    throw lutra::Error("npz file", path.string(), "a zip archive", "something else");
  for (int i = 0; i < 22; ++i) static_cast<void>(reader.number<std::uint8_t>("header"));
  const std::size_t names = reader.number<std::uint16_t>("length of name");
  const std::size_t begin = reader.position() + 2 + names + reader.number<std::uint16_t>("length of more");
  const std::string_view packed = std::string_view(archive).substr(std::min(begin, archive.size()));
  int size = 0;
  const Owned<char> values(stbi_zlib_decode_noheader_malloc(reinterpret_cast<const char*>(bytes_of(packed)),
                                                            static_cast<int>(packed.size()), &size),
                           &stbi_image_free);
  if (!values) throw lutra::Error("npz file", path.string(), "an array that is packed by deflate", "something else");
  return {values.get(), static_cast<std::size_t>(size)};
}

/// The number behind `key` and what comes before it in a text, and behind that number the rest of the text.
std::size_t number_behind(std::string_view& text, std::string_view key) {
  text.remove_prefix(std::min(text.find(key), text.size()));
  text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
  std::size_t number = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9' && number < 100'000; text.remove_prefix(1))
    number = 10 * number + static_cast<std::size_t>(text.front() - '0');
  return number;
}

}  // namespace

Image load_picture(const std::filesystem::path& path) {
  const std::string file = lutra::io::read_file(path);
  int width = 0, height = 0, channels = 0;
  const Owned<stbi_uc> colors(
      stbi_load_from_memory(bytes_of(file), static_cast<int>(file.size()), &width, &height, &channels, 3),
      &stbi_image_free);
  if (!colors) throw lutra::Error("picture", path.string(), "a PNG or PPM file", stbi_failure_reason());
  Image image({3, static_cast<std::size_t>(height), static_cast<std::size_t>(width)});
  for (std::size_t i = 0; i < image.values.size(); ++i)
    image.values[i % 3 * (image.values.size() / 3) + i / 3] = static_cast<float>(colors.get()[i]) / 255;
  return image;
}

std::vector<std::filesystem::path> pictures_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".png") paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

Image load_flo(const std::filesystem::path& path) {
  const std::string file = lutra::io::read_file(path);
  lutra::io::ByteReader reader(file, path.string());
  constexpr float tag = 202021.25F;  // the bytes "PIEH"
  constexpr std::uint32_t most = 1 << 14;
  if (reader.number<float>("tag") != tag) throw lutra::Error("flow", path.string(), "a .flo file", "something else");
  const auto width = reader.number<std::uint32_t>("width"), height = reader.number<std::uint32_t>("height");
  if (width == 0 || height == 0 || width > most || height > most || reader.left() != std::size_t{8} * width * height)
    throw lutra::Error("flow", path.string(), "two floats for each pixel",
                       std::to_string(reader.left()) + " bytes for " + std::to_string(width) + " x " +
                           std::to_string(height) + " pixels");
  Image flow({2, height, width});
  for (std::size_t i = 0; i < flow.values.size(); ++i)
    flow.values[i % 2 * (flow.values.size() / 2) + i / 2] = reader.number<float>("flow");
  return flow;
}

Image load_disparity(const std::filesystem::path& path) {
  const std::string array = unzip_first(path);
  lutra::io::ByteReader reader(array, path.string());
  for (int i = 0; i < 8; ++i) static_cast<void>(reader.number<std::uint8_t>("tag"));
  const std::size_t length = reader.number<std::uint16_t>("length of header");
  const std::string_view header = std::string_view(array).substr(0, 10 + length);
  std::string_view shape = header;
  const std::size_t height = number_behind(shape, "'shape'"), width = number_behind(shape, ",");
  const bool fits = header.find("'<f4'") != header.npos && header.find("False") != header.npos && height > 0 &&
                    width > 0 && array.size() == header.size() + 4 * height * width;
  if (!fits) throw lutra::Error("npz file", path.string(), "rows of 32-bit floats", std::string(header));
  lutra::io::ByteReader numbers(std::string_view(array).substr(header.size()), path.string());
  Image flow({2, height, width});
  for (std::size_t i = 0; i < height * width; ++i) {
    const float disparity = numbers.number<float>("disparity");
    flow.values[i] = std::isfinite(disparity) ? -disparity : std::numeric_limits<float>::quiet_NaN();
  }
  return flow;
}

Picture picture_of_flow(const Image& flow, float most) {
  // Around the circle, one color every 60 degrees.
  static constexpr std::array<std::array<float, 3>, 7> wheel = {
      {{1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 1, 1}, {0, 0, 1}, {1, 0, 1}, {1, 0, 0}}};
  Picture picture(flow.shape.height, flow.shape.width, gray(0));
  for (std::size_t y = 0; y < picture.height(); ++y)
    for (std::size_t x = 0; x < picture.width(); ++x) {
      const float u = flow.at(0, y, x), v = flow.at(1, y, x), length = std::hypot(u, v);
      if (!std::isfinite(length)) continue;
      const float place = std::clamp((std::atan2(v, u) / std::numbers::pi_v<float> + 1) * 3, 0.0F, 5.999F);
      const auto sector = static_cast<std::size_t>(place);
      const float share = place - static_cast<float>(sector), strength = std::min(length / most, 1.0F);
      for (std::size_t c = 0; c < 3; ++c) {
        const float full = wheel[sector][c] + share * (wheel[sector + 1][c] - wheel[sector][c]);
        picture.at(y, x)[c] = static_cast<std::uint8_t>(std::lround(255 * (1 - strength * (1 - full))));
      }
    }
  return picture;
}

}  // namespace examples
