#define BOOST_TEST_MODULE estimator
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/layers/estimator.hpp>
#include <lutra/random.hpp>
#include <vector>

using namespace lutra;

namespace {

std::vector<float> random_table(std::size_t size, std::uint64_t seed) {
  std::vector<float> table(size);
  Random random(Seed{seed});
  for (float& entry : table) entry = random.uniform();
  return table;
}

}  // namespace

BOOST_AUTO_TEST_CASE(at_contrast_1_the_derivative_is_the_plain_difference) {
  const auto table = random_table(8, 1);
  std::vector<float> derivatives(3 * 8);
  Multilinear{.contrast = 1}.derivatives<3>(table.data(), derivatives.data());
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t a = 0; a < 8; ++a)
      BOOST_TEST(std::abs(derivatives[j * 8 + a] - (table[a | (1u << j)] - table[a & ~(1u << j)])) < 1e-6F);
}

BOOST_AUTO_TEST_CASE(at_contrast_3_quarters_it_is_the_extended_finite_difference) {
  // DWN: alpha · Σ_b sign_j(b) W[b] beta^H, H the distance of the other bits, alpha = 0.75^(N-1), beta = 1/3.
  const auto table = random_table(64, 2);
  std::vector<float> derivatives(6 * 64);
  Multilinear{}.derivatives<6>(table.data(), derivatives.data());
  for (std::size_t j = 0; j < 6; ++j)
    for (std::size_t a = 0; a < 64; ++a) {
      double sum = 0;
      for (std::size_t b = 0; b < 64; ++b) {
        const int distance = std::popcount((a ^ b) & ~(std::size_t{1} << j));
        const double term = std::pow(0.75, 5) * std::pow(1.0 / 3, distance) * static_cast<double>(table[b]);
        sum += (b >> j & 1) != 0 ? term : -term;
      }
      BOOST_TEST(std::abs(static_cast<double>(derivatives[j * 64 + a]) - sum) < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(the_plain_table_gradient_stays_as_it_is) {
  auto sums = random_table(16, 3);
  const auto before = sums;
  Multilinear{}.table_gradient<4>(sums.data());
  BOOST_TEST(sums == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_spread_table_gradient_reaches_every_entry_by_its_distance) {
  for (const float contrast : {0.6F, 0.75F, 1.0F}) {
    const auto before = random_table(16, 4);
    auto sums = before;
    SpreadMultilinear{.contrast = contrast}.table_gradient<4>(sums.data());
    for (std::size_t b = 0; b < 16; ++b) {
      double expected = 0;
      for (std::size_t a = 0; a < 16; ++a) {
        const int distance = std::popcount(a ^ b);
        expected += static_cast<double>(before[a]) * std::pow(static_cast<double>(contrast), 4 - distance) *
                    std::pow(1 - static_cast<double>(contrast), distance);
      }
      BOOST_TEST(std::abs(static_cast<double>(sums[b]) - expected) < 1e-6);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_contrast_that_tells_no_inputs_apart_is_refused_with_the_layer_that_has_it) {
  for (const float contrast : {0.5F, 0.0F, -1.0F, 1.01F, std::nanf("")}) {
    BOOST_CHECK_THROW(Multilinear{.contrast = contrast}.check("3 StochasticLut"), Error);
    BOOST_CHECK_THROW(SpreadMultilinear{.contrast = contrast}.check("3 StochasticLut"), Error);
  }
  for (const float contrast : {0.51F, 0.75F, 1.0F}) Multilinear{.contrast = contrast}.check("");
  try {
    Multilinear{.contrast = 0}.check("3 StochasticLut");
  } catch (const Error& error) {
    BOOST_TEST(error.where() == "layer 3 StochasticLut");
  }
}
