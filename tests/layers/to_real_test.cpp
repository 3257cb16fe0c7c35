#define BOOST_TEST_MODULE to_real
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/to_real.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;

namespace {

template <class Kind>
std::vector<float> real_of(const std::vector<element_t<Kind>>& values) {
  auto net = bind<Signal<Kind, Shape{1, 1, 1}>>(ToReal{});
  std::vector<const element_t<Kind>*> samples;
  for (const auto& value : values) samples.push_back(&value);
  const auto out = net.forward(samples);
  return {out.row(0), out.row(0) + values.size()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(codes_become_shares_of_their_range) {
  BOOST_TEST(real_of<Byte>({0, 255}) == (std::vector<float>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(std::abs(real_of<Byte>({51})[0] - 0.2F) < 1e-6F);
  BOOST_TEST(real_of<Level<1>>({0, 1}) == (std::vector<float>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(real_of<Level<16>>({0, 65535}) == (std::vector<float>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(std::abs(real_of<Level<12>>({1365})[0] - 1.0F / 3) < 1e-6F);
  BOOST_TEST(real_of<Bit>({0, 1}) == (std::vector<float>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(counts_become_what_they_stand_for) {
  auto net = bind<Signal<Bit, Shape{4, 1, 1}>>(GroupSum<1>{.temperature = 8} | ToReal{});
  const std::uint8_t sample[] = {1, 0, 1, 1};
  const std::uint8_t* const pointer = sample;
  BOOST_TEST(net.forward(std::span(&pointer, 1)).row(0)[0] == 0.375F);
  BOOST_TEST(net.scale() == 1.0F);
}

BOOST_AUTO_TEST_CASE(the_gradient_of_a_count_is_the_gradient_of_what_it_stands_for) {
  auto net =
      bind<Signal<Bit, Shape{4, 1, 1}>>(StochasticLut<2, 4>{} | GroupSum<1>{.temperature = 8} | ToReal{}, Seed{1});
  auto bare = bind<Signal<Bit, Shape{4, 1, 1}>>(StochasticLut<2, 4>{} | GroupSum<1>{.temperature = 8}, Seed{1});
  const auto samples = lutra::test::random_samples<decltype(net)>(65, 1);
  const lutra::test::Samples<decltype(bare)> same{samples.values, samples.pointers};
  const auto dy = lutra::test::loss_weights<decltype(net)>(65, 1);
  BOOST_TEST(lutra::test::gradients_of(net, samples, dy) == lutra::test::gradients_of(bare, same, dy),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dense_layers_learn_from_codes) {
  auto net = bind<Signal<Byte, Shape{5, 1, 1}>>(ToReal{} | Dense<4>{} | Sigmoid{} | Dense<2>{}, Seed{1});
  lutra::test::check_gradients_of_every_batch(net);
}
