#pragma once
// Pictures that an example shows what it did with: drawn pixel by pixel, written as PNG. What writes them (stb, from
// the distribution) is compiled once, in picture.cpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace examples {

using Color = std::array<std::uint8_t, 3>;

[[nodiscard]] constexpr Color gray(std::uint8_t value) noexcept { return {value, value, value}; }

class Picture {
 public:
  Picture(std::size_t height, std::size_t width, Color background);

  [[nodiscard]] std::size_t height() const noexcept { return pixels_.size() / width_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] Color& at(std::size_t row, std::size_t column) noexcept { return pixels_[row * width_ + column]; }
  [[nodiscard]] const Color& at(std::size_t row, std::size_t column) const noexcept {
    return pixels_[row * width_ + column];
  }

 private:
  std::size_t width_;
  std::vector<Color> pixels_;
};

/// In pixels from the upper left corner.
struct Point {
  double x = 0, y = 0;
};

/// A straight line with round ends and smooth edges; what lies outside of the picture is left out.
void draw_line(Picture& picture, const Point& from, const Point& to, double width, Color color);

/// Pictures of one size as a table with a gap between them, each pixel `scale` pixels large.
[[nodiscard]] Picture sheet(const std::vector<std::vector<Picture>>& rows, std::size_t scale);

/// Throws lutra::Error where the file cannot be written; an older one is then unchanged.
void write_png(const Picture& picture, const std::filesystem::path& path);

}  // namespace examples
