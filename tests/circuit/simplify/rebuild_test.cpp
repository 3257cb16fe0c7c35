#define BOOST_TEST_MODULE simplify_rebuild
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/simplify/rebuild.hpp>

#include "support/equal_circuits.hpp"
#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using namespace lutra_test;

namespace {

Circuit rebuilt(const Circuit& circuit) {
  return circuits::detail::rewrite(circuit, [](NodeGraph&) {});
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_circuit_survives_the_way_through_the_graph) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Circuit circuit = random_circuit(seed);
    const Circuit back = rebuilt(circuit);
    check_equal_over_samples(circuit, back, 20, seed);
    BOOST_TEST(back.lut_nodes() == circuit.lut_nodes());
    BOOST_TEST((back.output() == circuit.output()));
    BOOST_TEST((rebuilt(back) == back));
  }
}

BOOST_AUTO_TEST_CASE(a_plain_circuit_comes_back_equal) {
  const Circuit circuit(values(2, 8),
                        {{"t", {0}, ThresholdStage{{0, 1}, {5, 6}}, {{1, 2, 1}, 1}},
                         {"l", {1}, luts({{{1, 0}, or2}, {{}, 1}}), {{1, 1, 2}, 1}},
                         {"c", {1, 2}, counts({{{0, 3}, 1}, {{2, 1}, 0}}), values(2, 2)},
                         {"s", {3, 3}, AddStage{}, values(2, 3)},
                         {"m", {4}, ArgmaxStage{}, values(1, 1)}},
                        {{"key", "text"}});
  BOOST_TEST((rebuilt(circuit) == circuit));
}

BOOST_AUTO_TEST_CASE(rearrangements_are_read_through) {
  const Circuit circuit(bits(3), {{"r", {0}, RearrangeStage{{2, 1, 0}}, bits(3)},
                                  {"r", {1}, RearrangeStage{{2, 0}}, bits(2)},
                                  {"l", {2}, luts({{{0, 1}, and2}}), bits(1)}});
  const Circuit back = rebuilt(circuit);
  check_equal_for_every_input(circuit, back, 0);
  BOOST_TEST(back.stages().size() == 1);
}

BOOST_AUTO_TEST_CASE(sums_and_argmax_get_their_values_in_order) {
  const Circuit circuit(values(3, 4), {{"r", {0}, RearrangeStage{{2, 0, 1}}, values(3, 4)},
                                       {"s", {0, 1}, AddStage{}, values(3, 5)},
                                       {"r", {2}, RearrangeStage{{1, 2, 0}}, values(3, 5)},
                                       {"m", {3, 0}, ArgmaxStage{}, values(1, 3)}});
  const Circuit back = rebuilt(circuit);
  check_equal_for_every_input(circuit, back, 0);
  BOOST_TEST(back.is_classifier());
  BOOST_TEST((rebuilt(back) == back));
}

BOOST_AUTO_TEST_CASE(an_answer_keeps_its_width_where_only_narrow_values_are_left) {
  const Circuit circuit(values(2, 4), {{"t", {0}, ThresholdStage{{0, 1}, {5, 6}}, bits(2)},
                                       {"r", {0, 1}, RearrangeStage{{3, 2}}, {{1, 1, 2}, 4}}});
  const Circuit back = rebuilt(circuit);
  check_equal_for_every_input(circuit, back, 0);
  BOOST_TEST((back.output() == circuit.output()));
  BOOST_TEST((rebuilt(back) == back));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_the_input_has_a_stage) {
  const Circuit circuit(values(4, 3), {{"reshape", {0}, RearrangeStage{{0, 1, 2, 3}}, {{1, 2, 2}, 3}}});
  const Circuit back = rebuilt(circuit);
  check_equal_for_every_input(circuit, back, 0);
  BOOST_TEST((back.output() == circuit.output()));
}

BOOST_AUTO_TEST_CASE(an_answer_in_its_old_order_keeps_its_width_too) {
  const Circuit circuit(values(2, 4), {{"t", {0}, ThresholdStage{{0, 1}, {5, 6}}, bits(2)},
                                       {"r", {1, 0}, RearrangeStage{{0, 1}}, values(2, 4)}});
  const Circuit back = rebuilt(circuit);
  check_equal_for_every_input(circuit, back, 0);
  BOOST_TEST((back.output() == circuit.output()));
  BOOST_TEST((rebuilt(back) == back));
}
