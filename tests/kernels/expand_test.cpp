#define BOOST_TEST_MODULE expand
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/expand.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::Row;
using lutra::test::signed_uniform;

BOOST_AUTO_TEST_CASE(bits_become_zero_or_the_given_number) {
  Random random(Seed{1});
  for (std::size_t words = 0; words <= 17; ++words)
    for (std::size_t offset = 0; offset < 4; ++offset)
      for (const float one : {1.0F, -0.25F}) {
        const Row<std::uint64_t> bits(words, offset, random);
        Row<float> expected(words * 64, offset, [] { return 9.0F; }), got = expected;
        k::scalar::expand_bits(bits.data(), one, expected.data(), words);
        k::expand_bits(bits.data(), one, got.data(), words);
        BOOST_TEST((got == expected), words << " words, offset " << offset);
      }
}

BOOST_AUTO_TEST_CASE(sums_over_set_bits_agree_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{2});
  constexpr std::size_t most_rows = 19;
  for (std::size_t words = 0; words <= 17; ++words)
    for (std::size_t offset = 0; offset < 4; ++offset) {
      const Row<std::uint64_t> bits(most_rows * words, offset, random);
      const Row<float> values(words * 64, offset, signed_uniform(random));
      const std::uint64_t* rows[most_rows];
      for (std::size_t r = 0; r < most_rows; ++r) rows[r] = bits.data() + r * words;
      for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{4}, std::size_t{8}, most_rows}) {
        Row<float> expected(count, offset, [] { return 0.5F; }), got = expected;
        k::scalar::masked_sums(rows, count, values.data(), words, expected.data());
        k::masked_sums(rows, count, values.data(), words, got.data());
        BOOST_TEST((got == expected), words << " words, offset " << offset << ", " << count << " rows");
        for (std::size_t r = 0; r < count; ++r) {
          double plain = 0.5;
          for (std::size_t s = 0; s < words * 64; ++s)
            plain += (rows[r][s / 64] >> (s % 64) & 1) != 0 ? static_cast<double>(values[s]) : 0;
          BOOST_TEST(std::abs(got[r] - plain) < 1e-3);
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(a_sum_leaves_out_what_is_not_a_number_where_the_bit_is_clear) {
  const std::uint64_t bits = 0xaaaaaaaaaaaaaaaa;
  const std::uint64_t* const rows[8] = {&bits, &bits, &bits, &bits, &bits, &bits, &bits, &bits};
  const Row<float> values(64, 0, [i = 0]() mutable { return i++ % 2 == 0 ? std::nanf("") : 1.0F; });
  std::vector<float> sums(8, 0.0F);
  k::masked_sums(rows, 8, values.data(), 1, sums.data());
  BOOST_TEST(sums == std::vector<float>(8, 32.0F), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dot_products_agree_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{3});
  for (std::size_t samples = 0; samples <= 1024; samples += samples < 128 ? 16 : 64)
    for (std::size_t offset = 0; offset < 4; ++offset) {
      const Row<float> a(samples, offset, signed_uniform(random)), b(samples, 3 - offset, signed_uniform(random));
      const float expected = k::scalar::dot_product(a.data(), b.data(), samples);
      const float got = k::dot_product(a.data(), b.data(), samples);
      BOOST_TEST(std::bit_cast<std::uint32_t>(got) == std::bit_cast<std::uint32_t>(expected),
                 samples << " samples, offset " << offset);
      double plain = 0;
      for (std::size_t s = 0; s < samples; ++s) plain += static_cast<double>(a[s]) * static_cast<double>(b[s]);
      BOOST_TEST(std::abs(got - plain) < 1e-3);
    }
}
