#define BOOST_TEST_MODULE binary_depthwise
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/thermometer.hpp>

#include "support/gradient_check.hpp"

using namespace lutra;
using namespace lutra::test;

BOOST_AUTO_TEST_CASE(an_output_channel_depends_on_its_own_input_channel_alone) {
  auto net = bind<Signal<Bit, Shape{3, 6, 5}>>(BinaryDepthwise<4>{}, Seed{2});
  static_assert(decltype(net)::Output::shape == Shape{12, 6, 5});
  auto batch = random_samples<decltype(net)>(64, 1);
  const auto before = answers(net, batch);
  for (std::size_t s = 0; s < 64; ++s)
    for (std::size_t i = 30; i < 60; ++i) batch.values[s * 90 + i] ^= 1;  // the second channel
  const auto after = answers(net, batch);
  std::size_t changed[3] = {};
  for (std::size_t i = 0; i < before.size(); ++i) changed[i % 360 / 120] += before[i] != after[i];
  BOOST_TEST(changed[0] == 0);
  BOOST_TEST(changed[1] > 0);
  BOOST_TEST(changed[2] == 0);
  check_freezes_exactly(net, 20);
}

BOOST_AUTO_TEST_CASE(kernels_strides_and_borders_are_those_of_convolve) {
  auto net = bind<Signal<Bit, Shape{2, 7, 8}>>(BinaryDepthwise<2, Kernel<2, 3>, Stride<2>>{}, Seed{2});
  static_assert(decltype(net)::Output::shape == Shape{4, 3, 3});
  check_freezes_exactly(net, 20);
}

BOOST_AUTO_TEST_CASE(a_root_reads_the_nodes_of_its_own_tree) {
  auto net = bind<Signal<Bit, Shape{50}>>(lut_trees<4, 5>(), Seed{2});
  static_assert(decltype(net)::Output::shape == Shape{5});
  const auto& roots = net.parameters().integer_buffers()[1].values;
  for (std::size_t pin = 0; pin < roots.size(); ++pin) BOOST_TEST(roots[pin] / 4 == pin / 4);
  check_freezes_exactly(net, 65);
}

BOOST_AUTO_TEST_CASE(a_whole_image_network_freezes_exactly) {
  constexpr auto expression = Thermometer<2>{} | pointwise(lut_trees<2, 6>()) | BinaryDepthwise<2>{} |
                              pointwise(StochasticLut<6, 10>{}) | OrPool<2>{} | convolve<Kernel<3>>(lut_trees<6, 8>()) |
                              GroupSum<4>{.temperature = 3};
  auto net = bind<Signal<Byte, Shape{1, 8, 8}>>(expression, Seed{5});
  check_freezes_exactly(net, 65);
}
