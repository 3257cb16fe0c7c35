#define BOOST_TEST_MODULE argmax
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;

BOOST_AUTO_TEST_CASE(while_training_it_keeps_the_scores_and_their_scale) {
  auto net = bind<Signal<Bit, Shape{12, 1, 1}>>(GroupSum<3>{.temperature = 2} | Argmax{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Class<3>, Shape{3, 1, 1}>>);
  BOOST_TEST(net.scale() == 0.5F);
  const auto samples = lutra::test::random_samples<decltype(net)>(65, 1);
  const auto out = net.forward(samples.pointers);
  for (std::size_t s = 0; s < 65; ++s)
    BOOST_REQUIRE(lutra::test::value_at(out, 1, s) == samples[s][4] + samples[s][5] + samples[s][6] + samples[s][7]);
}

BOOST_AUTO_TEST_CASE(the_circuit_gives_the_lowest_of_the_best_classes) {
  auto net = bind<Signal<Bit, Shape{6, 1, 1}>>(GroupSum<3>{} | Argmax{});
  const Circuit circuit = freeze(net);
  BOOST_TEST(circuit.is_classifier());
  const auto answer = [&](std::vector<std::uint8_t> sample) {
    return evaluate(circuit, std::span<const std::uint8_t>(sample))[0];
  };
  BOOST_TEST(answer({0, 0, 0, 0, 0, 0}) == 0U);
  BOOST_TEST(answer({1, 0, 0, 1, 0, 1}) == 0U);
  BOOST_TEST(answer({0, 0, 0, 1, 1, 0}) == 1U);
  BOOST_TEST(answer({1, 0, 0, 1, 1, 1}) == 2U);
}

BOOST_AUTO_TEST_CASE(one_class_is_always_class_0) {
  auto net = bind<Signal<Bit, Shape{4, 1, 1}>>(StochasticLut<2, 5>{} | GroupSum<1>{} | Argmax{});
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(gradients_pass_through_unchanged) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(Dense<4>{} | Sigmoid{} | Argmax{}, Seed{1});
  lutra::test::check_gradients_of_every_batch(net);
}
