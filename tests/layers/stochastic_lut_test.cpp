#define BOOST_TEST_MODULE stochastic_lut
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/compose.hpp>
#include <lutra/kernels/lut_estimate.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <utility>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::gradients_of;
using lutra::test::loss_weights;
using lutra::test::random_samples;
using lutra::test::value_at;

namespace {

template <class Body>
void for_each_fan_in(const Body& body) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (body(std::integral_constant<std::size_t, I + 1>{}), ...); }
  (std::make_index_sequence<8>{});
}

template <class Net>
std::span<const std::uint32_t> integers(const Net& net, std::size_t buffer) {
  return net.parameters().integer_buffers()[buffer].values;
}

std::size_t address(std::span<const std::uint8_t> sample, std::span<const std::uint32_t> pins) {
  std::size_t a = 0;
  for (std::size_t j = 0; j < pins.size(); ++j) a |= std::size_t{sample[pins[j]]} << j;
  return a;
}

bool near(double found, double expected) { return std::abs(found - expected) <= 1e-5 * (1 + std::abs(expected)); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_bit_is_the_addressed_entry_above_one_half) {
  for_each_fan_in([](auto n) {
    constexpr std::size_t entries = std::size_t{1} << n;
    auto net = bind<Signal<Bit, Shape{11, 1, 1}>>(StochasticLut<n, 5>{}, Seed{n});
    net.parameters().values()[entries - 1] = 0.5F;  // is not above
    const auto table = net.parameters().values();
    for (const std::size_t count : {1, 63, 64, 65, 130}) {
      const auto samples = random_samples<decltype(net)>(count, n);
      const auto out = net.forward(samples.pointers);
      std::size_t wrong = 0;
      for (std::size_t s = 0; s < count; ++s)
        for (std::size_t node = 0; node < 5; ++node) {
          const std::size_t a = address(samples[s], integers(net, 0).subspan(node * n, n));
          wrong += value_at(out, node, s) != (table[node * entries + a] > 0.5F ? 1 : 0);
        }
      BOOST_TEST(wrong == 0);
    }
  });
}

BOOST_AUTO_TEST_CASE(an_entry_gets_the_gradients_of_the_samples_that_addressed_it) {
  for_each_fan_in([](auto n) {
    constexpr std::size_t entries = std::size_t{1} << n;
    auto net = bind<Signal<Bit, Shape{11, 1, 1}>>(StochasticLut<n, 5>{}, Seed{n});
    for (const std::size_t count : {130, 1, 63, 64, 65, 700}) {
      const auto samples = random_samples<decltype(net)>(count, n);
      const auto dy = loss_weights<decltype(net)>(count, n);
      const auto gradients = gradients_of(net, samples, dy);
      std::vector<double> expected(5 * entries);
      for (std::size_t s = 0; s < count; ++s)
        for (std::size_t node = 0; node < 5; ++node)
          expected[node * entries + address(samples[s], integers(net, 0).subspan(node * n, n))] +=
              static_cast<double>(dy[s * 5 + node]);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) wrong += !near(static_cast<double>(gradients[i]), expected[i]);
      BOOST_TEST(wrong == 0);
    }
  });
}

BOOST_AUTO_TEST_CASE(a_spread_estimator_spreads_those_sums) {
  auto net = bind<Signal<Bit, Shape{6, 1, 1}>>(StochasticLut<3, 4, RandomWiring, SpreadMultilinear>{}, Seed{2});
  auto plain = bind<Signal<Bit, Shape{6, 1, 1}>>(StochasticLut<3, 4>{}, Seed{2});
  const auto samples = random_samples<decltype(net)>(100, 2);
  const lutra::test::Samples<decltype(plain)> same{samples.values, samples.pointers};
  const auto dy = loss_weights<decltype(net)>(100, 2);
  const auto spread = gradients_of(net, samples, dy);
  auto expected = gradients_of(plain, same, dy);
  for (std::size_t node = 0; node < 4; ++node) SpreadMultilinear{}.table_gradient<3>(expected.data() + node * 8);
  for (std::size_t i = 0; i < expected.size(); ++i)
    BOOST_TEST(near(static_cast<double>(spread[i]), static_cast<double>(expected[i])));
}

