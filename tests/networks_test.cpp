#define BOOST_TEST_MODULE networks
#include <boost/test/unit_test.hpp>
#include <lutra/harden.hpp>
#include <lutra/networks.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <support/network_check.hpp>

using namespace lutra;

BOOST_AUTO_TEST_CASE(convolutional_networks_are_their_circuits) {
  auto net = bind<Signal<Byte, Shape{1, 12, 12}>>(networks::convolutional<3, 5, 6, 20, 12>(), Seed{1});
  test::check_freezes_exactly(net);
  auto trees = bind<Signal<Byte, Shape{2, 12, 13}>>(networks::convolutional_trees<3, 3, 4, 20, 12>(), Seed{2});
  test::check_freezes_exactly(trees);
}

BOOST_AUTO_TEST_CASE(a_mobile_network_is_its_circuit) {
  auto net = bind<Signal<Byte, Shape{1, 8, 8}>>(networks::mobile<4, 2, 20, 12>(), Seed{3});
  test::check_freezes_exactly(net);
}

BOOST_AUTO_TEST_CASE(an_autoencoder_gives_an_image_for_an_image) {
  constexpr Shape shape{1, 3, 4};
  auto smooth = bind<Signal<Byte, shape>>(networks::autoencoder<shape.size(), 8, 40, 16>(), Seed{4});
  static_assert(decltype(smooth)::Output::size == shape.size());

  // Two pictures: even the smallest code tells one from the other.
  std::vector<std::uint8_t> values;
  std::vector<float> targets;
  for (std::size_t i = 0; i < 128; ++i)
    for (std::size_t pixel = 0; pixel < shape.size(); ++pixel) {
      const bool light = (pixel + i) % 2 == 0;
      values.push_back(light ? 220 : 30);
      targets.push_back(light ? 1.0F : 0.0F);
    }
  const auto data = make_regression_dataset<Byte>(shape, values, targets, shape.size());
  fit_encoders(smooth, data);
  const FitOptions lesson{
      .epochs = 30, .batch = 32, .optimizer = Adam{.rate = 5e-2F}, .loss = MeanSquared{}, .threads = 1};
  const History history = fit(smooth, data, lesson);
  BOOST_TEST(history.epochs.front().train_loss > 4 * history.epochs.back().train_loss);
  auto net = harden(smooth);
  BOOST_TEST(evaluate(net, data, MeanSquared{}).loss < 0.05);
  test::check_freezes_exactly(net);
}
