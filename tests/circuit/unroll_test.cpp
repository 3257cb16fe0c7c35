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

#include "support/image_circuits.hpp"

using namespace lutra;
using namespace lutra::circuits;

namespace {

std::vector<Circuit> image_circuits() {
  std::vector<Circuit> circuits;
  std::uint64_t seed = 0;
  for (const Shape image : {Shape{1, 1, 1}, Shape{2, 5, 7}, Shape{1, 1, 9}, Shape{3, 6, 1}, Shape{1, 2, 2}})
    for (const Offset stride : {Offset{1, 1}, Offset{2, 3}, Offset{8, 8}})
      for (const bool classes : {false, true})
        circuits.push_back(lutra_test::every_operation(image, stride, ++seed, classes));
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
