#define BOOST_TEST_MODULE upsample
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/upsample.hpp>

#include "support/gradient_check.hpp"
#include "support/unsettled.hpp"

using namespace lutra;
using namespace lutra::test;

BOOST_AUTO_TEST_CASE(every_pixel_becomes_a_block_of_its_value) {
  auto net = bind<Signal<Level<4>, Shape{2, 2, 3}>>(Upsample<2>{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Level<4>, Shape{2, 4, 6}>>);
  const auto samples = random_samples<decltype(net)>(70, 3);
  const auto out = net.forward(samples.pointers);
  std::size_t wrong = 0;
  for (std::size_t s = 0; s < 70; ++s)
    for (std::size_t i = 0; i < 48; ++i)
      wrong += value_at(out, i, s) != samples[s][(i / 24 * 2 + i / 6 % 4 / 2) * 3 + i % 6 / 2];
  BOOST_TEST(wrong == 0);
  check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(gradients_are_those_measured) {
  auto net = bind<Signal<Real, Shape{2, 2, 3}>>(pointwise(Dense<3>{}) | Upsample<3>{} | Sigmoid{} | Dense<2>{});
  check_gradients(net);
}

BOOST_AUTO_TEST_CASE(codes_keep_their_scale) {
  freezes<Signal<Byte, Shape{2, 3, 3}>>(convolve<Kernel<3>, Same, Stride<2>>(Dense<3, TernaryWeights>{}) |
                                        Quantize<4>{} | Upsample<2>{} |
                                        convolve<Kernel<3>, Same>(Dense<2, FewBitWeights<4>>{}) | Quantize<8>{});
}
