#define BOOST_TEST_MODULE dense
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/dense.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;

namespace {

auto small_net() { return bind<Signal<Real, Shape{2, 1, 1}>>(Dense<3>{}, Seed{1}); }

}  // namespace

BOOST_AUTO_TEST_CASE(an_output_is_a_row_of_weights_times_the_input_and_a_bias) {
  auto net = small_net();
  const std::vector<float> parameters{1, 2, 3, 4, 5, 6, 0.5F, -1, 0};  // three rows of weights, then the bias
  std::copy(parameters.begin(), parameters.end(), net.parameters().values().begin());
  const std::vector<float> sample{10, -1};
  const float* const pointer = sample.data();
  const auto out = net.forward(std::span(&pointer, 1));
  BOOST_TEST(out.row(0)[0] == 8.5F);
  BOOST_TEST(out.row(1)[0] == 25.0F);
  BOOST_TEST(out.row(2)[0] == 44.0F);
}

BOOST_AUTO_TEST_CASE(weights_start_uniform_within_one_over_the_root_of_the_inputs) {
  auto net = bind<Signal<Real, Shape{100, 1, 1}>>(Dense<50>{}, Seed{3});
  const auto values = net.parameters().values();
  BOOST_TEST(values.size() == 50 * 100 + 50);
  BOOST_TEST(*std::max_element(values.begin(), values.end()) <= 0.1F);
  BOOST_TEST(*std::max_element(values.begin(), values.end()) > 0.099F);
  BOOST_TEST(*std::min_element(values.begin(), values.end()) >= -0.1F);
  BOOST_TEST(*std::min_element(values.begin(), values.end()) < -0.099F);
}

BOOST_AUTO_TEST_CASE(biases_do_not_decay) {
  auto net = small_net();
  BOOST_TEST(net.parameters().blocks()[0].decay);
  BOOST_TEST(!net.parameters().blocks()[1].decay);
}

BOOST_AUTO_TEST_CASE(gradients_of_one_layer_are_those_measured) {
  auto net = bind<Signal<Real, Shape{5, 1, 1}>>(Dense<4>{}, Seed{2});
  lutra::test::check_gradients_of_every_batch(net);
}

BOOST_AUTO_TEST_CASE(gradients_reach_the_layer_before) {
  auto net = bind<Signal<Real, Shape{5, 1, 1}>>(Dense<70>{} | Sigmoid{} | Dense<3>{}, Seed{2});
  lutra::test::check_gradients_of_every_batch(net, {.most = 30});
}

BOOST_AUTO_TEST_CASE(an_image_is_read_as_one_long_row_of_values) {
  auto net = bind<Signal<Real, Shape{2, 3, 4}>>(Dense<2>{}, Seed{2});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Real, Shape{2, 1, 1}>>);
  lutra::test::check_gradients(net);
}
