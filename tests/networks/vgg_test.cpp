#define BOOST_TEST_MODULE vgg
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/network.hpp>
#include <lutra/networks/vgg.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <vector>

using namespace lutra;

namespace {

/// Images whose class is the corner that is bright.
Dataset<Byte> corners(std::size_t count) {
  Dataset<Byte> data{.shape = {1, 8, 9}, .classes = 4};
  Random random(Seed{3});
  for (std::size_t i = 0; i < count; ++i) {
    const auto corner = static_cast<std::uint32_t>(random.below(4));
    for (std::size_t y = 0; y < 8; ++y)
      for (std::size_t x = 0; x < 9; ++x) {
        const bool bright = (y < 4) == (corner < 2) && (x < 4) == (corner % 2 == 0);
        data.values.push_back(static_cast<std::uint8_t>(random.below(128) + (bright ? 96 : 0)));
      }
    data.labels.push_back(corner);
  }
  return data;
}

template <class Kind, class Last>
auto trained(const Dataset<Byte>& data) {
  auto net = bind<Signal<Byte, Shape{1, 8, 9}>>(networks::vgg<Kind, Last, 4, 3>(), Seed{1});
  fit(net, data, {.epochs = 20, .batch = 32, .optimizer = Adam{.rate = 1e-2F}});
  return net;
}

}  // namespace

BOOST_AUTO_TEST_CASE(few_bits_and_floats_learn_by_the_same_plan_and_the_circuit_answers_as_its_network) {
  const Dataset<Byte> data = corners(256);
  auto twin = trained<networks::Floats, FloatWeights>(data);
  BOOST_TEST(accuracy(twin, data) > 0.9);

  auto net = trained<networks::Codes<BinaryWeights, 2>, OneScale<BinaryWeights>>(data);
  const std::vector<std::uint32_t> answers = predict(net, data);
  BOOST_TEST(accuracy(answers, data.labels) > 0.8);
  const ImageEngine engine(freeze(net));
  std::vector<std::uint32_t> classes(data.size());
  for (std::size_t i = 0; i < data.size(); ++i) engine.run(data.sample(i), std::span(classes).subspan(i, 1));
  BOOST_TEST(classes == answers, boost::test_tools::per_element());
}
