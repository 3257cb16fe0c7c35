#define BOOST_TEST_MODULE netlist
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/netlist.hpp>
#include <lutra/circuit/netlist/cost.hpp>
#include <lutra/circuit/netlist/schedule.hpp>
#include <lutra/circuit/truth_table.hpp>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <support/random_circuit.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::circuits;

namespace {

/// The answers of a netlist for 64 samples at once; `inputs[i]` holds bit i of the input of each sample.
std::vector<std::uint64_t> run(const Netlist& netlist, const std::vector<std::uint64_t>& inputs) {
  std::vector<std::uint64_t> bits(netlist.bits(), 0);
  bits[1] = ~std::uint64_t{0};
  std::ranges::copy(inputs, bits.begin() + 2);
  for (BitId bit = netlist.first_node(); bit < netlist.bits(); ++bit) {
    const Node& node = netlist.node(bit);
    for (unsigned sample = 0; sample < 64; ++sample) {
      unsigned address = 0;
      for (unsigned j = 0; j < node.fan_in; ++j)
        address |= static_cast<unsigned>(bits[node.inputs[j]] >> sample & 1) << j;
      bits[bit] |= (node.table >> address & 1) << sample;
    }
  }
  std::vector<std::uint64_t> outputs;
  for (const auto bit : netlist.outputs) outputs.push_back(bits[bit]);
  return outputs;
}

/// Bits of all input signals of the netlist, from everything the circuit computes for each sample.
std::vector<std::uint64_t> input_words(const Netlist& netlist, const std::vector<std::vector<Values>>& samples) {
  std::vector<std::uint64_t> words(netlist.input_bits(), 0);
  for (std::size_t s = 0; s < samples.size(); ++s)
    for (const auto& [signal, type, begin] : netlist.inputs)
      for (std::size_t i = 0; i < type.size(); ++i)
        for (std::uint32_t b = 0; b < type.width; ++b)
          words[begin + i * type.width + b] |= std::uint64_t{samples[s][signal][i] >> b & 1} << s;
  return words;
}

/// Whether the netlist gives the circuit's answers for 64 random samples.
bool agrees(const Circuit& circuit, const Netlist& netlist, std::uint64_t seed) {
  const auto samples = lutra_test::random_samples(circuit, 64, seed);
  std::vector<std::vector<Values>> signals;
  for (std::size_t s = 0; s < 64; ++s)
    signals.push_back(
        evaluate_all(circuit, std::span(samples).subspan(s * circuit.input().size(), circuit.input().size())));
  const auto outputs = run(netlist, input_words(netlist, signals));
  const std::uint32_t width = circuit.output().width;
  bool same = outputs.size() == circuit.output().size() * width;
  for (std::size_t s = 0; s < 64 && same; ++s)
    for (std::size_t i = 0; i < outputs.size(); ++i)
      same = same && (outputs[i] >> s & 1) == (signals[s].back()[i / width] >> (i % width) & 1);
  return same;
}

std::size_t luts(const Netlist& netlist) { return netlist.nodes.size(); }

Circuit popcount(std::size_t bits) {
  CountStage count;
  std::vector<std::uint32_t> sources(bits);
  std::iota(sources.begin(), sources.end(), 0u);
  count.sources.add(sources);
  count.offsets = {0};
  return {{{bits, 1, 1}, 1}, {{"count", {0}, count, {{1, 1, 1}, bits_for(bits)}}}};
}

Circuit thresholds(std::uint32_t width, std::vector<std::uint32_t> levels) {
  const std::size_t n = levels.size();
  ThresholdStage stage{std::vector<std::uint32_t>(n, 0), std::move(levels)};
  return {{{1, 1, 1}, width}, {{"thermometer", {0}, std::move(stage), {{n, 1, 1}, 1}}}};
}

Circuit one_node(std::uint32_t fan_in, const std::vector<std::uint64_t>& table) {
  LutStage luts;
  std::vector<std::uint32_t> pins(fan_in);
  std::iota(pins.begin(), pins.end(), 0u);
  luts.add(pins, table);
  return {{{8, 1, 1}, 1}, {{"node", {0}, std::move(luts), {{1, 1, 1}, 1}}}};
}

Circuit argmax_of(std::size_t classes, std::uint32_t width) {
  return {{{classes, 1, 1}, width}, {{"argmax", {0}, ArgmaxStage{}, {{1, 1, 1}, bits_for(classes - 1)}}}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_netlist_gives_the_circuits_answers_at_every_fan_in_with_and_without_the_encoder) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed, {.numbers = seed % 3 == 0});
    for (std::uint32_t fan_in = 3; fan_in <= 6; ++fan_in)
      for (const bool encoder : {true, false}) {
        const Netlist netlist = lower(circuit, {.max_fan_in = fan_in, .include_encoder = encoder});
        BOOST_TEST_INFO("seed " << seed << ", fan-in " << fan_in << ", encoder " << encoder);
        BOOST_TEST(agrees(circuit, netlist, seed));
      }
  }
}

