#pragma once
// Gradients of a network against central finite differences, for the loss Σ r·y with r random and fixed. What is left
// over from a larger batch lies in the network's memory while a gradient is taken, so that padding which leaks shows.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <string>
#include <vector>

#include "support/network_check.hpp"

namespace lutra::test {

/// r for each output value and sample, uniform in [-1, 1].
template <class Net>
[[nodiscard]] std::vector<float> loss_weights(std::size_t samples, std::uint64_t seed) {
  std::vector<float> weights(samples * Net::Output::size);
  Random random(Seed{seed}, 1);
  for (float& r : weights) r = 2 * random.uniform() - 1;
  return weights;
}

/// Σ r·y, counts times their scale.
template <class Net>
[[nodiscard]] double loss_of(Net& net, const Samples<Net>& samples, const std::vector<float>& weights,
                             bool training = true) {
  const auto out = net.forward(samples.pointers, training);
  double loss = 0;
  for (std::size_t s = 0; s < samples.size(); ++s)
    for (std::size_t i = 0; i < out.rows; ++i)
      loss += static_cast<double>(weights[s * out.rows + i]) * value_at(out, i, s) * static_cast<double>(net.scale());
  return loss;
}

/// The gradients of all parameters that the network itself finds.
template <class Net>
[[nodiscard]] std::vector<float> gradients_of(Net& net, const Samples<Net>& samples, const std::vector<float>& weights,
                                              bool training = true, int threads = 1) {
  net.forward(samples.pointers, training, threads);
  const Gradients d_out = net.output_gradient();
  for (std::size_t i = 0; i < d_out.rows; ++i)
    for (std::size_t s = 0; s < net.pass().padded(); ++s)
      d_out.row(i)[s] = s < samples.size() ? weights[s * d_out.rows + i] : 0.0F;
  net.backward();
  return {net.parameters().gradients().begin(), net.parameters().gradients().end()};
}

struct GradientCheck {
  std::size_t samples = 65;
  std::uint64_t seed = 1;
  bool training = true;
  double step = 1.0 / 128;
  double tolerance = 3e-3;  ///< of the largest derivative of the same block of parameters
  std::string except = {};  ///< leaves out blocks whose name contains this
  std::size_t most = 60;    ///< parameters of a block that are tried
};

/// Every block of parameters: what backward() says and what the loss does when a parameter moves are the same.
template <class Net>
void check_gradients(Net& net, const GradientCheck& check = {}) {
  const auto stale = random_samples<Net>(check.samples + 70, check.seed + 1);
  (void)gradients_of(net, stale, loss_weights<Net>(stale.size(), check.seed + 1), check.training);

  const auto samples = random_samples<Net>(check.samples, check.seed);
  const auto weights = loss_weights<Net>(check.samples, check.seed);
  const auto gradients = gradients_of(net, samples, weights, check.training);
  const auto values = net.parameters().values();
  for (const auto& block : net.parameters().blocks()) {
    if (!check.except.empty() && block.name.find(check.except) != std::string::npos) continue;
    const std::size_t stride = std::max<std::size_t>(1, block.size / check.most);
    std::vector<double> found, expected;
    for (std::size_t p = block.offset; p < block.offset + block.size; p += stride) {
      const float before = values[p];
      const float high = before + static_cast<float>(check.step), low = before - static_cast<float>(check.step);
      values[p] = high;
      const double above = loss_of(net, samples, weights, check.training);
      values[p] = low;
      const double below = loss_of(net, samples, weights, check.training);
      values[p] = before;
      found.push_back(static_cast<double>(gradients[p]));
      expected.push_back((above - below) / (static_cast<double>(high) - static_cast<double>(low)));
    }
    // What rounding the outputs to floats can do to a difference of two sums of them.
    const double rounding = 6e-8 / check.step * std::sqrt(static_cast<double>(check.samples * Net::Output::size));
    double largest = 0;
    for (const double slope : expected) largest = std::max(largest, std::abs(slope));
    BOOST_TEST(largest > 1e-4, "the loss depends on " << block.name);
    for (std::size_t i = 0; i < found.size(); ++i)
      BOOST_TEST(std::abs(found[i] - expected[i]) <= check.tolerance * largest + rounding,
                 block.name << ", " << i * stride << ", " << check.samples << " samples: " << found[i] << " where "
                            << expected[i] << " was measured");
  }
}

/// The same for batches that are a part of a word, a word, a bit more, and several.
template <class Net>
void check_gradients_of_every_batch(Net& net, GradientCheck check = {}) {
  for (const std::size_t samples : {1, 63, 64, 65, 130}) {
    check.samples = samples;
    check_gradients(net, check);
  }
}

}  // namespace lutra::test
