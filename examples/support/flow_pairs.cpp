#include "flow_pairs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <lutra/error.hpp>
#include <lutra/parallel.hpp>
#include <vector>

#include "plane.hpp"

namespace examples {

namespace {

/// Between pixels as their four neighbours say; outside, the picture is mirrored.
Rgb look_up(const Image& picture, Point p) {
  const auto mirrored = [](float x, std::size_t size) {
    const float period = 2 * static_cast<float>(size - 1);
    const float in_period = x - period * std::floor(x / period);
    return std::min(in_period, period - in_period);
  };
  const float x = mirrored(p.x, picture.shape.width), y = mirrored(p.y, picture.shape.height);
  const auto column = std::min(static_cast<std::size_t>(x), picture.shape.width - 2);
  const auto row = std::min(static_cast<std::size_t>(y), picture.shape.height - 2);
  const float right = x - static_cast<float>(column), down = y - static_cast<float>(row);
  Rgb rgb{};
  for (std::size_t c = 0; c < 3; ++c) {
    const float* const top = &picture.at(c, row, column);
    const float* const bottom = top + picture.shape.width;
    const float above = top[0] + right * (top[1] - top[0]), below = bottom[0] + right * (bottom[1] - bottom[0]);
    rgb[c] = above + down * (below - above);
  }
  return rgb;
}

/// Where the points of a layer go: all of them somewhere, each further for turning, stretching and bending.
class Motion {
 public:
  Motion(const PairOptions& options, Point around, Point along, Random& random)
      : middle_(around),
        along_(along),
        bend_most_(0.12F * options.most * random.uniform()),
        bend_{Grid(2 + random.below(3), extent(options), random), Grid(2 + random.below(3), extent(options), random)} {
    const float most = 0.2F * options.most / (extent(options) / 2) * random.uniform();
    for (float& value : matrix_) value = between(random, -most, most);
  }
  [[nodiscard]] Point flow(Point p) const {
    const Point d = p - middle_;
    const Point turned{matrix_[0] * d.x + matrix_[1] * d.y, matrix_[2] * d.x + matrix_[3] * d.y};
    return along_ + turned + bend_most_ * Point{bend_[0].at(p), bend_[1].at(p)};
  }
  /// The point that goes to `p`.
  [[nodiscard]] Point source(Point p) const {
    Point from = p - flow(p);
    for (int i = 0; i < 4; ++i) from = p - flow(from);
    return from;
  }

 private:
  static float extent(const PairOptions& options) {
    return static_cast<float>(std::max(options.height, options.width));
  }

  Point middle_, along_;
  float bend_most_;
  std::array<Grid, 2> bend_;
  std::array<float, 4> matrix_{};
};

/// A piece of a picture, seen turned and larger or smaller.
class View {
 public:
  View(const Image& picture, Random& random)
      : picture_(picture),
        at_{random.uniform() * static_cast<float>(picture.shape.width),
            random.uniform() * static_cast<float>(picture.shape.height)},
        along_(between(random, 0.8F, 2) * direction(random)) {}
  [[nodiscard]] Rgb at(Point p) const {
    return look_up(picture_, at_ + Point{along_.x * p.x - along_.y * p.y, along_.y * p.x + along_.x * p.y});
  }

 private:
  const Image& picture_;
  Point at_, along_;
};

struct Layer {
  View view;
  Motion motion;
  std::vector<Outline> outline;  ///< none of the background
};

/// Slow motions are as likely as fast ones.
Point any_way(float most, Random& random) { return most * random.uniform() * direction(random); }

std::vector<Layer> make_layers(std::span<const Image> pictures, std::span<const Image> textures,
                               const PairOptions& options, Random& random) {
  const bool real = !pictures.empty() && random.chance(static_cast<double>(options.share));
  const auto pick = [&]() -> const Image& {
    const auto from = real || textures.empty() ? pictures : textures;
    return from[random.below(from.size())];
  };
  const Point size{static_cast<float>(options.width), static_cast<float>(options.height)};
  const Point camera = any_way(0.7F * options.most, random);
  std::vector<Layer> layers{{View(pick(), random), Motion(options, 0.5F * size, camera, random), {}}};
  for (std::size_t i = 0, count = random.below(options.layers + 1); i < count; ++i) {
    const Point middle{random.uniform() * size.x, random.uniform() * size.y};
    const Point along =
        random.chance(0.5) ? any_way(0.8F * options.most, random) : camera + any_way(0.3F * options.most, random);
    layers.push_back({View(pick(), random),
                      Motion(options, middle, along, random),
                      {Outline(middle, size.y * between(random, 0.2F, 0.6F), random)}});
  }
  return layers;
}

/// Light that falls on a frame, and the noise of a camera.
struct Light {
  float gain, shift, noise;

