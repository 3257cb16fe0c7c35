#define BOOST_TEST_MODULE networks
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/copy_parameters.hpp>
#include <lutra/harden.hpp>
#include <lutra/networks.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <support/network_check.hpp>

using namespace lutra;

BOOST_AUTO_TEST_CASE(convolutional_networks_are_their_circuits) {
  auto net = bind<Signal<Byte, Shape{1, 12, 12}>>(networks::convolutional<3, 5, 6, 7, 20, 12>(), Seed{1});
  test::check_freezes_exactly(net);
  auto trees = bind<Signal<Byte, Shape{2, 12, 13}>>(networks::convolutional_trees<3, 3, 4, 5, 20, 12>(), Seed{2});
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

BOOST_AUTO_TEST_CASE(a_network_for_optical_flow_is_its_circuit_and_works_at_any_size) {
  using networks::Codes, networks::Floats;
  const auto codes =
      networks::optical_flow<Codes<TernaryWeights, 4>, Codes<BinaryWeights, 2>, OneScale<FewBitWeights<5>>, 3, 4, 5>();
  auto net = bind<Signal<Byte, Shape{2, 8, 16}>>(codes, Seed{5});
  Dataset<Byte> pairs{.shape = {2, 8, 16}, .target_size = 256};
  Random random(Seed{6});
  for (std::size_t i = 0; i < 64 * pairs.shape.size(); ++i)
    pairs.values.push_back(static_cast<std::uint8_t>(random.below(256)));
  for (std::size_t i = 0; i < 64 * pairs.target_size; ++i) pairs.targets.push_back(4 * random.uniform() - 1);
  const History history =
      fit(net, pairs, {.epochs = 12, .batch = 64, .optimizer = Adam{.rate = 2e-2F}, .loss = EndPointError{}});
  BOOST_TEST(history.epochs.back().train_loss < history.epochs.front().train_loss);

  // The circuit's whole numbers stand for the flow, to the last bit; so they do where a larger frame is looked at.
  auto large = bind<Signal<Byte, Shape{2, 16, 24}>>(codes);
  copy_parameters(net, large);
  const auto check = [](auto& network, const Dataset<Byte>& data) {
    const Circuit circuit = freeze(network);
    const auto lowest = std::stol(circuit.notes().at("lowest"));
    const float scale = std::stof(circuit.notes().at("scale"));
    const std::vector<float> flow = outputs(network, data);
    std::vector<std::uint32_t> numbers(circuit.output().size());
    const ImageEngine engine(circuit);
    for (std::size_t i = 0; i < data.size(); ++i) {
      engine.run(data.sample(i), std::span(numbers));
      BOOST_TEST((numbers == circuits::evaluate(circuit, data.sample(i))));
      for (std::size_t j = 0; j < numbers.size(); ++j)
        BOOST_REQUIRE(static_cast<float>(std::int64_t{numbers[j]} + lowest) * scale == flow[i * numbers.size() + j]);
    }
  };
  check(net, pairs.subset(std::vector<std::size_t>{0, 1, 2, 3}));
  Dataset<Byte> frames{.shape = {2, 16, 24}};
  frames.values.assign(pairs.values.begin(), pairs.values.begin() + 3 * 768);
  check(large, frames);

  auto twin = bind<Signal<Byte, Shape{2, 8, 16}>>(networks::optical_flow<Floats, Floats, FloatWeights, 3, 4, 5>());
  static_assert(decltype(twin)::Output::size == decltype(net)::Output::size);
  BOOST_TEST(twin.parameters().values().size() == net.parameters().values().size());
}
