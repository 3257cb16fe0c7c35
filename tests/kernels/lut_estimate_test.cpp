#define BOOST_TEST_MODULE lut_estimate
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/lut_estimate.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::for_every_fan_in;
using lutra::test::Row;

namespace {

/// Hamming distance of two addresses, leaving out bit j.
std::size_t distance_without(std::size_t a, std::size_t b, std::size_t j) {
  return static_cast<std::size_t>(std::popcount((a ^ b) & ~(std::size_t{1} << j)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(derivatives_agree_with_the_sum_over_all_entries) {
  Random random(Seed{1});
  for_every_fan_in([&]<std::size_t N>() {
    for (const float contrast : {0.55F, 0.75F, 0.9F, 1.0F})
      for (std::size_t offset = 0; offset < 3; ++offset) {
        const Row<float> table(k::address_count(N), offset, [&] { return random.uniform(); });
        Row<float> expected(N * k::address_count(N), offset, [] { return 0; }), got = expected;
        k::scalar::lut_derivatives<N>(table.data(), contrast, expected.data());
        k::lut_derivatives<N>(table.data(), contrast, got.data());
        for (std::size_t i = 0; i < got.size(); ++i)
          BOOST_TEST(std::abs(got[i] - expected[i]) < 2e-6, "N " << N << ", contrast " << contrast);
      }
  });
}

BOOST_AUTO_TEST_CASE(at_contrast_one_it_is_the_finite_difference_exactly) {
  Random random(Seed{2});
  for_every_fan_in([&]<std::size_t N>() {
    const Row<float> table(k::address_count(N), 1, [&] { return random.uniform(); });
    Row<float> got(N * k::address_count(N), 1, [] { return 0; });
    k::lut_derivatives<N>(table.data(), 1.0F, got.data());
    for (std::size_t j = 0; j < N; ++j)
      for (std::size_t a = 0; a < k::address_count(N); ++a) {
        const std::size_t bit = std::size_t{1} << j;
        BOOST_TEST(got[j * k::address_count(N) + a] == table[a | bit] - table[a & ~bit]);
      }
  });
}

BOOST_AUTO_TEST_CASE(at_contrast_three_quarters_it_is_the_extended_finite_difference) {
  Random random(Seed{3});
  for_every_fan_in([&]<std::size_t N>() {
    const Row<float> table(k::address_count(N), 0, [&] { return random.uniform(); });
    Row<float> got(N * k::address_count(N), 0, [] { return 0; });
    k::lut_derivatives<N>(table.data(), 0.75F, got.data());
    // dx_j at a = Σ_b ± U[b] α β^H: U = 2W - 1, α = 0.5·0.75^(N-1), β = 1/3, H the distance without bit j
    for (std::size_t j = 0; j < N; ++j)
      for (std::size_t a = 0; a < k::address_count(N); ++a) {
        double sum = 0;
        for (std::size_t b = 0; b < k::address_count(N); ++b) {
          const double u = 2 * static_cast<double>(table[b]) - 1;
          const double weight = 0.5 * std::pow(0.75, static_cast<double>(N - 1)) *
                                std::pow(1.0 / 3, static_cast<double>(distance_without(a, b, j)));
          sum += (b >> j & 1) != 0 ? u * weight : -u * weight;
        }
        BOOST_TEST(std::abs(static_cast<double>(got[j * k::address_count(N) + a]) - sum) < 1e-6);
      }
  });
}

BOOST_AUTO_TEST_CASE(smoothing_agrees_with_the_scalar_reference_to_the_bit_and_keeps_the_sum) {
  Random random(Seed{4});
  for_every_fan_in([&]<std::size_t N>() {
    for (std::size_t offset = 0; offset < 4; ++offset) {
      Row<float> expected(k::address_count(N), offset, [&] { return random.uniform(); }), got = expected;
      double before = 0, after = 0;
      for (std::size_t a = 0; a < got.size(); ++a) before += static_cast<double>(got[a]);
      k::scalar::lut_smooth<N>(expected.data(), 0.75F);
      k::lut_smooth<N>(got.data(), 0.75F);
      BOOST_TEST((got == expected), "N " << N << ", offset " << offset);
      for (std::size_t a = 0; a < got.size(); ++a) after += static_cast<double>(got[a]);
      BOOST_TEST(after == before, boost::test_tools::tolerance(1e-6));
    }
  });
}

BOOST_AUTO_TEST_CASE(a_constant_table_has_no_derivative_and_a_copy_of_one_input_has_one) {
  for_every_fan_in([&]<std::size_t N>() {
    for (std::size_t copied = 0; copied < N; ++copied) {
      const Row<float> table(k::address_count(N), 0,
                             [&, a = std::size_t{0}]() mutable { return (a++ >> copied & 1) != 0 ? 1.0F : 0.0F; });
      Row<float> got(N * k::address_count(N), 0, [] { return 0; });
      k::lut_derivatives<N>(table.data(), 0.75F, got.data());
      for (std::size_t i = 0; i < got.size(); ++i)
        BOOST_TEST(got[i] == (i / k::address_count(N) == copied ? 1.0F : 0.0F));
    }
  });
}
