#define BOOST_TEST_MODULE mul_add
#include <array>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <lutra/kernels/mul_add.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;

namespace {

using V = k::Batch<float>;

/// The same number, or both none.
bool same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}

/// Three factors that make rounding hard: any bits at all, near 1, sums that nearly vanish, ties, and results too small
/// to be normal.
std::array<float, 3> hard_case(Random& random) {
  const auto any = [&] { return std::bit_cast<float>(static_cast<std::uint32_t>(random())); };
  const auto near_one = [&] { return 1 + std::ldexp(static_cast<float>(random() % 64), -23); };
  const float a = near_one(), b = near_one(), sign = (random() & 1) != 0 ? 1.0F : -1.0F;
  switch (random() % 6) {
    case 0:
      return {any(), any(), any()};
    case 1:
      return {a, b, sign * near_one()};
    case 2:
      return {a, b, -(a * b) + sign * std::ldexp(near_one(), -static_cast<int>(random() % 60))};
    case 3:
      return {a, b, sign * std::ldexp(near_one(), static_cast<int>(random() % 60))};
    case 4:
      return {a, std::ldexp(b, -static_cast<int>(random() % 30) - 120), sign * std::ldexp(a, -140)};
    default:
      return {std::ldexp(a, 100), sign * std::ldexp(b, static_cast<int>(random() % 40)), any()};
  }
}

template <class Function>
void compare(const Function& function, std::size_t lanes, std::uint64_t seed) {
  Random random(Seed{seed});
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const std::array<std::array<float, 3>, 5> special = {
      {{infinity, 1, 2}, {infinity, 0, 1}, {1, 1, -infinity}, {infinity, 1, -infinity}, {0, -0.0F, -0.0F}}};
  for (std::size_t round = 0; round < 40'000; ++round) {
    alignas(64) float a[16], b[16], c[16], got[16];
    for (std::size_t i = 0; i < lanes; ++i) {
      const auto [x, y, z] = round < special.size() ? special[round] : hard_case(random);
      a[i] = x, b[i] = y, c[i] = z;
    }
    function(a, b, c, got);
    for (std::size_t i = 0; i < lanes; ++i)
      if (!same(got[i], std::fma(a[i], b[i], c[i])))
        BOOST_TEST(false, a[i] << " * " << b[i] << " + " << c[i] << " gave " << got[i]);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_rounds_once) {
  compare([](const float* a, const float* b, const float* c,
             float* to) { k::mul_add(V::load_aligned(a), V::load_aligned(b), V::load_aligned(c)).store_aligned(to); },
          V::size, 1);
}

BOOST_AUTO_TEST_CASE(subtracting_a_product_rounds_once) {
  compare(
      [](const float* a, const float* b, const float* c, float* to) {
        k::neg_mul_add(V::load_aligned(a) ^ V(-0.0F), V::load_aligned(b), V::load_aligned(c)).store_aligned(to);
      },
      V::size, 2);
}

#if defined(__SSE2__)
BOOST_AUTO_TEST_CASE(without_the_instruction_it_gives_the_same_bits) {
  compare(
      [](const float* a, const float* b, const float* c, float* to) {
        using Four = k::Batch<float, xsimd::sse2>;
        k::detail::mul_add_in_double(Four::load_aligned(a), Four::load_aligned(b), Four::load_aligned(c))
            .store_aligned(to);
      },
      4, 3);
}
#endif

BOOST_AUTO_TEST_CASE(lane_by_lane_it_gives_the_same_bits) {
  compare(
      [](const float* a, const float* b, const float* c, float* to) {
        k::detail::mul_add_lanes(V::load_aligned(a), V::load_aligned(b), V::load_aligned(c)).store_aligned(to);
      },
      V::size, 4);
}
