#pragma once
// Random numbers that are the same bits with every compiler and standard library. The distributions of <random> are
// not: the standard leaves their algorithms open. Everything here is integer arithmetic, so neither a maths library nor
// fused multiply-adds can change a draw.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/error.hpp>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace lutra {

/// What makes a run repeatable. A type of its own, so that a seed is never mistaken for a size.
struct Seed {
  std::uint64_t value = 0;
  friend constexpr bool operator==(const Seed&, const Seed&) = default;
};

/// A counter, mixed: draw i of a stream is mix(start + (i+1)·g), g the golden ratio's odd 64 bits (SplitMix64; Steele,
/// Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). Streams of one seed never start at the
/// same place, so every layer or worker takes its own stream, and skip() is as quick as one draw.
/// Also a std::uniform_random_bit_generator. Not for secrets.
class Random {
 public:
  using result_type = std::uint64_t;

  explicit constexpr Random(Seed seed, std::uint64_t stream = 0) noexcept
      : state_(mix(mix(seed.value + golden) ^ mix(stream))) {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

  /// 64 uniform bits.
  constexpr result_type operator()() noexcept { return mix(state_ += golden); }

  /// Leaves out the next `draws` draws of 64 bits.
  constexpr void skip(std::uint64_t draws) noexcept { state_ += draws * golden; }

  /// Uniform in [0, 1): the 2^24 multiples of 2^-24, equally likely. One draw.
  constexpr float uniform() noexcept { return static_cast<float>((*this)() >> 40) * 0x1p-24f; }

  /// Uniform in [0, 1): the 2^53 multiples of 2^-53, equally likely. One draw.
  constexpr double uniform_double() noexcept { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

  /// Uniform in 0..n-1, without bias: draws past the last whole multiple of n are refused. Throws Error when n is 0.
  constexpr std::uint64_t below(std::uint64_t n) {
    if (n == 0) throw Error("random number", "Random::below", "a bound of at least 1", "0");
    for (;;) {
      const std::uint64_t draw = (*this)();
      const std::uint64_t rest = draw % n;
      if (draw - rest <= max() - (n - 1)) return rest;
    }
  }

  /// True with probability p, to the nearest multiple of 2^-53 above it; never when p <= 0, always when p >= 1.
  constexpr bool chance(double p) noexcept { return uniform_double() < p; }

  /// Standard normal (mean 0, variance 1) on a grid of 2^-32, rounded to float. Exact: it compares uniform integers
  /// and needs no logarithm (Karney, "Sampling exactly from the normal distribution", ACM TOMS 42(1), 2016). About
  /// ten draws.
  constexpr float normal() noexcept {
    for (;;) {
      const std::uint64_t whole = normal_whole_part();
      const std::uint64_t fraction = (*this)() >> 32;
      bool accepted = true;
      for (std::uint64_t i = 0; accepted && i <= whole; ++i) accepted = accept_fraction(whole, fraction);
      if (!accepted) continue;
      const double size = static_cast<double>((whole << 32) + fraction) * 0x1p-32;
      return static_cast<float>(((*this)() >> 63) != 0 ? -size : size);
    }
  }

  /// Puts `values` into a uniformly random order (Fisher and Yates, from the last place to the first).
  template <class T>
  constexpr void shuffle(std::span<T> values) {
    for (std::size_t left = values.size(); left > 1; --left) {
      using std::swap;
      swap(values[left - 1], values[static_cast<std::size_t>(below(left))]);
    }
  }
  template <class T>
  constexpr void shuffle(std::vector<T>& values) {
    shuffle(std::span<T>(values));
  }

  /// The numbers 0..n-1 in a uniformly random order.
  std::vector<std::size_t> permutation(std::size_t n) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order);
    return order;
  }

 private:
  static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;

  /// A bijection of 64-bit words in which every bit in moves every bit out (variant 13 of Stafford's mixers).
  static constexpr std::uint64_t mix(std::uint64_t word) noexcept {
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
    return word ^ (word >> 31);
  }

  /// True with probability exp(-1/2): the length of a falling run of uniforms that starts below 1/2 is even.
  constexpr bool half_decay() noexcept {
    std::uint64_t last = std::uint64_t{1} << 63;
    bool even = true;
    for (;; even = !even) {
      const std::uint64_t draw = (*this)();
      if (draw >= last) return even;
      last = draw;
    }
  }

  /// k = 0, 1, 2, ... with probability proportional to exp(-k²/2).
  constexpr std::uint64_t normal_whole_part() noexcept {
    for (;;) {
      std::uint64_t k = 0;
      while (half_decay()) ++k;
      bool accepted = true;  // with exp(-k(k-1)/2), since exp(-k/2) is already in the choice of k
      for (std::uint64_t i = 0; accepted && i < k * (k - 1); ++i) accepted = half_decay();
      if (accepted) return k;
    }
  }

  /// True with probability exp(-x(2k+x)/(2k+2)), x = fraction·2^-32: an even falling run from x, each of whose steps
  /// also has to pass a trial of chance (2k+x)/(2k+2).
  constexpr bool accept_fraction(std::uint64_t k, std::uint64_t fraction) noexcept {
    const std::uint64_t limit = ((2 * k) << 32) + fraction;
    std::uint64_t last = fraction;
    bool even = true;
    for (;; even = !even) {
      const std::uint64_t draw = (*this)();
      const std::uint64_t next = draw >> 32;
      const std::uint64_t trial = draw & 0xFFFFFFFFu;
      if (next >= last || trial * (2 * k + 2) >= limit) return even;
      last = next;
    }
  }

  std::uint64_t state_;
};

}  // namespace lutra
