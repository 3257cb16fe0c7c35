#define BOOST_TEST_MODULE detection
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/boxes/decode.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/networks/detection.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <string>
#include <type_traits>
#include <vector>

using namespace lutra;

namespace {

constexpr Shape shape{1, 16, 24};
constexpr BoxGrid grid{.rows = 2, .columns = 3, .classes = 2, .cell = 8};

struct Scenes {
  Dataset<Byte> images{.shape = shape, .target_size = grid.size()};
  std::vector<std::vector<Box>> truth;
};

/// A bright rectangle before noise; the class says whether it is higher than wide.
Scenes make_scenes(std::size_t count) {
  Scenes scenes;
  Random random(Seed{6});
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::uint8_t> image(shape.size());
    for (std::uint8_t& value : image) value = static_cast<std::uint8_t>(random.below(100));
    const std::size_t high = random.below(2), height = high != 0 ? 9 : 4, width = high != 0 ? 4 : 9;
    const std::size_t top = random.below(shape.height - height), left = random.below(shape.width - width);
    for (std::size_t y = top; y < top + height; ++y)
      for (std::size_t x = left; x < left + width; ++x) image[y * shape.width + x] = 230;
    scenes.images.values.insert(scenes.images.values.end(), image.begin(), image.end());
    scenes.truth.push_back({{.left = static_cast<float>(left),
                             .top = static_cast<float>(top),
                             .width = static_cast<float>(width),
                             .height = static_cast<float>(height),
                             .label = static_cast<std::uint32_t>(high)}});
    const std::vector<float> targets = encode_boxes(scenes.truth.back(), grid);
    scenes.images.targets.insert(scenes.images.targets.end(), targets.begin(), targets.end());
  }
  return scenes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_for_detection_finds_the_boxes_that_its_circuit_finds) {
  using networks::Codes, networks::Floats;
  constexpr auto few_bits =
      networks::detection<2, Codes<TernaryWeights, 2>, Codes<BinaryWeights, 2>, OneScale<FewBitWeights<8>>, 6, 8>();
  auto net = bind<Signal<Byte, shape>>(few_bits, Seed{5});
  static_assert(decltype(net)::Output::shape == Shape{7, 2, 3});
  using Twin = decltype(bind<Signal<Byte, shape>>(networks::detection<2, Floats, Floats, FloatWeights, 6, 8>()));
  static_assert(std::is_same_v<Twin::Output, decltype(net)::Output>);

  const Scenes scenes = make_scenes(256);
  const History history =
      fit(net, scenes.images,
          {.epochs = 10, .batch = 32, .optimizer = Adam{.rate = 2e-2F}, .loss = BoxLoss{.classes = 2}, .threads = 1});
  BOOST_TEST(history.epochs.back().train_loss < 0.7 * history.epochs.front().train_loss);

  const Circuit circuit = freeze(net);
  const std::int64_t lowest = std::stoll(circuit.notes().at("lowest"));
  const float scale = std::stof(circuit.notes().at("scale"));
  const std::vector<float> answers = outputs(net, scenes.images, 1);
  std::vector<std::uint32_t> numbers(circuit.output().size());
  const ImageEngine engine(circuit);
  std::size_t found = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    const auto image = scenes.images.sample(i);
    engine.run(image, std::span(numbers));
    if (i < 4) BOOST_TEST((numbers == lutra::evaluate(circuit, image)));
    const std::vector<Box> boxes = decode_boxes(numbers, lowest, scale, grid, 0.1F);
    BOOST_TEST((boxes == decode_boxes(std::span(answers).subspan(i * grid.size(), grid.size()), grid, 0.1F)));
    for (std::size_t j = 0; j < numbers.size(); ++j)
      BOOST_REQUIRE(static_cast<float>(std::int64_t{numbers[j]} + lowest) * scale == answers[i * grid.size() + j]);
    found += boxes.size();
  }
  BOOST_TEST(found > 20U);
}
