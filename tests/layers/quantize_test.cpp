#define BOOST_TEST_MODULE quantize
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/to_real.hpp>
#include <string>
#include <vector>

#include "support/gradient_check.hpp"
#include "support/network_check.hpp"
#include "support/unsettled.hpp"

using namespace lutra;
using lutra::test::error_of;
using lutra::test::freezes;

BOOST_AUTO_TEST_CASE(a_number_becomes_the_nearest_of_equal_steps_within_the_range) {
  auto net = bind<Signal<Real, Shape{7, 1, 1}>>(Quantize<2>{.most = 3});
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Count<3>, Shape{7, 1, 1}>>);
  BOOST_TEST(net.scale() == 1.0F);
  const std::vector<float> sample{-9, 0.49F, 0.5F, 1.49F, 2.5F, 9, std::numeric_limits<float>::quiet_NaN()};
  const float* const pointer = sample.data();
  const auto out = net.forward(std::span(&pointer, 1));
  for (const auto& [i, code] : {std::pair{0, 0.0F}, {1, 0.0F}, {2, 1.0F}, {3, 1.0F}, {4, 3.0F}, {5, 3.0F}, {6, 0.0F}})
    BOOST_TEST(out.row(static_cast<std::size_t>(i))[0] == code, "value " << i);
}

BOOST_AUTO_TEST_CASE(the_gradient_passes_where_the_value_is_within_the_range) {
  auto net = bind<Signal<Real, Shape{1, 1, 1}>>(BatchNorm{} | Quantize<3>{.most = 1});
  const std::vector<float> samples{-0.1F, 0.1F, 0.9F, 1.1F};
  std::vector<const float*> pointers;
  for (const float& sample : samples) pointers.push_back(&sample);
  net.forward(pointers);
  std::fill_n(net.output_gradient().row(0), net.pass().padded(), 0.0F);
  for (std::size_t s = 0; s < 4; ++s) net.output_gradient().row(0)[s] = std::exp2f(static_cast<float>(s));
  net.backward();
  BOOST_TEST(net.parameters().gradients()[1] == 6.0F);  // of beta
}

BOOST_AUTO_TEST_CASE(dense_networks_of_every_kind_of_weights_and_every_width_freeze_exactly) {
  using In = Signal<Byte, Shape{5, 1, 1}>;
  freezes<In>(Dense<7, BinaryWeights>{} | BatchNorm{} | Quantize<1>{} | Dense<3, TernaryWeights>{} | BatchNorm{} |
              Quantize<2>{});
  freezes<In>(Dense<7, TernaryWeights>{} | BatchNorm{} | LeakyRelu{} | Quantize<3>{} | Dense<3, FewBitWeights<2>>{} |
              BatchNorm{} | Relu{} | Quantize<4>{.most = 0.7F});
  freezes<In>(Dense<7, FewBitWeights<8>>{} | BatchNorm{} | Quantize<8>{} | Dense<3, FewBitWeights<4>>{} |
              Quantize<8>{});
}

BOOST_AUTO_TEST_CASE(networks_of_bits_and_few_bit_codes_freeze_exactly) {
  freezes<Signal<Bit, Shape{33, 1, 1}>>(Dense<5, BinaryWeights>{} | BatchNorm{} | Binarize{} |
                                        Dense<4, BinaryWeights>{} | BatchNorm{} | Quantize<4>{});
  freezes<Signal<Level<3>, Shape{3, 1, 1}>>(Dense<33, FewBitWeights<3>>{} | BatchNorm{} | Binarize{.threshold = 0.3F});
}

BOOST_AUTO_TEST_CASE(an_argmax_compares_sums_of_one_scale_exactly) {
  const auto hidden = Dense<9, FewBitWeights<4>>{} | BatchNorm{} | Quantize<2>{};
  freezes<Signal<Byte, Shape{4, 1, 1}>>(hidden | Dense<10, OneScale<FewBitWeights<8>>>{} | Argmax{});
  freezes<Signal<Byte, Shape{4, 1, 1}>>(hidden | Dense<10, OneScale<BinaryWeights>>{} | Argmax{});  // many ties
  freezes<Signal<Byte, Shape{2, 1, 1}>>(Dense<3, OneScale<TernaryWeights>>{} | Argmax{});
}

BOOST_AUTO_TEST_CASE(an_argmax_of_sums_with_a_scale_each_is_refused) {
  auto net = bind<Signal<Byte, Shape{4, 1, 1}>>(Dense<10, BinaryWeights>{} | Argmax{});
  BOOST_TEST(error_of([&] { (void)freeze(net); }).find("OneScale") != std::string::npos);
  auto normed = bind<Signal<Byte, Shape{4, 1, 1}>>(Dense<10, OneScale<BinaryWeights>>{} | BatchNorm{} | Argmax{});
  BOOST_TEST(error_of([&] { (void)freeze(normed); }).find("OneScale") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_answer_of_sums_is_whole_numbers_and_notes_of_what_they_stand_for) {
  auto net = bind<Signal<Byte, Shape{2, 3, 3}>>(pointwise(Dense<4, TernaryWeights>{}) | Quantize<3>{} |
                                                pointwise(Dense<2, OneScale<FewBitWeights<4>>>{}));
  const auto samples = lutra::test::random_samples<decltype(net)>(30, 1);
  const auto expected = lutra::test::answers(net, samples);
  const Circuit circuit = freeze(net);
  const auto lowest = std::stoll(circuit.notes().at("lowest"));
  const float scale = std::stof(circuit.notes().at("scale"));
  const auto numbers = lutra::test::answers(circuit, samples);
  BOOST_TEST(lowest < 0);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    BOOST_TEST(static_cast<float>(static_cast<std::int64_t>(numbers[i]) + lowest) * scale ==
               static_cast<float>(expected[i]));
}

BOOST_AUTO_TEST_CASE(an_answer_of_sums_with_a_scale_each_is_refused) {
  auto net = bind<Signal<Byte, Shape{4, 1, 1}>>(Dense<10, BinaryWeights>{});
  BOOST_TEST(error_of([&] { (void)freeze(net); }).find("OneScale") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sums_that_were_joined_before_they_are_rounded_are_refused) {
  auto net =
      bind<Signal<Byte, Shape{4, 1, 1}>>(concat(Dense<2, BinaryWeights>{}, Dense<3, TernaryWeights>{}) | Quantize<2>{});
  BOOST_TEST(error_of([&] { (void)freeze(net); }).find("not joined") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_range_that_is_none_is_refused) {
  using One = Signal<Real, Shape{1, 1, 1}>;
  for (const float most :
       {0.0F, -1.0F, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()})
    BOOST_TEST(!error_of([&] { (void)bind<One>(Quantize<2>{.most = most}); }).empty(), most);
  BOOST_TEST(!error_of([] { (void)bind<One>(LeakyRelu{.below = -1}); }).empty());
}
