#define BOOST_TEST_MODULE simplify_absorb
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/simplify/absorb.hpp>

#include "support/equal_circuits.hpp"
#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using namespace lutra_test;

BOOST_AUTO_TEST_CASE(the_pass_keeps_the_answer_of_random_circuits) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Circuit small = random_circuit(seed, {.input = seed % 2 == 0 ? bits(12) : values(1, 12)});
    check_equal_for_every_input(small, absorb_luts(small), seed);
    const Circuit any = random_circuit(seed);
    check_equal_over_samples(any, absorb_luts(any), 30, seed);
  }
}

namespace {

/// A tree of `leaves` two-input xors over 2 * leaves bits, and one node that reads them.
Circuit tree(std::size_t leaves, std::uint64_t root) {
  LutStage first, second;
  Pins all;
  for (std::uint32_t i = 0; i < leaves; ++i) {
    first.add(Pins{2 * i, 2 * i + 1}, std::vector<std::uint64_t>{xor2});
    all.push_back(i);
  }
  second.add(all, std::vector<std::uint64_t>{root});
  return {bits(2 * leaves), {{"a", {0}, first, bits(leaves)}, {"b", {1}, second, bits(1)}}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_tree_of_six_inputs_is_one_lut_of_six) {
  const Circuit small = absorb_luts(tree(3, 0x80));
  check_equal_for_every_input(tree(3, 0x80), small, 0);
  BOOST_TEST(small.lut_nodes() == 1);
  BOOST_TEST(NodeGraph(small).size().pins == 6);
}

BOOST_AUTO_TEST_CASE(the_target_fan_in_is_kept) {
  for (std::uint32_t fan_in = 1; fan_in <= 8; ++fan_in) {
    const Circuit small = absorb_luts(tree(4, 0x8001), fan_in);
    check_equal_for_every_input(tree(4, 0x8001), small, fan_in);
    // Each leaf that goes adds one pin to the root's four.
    const std::size_t room = fan_in <= 4 ? 0 : fan_in - 4;
    BOOST_TEST(small.lut_nodes() == 5 - room);
  }
}

BOOST_AUTO_TEST_CASE(shared_pins_count_once) {
  const Circuit circuit(bits(4), {{"a", {0}, luts({{{0, 1, 2}, 0x96}, {{1, 2, 3}, 0xe8}}), bits(2)},
                                  {"b", {1, 0}, luts({{{0, 1, 2, 3}, 0x1ee7}}), bits(1)}});
  const Circuit small = absorb_luts(circuit, 4);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 1);
}

BOOST_AUTO_TEST_CASE(a_node_that_the_answer_or_a_counter_needs_stays) {
  const Circuit circuit(bits(2), {{"a", {0}, luts({{{0, 1}, and2}}), bits(1)},
                                  {"b", {1, 0}, luts({{{0, 1}, xor2}}), bits(1)},
                                  {"c", {1, 2}, counts({{{0, 1}, 0}}), values(1, 2)}});
  const Circuit small = absorb_luts(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 2);
}

BOOST_AUTO_TEST_CASE(a_node_with_several_readers_goes_only_where_all_have_room) {
  const auto circuit = [](Pins second_reader) {
    LutStage readers = luts({{{0, 1}, xor2}});
    readers.add(second_reader, std::vector<std::uint64_t>{0x8000000000000001});
    if (second_reader.size() == 2) readers = luts({{{0, 1}, xor2}, {second_reader, 0b1001}});
    return Circuit(bits(8), {{"a", {0}, luts({{{0, 1}, and2}}), bits(1)}, {"b", {1, 0}, readers, bits(2)}});
  };
  const Circuit room = absorb_luts(circuit({0, 3}));
  check_equal_for_every_input(circuit({0, 3}), room, 0);
  BOOST_TEST(room.lut_nodes() == 2);
  const Circuit full = absorb_luts(circuit({0, 3, 4, 5, 6, 7}));
  check_equal_for_every_input(circuit({0, 3, 4, 5, 6, 7}), full, 0);
  BOOST_TEST(full.lut_nodes() == 3);
}

BOOST_AUTO_TEST_CASE(a_larger_lut_may_take_in_what_does_not_make_it_grow) {
  LutStage parity;  // of a and seven bits, two of which a reads
  std::vector<std::uint64_t> words(4);
  for (std::uint32_t a = 0; a < 256; ++a)
    words[a / 64] |= std::uint64_t{static_cast<unsigned>(std::popcount(a)) & 1} << (a % 64);
  parity.add(Pins{0, 1, 2, 3, 4, 5, 6, 7}, words);
  const Circuit circuit(bits(7), {{"a", {0}, luts({{{0, 1}, and2}}), bits(1)}, {"b", {1, 0}, parity, bits(1)}});
  const Circuit small = absorb_luts(circuit, 4);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 1);
  BOOST_TEST(NodeGraph(small).size().pins == 7);
}

BOOST_AUTO_TEST_CASE(chains_collapse_whatever_their_length) {
  std::vector<Stage> stages;
  for (std::uint32_t i = 0; i < 40; ++i)
    stages.push_back({"chain", {i, 0}, luts({{{0, i == 0 ? 1 : 1 + i % 5}, i % 2 == 0 ? xor2 : nand2}}), bits(1)});
  const Circuit circuit(bits(5), stages);
  const Circuit small = absorb_luts(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST(small.lut_nodes() == 1);
}

BOOST_AUTO_TEST_CASE(a_larger_lut_is_never_copied) {
  LutStage large;
  large.add(Pins{0, 1, 2, 3, 4, 5, 6, 7}, std::vector<std::uint64_t>{0x8000000000000000, 1, 2, 0x8000000000000000});
  const auto circuit = [&](LutStage readers) {
    const std::size_t size = readers.size();
    return Circuit(bits(9), {{"a", {0}, large, bits(1)}, {"b", {1, 0}, std::move(readers), bits(size)}});
  };
  // One reader that becomes as large as the node was saves a LUT; two would be two large ones.
  const Circuit one = circuit(luts({{{0, 1}, and2}}));
  const Circuit two = circuit(luts({{{0, 1}, and2}, {{0, 2}, or2}}));
  check_equal_for_every_input(one, absorb_luts(one), 1);
  check_equal_for_every_input(two, absorb_luts(two), 2);
  BOOST_TEST(absorb_luts(one).lut_nodes() == 1);
  BOOST_TEST(absorb_luts(two).lut_nodes() == 3);
}

BOOST_AUTO_TEST_CASE(pins_that_the_joined_function_does_not_need_go) {
  const Circuit circuit(bits(2), {{"a", {0}, luts({{{0, 1}, and2}}), bits(1)},
                                  {"b", {1, 0}, luts({{{0, 1}, or2}}), bits(1)}});  // x and y, or x
  const Circuit small = absorb_luts(circuit);
  check_equal_for_every_input(circuit, small, 0);
  BOOST_TEST((NodeGraph(small).size() == CircuitSize{1, 1, 0}));
}
