#define BOOST_TEST_MODULE lut_hard_forward
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/kernels/lut_hard_forward.hpp>
#include <support/floats.hpp>
#include <vector>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::for_every_fan_in;
using lutra::test::Row;

BOOST_AUTO_TEST_CASE(every_fan_in_and_length_agrees_with_the_scalar_reference) {
  Random random(Seed{1});
  for_every_fan_in([&]<std::size_t N>() {
    for (std::size_t words = 1; words <= 18; ++words)
      for (std::size_t offset = 0; offset < 3; ++offset) {
        const Row<float> table(k::address_count(N), offset, [&] { return random.uniform(); });
        std::vector<Row<std::uint64_t>> rows;
        std::array<const std::uint64_t*, N> pins;
        for (std::size_t j = 0; j < N; ++j) rows.emplace_back(words, (offset + j) % 3, std::ref(random));
        for (std::size_t j = 0; j < N; ++j) pins[j] = rows[j].data();
        Row<std::uint64_t> expected(words, offset, [] { return 5; }), got = expected;
        k::scalar::lut_hard_forward<N>(table.data(), pins.data(), expected.data(), words);
        k::lut_hard_forward<N>(table.data(), pins.data(), got.data(), words);
        BOOST_TEST((got == expected), "N " << N << ", " << words << " words");
        k::lut_hard_forward<N>(table.data(), pins.data(), rows[N - 1].data(), words);
        for (std::size_t w = 0; w < words; ++w) BOOST_TEST(rows[N - 1][w] == expected[w]);
      }
  });
}

BOOST_AUTO_TEST_CASE(an_entry_of_exactly_one_half_is_not_set) {
  const std::array<float, 4> table{0.5F, std::nextafter(0.5F, 1.0F), std::nextafter(0.5F, 0.0F), 1.0F};
  std::uint64_t bits = 0, expected = 0;
  k::lut_table_bits<2>(table.data(), &bits);
  k::scalar::lut_table_bits<2>(table.data(), &expected);
  BOOST_TEST(bits == 0b1010U);
  BOOST_TEST(expected == 0b1010U);
}
