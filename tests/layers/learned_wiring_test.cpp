#define BOOST_TEST_MODULE learned_wiring
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/compose.hpp>
#include <lutra/kernels/lut_estimate.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::gradients_of;
using lutra::test::loss_weights;
using lutra::test::random_samples;
using lutra::test::value_at;

namespace {

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

BOOST_AUTO_TEST_CASE(a_learned_pin_reads_the_candidate_with_the_highest_score_and_the_first_of_equals) {
  auto net = bind<Signal<Bit, Shape{30, 1, 1}>>(StochasticLut<2, 3, LearnedWiring<4>>{}, Seed{2});
  const auto scores = net.parameters().values().first(2 * 3 * 4);
  BOOST_TEST(std::count(scores.begin(), scores.end(), 0.0F) == 24);
  scores[1] = scores[3] = 2;  // pin 0: candidate 1
  scores[4 + 0] = -1;         // pin 1: candidate 1 of three equal
  scores[2 * 4 + 3] = 1;      // pin 2: candidate 3; the others: candidate 0
  const std::vector<std::size_t> chosen{1, 1, 3, 0, 0, 0};
  const auto samples = random_samples<decltype(net)>(200, 2);
  const auto out = net.forward(samples.pointers);
  for (std::size_t s = 0; s < 200; ++s)
    for (std::size_t node = 0; node < 3; ++node) {
      std::size_t a = 0;
      for (std::size_t j = 0; j < 2; ++j) {
        const std::size_t pin = node * 2 + j;
        a |= std::size_t{samples[s][integers(net, 0)[pin * 4 + chosen[pin]]]} << j;
      }
      BOOST_REQUIRE(value_at(out, node, s) == (net.parameters().values()[24 + node * 4 + a] > 0.5F ? 1 : 0));
    }
  lutra::test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(scores_get_the_straight_through_gradient_of_a_softmax) {
  constexpr std::size_t nodes = 3, fan_in = 3, candidates = 4, pins = nodes * fan_in;
  auto net = bind<Signal<Bit, Shape{30, 1, 1}>>(StochasticLut<fan_in, nodes, LearnedWiring<candidates>>{}, Seed{2});
  Random random(Seed{8});
  for (float& score : net.parameters().values().first(pins * candidates)) score = 2 * random.uniform() - 1;
  for (const std::size_t count : {130, 1, 63, 700}) {
    const auto samples = random_samples<decltype(net)>(count, 5);
    const auto dy = loss_weights<decltype(net)>(count, 5);
    const auto gradients = gradients_of(net, samples, dy);
    const float* const scores = net.parameters().values().data();
    const float* const table = scores + pins * candidates;
    for (std::size_t node = 0; node < nodes; ++node) {
      std::vector<float> derivatives(fan_in * 8);
      kernels::scalar::lut_derivatives<fan_in>(table + node * 8, 0.75F, derivatives.data());
      std::vector<std::uint32_t> read(fan_in);
      for (std::size_t j = 0; j < fan_in; ++j) {
        const float* const own = scores + (node * fan_in + j) * candidates;
        read[j] = integers(net, 0)[(node * fan_in + j) * candidates +
                                   static_cast<std::size_t>(std::max_element(own, own + candidates) - own)];
      }
      for (std::size_t j = 0; j < fan_in; ++j) {
        const std::size_t pin = node * fan_in + j;
        std::vector<double> u(candidates), p(candidates);
        double total = 0, mean = 0;
        for (std::size_t c = 0; c < candidates; ++c) {
          for (std::size_t s = 0; s < count; ++s)
            u[c] += samples[s][integers(net, 0)[pin * candidates + c]] *
                    static_cast<double>(dy[s * nodes + node] * derivatives[j * 8 + address(samples[s], read)]);
          total += p[c] = std::exp(static_cast<double>(scores[pin * candidates + c]));
        }
        for (std::size_t c = 0; c < candidates; ++c) mean += p[c] / total * u[c];
        for (std::size_t c = 0; c < candidates; ++c)
          BOOST_TEST(near(static_cast<double>(gradients[pin * candidates + c]), p[c] / total * (u[c] - mean)));
      }
    }
  }
}
