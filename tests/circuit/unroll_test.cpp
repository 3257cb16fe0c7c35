#define BOOST_TEST_MODULE unroll
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/file.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/netlist.hpp>
#include <lutra/circuit/serialize.hpp>
#include <lutra/circuit/simplify.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/random.hpp>
#include <string>
#include <vector>

using namespace lutra;
using namespace lutra::circuits;

namespace {

/// Every operation at each place of an image of bytes, two windows, and at the end a count over the whole image, or a
/// class for each place.
Circuit image_circuit(Shape image, Offset stride, std::uint64_t seed, bool classes) {
  Random random(Seed{seed});
  const auto below = [&](std::uint64_t n) { return static_cast<std::uint32_t>(random.below(n)); };
  const Shape strided{
      1, (image.height + static_cast<std::size_t>(stride.row) - 1) / static_cast<std::size_t>(stride.row),
      (image.width + static_cast<std::size_t>(stride.column) - 1) / static_cast<std::size_t>(stride.column)};
  const auto at = [](Shape shape, std::size_t channels) { return Shape{channels, shape.height, shape.width}; };
  std::vector<Stage> stages;

  ThresholdStage thresholds;
  for (int i = 0; i < 6; ++i) {
    thresholds.sources.push_back(below(image.channels));
    thresholds.thresholds.push_back(below(256));
  }
  stages.push_back({"thresholds", {0}, thresholds, {at(image, 6), 1}, true});

  RearrangeStage window;
  window.stride = stride;
  for (int i = 0; i < 12; ++i) {
    window.sources.push_back(below(6));
    window.offsets.push_back({static_cast<std::int32_t>(below(7)) - 3, static_cast<std::int32_t>(below(7)) - 3});
  }
  stages.push_back({"window", {1}, window, {at(strided, 12), 1}, true});

  LutStage luts;
  for (int i = 0; i < 10; ++i) {
    const std::vector<std::uint32_t> pins{below(12), below(12), below(12), below(12)};
    luts.add(pins, std::vector<std::uint64_t>{random() & 0xffff});
  }
  stages.push_back({"luts", {2}, luts, {at(strided, 10), 1}, true});

  CountStage count;
  for (int i = 0; i < 3; ++i) {
    count.sources.add(std::vector<std::uint32_t>{below(22), below(22), below(22)});
    count.offsets.push_back(below(3));
  }
  stages.push_back({"count", {3, 2}, count, {at(strided, 3), 3}, true});
  stages.push_back({"turned", {4}, RearrangeStage{{2, 0, 1}}, {at(strided, 3), 3}, true});
  stages.push_back({"sum", {4, 5}, AddStage{}, {at(strided, 3), 4}, true});

  RearrangeStage numbers{{0, 2}, {{-1, 0}, {0, 1}}, {1, 1}};
  stages.push_back({"moved", {6}, numbers, {at(strided, 2), 4}, true});

  if (classes) {
    stages.push_back({"largest of five", {6, 7}, ArgmaxStage{}, {at(strided, 1), 3}, true});
    stages.push_back({"two of three each", {8, 7, 4}, ArgmaxStage{}, {at(strided, 2), 2}, true});
    return {{image, 8}, std::move(stages)};
  }
  CountStage all;
  for (std::uint32_t group = 0; group < 2; ++group) {
    std::vector<std::uint32_t> sources;
    for (std::size_t place = 0; place < strided.size(); ++place)
      sources.push_back(static_cast<std::uint32_t>(group * strided.size() + place));
    all.sources.add(sources);
    all.offsets.push_back(group);
  }
  stages.push_back({"all", {7}, all, {{2, 1, 1}, 16}});
  return {{image, 8}, std::move(stages)};
}

std::vector<Circuit> image_circuits() {
  std::vector<Circuit> circuits;
  std::uint64_t seed = 0;
  for (const Shape image : {Shape{1, 1, 1}, Shape{2, 5, 7}, Shape{1, 1, 9}, Shape{3, 6, 1}, Shape{1, 2, 2}})
    for (const Offset stride : {Offset{1, 1}, Offset{2, 3}, Offset{8, 8}})
      for (const bool classes : {false, true}) circuits.push_back(image_circuit(image, stride, ++seed, classes));
  return circuits;
}

std::vector<std::uint8_t> samples_of(const Circuit& circuit, std::size_t count) {
  Random random(Seed{7});
  std::vector<std::uint8_t> samples(count * circuit.input().size());
  for (auto& value : samples) value = static_cast<std::uint8_t>(random());
  return samples;
}

std::string refusal(Stage stage, Type input = {{2, 3, 4}, 1}) {
  try {
    (void)Circuit(input, {std::move(stage)});
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(unrolled_engine_netlist_and_simplified_circuits_answer_alike) {
  for (const Circuit& circuit : image_circuits()) {
    BOOST_TEST(has_images(circuit));
    const Circuit flat = unroll(circuit);
    BOOST_TEST(!has_images(flat));
    BOOST_TEST(flat.stages().size() == circuit.stages().size());
    BOOST_TEST((unroll(flat) == flat));
    const Circuit simple = simplify(circuit);
    BOOST_TEST((simplify(simple) == simple));
    BOOST_TEST((simple.output() == circuit.output()));
    const Circuit small = simplify(flat);
    const Netlist netlist = lower(circuit);
    const std::size_t size = circuit.input().size();
    const auto samples = samples_of(circuit, 70);
    const std::size_t outputs = circuit.output().size();
    const Engine engine(circuit);
    std::vector<std::uint32_t> answers(70 * outputs);
    engine.run(std::span<const std::uint8_t>(samples), answers);
    BOOST_TEST(simple.is_classifier() == circuit.is_classifier());
    BOOST_TEST(flat.is_classifier() == circuit.is_classifier());
    if (circuit.is_classifier()) {
      std::vector<std::uint32_t> classes(70 * outputs);
      engine.classify(samples, classes);
      BOOST_TEST((classes == answers));
    }
    for (std::size_t s = 0; s < 70; ++s) {
      const std::span<const std::uint8_t> sample(samples.data() + s * size, size);
      const Values expected = evaluate(circuit, sample);
      BOOST_TEST((evaluate(flat, sample) == expected));
      BOOST_TEST((evaluate(simple, sample) == expected));
      BOOST_TEST((evaluate(small, sample) == expected));
      const auto own = answers.begin() + static_cast<std::ptrdiff_t>(s * outputs);
      BOOST_TEST(std::equal(expected.begin(), expected.end(), own));
    }
    BOOST_TEST(netlist.nodes.size() == lower(flat).nodes.size());
  }
}

BOOST_AUTO_TEST_CASE(what_lies_outside_of_the_image_is_0) {
  const Circuit circuit({{1, 2, 2}, 8},
                        {{"moved", {0}, RearrangeStage{{0, 0}, {{-1, 0}, {1, 1}}, {1, 1}}, {{2, 2, 2}, 8}, true}});
  const std::uint8_t image[] = {1, 2, 3, 4};
  const Values expected{0, 0, 1, 2, 4, 0, 0, 0};
  BOOST_TEST((evaluate(circuit, std::span<const std::uint8_t>(image)) == expected));
}

BOOST_AUTO_TEST_CASE(images_survive_a_file_and_are_part_of_the_hash) {
  for (const Circuit& circuit : image_circuits()) {
    const Circuit back = deserialize(serialize(circuit));
    BOOST_TEST((back == circuit));
    BOOST_TEST(content_hash(back) == content_hash(circuit));
    BOOST_TEST(content_hash(unroll(circuit)) != content_hash(circuit));
  }
}

BOOST_AUTO_TEST_CASE(images_that_do_not_fit_together_are_refused) {
  const RearrangeStage moved{{1}, {{0, 1}}, {1, 1}};
  BOOST_TEST(refusal({"w", {0}, moved, {{1, 3, 4}, 1}, true}).empty());
  BOOST_TEST(refusal({"w", {0}, moved, {{1, 9, 2}, 1}, true}).empty());  // a window may stand anywhere
  BOOST_TEST(refusal({"w", {0}, moved, {{1, 3, 4}, 1}}).find("offsets") != std::string::npos);
  BOOST_TEST(refusal({"w", {0}, RearrangeStage{{2}, {{0, 1}}, {1, 1}}, {{1, 3, 4}, 1}, true}).find("source 0") !=
             std::string::npos);
  BOOST_TEST(
      refusal({"w", {0}, RearrangeStage{{0, 1}, {{0, 1}}, {1, 1}}, {{2, 3, 4}, 1}, true}).find("number of offsets") !=
      std::string::npos);
  BOOST_TEST(refusal({"w", {0}, RearrangeStage{{0}, {{0, 1}}, {0, 1}}, {{1, 3, 4}, 1}, true}).find("stride") !=
             std::string::npos);
  BOOST_TEST(refusal({"r", {0}, RearrangeStage{{0}}, {{1, 3, 3}, 1}, true}).find("3 x 3 pixels") != std::string::npos);
  BOOST_TEST(refusal({"r", {0}, RearrangeStage{{0}}, {{2, 3, 4}, 1}, true}).find("channels") != std::string::npos);
}
