#include "picture.hpp"

#include <algorithm>
#include <cmath>
#include <lutra/error.hpp>
#include <lutra/io/atomic_file.hpp>
#include <string>
#include <string_view>

// Its functions are part of this file, which uses one of them.
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace examples {

Picture::Picture(std::size_t height, std::size_t width, Color background)
    : width_(width), pixels_(height * width, background) {}

void draw_line(Picture& picture, const Point& from, const Point& to, double width, Color color) {
  const double along_x = to.x - from.x, along_y = to.y - from.y, length = std::hypot(along_x, along_y);
  const double reach = width / 2 + 1;
  const auto first = [&](double a, double b) {
    return static_cast<std::size_t>(std::max(0.0, std::min(a, b) - reach));
  };
  const auto end = [&](double a, double b, std::size_t size) {
    return static_cast<std::size_t>(std::clamp(std::max(a, b) + reach + 1, 0.0, static_cast<double>(size)));
  };
  for (std::size_t row = first(from.y, to.y); row < end(from.y, to.y, picture.height()); ++row)
    for (std::size_t column = first(from.x, to.x); column < end(from.x, to.x, picture.width()); ++column) {
      const double x = static_cast<double>(column) - from.x, y = static_cast<double>(row) - from.y;
      const double share = length > 0 ? std::clamp((x * along_x + y * along_y) / (length * length), 0.0, 1.0) : 0;
      const double off = std::hypot(x - share * along_x, y - share * along_y);
      const double covered = std::clamp(width / 2 - off + 0.5, 0.0, 1.0);
      for (std::size_t i = 0; i < color.size(); ++i) {
        std::uint8_t& value = picture.at(row, column)[i];
        value = static_cast<std::uint8_t>(std::lround((1 - covered) * value + covered * color[i]));
      }
    }
}

Picture sheet(const std::vector<std::vector<Picture>>& rows, std::size_t scale) {
  constexpr std::size_t gap = 6;
  const std::size_t height = rows.front().front().height() * scale, width = rows.front().front().width() * scale;
  Picture all(gap + rows.size() * (height + gap), gap + rows.front().size() * (width + gap), gray(255));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows[i].size(); ++j)
      for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x)
          all.at(gap + i * (height + gap) + y, gap + j * (width + gap) + x) = rows[i][j].at(y / scale, x / scale);
  return all;
}

void write_png(const Picture& picture, const std::filesystem::path& path) {
  std::string bytes;
  const auto append = [](void* to, void* from, int count) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(from), static_cast<std::size_t>(count));
  };
  const int width = static_cast<int>(picture.width()), height = static_cast<int>(picture.height());
  if (stbi_write_png_to_func(append, &bytes, width, height, 3, &picture.at(0, 0), 3 * width) == 0)
    throw lutra::Error("picture", path.string(), "memory to compress it in", "too little");
  lutra::io::write_file(path, bytes);
}

}  // namespace examples
