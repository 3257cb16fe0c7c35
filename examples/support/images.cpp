#include "images.hpp"

#include <algorithm>
#include <cmath>
#include <lutra/error.hpp>
#include <utility>

#include "plane.hpp"

namespace examples {

namespace {

/// The middle of a texture: noise of several sizes, with more of the fine or of the coarse.
void paint_noise(Image& image, Random& random) {
  const auto side = static_cast<float>(image.shape.height);
  std::vector<std::pair<Grid, float>> octaves;
  const float falling = between(random, 0.4F, 0.95F);
  float strength = 1, sum = 0;
  for (std::size_t cells = 2 + random.below(5); cells < image.shape.height; cells *= 2, strength *= falling) {
    octaves.emplace_back(Grid(cells, side, random), strength);
    sum += strength * strength;
  }
  const Rgb dark = color(random), light = color(random);
  const float contrast = between(random, 0.6F, 2) / std::sqrt(sum);
  const bool blots = random.chance(0.3);  // a threshold in place of a slope
  for (std::size_t y = 0; y < image.shape.height; ++y)
    for (std::size_t x = 0; x < image.shape.width; ++x) {
      float value = 0;
      for (const auto& [grid, weight] : octaves)
        value += weight * grid.at({static_cast<float>(x), static_cast<float>(y)});
      const Rgb rgb = mix(dark, light, std::clamp(0.5F + contrast * value * (blots ? 8.0F : 1.0F), 0.0F, 1.0F));
      for (std::size_t c = 0; c < 3; ++c) image.at(c, y, x) = rgb[c];
    }
}

/// Stripes, bent a little, over what there is.
void paint_stripes(Image& image, Random& random) {
  const Point across = direction(random);
  const float period = between(random, 3, 16), strength = between(random, 0.3F, 0.9F);
  const Grid bend(4, static_cast<float>(image.shape.height), random);
  const Rgb rgb = color(random);
  for (std::size_t y = 0; y < image.shape.height; ++y)
    for (std::size_t x = 0; x < image.shape.width; ++x) {
      const Point p{static_cast<float>(x), static_cast<float>(y)};
      const float place = (dot(across, p) + 6 * bend.at(p)) / period;
      const float wave = 2 * std::abs(place - std::floor(place) - 0.5F);
      const float share = strength * std::clamp(4 * wave - 1.5F, 0.0F, 1.0F);
      for (std::size_t c = 0; c < 3; ++c) image.at(c, y, x) += share * (rgb[c] - image.at(c, y, x));
    }
}

void paint_shapes(Image& image, Random& random) {
  const auto side = static_cast<float>(image.shape.height);
  for (std::size_t i = 0, shapes = 4 + random.below(30); i < shapes; ++i) {
    const Outline outline({between(random, 0, side), between(random, 0, side)}, between(random, 2, side / 6), random);
    const Rgb rgb = color(random);
    for (std::size_t y = 0; y < image.shape.height; ++y)
      for (std::size_t x = 0; x < image.shape.width; ++x) {
        const float share = outline.cover({static_cast<float>(x), static_cast<float>(y)});
        for (std::size_t c = 0; c < 3; ++c) image.at(c, y, x) += share * (rgb[c] - image.at(c, y, x));
      }
  }
}

}  // namespace

std::uint8_t gray_byte(float red, float green, float blue) noexcept {
  const float light = 0.299F * red + 0.587F * green + 0.114F * blue;
  return static_cast<std::uint8_t>(255 * std::clamp(light, 0.0F, 1.0F) + 0.5F);
}

std::vector<Image> make_textures(std::size_t count, std::size_t side, lutra::Seed seed) {
  std::vector<Image> textures(count, Image({3, side, side}));
  for (std::size_t i = 0; i < count; ++i) {
    Random random(seed, i);
    paint_noise(textures[i], random);
    if (random.chance(0.4)) paint_stripes(textures[i], random);
    if (random.chance(0.5)) paint_shapes(textures[i], random);
  }
  return textures;
}

Image shrink(const Image& image, std::size_t block) {
  Image small({image.shape.channels, image.shape.height / block, image.shape.width / block});
  for (std::size_t c = 0; c < small.shape.channels; ++c)
    for (std::size_t y = 0; y < small.shape.height; ++y)
      for (std::size_t x = 0; x < small.shape.width; ++x) {
        float sum = 0;
        for (std::size_t i = 0; i < block * block; ++i)
          sum += image.at(c, y * block + i / block, x * block + i % block);
        small.at(c, y, x) = sum / static_cast<float>(block * block);
      }
  return small;
}

Image cut(const Image& image, const lutra::Shape& shape, std::size_t y, std::size_t x) {
  if (shape.channels > image.shape.channels || y + shape.height > image.shape.height ||
      x + shape.width > image.shape.width)
    throw lutra::Error("image", "cut", "a piece within " + to_string(image.shape), to_string(shape));
  Image piece(shape);
  for (std::size_t c = 0; c < shape.channels; ++c)
    for (std::size_t row = 0; row < shape.height; ++row)
      std::copy_n(&image.at(c, y + row, x), shape.width, &piece.at(c, row, 0));
  return piece;
}

std::vector<Image> with_smaller_ones(std::vector<Image> pictures, std::size_t side) {
  for (std::size_t i = 0; i < pictures.size(); ++i)
    if (std::min(pictures[i].shape.height, pictures[i].shape.width) / 2 >= side)
      pictures.push_back(shrink(pictures[i], 2));
  return pictures;
}

}  // namespace examples
