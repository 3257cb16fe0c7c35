#define BOOST_TEST_MODULE max_codes
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/kernels/max_codes.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

namespace {

std::uint8_t larger(std::uint8_t a, std::uint8_t b, bool packed) {
  if (!packed) return std::max(a, b);
  int both = 0;
  for (int shift = 0; shift < 8; shift += 2) both |= std::max(a >> shift & 3, b >> shift & 3) << shift;
  return static_cast<std::uint8_t>(both);
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_code_becomes_the_larger_one_and_nothing_else_changes) {
  std::mt19937 random(1);
  constexpr std::size_t pixels = 5, from_step = 50, to_step = 40;
  for (const bool packed : {false, true})
    for (std::size_t bytes = 0; bytes <= 37; ++bytes) {
      std::vector<std::uint8_t> from(pixels * from_step), to(pixels * to_step);
      for (auto* const values : {&from, &to})
        for (auto& value : *values) value = static_cast<std::uint8_t>(random());
      auto expected = to;
      for (std::size_t i = 0; i < pixels; ++i)
        for (std::size_t b = 0; b < bytes; ++b)
          expected[i * to_step + b] = larger(from[i * from_step + b], to[i * to_step + b], packed);
      k::max_codes(from.data(), from_step, pixels, bytes, packed, to.data(), to_step);
      BOOST_TEST((to == expected), bytes << " bytes");
    }
}
