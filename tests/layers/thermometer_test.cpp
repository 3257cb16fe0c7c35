#define BOOST_TEST_MODULE thermometer
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <functional>
#include <limits>
#include <lutra/compose.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <string>
#include <vector>

#include "support/network_check.hpp"

using namespace lutra;

namespace {

using Thresholds = std::vector<std::uint32_t>;

template <class Net>
const Thresholds& thresholds(Net& net) {
  return net.parameters().integer_buffers()[0].values;
}

/// The thresholds that one column of values gets.
template <std::size_t Bits, class Kind = Byte>
Thresholds quantiles(const std::vector<element_t<Kind>>& values, float slack = 0.25F) {
  auto net = bind<Signal<Kind, Shape{1, 1, 1}>>(Thermometer<Bits>{.spacing = Spacing::quantile, .slack = slack});
  fit_encoders(net, make_dataset<Kind>({1, 1, 1}, values));
  return thresholds(net);
}

}  // namespace

BOOST_AUTO_TEST_CASE(uniform_thresholds_divide_the_range_evenly) {
  auto bytes = bind<Signal<Byte, Shape{2, 1, 1}>>(Thermometer<3>{});
  BOOST_TEST(thresholds(bytes) == (Thresholds{64, 128, 192, 64, 128, 192}), boost::test_tools::per_element());
  auto odd = bind<Signal<Byte, Shape{1, 1, 1}>>(Thermometer<2>{});
  BOOST_TEST(thresholds(odd) == (Thresholds{86, 171}), boost::test_tools::per_element());
  auto codes = bind<Signal<Level<12>, Shape{1, 1, 1}>>(Thermometer<3>{});
  BOOST_TEST(thresholds(codes) == (Thresholds{1024, 2048, 3072}), boost::test_tools::per_element());
  auto wide = bind<Signal<Level<16>, Shape{1, 1, 1}>>(Thermometer<1>{});
  BOOST_TEST(thresholds(wide) == (Thresholds{32768}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_code_gets_the_bits_of_the_thresholds_it_reaches) {
  auto net = bind<Signal<Byte, Shape{1, 1, 1}>>(Thermometer<5>{});
  lutra::test::Samples<decltype(net)> samples;
  for (unsigned code = 0; code < 256; ++code) samples.values.push_back(static_cast<std::uint8_t>(code));
  for (const auto& value : samples.values) samples.pointers.push_back(&value);
  const auto out = net.forward(samples.pointers);
  for (unsigned code = 0; code < 256; ++code)
    for (std::size_t k = 0; k < 5; ++k)
      BOOST_REQUIRE(lutra::test::value_at(out, k, code) == (code >= thresholds(net)[k] ? 1 : 0));
  BOOST_TEST(lutra::test::answers(freeze(net), samples) == lutra::test::answers(net, samples),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_bits_of_an_image_are_channels_of_whole_planes) {
  auto net = bind<Signal<Byte, Shape{2, 2, 3}>>(Thermometer<3>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Bit, Shape{6, 2, 3}>>);
  auto samples = lutra::test::random_samples<decltype(net)>(65, 3);
  const auto out = net.forward(samples.pointers);
  for (std::size_t s = 0; s < 65; ++s)
    for (std::size_t channel = 0; channel < 2; ++channel)
      for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t pixel = 0; pixel < 6; ++pixel)
          BOOST_REQUIRE(lutra::test::value_at(out, (channel * 3 + k) * 6 + pixel, s) ==
                        (samples[s][channel * 6 + pixel] >= 64 * (k + 1) ? 1 : 0));
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(quantiles_divide_the_values_evenly_at_the_roundest_number_between_two) {
  BOOST_TEST(quantiles<3>({10, 20, 30, 40, 50, 60, 70, 80}) == (Thresholds{24, 48, 64}),
             boost::test_tools::per_element());
  BOOST_TEST(quantiles<1>({40, 10, 30, 20}) == (Thresholds{24}), boost::test_tools::per_element());
  BOOST_TEST(quantiles<1>({7, 8, 8, 7}) == (Thresholds{8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quantiles_move_by_their_slack_to_rounder_numbers) {
  std::vector<std::uint8_t> values;
  for (std::size_t i = 0; i < 200; ++i) values.push_back(static_cast<std::uint8_t>(i));
  BOOST_TEST(quantiles<1>(values, 0) == (Thresholds{100}), boost::test_tools::per_element());
  BOOST_TEST(quantiles<1>(values, 0.01F) == (Thresholds{100}), boost::test_tools::per_element());
  BOOST_TEST(quantiles<1>(values, 0.04F) == (Thresholds{96}), boost::test_tools::per_element());
  BOOST_TEST(quantiles<1>(values, 0.4F) == (Thresholds{128}), boost::test_tools::per_element());
  BOOST_TEST(quantiles<3>(values, 0) == (Thresholds{50, 100, 150}), boost::test_tools::per_element());
  BOOST_TEST(quantiles<3>(values, 0.25F) == (Thresholds{48, 96, 160}), boost::test_tools::per_element());
  // However far they move, they rise.
  for (const float slack : {0.0F, 0.1F, 0.3F, 0.49F}) {
    const Thresholds many = quantiles<40>(values, slack);
    const bool rise = std::adjacent_find(many.begin(), many.end(), std::greater_equal<>()) == many.end();
    BOOST_TEST(rise, "slack " << slack);
    BOOST_TEST(many.back() <= 199U);
  }
}

BOOST_AUTO_TEST_CASE(slack_of_half_a_share_or_more_is_refused) {
  for (const float slack : {-0.1F, 0.5F, std::numeric_limits<float>::quiet_NaN()})
    BOOST_CHECK_THROW(quantiles<1>({1, 2}, slack), Error);
}

BOOST_AUTO_TEST_CASE(many_equal_values_leave_the_thresholds_to_those_above) {
  BOOST_TEST(quantiles<3>({0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3}) == (Thresholds{1, 2, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(quantiles<3>({0, 0, 0, 0, 200, 255}) == (Thresholds{128, 224, 256}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(many_equal_values_at_the_top_are_divided_from_those_below) {
  BOOST_TEST(quantiles<1>({0, 255, 255, 255}) == (Thresholds{128}), boost::test_tools::per_element());
  BOOST_TEST(quantiles<2>({3, 4, 9, 9, 9, 9, 9, 9}) == (Thresholds{8, 256}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_constant_column_meets_no_threshold) {
  BOOST_TEST(quantiles<3>({9, 9, 9, 9}) == (Thresholds{256, 256, 256}), boost::test_tools::per_element());
  BOOST_TEST((quantiles<2, Level<12>>({4095, 4095})) == (Thresholds{4096, 4096}), boost::test_tools::per_element());
  BOOST_TEST((quantiles<2, Level<16>>({0})) == (Thresholds{65536, 65536}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quantiles_are_each_value_s_own_and_survive_in_the_circuit) {
  Random random(Seed{4});
  std::vector<std::uint16_t> values;
  for (std::size_t i = 0; i < 400; ++i)
    values.push_back(static_cast<std::uint16_t>(random.below(i % 4 == 0 ? 16 : 4096)));
  for (const float slack : {0.0F, 0.25F}) {
    auto net = bind<Signal<Level<12>, Shape{2, 1, 2}>>(Thermometer<4>{.spacing = Spacing::quantile, .slack = slack} |
                                                       StochasticLut<4, 9>{});
    fit_encoders(net, make_dataset<Level<12>>({2, 1, 2}, values));
    BOOST_TEST(thresholds(net)[0] < 16U);
    BOOST_TEST(thresholds(net)[1] > 100U);
    for (std::size_t k = 0; k < 4; ++k) {
      int above = 0;
      for (std::size_t s = 0; s < 100; ++s) above += values[4 * s + 3] >= thresholds(net)[8 + 2 * k + 1];
      const int off = std::abs(above - (100 - 20 * (static_cast<int>(k) + 1)));
      BOOST_TEST(off <= static_cast<int>(20 * slack),
                 "with a slack of " << slack << ", threshold " << k << " has " << above << " of 100 values above it");
    }
    lutra::test::check_freezes_exactly(net);
  }
}

BOOST_AUTO_TEST_CASE(quantiles_are_wanted_before_the_first_use) {
  auto net = bind<Signal<Byte, Shape{1, 1, 1}>>(Thermometer<2>{.spacing = Spacing::quantile});
  const std::string expected =
      "quantile thresholds are not fitted (layer 1 Thermometer<2>): expected fit_encoders(net, training data) before "
      "the "
      "first use";
  const auto samples = lutra::test::random_samples<decltype(net)>(1, 1);
  BOOST_TEST(lutra::test::error_of([&] { net.forward(samples.pointers); }) == expected);
  BOOST_TEST(lutra::test::error_of([&] { (void)freeze(net); }) == expected);
  BOOST_CHECK_THROW(fit_encoders(net, Dataset<Byte>{.shape = {1, 1, 1}}), Error);
  BOOST_CHECK_THROW(fit_encoders(net, make_dataset<Byte>({2, 1, 1}, std::vector<std::uint8_t>{1, 2})), Error);
}

BOOST_AUTO_TEST_CASE(uniform_thresholds_look_at_no_data) {
  auto net = bind<Signal<Byte, Shape{1, 1, 1}>>(Thermometer<1>{});
  fit_encoders(net, make_dataset<Byte>({1, 1, 1}, std::vector<std::uint8_t>{1, 2, 3}));
  BOOST_TEST(thresholds(net)[0] == 128U);
}

BOOST_AUTO_TEST_CASE(encoders_in_branches_are_fitted_too) {
  auto net =
      bind<Signal<Byte, Shape{1, 1, 1}>>(concat(Thermometer<1>{.spacing = Spacing::quantile},
                                                Thermometer<1>{.spacing = Spacing::quantile} | StochasticLut<1, 1>{}));
  fit_encoders(net, make_dataset<Byte>({1, 1, 1}, std::vector<std::uint8_t>{1, 1, 2, 2}));
  lutra::test::check_freezes_exactly(net);
}