BOOST_AUTO_TEST_CASE(nodes_are_ordered_needed_named_and_without_idle_pins) {
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    for (std::uint32_t fan_in : {6u, 4u, 3u}) {
      const Netlist netlist =
          lower(lutra_test::random_circuit(seed, {.numbers = seed % 3 == 0}), {.max_fan_in = fan_in});
      std::set<std::string> names;
      std::vector<bool> used(netlist.bits(), false);
      for (const auto bit : netlist.outputs) used[bit] = true;
      for (BitId bit = netlist.first_node(); bit < netlist.bits(); ++bit) {
        const Node& node = netlist.node(bit);
        BOOST_TEST_REQUIRE(node.fan_in >= 1u);
        BOOST_TEST_REQUIRE(node.fan_in <= fan_in);
        BOOST_TEST_REQUIRE(names.insert(name(node.origin)).second, name(node.origin) + " twice");
        const TruthTable table(node.table, node.fan_in);
        for (std::uint32_t j = 0; j < node.fan_in; ++j) {
          BOOST_TEST_REQUIRE(node.inputs[j] >= 2u);
          BOOST_TEST_REQUIRE(node.inputs[j] < bit);
          BOOST_TEST_REQUIRE(depends_on(table, j));
          used[node.inputs[j]] = true;
        }
      }
      BOOST_TEST(std::ranges::count(used.begin() + netlist.first_node(), used.end(), false) == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_lut_node_keeps_its_table_and_its_pins) {
  const Netlist netlist = lower(one_node(6, {0x123456789abcdef0}));
  BOOST_TEST(luts(netlist) == 1u);
  BOOST_TEST(netlist.nodes[0].table == 0x123456789abcdef0u);
  BOOST_TEST(netlist.nodes[0].fan_in == 6u);
  for (std::uint32_t j = 0; j < 6; ++j) BOOST_TEST(netlist.nodes[0].inputs[j] == netlist.input_bit(j));
  BOOST_TEST(name(netlist.nodes[0].origin) == "s0_n0");
}

BOOST_AUTO_TEST_CASE(wide_nodes_are_split_by_cofactors_and_share_them) {
  BOOST_TEST(luts(lower(one_node(7, {0x123456789abcdef0, 0xfedcba9876543211}))) == 3u);
  BOOST_TEST(
      luts(lower(one_node(8, {0x123456789abcdef0, 0xfedcba9876543211, 0x3141592653589793, 0x2718281828459045}))) == 5u);
  // The upper half is 0: an AND with pin 6. Both halves are the same: pin 6 does not matter.
  BOOST_TEST(luts(lower(one_node(7, {0x123456789abcdef0, 0}))) == 2u);
  BOOST_TEST(luts(lower(one_node(7, {0x123456789abcdef0, 0x123456789abcdef0}))) == 1u);
  BOOST_TEST(luts(lower(one_node(6, {0x123456789abcdef0}), {.max_fan_in = 4})) <= 7u);
}

BOOST_AUTO_TEST_CASE(a_comparison_costs_only_the_bits_that_matter) {
  BOOST_TEST(luts(lower(thresholds(8, {0, 256, 300}))) == 0u);  // always, never, never
  BOOST_TEST(luts(lower(thresholds(8, {128}))) == 0u);          // the top bit itself
  BOOST_TEST(luts(lower(thresholds(8, {4}))) == 1u);
  BOOST_TEST(luts(lower(thresholds(8, {1}))) == 2u);
  BOOST_TEST(luts(lower(thresholds(8, {77}))) == 2u);
  BOOST_TEST(luts(lower(thresholds(8, {77}), {.max_fan_in = 4})) == 3u);
  BOOST_TEST(luts(lower(thresholds(8, {77, 77, 77}))) == 2u);
  std::vector<std::uint32_t> all(255);
  std::iota(all.begin(), all.end(), 1u);
  BOOST_TEST(luts(lower(thresholds(8, all))) <= 255u + 7u);  // 7 comparisons of the low three bits serve all
}

BOOST_AUTO_TEST_CASE(a_popcount_costs_less_than_one_lut_of_six_inputs_a_bit) {
  for (const std::size_t bits : {6u, 16u, 50u, 100u, 600u}) {
    const Netlist netlist = lower(popcount(bits));
    BOOST_TEST(luts(netlist) < bits);
    BOOST_TEST(agrees(popcount(bits), netlist, bits));
  }
  BOOST_TEST(schedule(lower(popcount(100))).depth <= 8u);
  BOOST_TEST(luts(lower(popcount(100), {.max_fan_in = 4})) < 200u);
}

BOOST_AUTO_TEST_CASE(an_argmax_of_ten_classes_is_small_and_ties_go_to_the_lowest_index) {
  const Netlist netlist = lower(argmax_of(10, 7));
  BOOST_TEST(luts(netlist) <= 80u);
  BOOST_TEST(schedule(netlist).depth <= 10u);
  for (const std::size_t classes : {1u, 2u, 3u, 4u, 5u, 7u, 10u, 17u})
    for (const std::uint32_t width : {1u, 2u, 5u})  // narrow values make ties
      for (const std::uint32_t fan_in : {6u, 5u, 4u, 3u}) {
        const Circuit circuit = argmax_of(classes, width);
        for (std::uint64_t seed = 0; seed < 4; ++seed)
          BOOST_TEST(agrees(circuit, lower(circuit, {.max_fan_in = fan_in}), seed));
      }
}

BOOST_AUTO_TEST_CASE(an_argmax_of_several_outputs_is_several_with_names_of_their_own) {
  const Circuit circuit({{15, 1, 1}, 3}, {{"argmax", {0}, ArgmaxStage{}, {{3, 1, 1}, 3}}});
  const Netlist netlist = lower(circuit);
  BOOST_TEST(agrees(circuit, netlist, 1));
  std::set<std::string> names;
  for (const auto& node : netlist.nodes) names.insert(name(node.origin));
  BOOST_TEST(names.size() == netlist.nodes.size());
  BOOST_TEST(netlist.nodes.size() == 3 * lower(argmax_of(5, 3)).nodes.size());
}

BOOST_AUTO_TEST_CASE(a_schedule_registers_every_path_equally_and_keeps_to_its_levels) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Netlist netlist = lower(lutra_test::random_circuit(seed));
    for (const std::uint32_t k : {1u, 2u, 3u})
      for (const bool inputs : {false, true}) {
        const Schedule s = schedule(netlist, {.levels = k, .register_inputs = inputs});
        BOOST_TEST(s.latency == (s.depth + k - 1) / k + inputs);
        std::vector<std::uint32_t> within(netlist.bits(), 0);  // LUTs since the last register
        for (BitId bit = netlist.first_node(); bit < netlist.bits(); ++bit) {
          for (const auto pin : netlist.node(bit).pins()) {
            BOOST_TEST_REQUIRE(s.clock[pin] <= s.clock[bit]);
            BOOST_TEST_REQUIRE(s.clock[bit] - s.clock[pin] <= s.registers[pin]);
            if (s.clock[pin] == s.clock[bit]) within[bit] = std::max(within[bit], within[pin]);
          }
          BOOST_TEST_REQUIRE(++within[bit] <= k);
        }
        for (const auto bit : netlist.outputs)
          if (!Netlist::is_constant(bit)) {
            BOOST_TEST_REQUIRE(s.clock[bit] + s.registers[bit] == s.latency);
          }
      }
  }
}

