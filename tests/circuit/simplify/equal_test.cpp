#define BOOST_TEST_MODULE simplify_equal
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/simplify/equal.hpp>

#include "support/equal_circuits.hpp"
#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using namespace lutra_test;

BOOST_AUTO_TEST_CASE(the_pass_keeps_the_answer_of_random_circuits) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Circuit small = random_circuit(seed, {.input = seed % 2 == 0 ? bits(12) : values(1, 12)});
    check_equal_for_every_input(small, merge_equal(small), seed);
    const Circuit any = random_circuit(seed);
    check_equal_over_samples(any, merge_equal(any), 30, seed);
  }
}

BOOST_AUTO_TEST_CASE(equal_luts_are_one_whatever_the_order_of_their_pins) {
  const Circuit circuit(bits(3), {{"l", {0}, luts({{{0, 1}, 0b0010}, {{1, 0}, 0b0100}, {{0, 2}, 0b0010}}), bits(3)},
                                  {"c", {1}, counts({{{0, 1, 2}, 0}}), values(1, 2)}});
  const Circuit small = merge_equal(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 2);
}

BOOST_AUTO_TEST_CASE(equal_luts_of_different_stages_are_one) {
  const Circuit circuit(bits(2), {{"a", {0}, luts({{{0, 1}, and2}}), bits(1)},
                                  {"b", {1, 0}, luts({{{0, 1}, or2}, {{1, 2}, and2}}), bits(2)},
                                  {"c", {2}, luts({{{0, 1}, xor2}}), bits(1)}});
  const Circuit small = merge_equal(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 3);
  BOOST_TEST((small.stages()[2].inputs == std::vector<SignalId>{1, 2}));
}

BOOST_AUTO_TEST_CASE(equality_runs_through_layers) {
  const Circuit circuit(bits(2), {{"a", {0}, luts({{{0, 1}, and2}, {{1, 0}, and2}}), bits(2)},
                                  {"b", {1, 0}, luts({{{0, 2}, xor2}, {{1, 2}, xor2}}), bits(2)},
                                  {"c", {2}, counts({{{0, 1}, 0}}), values(1, 2)}});
  const Circuit small = merge_equal(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 2);
}

BOOST_AUTO_TEST_CASE(an_opposite_lut_goes_where_only_luts_read_it) {
  const auto circuit = [](bool counted) {
    return Circuit(bits(3), {{"a", {0}, luts({{{0, 1}, and2}, {{0, 1}, nand2}}), bits(2)},
                             {"b", {1, 0}, luts({{{0, 4}, or2}, {{1, 4}, or2}}), bits(2)},
                             {"c", {2, counted ? 1u : 2u}, counts({{{0, 1, 2, 3}, 0}}), values(1, 3)}});
  };
  check_equal_for_every_input(circuit(false), merge_equal(circuit(false)), 0);
  BOOST_TEST(merge_equal(circuit(false)).lut_nodes() == 3);
  check_equal_for_every_input(circuit(true), merge_equal(circuit(true)), 0);
  BOOST_TEST(merge_equal(circuit(true)).lut_nodes() == 4);
}

BOOST_AUTO_TEST_CASE(opposites_that_are_both_needed_each_collect_their_equals) {
  const Circuit circuit(bits(2),
                        {{"a", {0}, luts({{{0, 1}, and2}, {{0, 1}, nand2}, {{0, 1}, and2}, {{0, 1}, nand2}}), bits(4)},
                         {"c", {1}, counts({{{0, 1, 2, 3}, 0}}), values(1, 3)}});
  const Circuit small = merge_equal(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 2);
}

BOOST_AUTO_TEST_CASE(equal_thresholds_are_one_across_stages) {
  const Circuit circuit(values(2, 4), {{"t", {0}, ThresholdStage{{0, 1, 0}, {5, 5, 5}}, bits(3)},
                                       {"u", {0}, ThresholdStage{{1, 1}, {5, 6}}, bits(2)},
                                       {"c", {1, 2}, counts({{{0, 1, 2, 3, 4}, 0}}), values(1, 3)}});
  const Circuit small = merge_equal(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(NodeGraph(small).size().thresholds == 3);
}

BOOST_AUTO_TEST_CASE(equal_values_of_the_answer_are_computed_once) {
  const Circuit circuit(bits(2),
                        {{"l", {0}, luts({{{0, 1}, and2}, {{0, 1}, or2}, {{1, 0}, and2}, {{0}, 0}}), {{1, 2, 2}, 1}}});
  const Circuit small = merge_equal(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 3);
  BOOST_TEST((small.output() == circuit.output()));
}
