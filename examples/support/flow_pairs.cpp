#include "flow_pairs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <lutra/error.hpp>
#include <lutra/parallel.hpp>
#include <string>
#include <utility>

namespace examples {

namespace {

using lutra::Random;

struct Point {
  float x = 0, y = 0;
  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend Point operator*(float factor, Point a) { return {factor * a.x, factor * a.y}; }
  friend float dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
};

float between(Random& random, float low, float high) { return low + (high - low) * random.uniform(); }

/// A direction, without a maths library: a point of the disc that is not near its middle.
Point direction(Random& random) {
  for (;;) {
    const Point p{between(random, -1, 1), between(random, -1, 1)};
    const float square = dot(p, p);
    if (square > 0.01F && square <= 1) return (1 / std::sqrt(square)) * p;
  }
}

using Rgb = std::array<float, 3>;
Rgb color(Random& random) { return {random.uniform(), random.uniform(), random.uniform()}; }
Rgb mix(const Rgb& a, const Rgb& b, float share) {
  Rgb mixed{};
  for (std::size_t c = 0; c < 3; ++c) mixed[c] = a[c] + share * (b[c] - a[c]);
  return mixed;
}

/// Numbers on a grid, smooth in between.
class Grid {
 public:
  Grid(std::size_t cells, float extent, Random& random)
      : cells_(cells), per_unit_(static_cast<float>(cells) / extent), values_((cells + 2) * (cells + 2)) {
    for (float& value : values_) value = between(random, -1, 1);
  }
  [[nodiscard]] float at(Point p) const {
    const auto [column, right] = split(p.x);
    const auto [row, down] = split(p.y);
    const float* const top = values_.data() + row * (cells_ + 2) + column;
    const float* const bottom = top + cells_ + 2;
    const float above = top[0] + right * (top[1] - top[0]), below = bottom[0] + right * (bottom[1] - bottom[0]);
    return above + down * (below - above);
  }

 private:
  [[nodiscard]] std::pair<std::size_t, float> split(float x) const {
    const float place = std::clamp(x * per_unit_, 0.0F, static_cast<float>(cells_));
    const float whole = std::floor(place), rest = place - whole;
    return {static_cast<std::size_t>(whole), rest * rest * (3 - 2 * rest)};
  }

  std::size_t cells_;
  float per_unit_;
  std::vector<float> values_;
};

/// A convex shape: how far outside of it a point is, in pixels, below 0 inside.
class Outline {
 public:
  Outline(Point middle, float radius, Random& random) {
    const std::size_t sides = 3 + random.below(6);
    for (std::size_t i = 0; i < sides; ++i) {
      const Point normal = direction(random);
      edges_.push_back({normal, dot(normal, middle) + radius * between(random, 0.5F, 1)});
    }
    edges_.push_back({{1, 0}, middle.x + radius});
    edges_.push_back({{-1, 0}, radius - middle.x});
    edges_.push_back({{0, 1}, middle.y + radius});
    edges_.push_back({{0, -1}, radius - middle.y});
  }
  [[nodiscard]] float distance(Point p) const {
    float most = -1e9F;
    for (const Edge& edge : edges_) most = std::max(most, dot(edge.normal, p) - edge.reach);
    return most;
  }
  /// How much of a pixel is covered.
  [[nodiscard]] float cover(Point p) const { return std::clamp(0.5F - distance(p), 0.0F, 1.0F); }

 private:
  struct Edge {
    Point normal;
    float reach;
  };
  std::vector<Edge> edges_;
};

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
