#define BOOST_TEST_MODULE fold
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/export/stream/fold.hpp>
#include <lutra/random.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::circuits;
using hdl::detail::FoldedStages;
using hdl::detail::FoldedSteps;
using hdl::detail::StepLowering;

namespace {

/// One pixel of a layer of weights -most to most on `inputs` codes; levels behind it, some rising and some falling, and
/// some that are never or always reached.
struct LayerShape {
  std::size_t inputs, outputs;
  std::uint32_t bits;
  std::int64_t most;
  std::size_t levels;  ///< at most; 0: no levels
};

Circuit layer(const LayerShape& shape, std::uint64_t seed) {
  Random random(Seed{seed});
  WeighStage weigh;
  std::uint64_t largest = 0;
  for (std::size_t o = 0; o < shape.outputs; ++o) {
    std::vector<std::uint32_t> sources;
    std::vector<std::int32_t> weights;
    std::uint32_t offset = static_cast<std::uint32_t>(random.below(3));
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < shape.inputs; ++i) {
      if (random.below(4) == 0) continue;  // not all of them, and one twice
      sources.push_back(i == 1 ? 0 : i);
      weights.push_back(static_cast<std::int32_t>(
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * shape.most + 1))) - shape.most));
      const std::uint32_t reach = ((1U << shape.bits) - 1) * static_cast<std::uint32_t>(std::abs(weights.back()));
      if (weights.back() < 0)
        offset += reach;
      else
        sum += reach;
    }
    weigh.add(sources, weights, offset);
    largest = std::max(largest, sum + offset);
  }
  const Type sums{{shape.outputs, 1, 1}, bits_for(largest)};
  std::vector<Stage> stages{{"sums", {0}, weigh, sums, true}};
  if (shape.levels > 0) {
    LevelStage level;
    for (std::uint32_t o = 0; o < shape.outputs; ++o) {
      std::vector<std::uint32_t> thresholds(random.below(shape.levels + 1));
      for (auto& threshold : thresholds)
        threshold = static_cast<std::uint32_t>(random.below(largest + largest / 4 + 2));
      if (o == 0) thresholds.assign(shape.levels, 0);
      std::ranges::sort(thresholds);
      level.add((o * 5 + 1) % static_cast<std::uint32_t>(shape.outputs), thresholds, random.below(2) == 0);
    }
    stages.push_back({"levels", {1}, level, {{shape.outputs, 1, 1}, bits_for(shape.levels)}, true});
  }
  return {{{shape.inputs, 1, 1}, shape.bits}, stages};
}

/// What the logic of step `step` gives for one pixel.
Values run(const Netlist& netlist, std::span<const std::uint32_t> pixel, std::uint32_t step) {
  std::vector<bool> bits{false, true};
  for (const auto& [signal, type, begin] : netlist.inputs)
    for (std::size_t i = 0; i < type.size(); ++i)
      for (std::uint32_t b = 0; b < type.width; ++b)
        bits.push_back(((signal == no_signal ? step : pixel[i]) >> b & 1) != 0);
  for (const Node& node : netlist.nodes) {
    std::uint32_t address = 0;
    for (std::uint32_t j = 0; j < node.fan_in; ++j) address |= static_cast<std::uint32_t>(bits[node.inputs[j]]) << j;
    bits.push_back((node.table >> address & 1) != 0);
  }
  Values values(netlist.output.size(), 0);
  for (std::size_t i = 0; i < netlist.outputs.size(); ++i)
    values[i / netlist.output.width] |= static_cast<std::uint32_t>(bits[netlist.outputs[i]])
                                        << (i % netlist.output.width);
  return values;
}

