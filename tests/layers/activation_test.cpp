#define BOOST_TEST_MODULE activation
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/dense.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;

namespace {

template <class Layer>
std::vector<float> applied(const std::vector<float>& values) {
  auto net = bind<Signal<Real, Shape{1, 1, 1}>>(Layer{});
  std::vector<const float*> samples;
  for (const float& value : values) samples.push_back(&value);
  const auto out = net.forward(samples);
  return {out.row(0), out.row(0) + values.size()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(relu_keeps_what_is_above_zero) {
  BOOST_TEST(applied<Relu>({-2, -0.0F, 0, 0.5F, 3}) == (std::vector<float>{0, 0, 0, 0.5F, 3}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sigmoid_is_one_half_at_zero_and_stays_within_0_and_1) {
  const auto y = applied<Sigmoid>({-1000, -1, 0, 1, 1000});
  BOOST_TEST(y[0] == 0.0F);
  BOOST_TEST(std::abs(y[1] - 0.26894143F) < 1e-6F);
  BOOST_TEST(y[2] == 0.5F);
  BOOST_TEST(std::abs(y[3] - 0.7310586F) < 1e-6F);
  BOOST_TEST(y[4] == 1.0F);
}

BOOST_AUTO_TEST_CASE(the_shape_stays) {
  auto net = bind<Signal<Real, Shape{2, 3, 4}>>(Relu{} | Sigmoid{});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Real, Shape{2, 3, 4}>>);
  BOOST_TEST(net.parameters().values().empty());
}

BOOST_AUTO_TEST_CASE(gradients_through_sigmoid_are_those_measured) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(Dense<4>{} | Sigmoid{}, Seed{5});
  lutra::test::check_gradients_of_every_batch(net);
}

// Few samples and a small step, so that no sum crosses the kink while it is measured.
BOOST_AUTO_TEST_CASE(gradients_through_relu_are_those_measured) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(Dense<4>{} | Relu{} | Dense<2>{}, Seed{5});
  lutra::test::check_gradients(net, {.samples = 7, .step = 1.0 / 1024, .tolerance = 1e-2});
}
