#include "canvases.hpp"

#include <algorithm>
#include <cmath>
#include <lutra/error.hpp>
#include <numbers>
#include <span>
#include <string>
#include <vector>

namespace examples {

namespace {

using lutra::Random;

class Canvas {
 public:
  Canvas(const CanvasOptions& options, Random& random)
      : options_(options), values_(options.height * options.width), labels_(values_.size(), background_class) {
    texture(random);
  }

  /// A slope, a wave and noise.
  void texture(Random& random) {
    const double turn = 2 * std::numbers::pi * random.uniform_double(), wave = 0.2 + 0.6 * random.uniform_double();
    const double along = std::cos(turn), across = std::sin(turn), reach = static_cast<double>(options_.height);
    for (std::size_t y = 0; y < options_.height; ++y)
      for (std::size_t x = 0; x < options_.width; ++x) {
        const double place = along * static_cast<double>(x) + across * static_cast<double>(y);
        const double light = 0.35 + 0.2 * place / reach + 0.2 * std::sin(wave * place) + 0.25 * random.uniform_double();
        values_[y * options_.width + x] =
            static_cast<std::uint8_t>(std::clamp(light, 0.0, 1.0) * options_.background_most);
      }
  }

  void put(std::span<const std::uint8_t> digit, std::uint32_t label, const lutra::Shape& shape, Random& random) {
    const std::size_t top = random.below(options_.height - shape.height + 1);
    const std::size_t left = random.below(options_.width - shape.width + 1);
    const auto place = [&](std::size_t i) { return (top + i / shape.width) * options_.width + left + i % shape.width; };
    for (std::size_t i = 0; i < digit.size(); ++i)
      if (labels_[place(i)] != background_class) return;
    for (std::size_t i = 0; i < digit.size(); ++i) {
      const auto value = static_cast<std::uint8_t>(digit[i] * 255 / options_.brightest);
      values_[place(i)] = std::max(values_[place(i)], value);
      if (value >= 85) labels_[place(i)] = label;
    }
  }

  [[nodiscard]] const std::vector<std::uint8_t>& values() const noexcept { return values_; }
  [[nodiscard]] const std::vector<std::uint32_t>& labels() const noexcept { return labels_; }

 private:
  const CanvasOptions& options_;
  std::vector<std::uint8_t> values_;
  std::vector<std::uint32_t> labels_;
};

}  // namespace

lutra::Dataset<lutra::Byte> compose_canvases(const lutra::Dataset<lutra::Byte>& digits, const CanvasOptions& options,
                                             lutra::Seed seed) {
  if (digits.shape.height > options.height || digits.shape.width > options.width)
    throw lutra::Error(
        "canvases", "compose_canvases",
        "digits of at most " + std::to_string(options.height) + " x " + std::to_string(options.width) + " pixels",
        to_string(digits.shape));
  lutra::Dataset<lutra::Byte> all{.shape = {1, options.height, options.width},
                                  .classes = background_class + 1,
                                  .places = options.height * options.width};
  for (std::size_t i = 0; i < options.count; ++i) {
    Random random(seed, i);
    Canvas canvas(options, random);
    for (std::size_t j = 0; j < options.digits; ++j) {
      const std::size_t digit = random.below(digits.size());
      canvas.put(digits.sample(digit), digits.labels[digit], digits.shape, random);
    }
    all.values.insert(all.values.end(), canvas.values().begin(), canvas.values().end());
    all.labels.insert(all.labels.end(), canvas.labels().begin(), canvas.labels().end());
  }
  return all;
}

lutra::Dataset<lutra::Byte> cut_patches(const lutra::Dataset<lutra::Byte>& canvases, std::size_t side,
                                        std::size_t count, std::optional<double> share, lutra::Seed seed) {
  const std::size_t height = canvases.shape.height, width = canvases.shape.width, reach = side / 2;
  if (side > height || side > width)
    throw lutra::Error("canvases", "cut_patches", "at least " + std::to_string(side) + " pixels in each direction",
                       to_string(canvases.shape));
  lutra::Dataset<lutra::Byte> patches{.shape = {1, side, side}, .classes = canvases.classes};
  patches.values.reserve(count * side * side);
  Random random(seed);
  constexpr std::size_t most_tries = 100'000;  // at one patch
  for (std::size_t i = 0; i < count; ++i) {
    const bool digit = share && random.uniform_double() < *share;
    std::size_t canvas = 0, y = 0, x = 0, tries = 0;
    std::uint32_t label = 0;
    do {
      if (++tries > most_tries)
        throw lutra::Error("canvases", "cut_patches", digit ? "pixels of digits" : "pixels of the background", "none");
      canvas = random.below(canvases.size());
      y = reach + random.below(height - 2 * reach);
      x = reach + random.below(width - 2 * reach);
      label = canvases.label(canvas)[y * width + x];
    } while (share && (label != background_class) != digit);
    const auto values = canvases.sample(canvas);
    for (std::size_t row = y - reach; row <= y + reach; ++row) {
      const auto from = values.begin() + static_cast<std::ptrdiff_t>(row * width + x - reach);
      patches.values.insert(patches.values.end(), from, from + static_cast<std::ptrdiff_t>(side));
    }
    patches.labels.push_back(label);
  }
  return patches;
}

}  // namespace examples