  [[nodiscard]] float seen(float value, Random& random) const {
    return gain * value + shift + (noise > 0 ? noise * random.normal() : 0);
  }
};

/// What a pixel of the first frame, or of the second, looks like, and of the first where it goes.
void draw(const std::vector<Layer>& layers, const PairOptions& options, Random& random, std::uint8_t* frames,
          float* flow) {
  const std::size_t pixels = options.height * options.width;
  const Light first{between(random, 0.6F, 1), between(random, 0, 0.15F),
                    random.chance(0.5) ? 0 : 0.02F * random.uniform()};
  const Light second{first.gain * between(random, 0.97F, 1.03F), first.shift + between(random, -0.015F, 0.015F),
                     first.noise};
  for (std::size_t frame = 0; frame < 2; ++frame)
    for (std::size_t i = 0; i < pixels; ++i) {
      const Point p{static_cast<float>(i % options.width), static_cast<float>(i / options.width)};
      Rgb rgb{};
      for (const Layer& layer : layers) {
        const Point at = frame == 0 ? p : layer.motion.source(p);
        const float cover = layer.outline.empty() ? 1 : layer.outline[0].cover(at);
        if (cover <= 0) continue;
        rgb = mix(rgb, layer.view.at(at), cover);
        if (frame != 0 || cover < 0.5F) continue;
        const Point moved = layer.motion.flow(p);
        flow[i] = moved.x;
        flow[pixels + i] = moved.y;
      }
      const Light& light = frame == 0 ? first : second;
      for (float& value : rgb) value = light.seen(value, random);
      std::uint8_t* const to = frames + frame * options.channels * pixels + i;
      if (options.channels == 1) {
        *to = gray_byte(rgb[0], rgb[1], rgb[2]);
      } else {
        for (std::size_t c = 0; c < 3; ++c) to[c * pixels] = gray_byte(rgb[c], rgb[c], rgb[c]);
      }
    }
}

}  // namespace

lutra::Dataset<lutra::Byte> make_pairs(std::span<const Image> pictures, std::span<const Image> textures,
                                       const PairOptions& options, lutra::Seed seed) {
  if (pictures.empty() && textures.empty()) throw lutra::Error("pairs", "make_pairs", "pictures", "none");
  for (const auto& list : {pictures, textures})
    for (const Image& picture : list)
      if (picture.shape.channels != 3 || std::min(picture.shape.height, picture.shape.width) < 2)
        throw lutra::Error("pairs", "make_pairs", "pictures of three channels", to_string(picture.shape));
  const std::size_t pixels = options.height * options.width;
  lutra::Dataset<lutra::Byte> pairs{.shape = {2 * options.channels, options.height, options.width},
                                    .target_size = 2 * pixels};
  pairs.values.resize(options.count * pairs.shape.size());
  pairs.targets.resize(options.count * pairs.target_size);
  lutra::parallel_for(lutra::thread_count(options.threads), options.count, [&](std::size_t i) {
    Random random(seed, i);
    const std::vector<Layer> layers = make_layers(pictures, textures, options, random);
    draw(layers, options, random, pairs.values.data() + i * pairs.shape.size(),
         pairs.targets.data() + i * pairs.target_size);
  });
  return pairs;
}

}  // namespace examples
