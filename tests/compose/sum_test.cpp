#define BOOST_TEST_MODULE sum
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::answers;
using lutra::test::error_of;

BOOST_AUTO_TEST_CASE(bits_add_up_to_counts) {
  auto net = bind<Signal<Bit, Shape{5, 1, 1}>>((identity + identity) + identity);
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<3>, Shape{5, 1, 1}>>);
  const auto samples = lutra::test::random_samples<decltype(net)>(130, 1);
  const auto out = answers(net, samples);
  for (std::size_t i = 0; i < out.size(); ++i) BOOST_REQUIRE(out[i] == 3 * samples.values[i]);
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(gradients_of_residual_blocks_are_those_measured) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(
      Dense<4>{} | Sigmoid{} | (identity + (StochasticLut<2, 6>{} | StochasticLut<3, 4>{})) | Dense<2>{}, Seed{2});
  lutra::test::check_gradients_of_every_batch(net);
}

BOOST_AUTO_TEST_CASE(gradients_of_nested_sums_and_joins_are_those_measured) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(
      (Dense<4>{} + (Dense<2>{} | concat(identity, Sigmoid{}))) | BatchNorm{} | Sigmoid{} |
          concat(StochasticLut<2, 3>{} + StochasticLut<3, 3>{}, identity + identity) | GroupSum<1>{},
      Seed{2});
  lutra::test::check_gradients(net, {.samples = 65, .step = 1.0 / 512, .tolerance = 1e-2, .except = "bias"});
}

BOOST_AUTO_TEST_CASE(both_branches_of_bits_get_the_gradient_of_the_sum) {
  auto net = bind<Signal<Bit, Shape{8, 1, 1}>>(StochasticLut<3, 4>{} + StochasticLut<2, 4>{}, Seed{2});
  const auto samples = lutra::test::random_samples<decltype(net)>(65, 1);
  const auto dy = lutra::test::loss_weights<decltype(net)>(65, 1);
  const auto gradients = lutra::test::gradients_of(net, samples, dy);
  float all = 0, first = 0, second = 0;
  for (const float r : dy) all += r;
  for (std::size_t i = 0; i < 32; ++i) first += gradients[i];
  for (std::size_t i = 32; i < 48; ++i) second += gradients[i];
  BOOST_TEST(std::abs(first - all) < 1e-4F);
  BOOST_TEST(std::abs(second - all) < 1e-4F);
}

BOOST_AUTO_TEST_CASE(sums_of_every_width_freeze) {
  using In = Signal<Bit, Shape{6, 1, 1}>;
  const auto check = [](auto net) { lutra::test::check_freezes_exactly(net); };
  check(bind<In>(identity + StochasticLut<3, 6>{}, Seed{1}));
  check(bind<In>((identity + StochasticLut<3, 6>{}) + StochasticLut<2, 6>{}, Seed{1}));
  check(bind<In>((identity + StochasticLut<3, 6>{}) | GroupSum<2>{} | Argmax{}, Seed{1}));
  check(bind<In>((identity + identity) + (identity + (identity + identity))));
  check(bind<In>((GroupSum<3>{} + GroupSum<3>{}) | Argmax{}));
  check(bind<In>((identity + StochasticLut<3, 6>{}) | Binarize{} | StochasticLut<6, 4>{}, Seed{1}));
  check(bind<In>(concat(identity + identity, (identity + identity) + identity) | GroupSum<4>{}));
}

BOOST_AUTO_TEST_CASE(a_joined_branch_can_be_added) {
  auto net =
      bind<Signal<Bit, Shape{6, 1, 1}>>(concat(StochasticLut<2, 2>{}, StochasticLut<3, 4>{}) + identity, Seed{3});
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(counts_of_different_scales_are_refused) {
  using In = Signal<Bit, Shape{12, 1, 1}>;
  BOOST_TEST(error_of([] { (void)bind<In>(GroupSum<4>{.temperature = 2} + GroupSum<4>{.temperature = 4}); }) ==
             "a + b (branches whose counts have different scales): expected 0.500000, got 0.250000");
  BOOST_TEST(!error_of([] { (void)bind<In>(GroupSum<12>{.temperature = 2} + identity); }).empty());
}
