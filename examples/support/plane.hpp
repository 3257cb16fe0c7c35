#pragma once
// Points of a plane, and what textures and motions are drawn with: directions, smooth numbers, outlines. All of it is
// plain arithmetic, without a maths library.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <lutra/random.hpp>
#include <utility>
#include <vector>

namespace examples {

using lutra::Random;

struct Point {
  float x = 0, y = 0;
  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend Point operator*(float factor, Point a) { return {factor * a.x, factor * a.y}; }
  friend float dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
};

[[nodiscard]] inline float between(Random& random, float low, float high) {
  return low + (high - low) * random.uniform();
}

/// A direction, without a maths library: a point of the disc that is not near its middle.
[[nodiscard]] inline Point direction(Random& random) {
  for (;;) {
    const Point p{between(random, -1, 1), between(random, -1, 1)};
    const float square = dot(p, p);
    if (square > 0.01F && square <= 1) return (1 / std::sqrt(square)) * p;
  }
}

using Rgb = std::array<float, 3>;
[[nodiscard]] inline Rgb color(Random& random) { return {random.uniform(), random.uniform(), random.uniform()}; }
[[nodiscard]] inline Rgb mix(const Rgb& a, const Rgb& b, float share) {
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

}  // namespace examples