// A Binarize with a wide window hands the gradient of its bits on unchanged, and Dense sums it up: bit j of the second
// layer's input is driven by a bias of its own.
BOOST_AUTO_TEST_CASE(inputs_get_what_the_estimator_says_of_every_pin_that_reads_them) {
  for_each_fan_in([](auto n) {
    constexpr std::size_t entries = std::size_t{1} << n, inputs = 9, nodes = 5;
    auto net = bind<Signal<Real, Shape{4, 1, 1}>>(
        Dense<inputs>{} | Binarize{.window = 1000} | StochasticLut<n, nodes>{}, Seed{n});
    for (const std::size_t count : {130, 1, 65}) {
      const auto samples = random_samples<decltype(net)>(count, n);
      const auto dy = loss_weights<decltype(net)>(count, n);
      const auto gradients = gradients_of(net, samples, dy);
      const auto values = net.parameters().values();
      const float* const bias = values.data() + 4 * inputs;
      const float* const table = bias + inputs;
      std::vector<float> derivatives(nodes * n * entries);
      for (std::size_t node = 0; node < nodes; ++node)
        kernels::scalar::lut_derivatives<n>(table + node * entries, 0.75F, derivatives.data() + node * n * entries);
      std::vector<double> expected(inputs);
      for (std::size_t s = 0; s < count; ++s) {
        std::vector<std::uint8_t> bits(inputs);
        for (std::size_t i = 0; i < inputs; ++i) {
          float sum = bias[i];
          for (std::size_t k = 0; k < 4; ++k) sum += values[i * 4 + k] * samples[s][k];
          bits[i] = sum >= 0;
        }
        for (std::size_t node = 0; node < nodes; ++node) {
          const auto pins = integers(net, 0).subspan(node * n, n);
          const std::size_t a = address(bits, pins);
          for (std::size_t j = 0; j < n; ++j)
            expected[pins[j]] += static_cast<double>(dy[s * nodes + node] * derivatives[(node * n + j) * entries + a]);
        }
      }
      for (std::size_t i = 0; i < inputs; ++i)
        BOOST_REQUIRE(near(static_cast<double>(gradients[4 * inputs + i]), expected[i]));
    }
  });
}

BOOST_AUTO_TEST_CASE(tables_start_uniform_or_as_a_soft_copy_of_pin_0) {
  auto uniform = bind<Signal<Bit, Shape{8, 1, 1}>>(StochasticLut<4, 100>{}, Seed{2});
  const auto w = uniform.parameters().values();
  BOOST_TEST(*std::min_element(w.begin(), w.end()) < 0.01F);
  BOOST_TEST(*std::max_element(w.begin(), w.end()) > 0.99F);
  auto copies = bind<Signal<Bit, Shape{8, 1, 1}>>(StochasticLut<4, 8>{.initial = Initial::pass_through}, Seed{2});
  for (std::size_t i = 0; i < copies.parameters().values().size(); ++i) {
    const float entry = copies.parameters().values()[i];
    if (i % 2 == 1) {
      BOOST_TEST(entry >= 0.9F);
    } else {
      BOOST_TEST(entry < 0.1F);
    }
  }
  const auto samples = random_samples<decltype(copies)>(65, 2);
  const auto out = copies.forward(samples.pointers);
  for (std::size_t s = 0; s < 65; ++s)
    for (std::size_t node = 0; node < 8; ++node)
      BOOST_REQUIRE(value_at(out, node, s) == samples[s][integers(copies, 0)[node * 4]]);
}

BOOST_AUTO_TEST_CASE(table_entries_are_kept_within_0_and_1) {
  auto net = bind<Signal<Bit, Shape{8, 1, 1}>>(StochasticLut<2, 3, LearnedWiring<2>>{}, Seed{2});
  const auto& blocks = net.parameters().blocks();
  BOOST_TEST(blocks[0].name == "1 StochasticLut<2, 3, LearnedWiring<2>>.scores");
  BOOST_TEST(!blocks[0].decay);
  BOOST_TEST(blocks[1].name == "1 StochasticLut<2, 3, LearnedWiring<2>>.table");
  BOOST_TEST(blocks[1].lower == 0.0F);
  BOOST_TEST(blocks[1].upper == 1.0F);
}
