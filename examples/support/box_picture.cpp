#include "box_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace examples {

namespace {

constexpr std::size_t glyph_width = 3, glyph_height = 5, dot = 2;  // dots, and pixels a dot

/// Five lines of three dots each.
constexpr std::array<const char*, 10> glyphs{"####.##.##.####", "..#..#..#..#..#", "###..#####..###", "###..####..####",
                                             "#.##.####..#..#", "####..###..####", "####..####.####", "###..#..#..#..#",
                                             "####.#####.####", "####.####..####"};

void draw_glyph(Picture& picture, std::uint32_t digit, std::size_t top, std::size_t left, Color color) {
  for (std::size_t y = 0; y < glyph_height * dot + dot; ++y)
    for (std::size_t x = 0; x < glyph_width * dot + dot; ++x) {
      if (top + y >= picture.height() || left + x >= picture.width()) continue;
      const std::size_t row = y / dot, column = x / dot;
      const bool on = row < glyph_height && column < glyph_width && glyphs[digit][row * glyph_width + column] == '#';
      picture.at(top + y, left + x) = on ? color : gray(0);
    }
}

}  // namespace

Picture draw_boxes(std::span<const std::uint8_t> image, const lutra::Shape& shape, std::span<const lutra::Box> boxes,
                   Color color, std::size_t scale) {
  Picture picture(shape.height * scale, shape.width * scale, {});
  for (std::size_t y = 0; y < picture.height(); ++y)
    for (std::size_t x = 0; x < picture.width(); ++x)
      picture.at(y, x) = gray(image[y / scale * shape.width + x / scale]);
  const auto pixel = [&](float place, std::size_t size) {
    const float most = static_cast<float>(size - 1);
    return static_cast<std::size_t>(std::clamp(std::round(place * static_cast<float>(scale)), 0.0F, most));
  };
  for (const lutra::Box& box : boxes) {
    const std::size_t left = pixel(box.left, picture.width()), right = pixel(box.left + box.width, picture.width());
    const std::size_t top = pixel(box.top, picture.height()), bottom = pixel(box.top + box.height, picture.height());
    for (std::size_t x = left; x <= right; ++x) picture.at(top, x) = picture.at(bottom, x) = color;
    for (std::size_t y = top; y <= bottom; ++y) picture.at(y, left) = picture.at(y, right) = color;
    draw_glyph(picture, box.label, top + 2, left + 2, color);
  }
  return picture;
}

}  // namespace examples
