#define BOOST_TEST_MODULE code_tables
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/kernels/code_tables.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;

BOOST_AUTO_TEST_CASE(a_table_holds_the_sum_of_every_choice_of_four_codes) {
  std::vector<std::uint8_t> codes(7 * 3);
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>(37 * i + 11);
  std::vector<std::uint8_t> tables(2 * 7 * 2 * k::code_table_bytes, 99);
  const std::size_t group = 7 * 2 * k::code_table_bytes;
  k::expand_codes(codes.data(), 3, 7, 2, tables.data(), group, 2);
  for (std::size_t g = 0; g < 2; ++g)
    for (std::size_t i = 0; i < 7; ++i)
      for (std::size_t chosen = 0; chosen < k::code_table_bytes; ++chosen) {
        std::size_t sum = 0;
        for (std::size_t j = 0; j < k::codes_per_byte; ++j)
          sum += (chosen >> j & 1) * (codes[3 * i + g] >> (2 * j) & 3);
        BOOST_TEST(tables[g * group + 2 * i * k::code_table_bytes + chosen] == sum);
        BOOST_TEST(tables[g * group + (2 * i + 1) * k::code_table_bytes + chosen] == 99);  // the other lane's
      }
}

BOOST_AUTO_TEST_CASE(sums_of_pixels_and_of_windows_are_those_of_all_codes) {
  std::mt19937 random(1);
  for (std::size_t blocks = 1; blocks <= 9; ++blocks) {
    constexpr std::size_t pixels = 100;
    std::vector<std::uint8_t> codes(pixels * 4 * blocks);
    for (auto& byte : codes) byte = static_cast<std::uint8_t>(random());
    std::vector<std::int16_t> sums(pixels, 5), out(pixels);
    k::add_pixel_sums(codes.data(), blocks, pixels, 4, sums.data());
    for (std::size_t i = 0; i < pixels; ++i) {
      int sum = 0;
      for (std::size_t c = 0; c < 16 * blocks; ++c) sum += codes[4 * blocks * i + c / 4] >> (2 * (c % 4)) & 3;
      BOOST_TEST(sums[i] == 5 + 4 * sum);
    }
    const std::vector<std::uint32_t> offsets{0, 1, 7};
    k::window_sums(sums.data(), offsets.data(), offsets.size(), std::int16_t{-1}, 60, out.data());
    for (std::size_t i = 0; i < 60; ++i) BOOST_TEST(out[i] == -(sums[i] + sums[i + 1] + sums[i + 7]));
  }
}
