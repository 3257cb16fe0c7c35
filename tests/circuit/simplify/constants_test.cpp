#define BOOST_TEST_MODULE simplify_constants
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/simplify/constants.hpp>

#include "support/equal_circuits.hpp"
#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using namespace lutra_test;

namespace {

const LutStage& luts_of(const Circuit& circuit, std::size_t stage) {
  return std::get<LutStage>(circuit.stages().at(stage).operation);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_pass_keeps_the_answer_of_random_circuits) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Circuit small = random_circuit(seed, {.input = seed % 2 == 0 ? bits(12) : values(1, 12)});
    check_equal_for_every_input(small, propagate_constants(small), seed);
    const Circuit any = random_circuit(seed);
    check_equal_over_samples(any, propagate_constants(any), 30, seed);
  }
}

BOOST_AUTO_TEST_CASE(a_threshold_of_zero_is_one_and_one_above_the_width_is_zero) {
  const Circuit circuit(values(2, 4), {{"t", {0}, ThresholdStage{{0, 1, 1, 1}, {0, 16, 15, 1}}, bits(4)},
                                       {"l", {1}, luts({{{0, 2}, and2}, {{1, 3}, or2}, {{0, 1}, xor2}}), bits(3)}});
  const Circuit small = propagate_constants(circuit);
  check_equal_for_every_input(circuit, small, 0);
  const LutStage& left = luts_of(small, 1);
  BOOST_TEST(left.fan_in(0) == 1);
  BOOST_TEST(left.fan_in(1) == 1);
  BOOST_TEST(left.fan_in(2) == 0);
  BOOST_TEST(left.tables[2][0] == 1);
}

BOOST_AUTO_TEST_CASE(a_threshold_on_a_bit_is_the_bit) {
  const Circuit circuit(
      bits(2), {{"t", {0}, ThresholdStage{{1, 0}, {1, 1}}, bits(2)}, {"l", {1}, luts({{{0, 1}, 0b0010}}), bits(1)}});
  const Circuit small = propagate_constants(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.stages().size() == 1);
  BOOST_TEST((small.stages()[0].inputs == std::vector<SignalId>{0}));
}

BOOST_AUTO_TEST_CASE(constants_run_through_layers_of_luts) {
  const Circuit circuit(bits(2), {{"a", {0}, luts({{{}, 1}, {{0, 1}, 0b0000}}), bits(2)},
                                  {"b", {1, 0}, luts({{{0, 2}, or2}, {{1, 3}, or2}}), bits(2)},
                                  {"c", {2}, luts({{{0, 1}, xor2}}), bits(1)}});
  const Circuit small = propagate_constants(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(luts_of(small, 1).fan_in(0) == 0);  // one or anything
  BOOST_TEST(luts_of(small, 1).fan_in(1) == 1);  // zero or x: x
  BOOST_TEST(luts_of(small, 2).fan_in(0) == 1);  // one xor x: not x
  BOOST_TEST(luts_of(small, 2).tables[0][0] == inverter);
}

BOOST_AUTO_TEST_CASE(counted_constants_become_offsets) {
  const Circuit circuit(bits(1), {{"l", {0}, luts({{{}, 1}, {{}, 0}, {{0}, inverter}}), bits(3)},
                                  {"c", {1}, counts({{{0, 1, 2, 0}, 1}, {{0, 1}, 0}}), values(2, 3)}});
  const Circuit small = propagate_constants(circuit);
  check_equal_for_every_input(circuit, small, 0);
  const auto& count = std::get<CountStage>(small.stages().back().operation);
  BOOST_TEST(count.sources[0].size() == 1);
  BOOST_TEST(count.sources[1].size() == 0);
  BOOST_TEST(count.offsets == (std::vector<std::uint32_t>{3, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_threshold_above_what_a_count_can_reach_is_never_met) {
  const Circuit circuit(bits(3), {{"c", {0}, counts({{{0, 1, 2}, 2}}), values(1, 8)},
                                  {"t", {1}, ThresholdStage{{0, 0, 0, 0}, {2, 3, 5, 6}}, bits(4)},
                                  {"l", {2}, luts({{{0, 1, 2, 3}, 0x8001}}), bits(1)}});
  const Circuit small = propagate_constants(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(luts_of(small, 2).fan_in(0) == 0);
}

BOOST_AUTO_TEST_CASE(a_constant_that_is_the_answer_stays_without_pins) {
  const Circuit circuit(bits(2), {{"l", {0}, luts({{{0, 1}, 0b1111}, {{0, 1}, and2}, {{0}, 0}}), {{1, 3, 1}, 1}}});
  const Circuit small = propagate_constants(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 3);
  BOOST_TEST(NodeGraph(small).size().pins == 2);
  BOOST_TEST((small.output() == circuit.output()));
}

BOOST_AUTO_TEST_CASE(an_answer_of_constants_alone_needs_no_bits_to_read) {
  const Circuit circuit(values(1, 32), {{"t", {0}, ThresholdStage{{0}, {0}}, bits(1)},
                                        {"l", {1}, luts({{{0}, buffer}, {{0}, inverter}}), bits(2)}});
  const Circuit small = circuits::detail::rewrite(circuit, [](NodeGraph& graph) {
    const auto changes = propagate_constants(graph);
    graph.nodes[1].kind = NodeGraph::Kind::gone;  // the threshold, which no one reads now
    return changes;
  });
  for (const std::uint32_t value : {0u, 7u, 0xffffffffu})
    BOOST_TEST((evaluate(small, std::span<const std::uint32_t>(&value, 1)) == Values{1, 0}));
  BOOST_TEST(small.stages().size() == 1);
}
