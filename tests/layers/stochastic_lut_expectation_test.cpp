#define BOOST_TEST_MODULE stochastic_lut_expectation
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/to_real.hpp>
#include <utility>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;

namespace {

template <class Body>
void for_each_fan_in(const Body& body) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (body(std::integral_constant<std::size_t, I + 1>{}), ...); }
  (std::make_index_sequence<8>{});
}

/// Probabilities from a few real numbers, so that the gradient of the layer's inputs is seen in the weights in front.
constexpr auto probabilities = Dense<9>{} | Sigmoid{};
using Input = Signal<Real, Shape{3, 1, 1}>;

}  // namespace

BOOST_AUTO_TEST_CASE(at_the_corners_an_expectation_is_the_table) {
  for_each_fan_in([](auto n) {
    constexpr std::size_t addresses = std::size_t{1} << n;
    std::vector<std::uint32_t> pins(n);
    for (std::uint32_t j = 0; j < n; ++j) pins[j] = j;
    auto net =
        bind<Signal<Bit, Shape{n, 1, 1}>>(ToReal{} | StochasticLut<n, 1, ExplicitWiring>{.wiring = {pins}}, Seed{n});
    lutra::test::Samples<decltype(net)> samples;
    for (std::size_t a = 0; a < addresses; ++a)
      for (std::size_t j = 0; j < n; ++j) samples.values.push_back(static_cast<std::uint8_t>(a >> j & 1));
    for (std::size_t a = 0; a < addresses; ++a) samples.pointers.push_back(samples.values.data() + a * n);
    const auto out = net.forward(samples.pointers);
    for (std::size_t a = 0; a < addresses; ++a)
      BOOST_TEST(std::abs(out.row(0)[a] - net.parameters().values()[a]) <= 3e-7F);
    // A table of zeros and ones is met exactly: what a network becomes when it is hardened.
    for (float& w : net.parameters().values()) w = w > 0.5F ? 1.0F : 0.0F;
    const auto hard = net.forward(samples.pointers);
    for (std::size_t a = 0; a < addresses; ++a) BOOST_TEST(hard.row(0)[a] == net.parameters().values()[a]);
  });
}

BOOST_AUTO_TEST_CASE(between_the_corners_it_is_the_mean_over_the_corners) {
  auto net = bind<Signal<Real, Shape{2, 1, 1}>>(StochasticLut<2, 1, ExplicitWiring>{.wiring = {{0, 1}}}, Seed{1});
  const std::vector<float> table{0.1F, 0.9F, 0.4F, 0.2F};
  std::copy(table.begin(), table.end(), net.parameters().values().begin());
  const float sample[] = {0.25F, 0.5F};
  const float* const pointer = sample;
  const float y = net.forward(std::span(&pointer, 1)).row(0)[0];
  BOOST_TEST(std::abs(y - (0.5F * (0.75F * 0.1F + 0.25F * 0.9F) + 0.5F * (0.75F * 0.4F + 0.25F * 0.2F))) < 1e-6F);
}

BOOST_AUTO_TEST_CASE(gradients_with_random_wiring_are_those_measured_for_every_fan_in) {
  for_each_fan_in([](auto n) {
    auto net = bind<Input>(probabilities | StochasticLut<n, 5>{} | GroupSum<1>{}, Seed{n});
    lutra::test::check_gradients(net, {.samples = 65, .most = 30});
  });
}

BOOST_AUTO_TEST_CASE(gradients_with_given_wiring_are_those_measured_even_where_an_input_is_read_twice) {
  auto net = bind<Input>(probabilities | StochasticLut<3, 2, ExplicitWiring>{.wiring = {{4, 4, 0, 8, 1, 8}}}, Seed{3});
  lutra::test::check_gradients_of_every_batch(net);
}

// The scores learn through a straight-through estimate that no difference measures; everything else is exact.
BOOST_AUTO_TEST_CASE(gradients_with_learned_wiring_are_those_measured_but_for_the_scores) {
  for_each_fan_in([](auto n) {
    if constexpr (n % 3 == 1) {
      auto net = bind<Input>(probabilities | StochasticLut<n, 5, LearnedWiring<3>>{}, Seed{n});
      for (float& score : net.parameters().values().subspan(36, n * 5 * 3)) score = 0.1F;
      lutra::test::check_gradients(net, {.samples = 65, .except = "scores", .most = 30});
    }
  });
}

BOOST_AUTO_TEST_CASE(gradients_of_a_deep_expectation_are_those_measured_for_every_batch) {
  auto net = bind<Input>(
      probabilities | StochasticLut<4, 12>{} | StochasticLut<2, 12, LearnedWiring<2>>{} | StochasticLut<6, 4>{},
      Seed{7});
  lutra::test::check_gradients_of_every_batch(net, {.except = "scores", .most = 20});
}

BOOST_AUTO_TEST_CASE(the_first_layer_learns_without_anything_in_front) {
  auto net = bind<Signal<Bit, Shape{6, 1, 1}>>(ToReal{} | StochasticLut<3, 4>{} | StochasticLut<2, 2>{}, Seed{7});
  lutra::test::check_gradients_of_every_batch(net);
}
