#define BOOST_TEST_MODULE random
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <lutra/random.hpp>
#include <random>
#include <vector>

using lutra::Random;
using lutra::Seed;

static_assert(std::uniform_random_bit_generator<Random>);
static_assert(Random(Seed{1})() == 0x6ec85f1f8547bc0c, "a draw is a constant expression");

// The expected values were worked out by a second program in another language from the documented formulas.

BOOST_AUTO_TEST_CASE(the_same_seed_and_stream_give_the_same_bits_everywhere) {
  Random random(Seed{1});
  for (const std::uint64_t expected :
       {0x6ec85f1f8547bc0cu, 0x6cf63afcc21a470au, 0x8a27b94cff7526aau, 0xd13756f65520a1ecu})
    BOOST_TEST(random() == expected);
  Random stream(Seed{1}, 7);
  BOOST_TEST(stream() == 0x021abc76927adf56u);
  BOOST_TEST(stream() == 0x886036b338e5fd2fu);
}

BOOST_AUTO_TEST_CASE(floats_are_multiples_of_two_to_the_minus_24) {
  Random random(Seed{2});
  for (const int expected : {11434488, 1076038, 1016596, 8785102})
    BOOST_TEST(random.uniform() == static_cast<float>(expected) / 16777216.0f);
}

BOOST_AUTO_TEST_CASE(uniform_numbers_stay_in_range_and_have_the_right_mean_and_variance) {
  Random random(Seed{10});
  double sum = 0, squares = 0;
  constexpr int draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    const double x = i % 2 == 0 ? static_cast<double>(random.uniform()) : random.uniform_double();
    BOOST_REQUIRE(x >= 0.0);
    BOOST_REQUIRE(x < 1.0);
    sum += x;
    squares += x * x;
  }
  BOOST_TEST(std::abs(sum / draws - 0.5) < 0.003);
  BOOST_TEST(std::abs(squares / draws - 1.0 / 3) < 0.003);
}

BOOST_AUTO_TEST_CASE(bounded_numbers_are_the_documented_ones) {
  Random random(Seed{3});
  for (const std::uint64_t expected : {8, 0, 9, 0, 1, 6, 1, 2, 6, 8, 7, 8}) BOOST_TEST(random.below(10) == expected);
  Random refusing(Seed{0});  // almost half of the draws are refused for this bound
  const std::uint64_t big = (std::uint64_t{1} << 63) + 1;
  for (const std::uint64_t expected : {0x568a9b0b1a2c05ecu, 0x44e5b8b147ef718bu, 0x458563ab55521133u})
    BOOST_TEST(refusing.below(big) == expected);
}

BOOST_AUTO_TEST_CASE(bounded_numbers_are_even) {
  Random random(Seed{11});
  for (const std::size_t n : {1u, 2u, 3u, 7u, 100u}) {
    std::vector<int> seen(n);
    const int each = 2'000;
    for (std::size_t i = 0; i < n * each; ++i) ++seen.at(random.below(n));
    double chi_square = 0;
    for (const int count : seen) chi_square += std::pow(count - each, 2) / each;
    const double freedom = static_cast<double>(n) - 1;
    BOOST_TEST(chi_square < freedom + 5 * std::sqrt(2 * freedom) + 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(a_bound_of_zero_is_refused) {
  Random random(Seed{1});
  BOOST_CHECK_THROW(random.below(0), lutra::Error);
}

BOOST_AUTO_TEST_CASE(normal_numbers_are_the_documented_ones) {
  Random random(Seed{4});
  for (const double expected : {0.5663188402540982, -0.3617880027741194, -1.3530316050164402, -0.6237368602305651,
                                -0.1301723406650126, -0.42488533444702625})
    BOOST_TEST(random.normal() == static_cast<float>(expected));
}

BOOST_AUTO_TEST_CASE(normal_numbers_follow_the_normal_distribution) {
  Random random(Seed{12});
  constexpr int draws = 200'000;
  std::vector<float> values(draws);
  double sum = 0, squares = 0, fourth = 0;
  for (float& x : values) {
    x = random.normal();
    sum += x;
    squares += std::pow(x, 2);
    fourth += std::pow(x, 4);
  }
  BOOST_TEST(std::abs(sum / draws) < 0.01);
  BOOST_TEST(std::abs(squares / draws - 1) < 0.015);
  BOOST_TEST(std::abs(fourth / draws - 3) < 0.1);
  std::sort(values.begin(), values.end());
  double furthest = 0;  // Kolmogorov and Smirnov: 1.95/sqrt(n) is passed by chance once in a thousand seeds
  for (int i = 0; i < draws; ++i) {
    const double expected = 0.5 * std::erfc(-static_cast<double>(values[i]) / std::sqrt(2.0));
    furthest = std::max(furthest, std::abs(expected - (i + 0.5) / draws));
  }
  BOOST_TEST(furthest < 1.95 / std::sqrt(draws));
}

BOOST_AUTO_TEST_CASE(chance_happens_as_often_as_asked) {
  Random random(Seed{13});
  int happened = 0;
  for (int i = 0; i < 100'000; ++i) {
    happened += random.chance(0.3);
    BOOST_REQUIRE(!random.chance(0.0));
    BOOST_REQUIRE(random.chance(1.0));
  }
  BOOST_TEST(std::abs(happened - 30'000) < 800);
}

BOOST_AUTO_TEST_CASE(a_permutation_is_the_documented_one_and_holds_every_number_once) {
  const std::vector<std::size_t> expected{6, 4, 3, 2, 8, 5, 7, 1, 9, 0};
  BOOST_TEST(Random(Seed{5}).permutation(10) == expected, boost::test_tools::per_element());
  auto order = Random(Seed{6}).permutation(1000);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) BOOST_REQUIRE(order[i] == i);
  BOOST_TEST(Random(Seed{6}).permutation(0).empty());
}

BOOST_AUTO_TEST_CASE(every_order_of_three_is_equally_likely) {
  Random random(Seed{14});
  std::array<int, 27> seen{};
  for (int i = 0; i < 60'000; ++i) {
    const auto order = random.permutation(3);
    ++seen[order[0] * 9 + order[1] * 3 + order[2]];
  }
  BOOST_TEST(std::count(seen.begin(), seen.end(), 0) == 21);
  for (const int count : seen)
    if (count != 0) BOOST_TEST(std::abs(count - 10'000) < 450);
}

BOOST_AUTO_TEST_CASE(streams_of_one_seed_are_independent) {
  Random first(Seed{15}, 0), second(Seed{15}, 1);
  int equal_bits = 0;
  for (int i = 0; i < 2'000; ++i) equal_bits += __builtin_popcountll(~(first() ^ second()));
  BOOST_TEST(std::abs(equal_bits - 64'000) < 900);
}

BOOST_AUTO_TEST_CASE(skipping_draws_is_the_same_as_drawing_them) {
  Random drawn(Seed{16}), skipped(Seed{16});
  for (int i = 0; i < 1000; ++i) drawn();
  skipped.skip(1000);
  BOOST_TEST(drawn() == skipped());
}
