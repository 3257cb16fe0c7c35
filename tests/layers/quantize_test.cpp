#define BOOST_TEST_MODULE quantize
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <lutra/compose.hpp>
#include <lutra/data/accuracy.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/random.hpp>
#include <lutra/train/fit.hpp>
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

namespace {

/// A row of samples through a learned step whose gain is `gain`; gives the codes.
template <class Net>
std::vector<float> run_row(Net& net, float gain, const std::vector<float>& samples, const std::vector<float>& d_out) {
  net.parameters().values()[0] = gain;
  std::vector<const float*> pointers;
  for (const float& sample : samples) pointers.push_back(&sample);
  const auto out = net.forward(pointers);
  const std::vector<float> codes(out.row(0), out.row(0) + samples.size());
  std::fill_n(net.output_gradient().row(0), net.pass().padded(), 0.0F);
  std::ranges::copy(d_out, net.output_gradient().row(0));
  net.backward();
  return codes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_learned_step_divides_what_is_rounded) {
  auto net = bind<Signal<Real, Shape{1, 1, 1}>>(Quantize<2, LearnedStep>{.most = 3});
  BOOST_TEST((net.parameters().values().size() == 1U && net.parameters().values()[0] == 1.0F));
  BOOST_TEST(net.scale() == 1.0F);
  const std::vector<float> samples{-0.5F, 0.2F, 0.3F, 0.7F, 1.4F, 9}, d_out{1, 2, 4, 8, 16, 32};
  const std::vector<float> expected{0, 0, 1, 1, 3, 3};
  BOOST_TEST(run_row(net, 2, samples, d_out) == expected, boost::test_tools::per_element());
  // Those within [0, 1.5]: 2 · 0.2 + 4 · 0.3 + 8 · 0.7 + 16 · 1.4
  BOOST_TEST(net.parameters().gradients()[0] == 29.6F, boost::test_tools::tolerance(1e-5F));
}

BOOST_AUTO_TEST_CASE(a_learned_steps_gradient_is_that_of_the_published_one_where_scales_do_not_matter) {
  // Behind it the loss sees only the direction of the codes, as with a BatchNorm: Σ d_out · code = 0.
  auto net = bind<Signal<Real, Shape{1, 1, 1}>>(Quantize<2, LearnedStep>{.most = 3});
  const std::vector<float> samples{0.6F, 1.2F, 1.9F, 2.4F, 8};
  const std::vector<float> codes{1, 1, 2, 2, 3}, d_out{1, -2, 3, -4, 1};
  float scaled = 0, published = 0;
  for (std::size_t s = 0; s < codes.size(); ++s) {
    scaled += d_out[s] * codes[s];
    published += d_out[s] * (samples[s] > 3 ? 3 : codes[s] - samples[s]);  // dv/dstep at step 1
  }
  BOOST_REQUIRE(scaled == 0.0F);
  run_row(net, 1, samples, d_out);
  BOOST_TEST(net.parameters().gradients()[0] == -published, boost::test_tools::tolerance(1e-5F));
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_learned_steps_input_is_the_gain) {
  auto net = bind<Signal<Real, Shape{1, 1, 1}>>(BatchNorm{} | Quantize<3, LearnedStep>{.most = 1});
  const std::vector<float> samples{-0.1F, 0.1F, 0.9F, 1.1F};
  std::vector<const float*> pointers;
  for (const float& sample : samples) pointers.push_back(&sample);
  net.parameters().values()[2] = 0.5F;
  net.forward(pointers);  // with running averages that are still 0 and 1
  std::fill_n(net.output_gradient().row(0), net.pass().padded(), 0.0F);
  for (std::size_t s = 0; s < 4; ++s) net.output_gradient().row(0)[s] = std::exp2f(static_cast<float>(s));
  net.backward();
  BOOST_TEST(net.parameters().gradients()[1] == 0.5F * (2 + 4 + 8));  // of beta
}

BOOST_AUTO_TEST_CASE(networks_with_learned_steps_freeze_exactly) {
  freezes<Signal<Byte, Shape{5, 1, 1}>>(Dense<7, BinaryWeights>{} | Quantize<2, LearnedStep>{.most = 100} |
                                        Dense<3, TernaryWeights>{} | BatchNorm{} | Quantize<3, LearnedStep>{});
}

BOOST_AUTO_TEST_CASE(a_step_that_is_far_too_large_is_learned) {
  // Which of two sums is larger; with so large a step all codes are 0 at first.
  Dataset<Byte> data{.shape = {4, 1, 1}, .classes = 2};
  Random random(Seed{3});
  for (int i = 0; i < 512; ++i) {
    int difference = 0;
    for (int j = 0; j < 4; ++j) {
      data.values.push_back(static_cast<std::uint8_t>(random.below(64)));
      difference += (j < 2 ? 1 : -1) * data.values.back();
    }
    data.labels.push_back(difference > 0 ? 1 : 0);
  }
  const auto score = [&](auto quantize) {
    auto net = bind<Signal<Byte, Shape{4, 1, 1}>>(ToReal{} | Dense<8, FloatWeights>{} | quantize |
                                                  Dense<2, FloatWeights>{} | Argmax{});
    fit(net, data, {.epochs = 40, .batch = 32, .optimizer = Adam{.rate = 0.02F}, .threads = 1});
    return accuracy(net, data);
  };
  const double fixed = score(Quantize<2>{.most = 30}), learned = score(Quantize<2, LearnedStep>{.most = 30});
  BOOST_TEST(learned > fixed + 0.1, fixed << " with a fixed step, " << learned << " with a learned one");
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
