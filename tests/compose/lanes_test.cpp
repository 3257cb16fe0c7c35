#define BOOST_TEST_MODULE lanes
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>

#include "support/gradient_check.hpp"

using namespace lutra;
using namespace lutra::test;

// Large enough for many bands: as many as threads could take at one time, and where windows meet in turns.
BOOST_AUTO_TEST_CASE(bands_give_the_gradients_of_the_whole_image_on_any_number_of_threads) {
  constexpr auto hard = convolve<Kernel<3>, Same>(StochasticLut<6, 12>{} | StochasticLut<6, 8>{}) |
                        convolve<Kernel<3>>(StochasticLut<4, 12, LearnedWiring<3>>{} | StochasticLut<6, 5>{}) |
                        GroupSum<5>{.temperature = 2};
  auto net = bind<Signal<Bit, Shape{2, 16, 19}>>(hard, Seed{4});
  const auto samples = random_samples<decltype(net)>(130, 6);
  const auto weights = loss_weights<decltype(net)>(130, 7);
  const auto one = gradients_of(net, samples, weights, true, 1);
  BOOST_TEST((gradients_of(net, samples, weights, true, 2) == one));
  BOOST_TEST((gradients_of(net, samples, weights, true, 7) == one));

  constexpr auto soft = convolve<Kernel<3>, Same>(StochasticLut<4, 6>{} | StochasticLut<3, 4>{}) |
                        convolve<Kernel<2>>(Dense<4>{} | Sigmoid{} | StochasticLut<4, 3, LearnedWiring<3>>{});
  auto expectation = bind<Signal<Real, Shape{1, 14, 12}>>(soft, Seed{5});
  const auto real_samples = random_samples<decltype(expectation)>(70, 6);
  const auto real_weights = loss_weights<decltype(expectation)>(70, 7);
  const auto real_one = gradients_of(expectation, real_samples, real_weights, true, 1);
  BOOST_TEST((gradients_of(expectation, real_samples, real_weights, true, 3) == real_one));
}

BOOST_AUTO_TEST_CASE(hard_gradients_are_the_sum_over_all_windows) {
  constexpr auto layers =
      convolve<Kernel<3>>(StochasticLut<6, 12>{} | StochasticLut<6, 6>{}) | convolve<Kernel<2>>(StochasticLut<4, 8>{});
  // The same function, window after window: what two of them have in common is computed and learnt from twice.
  auto net = bind<Signal<Bit, Shape{2, 15, 17}>>(layers, Seed{4});
  auto apart = bind<Signal<Bit, Shape{2, 15, 17}>>(convolve<Kernel<4>>(layers), Seed{4});
  const auto samples = random_samples<decltype(net)>(70, 6);
  const auto weights = loss_weights<decltype(net)>(70, 7);
  const auto got = gradients_of(net, samples, weights);
  const auto expected = gradients_of(apart, random_samples<decltype(apart)>(70, 6), weights);
  BOOST_REQUIRE(got.size() == expected.size());
  double wrong = 0, largest = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    wrong = std::max(wrong, std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i])));
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  BOOST_TEST(largest > 1);
  BOOST_TEST(wrong < 1e-4 * largest);
}

BOOST_AUTO_TEST_CASE(gradients_of_many_bands_are_those_of_finite_differences) {
  constexpr auto soft = convolve<Kernel<3>, Same>(StochasticLut<4, 6>{} | StochasticLut<3, 4>{}) |
                        convolve<Kernel<2>, Stride<2>>(Dense<3>{} | Sigmoid{});
  auto net = bind<Signal<Real, Shape{1, 14, 12}>>(soft, Seed{5});
  check_gradients(net, {.samples = 70, .most = 10});
}
