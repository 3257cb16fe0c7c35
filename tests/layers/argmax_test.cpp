#define BOOST_TEST_MODULE argmax
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/convolve.hpp>
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

BOOST_AUTO_TEST_CASE(at_the_end_of_a_convolution_it_gives_a_class_for_each_place) {
  auto net = bind<Signal<Bit, Shape{2, 4, 5}>>(
      convolve<Kernel<3>, Same>(StochasticLut<4, 12>{}) | pointwise(GroupSum<3>{} | Argmax{}), Seed{3});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Class<3>, Shape{3, 4, 5}>>);
  lutra::test::check_freezes_exactly(net);
  const Circuit circuit = freeze(net);
  BOOST_TEST(circuit.is_classifier());
  BOOST_TEST((circuit.output() == circuits::Type{{1, 4, 5}, 2}));

  const auto samples = lutra::test::random_samples<decltype(net)>(70, 5);
  std::vector<std::uint32_t> classes(70 * 20);
  Engine(circuit).classify(samples.values, classes);
  const auto expected = lutra::test::answers(net, samples);
  BOOST_TEST(std::equal(expected.begin(), expected.end(), classes.begin(), classes.end()));
  BOOST_TEST(lutra::test::answers(unroll(circuit), samples) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(windows_that_stride_and_leave_a_border_have_classes_too) {
  auto strided = bind<Signal<Bit, Shape{2, 5, 7}>>(
      convolve<Kernel<3>, Stride<2>>(StochasticLut<6, 8>{} | GroupSum<4>{} | Argmax{}), Seed{1});
  static_assert(std::is_same_v<decltype(strided)::Output, Signal<Class<4>, Shape{4, 2, 3}>>);
  lutra::test::check_freezes_exactly(strided);
  auto bordered = bind<Signal<Bit, Shape{1, 3, 4}>>(
      convolve<Kernel<2>, Same>(StochasticLut<4, 6>{} | GroupSum<2>{} | Argmax{}), Seed{2});
  lutra::test::check_freezes_exactly(bordered);
}

BOOST_AUTO_TEST_CASE(gradients_pass_through_unchanged) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(Dense<4>{} | Sigmoid{} | Argmax{}, Seed{1});
  lutra::test::check_gradients_of_every_batch(net);
  auto image = bind<Signal<Real, Shape{2, 3, 4}>>(
      convolve<Kernel<2>>(Dense<4>{} | Sigmoid{}) | pointwise(Dense<3>{} | Argmax{}), Seed{1});
  lutra::test::check_gradients(image, {.most = 20});
}
