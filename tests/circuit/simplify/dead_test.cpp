#define BOOST_TEST_MODULE simplify_dead
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/simplify/dead.hpp>

#include "support/equal_circuits.hpp"
#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using namespace lutra_test;

BOOST_AUTO_TEST_CASE(the_pass_keeps_the_answer_of_random_circuits) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Circuit small = random_circuit(seed, {.input = seed % 2 == 0 ? bits(12) : values(1, 12)});
    check_equal_for_every_input(small, remove_dead(small), seed);
    const Circuit any = random_circuit(seed);
    check_equal_over_samples(any, remove_dead(any), 30, seed);
  }
}

BOOST_AUTO_TEST_CASE(unread_nodes_and_whatever_only_they_read_go) {
  const Circuit circuit(values(1, 8), {{"t", {0}, ThresholdStage{{0, 0, 0}, {10, 20, 30}}, {{3, 1, 1}, 1}},
                                       {"a", {1}, luts({{{0, 1}, and2}, {{1, 2}, and2}}), bits(2)},
                                       {"b", {1, 2}, luts({{{0, 3}, or2}}), bits(1)}});
  const Circuit small = remove_dead(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST((NodeGraph(small).size() == CircuitSize{2, 4, 2}));
  BOOST_TEST((small.stages()[0].output == bits(2)));
  BOOST_TEST(std::get<LutStage>(small.stages()[2].operation).pins[0][1] == 2);
}

BOOST_AUTO_TEST_CASE(whole_stages_go_and_the_others_keep_their_names_and_shapes) {
  const Circuit circuit(bits(2), {{"unread", {0}, luts({{{0, 1}, and2}}), bits(1)},
                                  {"unread count", {1}, counts({{{0}, 0}}), values(1, 1)},
                                  {"unread sum", {0, 0}, AddStage{}, values(2, 2)},
                                  {"kept", {0}, luts({{{0, 1}, or2}, {{0, 1}, xor2}}), {{1, 1, 2}, 1}},
                                  {"answer", {4}, counts({{{0, 1}, 0}}), values(1, 2)}});
  const Circuit small = remove_dead(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.stages().size() == 2);
  BOOST_TEST(small.stages()[0].name == "kept");
  BOOST_TEST((small.stages()[0].output == Type{{1, 1, 2}, 1}));
}

BOOST_AUTO_TEST_CASE(the_answer_keeps_every_value_in_its_order) {
  const Circuit circuit(bits(2), {{"l", {0}, luts({{{0}, inverter}, {{0, 1}, and2}, {{0, 1}, or2}}), bits(3)},
                                  {"answer", {1, 0}, RearrangeStage{{2, 4, 0, 2}}, {{1, 2, 2}, 1}}});
  const Circuit small = remove_dead(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 2);
  BOOST_TEST((small.output() == circuit.output()));
}

BOOST_AUTO_TEST_CASE(a_sum_loses_the_terms_of_what_is_not_read) {
  const Circuit circuit(
      values(3, 4), {{"sum", {0, 0}, AddStage{}, values(3, 5)}, {"answer", {1}, RearrangeStage{{2, 0}}, values(2, 5)}});
  const Circuit small = remove_dead(circuit);
  check_equal_for_every_input(circuit, small, 0);
  NodeGraph graph(small);
  std::size_t sums = 0;
  for (const auto& node : graph.nodes) sums += node.kind == NodeGraph::Kind::add ? 1 : 0;
  BOOST_TEST(sums == 2);
}

BOOST_AUTO_TEST_CASE(the_number_of_removed_nodes_is_exact) {
  NodeGraph graph(Circuit(bits(3), {{"l", {0}, luts({{{0, 1}, and2}, {{0, 1}, or2}, {{0}, inverter}}), bits(3)},
                                    {"answer", {1}, RearrangeStage{{1}}, bits(1)}}));
  BOOST_TEST(remove_dead(graph) == 2);  // of three; an unread input value is no node that could go
  BOOST_TEST(remove_dead(graph) == 0);
}