/// Whether all steps together give what the layer gives, for some random pixels and the two extreme ones.
bool agrees(const Circuit& circuit, FoldedSteps folded, std::uint32_t fan_in) {
  const auto [steps, groups] = folded;
  const FoldedStages stages{0, circuit.stages().size() > 1 ? std::optional<std::uint32_t>(1) : std::nullopt};
  const Netlist netlist = StepLowering(circuit, stages, folded, fan_in).lower();
  Random random(Seed{steps + fan_in});
  for (int n = 0; n < 8; ++n) {
    Values pixel(circuit.input().size());
    const auto most = static_cast<std::uint32_t>(circuit.input().maximum());
    for (auto& code : pixel)
      code = n == 0 ? 0 : n == 1 ? most : static_cast<std::uint32_t>(random.below(std::uint64_t{most} + 1));
    Values all;
    for (std::uint32_t step = 0; step < steps; ++step) {
      const Values some = run(netlist, pixel, step);
      if (step % groups == 0) {
        all.insert(all.end(), some.begin(), some.end());
        continue;
      }
      for (std::size_t i = 0; i < some.size(); ++i) {
        std::uint32_t& sum = all[all.size() - some.size() + i];
        sum = static_cast<std::uint32_t>((sum + some[i]) & circuit.output().maximum());
      }
    }
    const Values answers = evaluate(circuit, std::span<const std::uint32_t>(pixel));
    if (!std::ranges::equal(answers, std::span(all).first(answers.size()))) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_steps_of_a_layer_give_together_what_it_gives) {
  std::uint64_t seed = 0;
  for (const LayerShape shape : {LayerShape{5, 7, 2, 1, 3}, LayerShape{4, 6, 1, 1, 1}, LayerShape{3, 9, 8, 7, 0},
                                 LayerShape{6, 10, 3, 3, 12}, LayerShape{4, 5, 2, 100, 255}, LayerShape{1, 4, 4, 1, 2}})
    for (const std::size_t steps : {1, 3, 4})
      for (const std::uint32_t fan_in : {6U, 4U})
        BOOST_TEST(agrees(layer(shape, ++seed), {steps}, fan_in), shape.outputs << " outputs in " << steps);
}

BOOST_AUTO_TEST_CASE(parts_of_a_sum_add_up_to_it) {
  std::uint64_t seed = 50;
  for (const LayerShape shape : {LayerShape{5, 7, 2, 1, 0}, LayerShape{9, 6, 8, 7, 0}, LayerShape{1, 3, 1, 1, 0}})
    for (const std::size_t groups : {2, 8})
      for (const std::size_t turns : {1, 3})
        for (const std::uint32_t fan_in : {6U, 4U})
          BOOST_TEST(agrees(layer(shape, ++seed), {turns * groups, groups}, fan_in), turns << " times " << groups);
}

BOOST_AUTO_TEST_CASE(more_steps_than_a_lut_tells_apart_are_looked_up) {
  for (const std::size_t steps : {33, 64, 65, 100}) {
    BOOST_TEST(agrees(layer({3, steps, 2, 1, 3}, steps), {steps}, 6));
    BOOST_TEST(agrees(layer({3, steps, 2, 1, 15}, steps), {steps}, 4));
    BOOST_TEST(agrees(layer({2, steps, 3, 3, 0}, steps), {steps}, 6));
  }
}

BOOST_AUTO_TEST_CASE(nodes_of_one_step_have_names_of_their_own) {
  for (const std::size_t steps : {5, 70}) {
    const Netlist netlist = StepLowering(layer({6, 70, 3, 7, 15}, 4), {0, 1}, {steps}, 6).lower();
    std::vector<std::string> names;
    for (const Node& node : netlist.nodes) names.push_back(name(node.origin));
    std::ranges::sort(names);
    BOOST_TEST((std::ranges::adjacent_find(names) == names.end()));
  }
}

BOOST_AUTO_TEST_CASE(a_step_of_many_is_smaller_than_the_layer) {
  const Circuit circuit = layer({72, 16, 2, 1, 3}, 3);
  const auto luts = [&](std::size_t steps) { return StepLowering(circuit, {0, 1}, {steps}, 6).lower().nodes.size(); };
  BOOST_TEST(luts(8) * 2 < luts(1));
  BOOST_TEST(luts(16) < luts(8));
}
