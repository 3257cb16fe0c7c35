#define BOOST_TEST_MODULE batch_norm
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/dense.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;

namespace {

using Image = Signal<Real, Shape{2, 2, 3}>;

struct Moments {
  double mean = 0, variance = 0;
};

template <class PlanesType>
Moments moments(const PlanesType& planes, std::size_t first, std::size_t rows, std::size_t samples) {
  Moments m;
  const auto n = static_cast<double>(rows * samples);
  for (std::size_t i = first; i < first + rows; ++i)
    for (std::size_t s = 0; s < samples; ++s) m.mean += lutra::test::value_at(planes, i, s) / n;
  for (std::size_t i = first; i < first + rows; ++i)
    for (std::size_t s = 0; s < samples; ++s)
      m.variance += std::pow(lutra::test::value_at(planes, i, s) - m.mean, 2) / n;
  return m;
}

}  // namespace

BOOST_AUTO_TEST_CASE(while_training_each_channel_has_mean_0_and_variance_1) {
  auto net = bind<Image>(BatchNorm{});
  const auto samples = lutra::test::random_samples<decltype(net)>(70, 3);
  const auto out = net.forward(samples.pointers, true);
  for (const std::size_t channel : {0, 1}) {
    const Moments m = moments(out, 6 * channel, 6, 70);
    BOOST_TEST(std::abs(m.mean) < 1e-5);
    BOOST_TEST(std::abs(m.variance - 1) < 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(running_averages_move_by_the_momentum_towards_the_batch) {
  auto net = bind<Image>(BatchNorm{.momentum = 0.25F});
  const auto samples = lutra::test::random_samples<decltype(net)>(70, 3);
  double mean = 0, square = 0;
  for (std::size_t s = 0; s < 70; ++s)
    for (std::size_t i = 0; i < 6; ++i) mean += static_cast<double>(samples[s][i]) / 420;
  for (std::size_t s = 0; s < 70; ++s)
    for (std::size_t i = 0; i < 6; ++i) square += std::pow(static_cast<double>(samples[s][i]) - mean, 2);
  net.forward(samples.pointers, true);
  const auto& buffers = net.parameters().real_buffers();
  BOOST_TEST(std::abs(static_cast<double>(buffers[0].values[0]) - 0.25 * mean) < 1e-6);
  BOOST_TEST(std::abs(static_cast<double>(buffers[1].values[0]) - (0.75 + 0.25 * square / 419)) < 1e-5);
}

BOOST_AUTO_TEST_CASE(outside_training_only_the_running_averages_count) {
  auto net = bind<Image>(BatchNorm{.epsilon = 0});
  net.parameters().real_buffers()[0].values = {1, -1};
  net.parameters().real_buffers()[1].values = {4, 0.25F};
  const auto samples = lutra::test::random_samples<decltype(net)>(5, 3);
  const auto out = net.forward(samples.pointers, false);
  for (std::size_t s = 0; s < 5; ++s) {
    BOOST_TEST(std::abs(out.row(0)[s] - (samples[s][0] - 1) / 2) < 1e-6F);
    BOOST_TEST(std::abs(out.row(11)[s] - (samples[s][11] + 1) * 2) < 1e-6F);
  }
  BOOST_TEST(net.parameters().real_buffers()[0].values == (std::vector<float>{1, -1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_sample_of_one_value_becomes_beta) {
  auto net = bind<Signal<Real, Shape{1, 1, 1}>>(BatchNorm{});
  net.parameters().values()[1] = 0.5F;
  const float sample = 7;
  const float* const pointer = &sample;
  BOOST_TEST(net.forward(std::span(&pointer, 1), true).row(0)[0] == 0.5F);
}

BOOST_AUTO_TEST_CASE(gradients_while_training_are_those_measured) {
  auto net = bind<Signal<Real, Shape{4, 1, 1}>>(Dense<3>{} | BatchNorm{} | Sigmoid{}, Seed{4});
  // A bias in front changes nothing that BatchNorm gives.
  for (const std::size_t samples : {7, 63, 64, 65, 130})
    lutra::test::check_gradients(net, {.samples = samples, .step = 1.0 / 512, .tolerance = 1e-2, .except = "bias"});
}

BOOST_AUTO_TEST_CASE(a_bias_in_front_gets_no_gradient_while_training) {
  auto net = bind<Signal<Real, Shape{4, 1, 1}>>(Dense<3>{} | BatchNorm{} | Sigmoid{}, Seed{4});
  const auto samples = lutra::test::random_samples<decltype(net)>(65, 1);
  const auto gradients = lutra::test::gradients_of(net, samples, lutra::test::loss_weights<decltype(net)>(65, 1));
  for (std::size_t i = 12; i < 15; ++i) BOOST_TEST(std::abs(gradients[i]) < 1e-4F);
}

BOOST_AUTO_TEST_CASE(gradients_outside_training_are_those_measured) {
  auto net = bind<Signal<Real, Shape{4, 1, 1}>>(Dense<3>{} | BatchNorm{} | Sigmoid{}, Seed{4});
  lutra::test::check_gradients_of_every_batch(net, {.training = false});
}

BOOST_AUTO_TEST_CASE(gradients_of_images_are_those_measured) {
  auto net = bind<Image>(BatchNorm{} | Sigmoid{} | Dense<2>{} | Sigmoid{}, Seed{4});
  lutra::test::check_gradients(net, {.samples = 5});
  lutra::test::check_gradients(net, {.samples = 65});
}
