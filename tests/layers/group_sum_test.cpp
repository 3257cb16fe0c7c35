#define BOOST_TEST_MODULE group_sum
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <string>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::random_samples;

BOOST_AUTO_TEST_CASE(each_group_counts_its_own_run_of_bits) {
  auto net = bind<Signal<Bit, Shape{70, 1, 1}>>(GroupSum<10>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<7>, Shape{10, 1, 1}>>);
  const auto samples = random_samples<decltype(net)>(65, 1);
  const auto out = net.forward(samples.pointers);
  for (std::size_t s = 0; s < 65; ++s)
    for (std::size_t group = 0; group < 10; ++group) {
      float expected = 0;
      for (std::size_t i = 0; i < 7; ++i) expected += static_cast<float>(samples[s][group * 7 + i]);
      BOOST_REQUIRE(out.row(group)[s] == expected);
    }
}

BOOST_AUTO_TEST_CASE(a_count_stands_for_itself_over_the_temperature) {
  using In = Signal<Bit, Shape{16, 1, 1}>;
  BOOST_TEST(bind<In>(GroupSum<2>{.temperature = 4}).scale() == 0.25F);
  BOOST_TEST(bind<In>(GroupSum<1>{}).scale() == 0.25F, "the default is the root of the values in a group");
  BOOST_TEST(bind<In>(GroupSum<4>{}).scale() == 0.5F);
  BOOST_TEST(bind<In>(GroupSum<8>{.temperature = 2} | GroupSum<2>{.temperature = 8}).scale() == 1.0F / 16);
}

BOOST_AUTO_TEST_CASE(a_temperature_below_zero_is_refused) {
  using In = Signal<Bit, Shape{16, 1, 1}>;
  for (const float temperature :
       {-1.0F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    BOOST_CHECK_THROW((void)bind<In>(GroupSum<2>{.temperature = temperature}), Error);
}

BOOST_AUTO_TEST_CASE(counts_of_counts_are_counts) {
  auto net = bind<Signal<Bit, Shape{30, 1, 1}>>(GroupSum<6>{} | GroupSum<2>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<15>, Shape{2, 1, 1}>>);
  const auto samples = random_samples<decltype(net)>(65, 1);
  const auto out = net.forward(samples.pointers);
  for (std::size_t s = 0; s < 65; ++s) {
    float expected = 0;
    for (std::size_t i = 15; i < 30; ++i) expected += static_cast<float>(samples[s][i]);
    BOOST_REQUIRE(out.row(1)[s] == expected);
  }
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(reals_are_divided_by_the_temperature) {
  auto net = bind<Signal<Real, Shape{4, 1, 1}>>(GroupSum<2>{.temperature = 4});
  BOOST_TEST(net.scale() == 1.0F);
  const float sample[] = {1, 2, -3, 5};
  const float* const pointer = sample;
  const auto out = net.forward(std::span(&pointer, 1));
  BOOST_TEST(out.row(0)[0] == 0.75F);
  BOOST_TEST(out.row(1)[0] == 0.5F);
}

BOOST_AUTO_TEST_CASE(gradients_of_reals_are_those_measured) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(Dense<6>{} | Sigmoid{} | GroupSum<2>{} | GroupSum<1>{.temperature = 3},
                                                Seed{2});
  lutra::test::check_gradients_of_every_batch(net);
}

// The loss is linear in what a table entry that flips adds to its group: dy times the scale.
BOOST_AUTO_TEST_CASE(bits_get_the_gradient_of_their_group_over_the_temperature) {
  auto net = bind<Signal<Bit, Shape{8, 1, 1}>>(StochasticLut<2, 6>{} | GroupSum<2>{.temperature = 5}, Seed{2});
  auto bare = bind<Signal<Bit, Shape{8, 1, 1}>>(StochasticLut<2, 6>{}, Seed{2});
  const auto samples = random_samples<decltype(net)>(65, 1);
  const lutra::test::Samples<decltype(bare)> same{samples.values, samples.pointers};
  const auto dy = lutra::test::loss_weights<decltype(net)>(65, 1);
  std::vector<float> spread(65 * 6);
  for (std::size_t i = 0; i < spread.size(); ++i) spread[i] = dy[i / 6 * 2 + i % 6 / 3] * (1 / 5.0F);
  const auto found = lutra::test::gradients_of(net, samples, dy);
  const auto expected = lutra::test::gradients_of(bare, same, spread);
  for (std::size_t i = 0; i < found.size(); ++i) BOOST_TEST(std::abs(found[i] - expected[i]) < 1e-5F);
}

BOOST_AUTO_TEST_CASE(a_number_of_groups_known_at_run_time_leaves_the_rest_at_zero) {
  auto net = bind<Signal<Bit, Shape{20, 1, 1}>>(RuntimeGroupSum<8>{.groups = 3});
  static_assert(decltype(net)::Output::shape == Shape{8, 1, 1});
  const auto samples = random_samples<decltype(net)>(65, 1);
  const auto out = net.forward(samples.pointers);
  for (std::size_t s = 0; s < 65; ++s) {
    float expected = 0;
    for (std::size_t i = 12; i < 18; ++i) expected += static_cast<float>(samples[s][i]);
    BOOST_REQUIRE(out.row(2)[s] == expected);
    for (std::size_t group = 3; group < 8; ++group) BOOST_REQUIRE(out.row(group)[s] == 0);
  }
  using In = Signal<Bit, Shape{4, 1, 1}>;
  BOOST_CHECK_THROW((void)bind<In>(RuntimeGroupSum<8>{.groups = 0}), Error);
  BOOST_CHECK_THROW((void)bind<In>(RuntimeGroupSum<8>{.groups = 5}), Error);
  BOOST_CHECK_THROW((void)bind<In>(RuntimeGroupSum<3>{.groups = 4}), Error);
}
