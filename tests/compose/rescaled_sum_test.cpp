#define BOOST_TEST_MODULE rescaled_sum
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/quantize.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::answers;
using lutra::test::error_of;

BOOST_AUTO_TEST_CASE(ratios_of_small_numbers_are_met_exactly_and_others_as_well_as_they_fit) {
  const auto is = [](std::array<std::uint32_t, 2> got, std::uint32_t first, std::uint32_t second) {
    BOOST_TEST((got == std::array{first, second}), got[0] << " to " << got[1]);
  };
  is(detail::whole_ratio(1, 3, 7, 65535), 1, 1);
  is(detail::whole_ratio(static_cast<double>((2 / 3.0F) / (1 / 7.0F)), 3, 7, 65535), 14, 3);
  is(detail::whole_ratio(static_cast<double>((1 / 7.0F) / (2 / 3.0F)), 7, 3, 65535), 3, 14);
  is(detail::whole_ratio(1000, 3, 7, 65535), 1000, 1);
  is(detail::whole_ratio(1e-3, 3, 7, 65535), 1, 1000);
  is(detail::whole_ratio(1e6, 3, 7, 65535), 0, 0);
  is(detail::whole_ratio(1e-6, 3, 7, 65535), 0, 0);
  for (const double ratio : {std::sqrt(2.0), 0.123456, 17.3, 3.14159265}) {
    const auto [first, second] = detail::whole_ratio(ratio, 3, 15, 65535);
    BOOST_TEST(first * 3 + second * 15 <= 65535U);
    BOOST_TEST(std::abs(first / ratio / second - 1) < 1e-4, first << " to " << second);
  }
}

BOOST_AUTO_TEST_CASE(what_counts_stand_for_is_added) {
  using In = Signal<Real, Shape{3, 1, 1}>;
  auto net = bind<In>(rescaled_sum(Quantize<2>{.most = 2}, Quantize<3>{.most = 1}));
  static_assert(std::is_same_v<decltype(net)::Output, Signal<Real, Shape{3, 1, 1}>>);
  const std::vector<float> sample{0.7F, 1.4F, -3};
  const float* const pointer = sample.data();
  const auto out = net.forward(std::span(&pointer, 1));
  BOOST_TEST(out.row(0)[0] == 2 / 3.0F + 5 / 7.0F, boost::test_tools::tolerance(1e-6F));
  BOOST_TEST(out.row(1)[0] == 4 / 3.0F + 1, boost::test_tools::tolerance(1e-6F));
  BOOST_TEST(out.row(2)[0] == 0.0F);
}

BOOST_AUTO_TEST_CASE(both_branches_get_the_gradient_of_the_sum) {
  auto net = bind<Signal<Real, Shape{2, 1, 1}>>(
      rescaled_sum(BatchNorm{} | Quantize<4>{.most = 8}, BatchNorm{} | Quantize<2>{.most = 5}));
  const auto samples = lutra::test::random_samples<decltype(net)>(65, 1);
  const auto dy = lutra::test::loss_weights<decltype(net)>(65, 1);
  for (std::size_t i : {2, 3, 6, 7}) net.parameters().values()[i] = 1.5F;  // beta: all values are inside of both ranges
  const auto gradients = lutra::test::gradients_of(net, samples, dy);
  for (std::size_t i : {2, 3}) BOOST_TEST(std::abs(gradients[i] - gradients[i + 4]) < 1e-4F);
  BOOST_TEST(std::abs(gradients[2]) > 1e-3F);
}

BOOST_AUTO_TEST_CASE(residual_sums_of_different_scales_freeze_exactly) {
  const auto check = [](auto net) { lutra::test::check_freezes_exactly(net); };
  const auto first = Dense<5, TernaryWeights>{} | Quantize<2>{.most = 300};
  const auto branch = Dense<5, BinaryWeights>{} | BatchNorm{} | Quantize<3>{.most = 1.7F};
  check(bind<Signal<Byte, Shape{5, 1, 1}>>(first | rescaled_sum(identity, branch) | BatchNorm{} | Quantize<2>{}));
  check(bind<Signal<Byte, Shape{5, 1, 1}>>(rescaled_sum(first, branch) | Binarize{.threshold = 90}));
  check(bind<Signal<Byte, Shape{5, 1, 1}>>(rescaled_sum(first, branch) | Argmax{}));
  check(bind<Signal<Byte, Shape{5, 1, 1}>>(rescaled_sum(first | Binarize{}, branch) | LeakyRelu{} | Quantize<4>{}));
  check(bind<Signal<Byte, Shape{5, 1, 1}>>(
      first | rescaled_sum(identity, branch | rescaled_sum(identity, branch) | Quantize<2>{.most = 9}) |
      Quantize<3>{.most = 400}));
}

BOOST_AUTO_TEST_CASE(images_are_added_at_each_place_and_run_by_the_image_engine) {
  constexpr auto layer = convolve<Kernel<3>, Same>(Dense<6, BinaryWeights>{}) | BatchNorm{} | Quantize<2>{.most = 1.1F};
  auto net = bind<Signal<Byte, Shape{3, 5, 9}>>(layer | rescaled_sum(identity, layer | Quantize<3>{}) | Quantize<2>{} |
                                                rescaled_sum(identity | Quantize<1>{}, layer));
  const auto samples = lutra::test::random_samples<decltype(net)>(20, 1);
  const auto expected = answers(net, samples);
  const Circuit circuit = freeze(net);
  const auto scale = std::stof(circuit.notes().at("scale"));
  const ImageEngine engine(circuit);
  std::vector<std::uint32_t> numbers(engine.output_size());
  bool equal = true;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    engine.run(samples[i], std::span(numbers));
    for (std::size_t k = 0; k < numbers.size(); ++k)
      equal &= static_cast<float>(numbers[k]) * scale == static_cast<float>(expected[i * numbers.size() + k]);
  }
  BOOST_TEST(equal);
}

BOOST_AUTO_TEST_CASE(scales_too_far_apart_are_refused) {
  const auto text = error_of([] {
    (void)bind<Signal<Real, Shape{3, 1, 1}>>(rescaled_sum(Quantize<2>{.most = 1e6F}, Quantize<2>{.most = 1e-3F}));
  });
  BOOST_TEST(text.find("rescaled_sum") != std::string::npos, text);
  BOOST_TEST(text.find("16 bits") != std::string::npos, text);
}
