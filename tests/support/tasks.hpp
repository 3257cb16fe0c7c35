#pragma once
// Small tasks and networks for the tests of training: clusters of bytes to classify, a curve to fit, and one network of
// each kind that can be trained.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/compose.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <vector>

namespace lutra::test {

inline constexpr Shape task_shape{8, 1, 1};
inline constexpr std::size_t task_classes = 3;
using TaskInput = Signal<Byte, task_shape>;

/// Bytes around one of three random centres, `noise` to either side.
inline Dataset<Byte> clusters(std::size_t samples, int noise = 40, Seed seed = Seed{5}) {
  Random random(seed);
  std::vector<int> centres(task_classes * task_shape.size());
  for (int& value : centres) value = 60 + static_cast<int>(random.below(136));
  std::vector<std::uint8_t> values;
  std::vector<std::uint32_t> labels;
  for (std::size_t s = 0; s < samples; ++s) {
    labels.push_back(static_cast<std::uint32_t>(s % task_classes));
    for (std::size_t i = 0; i < task_shape.size(); ++i) {
      const auto away = static_cast<int>(random.below(static_cast<std::uint64_t>(2 * noise + 1))) - noise;
      values.push_back(static_cast<std::uint8_t>(centres[labels.back() * task_shape.size() + i] + away));
    }
  }
  return make_dataset<Byte>(task_shape, values, labels, task_classes);
}

/// Two numbers in [0, 1] and two targets, one a product and one a sum.
inline Dataset<Real> products(std::size_t samples, Seed seed = Seed{6}) {
  Random random(seed);
  std::vector<float> values, targets;
  for (std::size_t s = 0; s < samples; ++s) {
    const float x = random.uniform(), y = random.uniform();
    values.insert(values.end(), {x, y});
    targets.insert(targets.end(), {x * y, x + y});
  }
  return make_regression_dataset<Real>(Shape{2, 1, 1}, values, targets, 2);
}

inline constexpr auto hard_logic = Thermometer<3>{} | StochasticLut<4, 48>{} | StochasticLut<6, 24>{} | GroupSum<3>{};
inline constexpr auto learned_logic =
    Thermometer<3>{} | StochasticLut<4, 48, LearnedWiring<4>>{} | StochasticLut<6, 24>{} | GroupSum<3>{} | Argmax{};
inline constexpr auto expected_logic =
    Thermometer<3>{} | Expectation{} | StochasticLut<4, 48>{} | StochasticLut<6, 24>{} | GroupSum<3>{};
inline constexpr auto dense = ToReal{} | Dense<24>{} | BatchNorm{} | Relu{} | Dense<3>{};
inline constexpr auto regression = Dense<24>{} | Sigmoid{} | Dense<2>{};

template <class ExpressionType>
auto task_network(const ExpressionType& expression, Seed seed = Seed{1}) {
  return bind<TaskInput>(expression, seed);
}

/// Everything a network has learned, bit by bit, so that it can be compared and a NaN equals itself.
template <class Net>
std::vector<std::uint32_t> bits_of(const Net& net) {
  std::vector<std::uint32_t> bits;
  for (const float value : net.parameters().values()) bits.push_back(std::bit_cast<std::uint32_t>(value));
  for (const auto& buffer : net.parameters().integer_buffers())
    bits.insert(bits.end(), buffer.values.begin(), buffer.values.end());
  for (const auto& buffer : net.parameters().real_buffers())
    for (const float value : buffer.values) bits.push_back(std::bit_cast<std::uint32_t>(value));
  return bits;
}

}  // namespace lutra::test
