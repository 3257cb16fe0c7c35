#define BOOST_TEST_MODULE space_to_depth
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/space_to_depth.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

/// Every value lies where the sentence in the header says, and comes back.
template <class Kind>
void check_blocks() {
  constexpr Shape image{3, 4, 6};
  auto deep = bind<Signal<Kind, image>>(SpaceToDepth<2>{});
  static_assert(std::is_same_v<typename decltype(deep)::Output, Signal<Kind, Shape{12, 2, 3}>>);
  const auto samples = random_samples<decltype(deep)>(65, 3);
  const auto out = deep.forward(samples.pointers);
  std::size_t wrong = 0;
  for (std::size_t s = 0; s < 65; ++s)
    for (std::size_t i = 0; i < out.rows; ++i) {
      const std::size_t x = i % 3, y = i / 3 % 2, k = i / 6 % 4, c = i / 24;
      const auto pixel = samples[s][(c * 4 + 2 * y + k / 2) * 6 + 2 * x + k % 2];
      wrong += value_at(out, i, s) != static_cast<double>(pixel);
    }
  BOOST_TEST(wrong == 0U);
  auto both = bind<Signal<Kind, image>>(SpaceToDepth<2>{} | DepthToSpace<2>{});
  static_assert(std::is_same_v<typename decltype(both)::Output, Signal<Kind, image>>);
  const auto back = both.forward(samples.pointers);
  for (std::size_t s = 0; s < 65; ++s)
    for (std::size_t i = 0; i < image.size(); ++i) wrong += value_at(back, i, s) != static_cast<double>(samples[s][i]);
  BOOST_TEST(wrong == 0U);
  if constexpr (!std::is_same_v<Kind, Real>) {
    check_freezes_exactly(deep);
    check_freezes_exactly(both);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(blocks_become_channels_and_channels_blocks) {
  check_blocks<Bit>();
  check_blocks<Byte>();
  check_blocks<Level<12>>();
  check_blocks<Real>();
}

BOOST_AUTO_TEST_CASE(networks_with_both_are_their_circuits_bit_for_bit) {
  constexpr auto expression = pointwise(Thermometer<2>{}) | SpaceToDepth<2>{} | pointwise(StochasticLut<6, 12>{}) |
                              DepthToSpace<2>{} | convolve<Kernel<3>, Same>(StochasticLut<6, 8>{} | GroupSum<4>{}) |
                              SpaceToDepth<2>{} | DepthToSpace<4>{};
  auto net = bind<Signal<Byte, Shape{1, 4, 6}>>(expression, Seed{2});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<2>, Shape{1, 8, 12}>>);
  check_freezes_exactly(net);
  const Circuit circuit = freeze(net);
  const auto samples = random_samples<decltype(net)>(70, 1);
  std::vector<std::uint32_t> found(70 * 96);
  Engine(circuit).run(samples.values, found);
  const auto expected = answers(net, samples);
  BOOST_TEST(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
  BOOST_TEST(answers(unroll(circuit), samples) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_are_those_of_finite_differences) {
  auto net = bind<Signal<Real, Shape{2, 4, 2}>>(convolve<Kernel<1>>(Dense<4>{} | Sigmoid{}) | SpaceToDepth<2>{} |
                                                    pointwise(Dense<8>{} | Sigmoid{}) | DepthToSpace<2>{} |
                                                    convolve<Kernel<2>, Same>(Dense<2>{}),
                                                Seed{2});
  check_gradients_of_every_batch(net, {.most = 15});
}

BOOST_AUTO_TEST_CASE(inside_of_a_convolution_windows_overlap_and_gradients_add_up) {
  auto net = bind<Signal<Real, Shape{1, 4, 4}>>(
      pointwise(Dense<2>{} | Sigmoid{}) | convolve<Kernel<2>>(SpaceToDepth<2>{} | Dense<3>{}), Seed{2});
  check_gradients(net, {.most = 20});
}
