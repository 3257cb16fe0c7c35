#define BOOST_TEST_MODULE simplify_pins
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/simplify/pins.hpp>

#include "support/equal_circuits.hpp"
#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using namespace lutra_test;

namespace {

const LutStage& last_luts(const Circuit& circuit) { return std::get<LutStage>(circuit.stages().back().operation); }

}  // namespace

BOOST_AUTO_TEST_CASE(the_pass_keeps_the_answer_of_random_circuits) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Circuit small = random_circuit(seed, {.input = seed % 2 == 0 ? bits(12) : values(1, 12)});
    check_equal_for_every_input(small, trim_pins(small), seed);
    const Circuit any = random_circuit(seed);
    check_equal_over_samples(any, trim_pins(any), 30, seed);
  }
}

BOOST_AUTO_TEST_CASE(a_pin_that_changes_nothing_goes) {
  const Circuit circuit(bits(3), {{"l", {0}, luts({{{0, 1, 2}, 0b11001100 ^ 0b10101010}, {{2, 0}, 0b1100}}), bits(2)}});
  const Circuit small = trim_pins(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(NodeGraph(small).size().pins == 2);  // the first node's third pin; the second node is a buffer
  BOOST_TEST(small.lut_nodes() == 1);
}

BOOST_AUTO_TEST_CASE(a_pin_named_twice_is_one_pin) {
  const Circuit circuit(bits(2), {{"l", {0}, luts({{{0, 1, 0}, 0x96}, {{1, 1}, and2}, {{1, 1}, xor2}}), bits(3)}});
  const Circuit small = trim_pins(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 1);  // b, b and 0: a xor b xor a = b is a buffer as well, xor of one with itself is 0
  BOOST_TEST(NodeGraph(small).size().pins == 0);
}

BOOST_AUTO_TEST_CASE(a_joined_signal_that_repeats_another_is_read_once) {
  const Circuit circuit(bits(2), {{"l", {0, 0}, luts({{{0, 3, 2, 1}, 0x8000}}), bits(1)}});
  const Circuit small = trim_pins(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(last_luts(small).fan_in(0) == 2);
  BOOST_TEST(small.stages()[0].inputs.size() == 1);
}

BOOST_AUTO_TEST_CASE(pins_are_in_rising_order) {
  const Circuit circuit(bits(3), {{"l", {0}, luts({{{2, 0, 1}, 0b11010000}}), bits(1)}});
  const Circuit small = trim_pins(circuit);
  check_equal_for_every_input(circuit, small, 0);
  const auto pins = last_luts(small).pins[0];
  BOOST_TEST((std::vector<std::uint32_t>(pins.begin(), pins.end()) == std::vector<std::uint32_t>{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(chains_of_buffers_are_read_through_by_everyone) {
  const Circuit circuit(bits(2), {{"a", {0}, luts({{{1}, buffer}, {{0}, buffer}}), bits(2)},
                                  {"b", {1}, luts({{{0}, buffer}, {{1}, buffer}}), bits(2)},
                                  {"c", {2}, counts({{{0, 1, 0}, 0}}), values(1, 2)}});
  const Circuit small = trim_pins(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.stages().size() == 1);
}

BOOST_AUTO_TEST_CASE(luts_absorb_inverters_and_others_keep_them) {
  const Circuit circuit(bits(2), {{"a", {0}, luts({{{0}, inverter}, {{1}, inverter}}), bits(2)},
                                  {"b", {1}, luts({{{0, 1}, and2}}), bits(1)},
                                  {"c", {1, 2}, counts({{{1, 2}, 0}}), values(1, 2)}});
  const Circuit small = trim_pins(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 2);  // the inverter that is counted, and nor
  BOOST_TEST((small.stages()[1].inputs == std::vector<SignalId>{0}));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_a_buffer_is_read_from_where_it_comes) {
  const Circuit circuit(bits(4), {{"l", {0}, luts({{{3}, buffer}, {{1}, buffer}}), {{1, 1, 2}, 1}}});
  const Circuit small = trim_pins(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 0);
  BOOST_TEST((small.output() == circuit.output()));
}
