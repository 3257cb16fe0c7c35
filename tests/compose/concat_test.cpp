#define BOOST_TEST_MODULE concat
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <string>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::answers;
using lutra::test::error_of;

BOOST_AUTO_TEST_CASE(branches_read_the_same_input_and_lie_one_after_another) {
  auto net = bind<Signal<Byte, Shape{1, 1, 2}>>(concat(Thermometer<1>{}, Binarize{.threshold = 10}, Thermometer<3>{}));
  const auto samples = lutra::test::random_samples<decltype(net)>(65, 1);
  const auto out = answers(net, samples);
  for (std::size_t s = 0; s < 65; ++s)
    for (std::size_t pixel = 0; pixel < 2; ++pixel) {
      const unsigned value = samples[s][pixel];
      const unsigned thresholds[] = {128, 10, 64, 128, 192};
      for (std::size_t c = 0; c < 5; ++c)
        BOOST_REQUIRE(out[s * 10 + c * 2 + pixel] == (value >= thresholds[c] ? 1 : 0));
    }
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(gradients_of_joined_branches_are_those_measured) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(
      Dense<5>{} | Sigmoid{} | concat(identity, StochasticLut<2, 4>{} | StochasticLut<3, 2>{}, Dense<1>{}) | Dense<2>{},
      Seed{2});
  lutra::test::check_gradients_of_every_batch(net);
}

BOOST_AUTO_TEST_CASE(branches_bind_from_left_to_right) {
  auto net = bind<Signal<Bit, Shape{6, 1, 1}>>(
      concat(StochasticLut<2, 4>{}, StochasticLut<3, 2>{}) | StochasticLut<2, 5>{}, Seed{2});
  lutra::test::check_freezes_exactly(net);
  BOOST_TEST(net.layers()[0].name == "StochasticLut<2, 4>");
  BOOST_TEST(net.parameters().blocks()[1].name == "2 StochasticLut<3, 2>.table");
}

BOOST_AUTO_TEST_CASE(counts_of_one_scale_are_joined_as_the_wider_count) {
  auto net = bind<Signal<Bit, Shape{12, 1, 1}>>(concat(GroupSum<4>{.temperature = 2}, GroupSum<2>{.temperature = 2}) |
                                                GroupSum<3>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<12>, Shape{3, 1, 1}>>);
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(counts_of_different_scales_are_refused) {
  using In = Signal<Bit, Shape{12, 1, 1}>;
  BOOST_TEST(error_of([] { (void)bind<In>(concat(GroupSum<4>{.temperature = 2}, GroupSum<2>{.temperature = 4})); }) ==
             "concat (branches whose counts have different scales): expected 0.500000, got 0.250000");
}

BOOST_AUTO_TEST_CASE(a_branch_may_be_the_input_itself) {
  auto net = bind<Signal<Bit, Shape{7, 1, 1}>>(concat(identity, StochasticLut<3, 5>{}, identity), Seed{2});
  lutra::test::check_freezes_exactly(net);
  auto alone = bind<Signal<Bit, Shape{7, 1, 1}>>(concat(identity));
  lutra::test::check_freezes_exactly(alone);
}

BOOST_AUTO_TEST_CASE(a_scale_of_one_branch_does_not_reach_the_next) {
  auto net = bind<Signal<Bit, Shape{12, 1, 1}>>(
      GroupSum<6>{.temperature = 2} |
      concat(GroupSum<3>{.temperature = 4} | Binarize{.threshold = 0.25F}, Binarize{.threshold = 0.5F}));
  BOOST_TEST(net.scale() == 1.0F);
  lutra::test::Samples<decltype(net)> samples{{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, {}};
  samples.pointers = {samples.values.data()};
  BOOST_TEST(answers(net, samples) == (std::vector<double>{0, 0, 1, 1, 0, 0, 0, 0, 1}),
             boost::test_tools::per_element());
  lutra::test::check_freezes_exactly(net);
}
