#define BOOST_TEST_MODULE dense
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/to_real.hpp>
#include <vector>

#include "support/gradient_check.hpp"
#include "support/network_check.hpp"

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

BOOST_AUTO_TEST_CASE(codes_bits_and_counts_are_read_as_what_they_stand_for) {
  const auto same = [](auto net, auto with_reals) {
    const auto found = lutra::test::answers(net, lutra::test::random_samples<decltype(net)>(70, 5));
    const auto expected = lutra::test::answers(with_reals, lutra::test::random_samples<decltype(with_reals)>(70, 5));
    for (std::size_t i = 0; i < found.size(); ++i) BOOST_TEST(std::abs(found[i] - expected[i]) < 1e-5);
  };
  using Codes = Signal<Byte, Shape{7, 1, 1}>;
  using Bits = Signal<Bit, Shape{33, 1, 1}>;
  same(bind<Codes>(Dense<3>{}), bind<Codes>(ToReal{} | Dense<3>{}));
  same(bind<Bits>(Dense<3>{}), bind<Bits>(ToReal{} | Dense<3>{}));
  same(bind<Bits>(GroupSum<11>{} | Dense<3>{}), bind<Bits>(GroupSum<11>{} | ToReal{} | Dense<3>{}));
  auto net = bind<Codes>(Dense<3>{});
  lutra::test::check_gradients_of_every_batch(net);
}

namespace {

/// A layer of few-bit weights behind codes, and the float layer with the weights it multiplies by: as both add up
/// straight through, they give the same values and the same gradients.
template <class Weights>
void agrees_with_its_float_twin() {
  using In = Signal<Real, Shape{4, 1, 1}>;
  auto net = bind<In>(Dense<5>{} | Quantize<8>{} | Dense<3, Weights>{}, Seed{3});
  auto twin = bind<In>(Dense<5>{} | Quantize<8>{} | Dense<3>{}, Seed{3});
  const auto values = net.parameters().values(), twins = twin.parameters().values();
  for (std::size_t i = 0; i < 20; ++i) values[i] = twins[i] = 3 * values[i];
  for (std::size_t i = 20; i < 25; ++i) values[i] = twins[i] = 1;  // biases: most codes lie within the range
  const std::size_t rows = Weights::one_scale ? 1 : 3, row = 15 / rows;
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<float> whole(row);
    const float scale = Weights::quantize(values.subspan(25 + r * row, row), whole.data());
    for (std::size_t i = 0; i < row; ++i) twins[25 + r * row + i] = scale * whole[i];
    const float factor = scale * (2.0F / 255);  // of one scale, biases are whole, too
    if (Weights::one_scale)
      for (std::size_t o = 40; o < 43; ++o) twins[o] = factor * std::round(values[o] / factor);
  }
  const auto samples = lutra::test::random_samples<decltype(net)>(70, 1);
  const auto weights = lutra::test::loss_weights<decltype(net)>(70, 1);
  const auto found = lutra::test::gradients_of(net, samples, weights);
  const auto twin_samples = lutra::test::random_samples<decltype(twin)>(70, 1);
  const auto expected = lutra::test::gradients_of(twin, twin_samples, weights);
  for (std::size_t i = 0; i < found.size(); ++i)
    BOOST_TEST(std::abs(found[i] - expected[i]) < 1e-4F * (1 + std::abs(expected[i])), Weights::name() << ", " << i);
  const auto answers = lutra::test::answers(net, samples), twin_answers = lutra::test::answers(twin, twin_samples);
  for (std::size_t i = 0; i < answers.size(); ++i) BOOST_TEST(std::abs(answers[i] - twin_answers[i]) < 1e-5);
}

}  // namespace

BOOST_AUTO_TEST_CASE(weights_of_few_bits_pass_gradients_straight_through) {
  agrees_with_its_float_twin<BinaryWeights>();
  agrees_with_its_float_twin<TernaryWeights>();
  agrees_with_its_float_twin<FewBitWeights<4>>();
  agrees_with_its_float_twin<OneScale<FewBitWeights<3>>>();
}

BOOST_AUTO_TEST_CASE(a_layer_says_what_weights_it_has) {
  using Few = Dense<3, FewBitWeights<4>>;
  BOOST_TEST(Dense<3>::name() == "Dense<3>");
  BOOST_TEST(Few::name() == "Dense<3, FewBitWeights<4>>");
}

BOOST_AUTO_TEST_CASE(binary_weights_stay_where_a_sign_can_change) {
  auto net = bind<Signal<Bit, Shape{4, 1, 1}>>(Dense<3, BinaryWeights>{});
  BOOST_TEST(net.parameters().blocks()[0].lower == -1.0F);
  BOOST_TEST(net.parameters().blocks()[0].upper == 1.0F);
}