BOOST_AUTO_TEST_CASE(a_combinational_schedule_has_no_registers) {
  const Netlist netlist = lower(popcount(30));
  const Schedule s = schedule(netlist, combinational());
  BOOST_TEST(s.latency == 0u);
  BOOST_TEST(s.flip_flops() == 0u);
  BOOST_TEST(s.depth > 0u);
  BOOST_CHECK_THROW((void)schedule(netlist, {.register_inputs = true}), Error);
}

BOOST_AUTO_TEST_CASE(costs_add_up_over_stages) {
  const Circuit circuit = lutra_test::random_circuit(3);
  const Netlist netlist = lower(circuit);
  const Schedule s = schedule(netlist, every(1));
  const NetlistCost c = cost(netlist, s, circuit.stages().size());
  std::size_t all_luts = 0;
  std::size_t flip_flops = c.input.flip_flops;
  for (const auto& stage : c.stages) {
    all_luts += stage.luts();
    flip_flops += stage.flip_flops;
    BOOST_TEST(stage.levels <= c.total.levels);
  }
  BOOST_TEST(all_luts == netlist.nodes.size());
  BOOST_TEST(c.total.luts() == netlist.nodes.size());
  BOOST_TEST(c.total.flip_flops == flip_flops);
  BOOST_TEST(c.latency == c.total.levels);
}

BOOST_AUTO_TEST_CASE(leaving_the_encoder_outside_makes_its_bits_the_input) {
  ThresholdStage encoder{{0, 0, 1}, {10, 20, 30}};
  LutStage luts;
  luts.add(std::vector<std::uint32_t>{0, 1, 2}, std::vector<std::uint64_t>{0x96});
  const Circuit circuit({{2, 1, 1}, 8},
                        {{"encoder", {0}, encoder, {{3, 1, 1}, 1}}, {"parity", {1}, luts, {{1, 1, 1}, 1}}});
  const Netlist netlist = lower(circuit, {.include_encoder = false});
  BOOST_TEST(netlist.input_bits() == 3u);
  BOOST_TEST(netlist.inputs.size() == 1u);
  BOOST_TEST(netlist.inputs[0].signal == 1u);
  BOOST_TEST(netlist.nodes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(other_fan_ins_are_refused) {
  BOOST_CHECK_THROW((void)lower(popcount(3), {.max_fan_in = 2}), Error);
  BOOST_CHECK_THROW((void)lower(popcount(3), {.max_fan_in = 7}), Error);
}
