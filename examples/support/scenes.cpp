#include "scenes.hpp"

#include <algorithm>
#include <cmath>
#include <lutra/error.hpp>
#include <lutra/parallel.hpp>
#include <string>

#include "plane.hpp"

namespace examples {

namespace {

using lutra::Box;

/// A digit's image, between 0 and 1, and the part of it that is not dark.
class Ink {
 public:
  Ink(std::span<const std::uint8_t> values, const lutra::Shape& shape, std::uint8_t brightest)
      : values_(values), shape_(shape), brightest_(brightest) {
    std::size_t left = shape.width, top = shape.height, right = 0, bottom = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] * 3 < brightest) continue;
      const std::size_t y = i / shape.width, x = i % shape.width;
      left = std::min(left, x), right = std::max(right, x + 1);
      top = std::min(top, y), bottom = std::max(bottom, y + 1);
    }
    if (right <= left) throw lutra::Error("digit", "make_scenes", "one that can be seen", "a dark image");
    box_ = {.left = static_cast<float>(left),
            .top = static_cast<float>(top),
            .width = static_cast<float>(right - left),
            .height = static_cast<float>(bottom - top)};
  }

  [[nodiscard]] const Box& box() const noexcept { return box_; }

  /// Between the middles of four pixels; nothing outside.
  [[nodiscard]] float at(Point p) const {
    const float x = p.x - 0.5F, y = p.y - 0.5F, column = std::floor(x), row = std::floor(y);
    const auto pixel = [&](float row_of, float column_of) {
      if (row_of < 0 || column_of < 0) return 0.0F;
      const auto r = static_cast<std::size_t>(row_of), c = static_cast<std::size_t>(column_of);
      if (r >= shape_.height || c >= shape_.width) return 0.0F;
      return static_cast<float>(values_[r * shape_.width + c]) / static_cast<float>(brightest_);
    };
    const auto line = [&](float row_of) {
      const float first = pixel(row_of, column);
      return first + (x - column) * (pixel(row_of, column + 1) - first);
    };
    const float above = line(row);
    return above + (y - row) * (line(row + 1) - above);
  }

 private:
  std::span<const std::uint8_t> values_;
  const lutra::Shape& shape_;
  std::uint8_t brightest_;
  Box box_;
};

class Scene {
 public:
  Scene(const Image& texture, const SceneOptions& options, Random& random)
      : options_(options), light_(options.height * options.width) {
    const Image piece =
        cut(texture, {3, options.height, options.width}, random.below(texture.shape.height - options.height + 1),
            random.below(texture.shape.width - options.width + 1));
    darkest_ = between(random, 0, 60);
    brightest_ = between(random, 80, 160);
    for (std::size_t i = 0; i < light_.size(); ++i) {
      const std::size_t y = i / options.width, x = i % options.width;
      const float gray = static_cast<float>(gray_byte(piece.at(0, y, x), piece.at(1, y, x), piece.at(2, y, x))) / 255;
      light_[i] = darkest_ + (brightest_ - darkest_) * gray;
    }
  }

  /// Where there is room after a few tries.
  void put(const Ink& ink, std::uint32_t label, Random& random) {
    constexpr int most_tries = 20;
    const float larger = between(random, options_.smallest, options_.largest) / ink.box().height;
    Box box{.width = ink.box().width * larger * between(random, 0.85F, 1.15F),
            .height = ink.box().height * larger,
            .label = label};
    const float right = static_cast<float>(options_.width) - box.width;
    const float down = static_cast<float>(options_.height) - box.height;
    if (right < 0 || down < 0) return;
    for (int tries = 0; tries < most_tries; ++tries) {
      box.left = between(random, 0, right);
      box.top = between(random, 0, down);
      if (std::ranges::any_of(boxes_, [&](const Box& other) { return overlap(box, other) > 0.03F; })) continue;
      draw(ink, box, between(random, brightest_ + 60, 255));
      boxes_.push_back(box);
      return;
    }
  }

  [[nodiscard]] const std::vector<Box>& boxes() const noexcept { return boxes_; }
  [[nodiscard]] std::uint8_t value(std::size_t i) const noexcept {
    return static_cast<std::uint8_t>(std::clamp(light_[i] + 0.5F, 0.0F, 255.0F));
  }

 private:
  /// A pixel is the mean of four points.
  void draw(const Ink& ink, const Box& box, float bright) {
    const float x_unit = ink.box().width / box.width, y_unit = ink.box().height / box.height;
    for (std::size_t i = 0; i < light_.size(); ++i) {
      float cover = 0;
      for (std::size_t point = 0; point < 4; ++point) {
        const float x = static_cast<float>(i % options_.width) + 0.25F + 0.5F * static_cast<float>(point % 2);
        const float y = static_cast<float>(i / options_.width) + 0.25F + 0.5F * static_cast<float>(point / 2);
        cover += ink.at({ink.box().left + (x - box.left) * x_unit, ink.box().top + (y - box.top) * y_unit}) / 4;
      }
      light_[i] += cover * (bright - light_[i]);
    }
  }

  const SceneOptions& options_;
  std::vector<float> light_;
  float darkest_ = 0, brightest_ = 0;
  std::vector<Box> boxes_;
};

void check(const lutra::Dataset<lutra::Byte>& digits, std::span<const Image> textures, const SceneOptions& options) {
  const auto refuse = [](const std::string& expected, const std::string& got) {
    throw lutra::Error("scenes", "make_scenes", expected, got);
  };
  if (digits.size() == 0 || textures.empty() || options.digits == 0) refuse("digits and textures", "none");
  if (!(options.smallest > 0 && options.smallest <= options.largest &&
        options.largest <= static_cast<float>(std::min(options.height, options.width))))
    refuse("digits that fit into a scene", std::to_string(options.smallest) + " to " + std::to_string(options.largest));
  for (const Image& texture : textures)
    if (texture.shape.channels != 3 || texture.shape.height < options.height || texture.shape.width < options.width)
      refuse("textures in color, at least as large as a scene", to_string(texture.shape));
}

}  // namespace

Scenes make_scenes(const lutra::Dataset<lutra::Byte>& digits, std::span<const Image> textures,
                   const SceneOptions& options, lutra::Seed seed) {
  check(digits, textures, options);
  Scenes scenes{.images = {.shape = {1, options.height, options.width}}, .truth = {}};
  const std::size_t pixels = options.height * options.width;
  scenes.images.values.resize(options.count * pixels);
  scenes.truth.resize(options.count);
  lutra::parallel_for(lutra::thread_count(options.threads), options.count, [&](std::size_t i) {
    Random random(seed, i);
    Scene scene(textures[random.below(textures.size())], options, random);
    for (std::size_t left = 1 + random.below(options.digits); left > 0; --left) {
      const std::size_t digit = random.below(digits.size());
      scene.put(Ink(digits.sample(digit), digits.shape, options.brightest), digits.labels[digit], random);
    }
    for (std::size_t j = 0; j < pixels; ++j) scenes.images.values[i * pixels + j] = scene.value(j);
    scenes.truth[i] = scene.boxes();
  });
  return scenes;
}

}  // namespace examples
