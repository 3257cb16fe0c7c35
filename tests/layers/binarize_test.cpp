#define BOOST_TEST_MODULE binarize
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <lutra/compose.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <string>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// One bit a value, as text.
template <class Kind>
std::string bits_of(const std::vector<element_t<Kind>>& values, Binarize layer) {
  auto net = bind<Signal<Kind, Shape{1, 1, 1}>>(layer);
  std::vector<const element_t<Kind>*> samples;
  for (const auto& value : values) samples.push_back(&value);
  const auto out = net.forward(samples);
  std::string text;
  for (std::size_t s = 0; s < values.size(); ++s) text += lutra::test::value_at(out, 0, s) != 0 ? '1' : '0';
  if constexpr (is_code<Kind>) {
    const Circuit circuit = freeze(net);
    for (std::size_t s = 0; s < values.size(); ++s)
      BOOST_TEST(evaluate(circuit, std::span(&values[s], 1))[0] == (text[s] == '1' ? 1U : 0U));
  }
  return text;
}

/// The same for a count of `Values` bits with 0, 1, ... of them set.
template <std::size_t Values>
std::string bits_of_counts(float temperature, Binarize layer) {
  auto net = bind<Signal<Bit, Shape{Values, 1, 1}>>(GroupSum<1>{.temperature = temperature} | layer);
  lutra::test::Samples<decltype(net)> samples;
  for (std::size_t set = 0; set <= Values; ++set)
    for (std::size_t i = 0; i < Values; ++i) samples.values.push_back(i < set);
  for (std::size_t set = 0; set <= Values; ++set) samples.pointers.push_back(samples.values.data() + set * Values);
  const auto found = lutra::test::answers(net, samples);
  BOOST_TEST(lutra::test::answers(freeze(net), samples) == found, boost::test_tools::per_element());
  std::string text;
  for (const double bit : found) text += bit != 0 ? '1' : '0';
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_code_is_1_from_the_threshold_on_and_half_the_range_without_one) {
  BOOST_TEST(bits_of<Byte>({0, 127, 128, 255}, {}) == "0011");
  BOOST_TEST(bits_of<Byte>({0, 9, 10, 255}, {.threshold = 10}) == "0011");
  BOOST_TEST(bits_of<Byte>({0, 9, 10, 255}, {.threshold = 9.5F}) == "0011");
  BOOST_TEST(bits_of<Byte>({0, 9, 10, 255}, {.threshold = 9.0F}) == "0111");
  BOOST_TEST(bits_of<Level<1>>({0, 1}, {}) == "01");
  BOOST_TEST(bits_of<Level<12>>({2047, 2048, 4095}, {}) == "011");
  BOOST_TEST(bits_of<Level<16>>({32767, 32768, 65535}, {}) == "011");
}

BOOST_AUTO_TEST_CASE(thresholds_at_and_beyond_the_ends_are_always_or_never_met) {
  BOOST_TEST(bits_of<Byte>({0, 255}, {.threshold = 0}) == "11");
  BOOST_TEST(bits_of<Byte>({0, 255}, {.threshold = -3}) == "11");
  BOOST_TEST(bits_of<Byte>({0, 255}, {.threshold = -infinity}) == "11");
  BOOST_TEST(bits_of<Byte>({0, 255}, {.threshold = 255}) == "01");
  BOOST_TEST(bits_of<Byte>({0, 255}, {.threshold = 256}) == "00");
  BOOST_TEST(bits_of<Byte>({0, 255}, {.threshold = 1e30F}) == "00");
  BOOST_TEST(bits_of<Byte>({0, 255}, {.threshold = infinity}) == "00");
  BOOST_TEST(bits_of<Level<16>>({0, 65535}, {.threshold = 65535}) == "01");
  BOOST_TEST(bits_of<Level<16>>({0, 65535}, {.threshold = 65536}) == "00");
  BOOST_TEST(bits_of<Level<4>>({0, 15}, {.threshold = 16}) == "00");
}

BOOST_AUTO_TEST_CASE(a_real_is_compared_with_zero_without_a_threshold) {
  BOOST_TEST(bits_of<Real>({-1, -0.0F, 0, 1}, {}) == "0111");
  BOOST_TEST(bits_of<Real>({0.25F, 0.5F}, {.threshold = 0.5F}) == "01");
}

BOOST_AUTO_TEST_CASE(a_count_is_compared_times_its_scale) {
  BOOST_TEST(bits_of_counts<4>(2, {.threshold = 1.5F}) == "00011");
  BOOST_TEST(bits_of_counts<4>(2, {.threshold = 1.4F}) == "00011");
  BOOST_TEST(bits_of_counts<4>(2, {.threshold = 0}) == "11111");
  BOOST_TEST(bits_of_counts<4>(2, {.threshold = 2.5F}) == "00000");
  BOOST_TEST(bits_of_counts<10>(10, {.threshold = 0.3F}) == "00011111111");
}

// 5 · 1/√10 is rounded up, and the quotient of the two is then above 5.
BOOST_AUTO_TEST_CASE(half_the_maximum_is_reached_at_the_half_whatever_the_scale) {
  for (const float temperature : {0.0F, 0.1F, 0.3F, 0.7F, 3.3F, 7.0F, 10.0F, 1e-6F, 1e6F}) {
    BOOST_TEST(bits_of_counts<10>(temperature, {}) == "00000111111");
    BOOST_TEST(bits_of_counts<14>(temperature, {}) == "000000011111111");
    BOOST_TEST(bits_of_counts<5>(temperature, {}) == "000111");
  }
}

BOOST_AUTO_TEST_CASE(a_threshold_that_is_no_number_is_refused) {
  BOOST_CHECK_THROW((void)bits_of<Byte>({0}, {.threshold = std::numeric_limits<float>::quiet_NaN()}), Error);
}

BOOST_AUTO_TEST_CASE(gradients_go_straight_through_within_the_window) {
  auto net = bind<Signal<Real, Shape{1, 1, 1}>>(Dense<1>{} | Binarize{.threshold = 0.5F, .window = 0.25F});
  net.parameters().values()[0] = 1;
  net.parameters().values()[1] = 0;
  lutra::test::Samples<decltype(net)> samples{{0.24F, 0.25F, 0.5F, 0.75F, 0.76F, 9}, {}};
  for (const float& value : samples.values) samples.pointers.push_back(&value);
  const auto gradients = lutra::test::gradients_of(net, samples, {1, 2, 4, 8, 16, 32});
  BOOST_TEST(gradients[1] == 14.0F);
}

BOOST_AUTO_TEST_CASE(the_window_of_a_count_is_measured_in_what_it_stands_for) {
  using In = Signal<Bit, Shape{3, 1, 1}>;
  const auto gradients = [](float window) {
    auto net = bind<In>(StochasticLut<1, 3, ExplicitWiring>{.initial = Initial::pass_through, .wiring = {{0, 1, 2}}} |
                        GroupSum<1>{.temperature = 4} | Binarize{.threshold = 0.5F, .window = window});
    lutra::test::Samples<decltype(net)> samples{{1, 1, 1}, {}};
    samples.pointers = {samples.values.data()};
    return lutra::test::gradients_of(net, samples, {1.0F});
  };
  BOOST_TEST(gradients(0.25F)[1] == 0.25F);
  BOOST_TEST(gradients(0.2F)[1] == 0.0F);
}
