#define BOOST_TEST_MODULE optical_flow
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/copy_parameters.hpp>
#include <lutra/networks/optical_flow.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <string>
#include <vector>

using namespace lutra;

BOOST_AUTO_TEST_CASE(a_network_for_optical_flow_is_its_circuit_and_works_at_any_size) {
  using networks::Codes;
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
      BOOST_TEST((numbers == lutra::evaluate(circuit, data.sample(i))));
      for (std::size_t j = 0; j < numbers.size(); ++j)
        BOOST_REQUIRE(static_cast<float>(std::int64_t{numbers[j]} + lowest) * scale == flow[i * numbers.size() + j]);
    }
  };
  check(net, pairs.subset(std::vector<std::size_t>{0, 1, 2, 3}));
  Dataset<Byte> frames{.shape = {2, 16, 24}};
  frames.values.assign(pairs.values.begin(), pairs.values.begin() + 3 * 768);
  check(large, frames);
}
