#define BOOST_TEST_MODULE simplify
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/simplify.hpp>
#include <lutra/circuit/simplify/node_graph.hpp>

#include "support/equal_circuits.hpp"
#include "support/random_circuit.hpp"

using namespace lutra;
using namespace lutra::circuits;
using lutra_test::Ending;

namespace {

/// Small shapes, so that every input can be tried: 12 input bits at most.
const std::vector<Type> small_inputs{{{12, 1, 1}, 1}, {{1, 1, 1}, 8}, {{1, 1, 1}, 12}, {{3, 2, 1}, 2}, {{1, 2, 2}, 3}};

bool has_constant_or_buffer_pins(const Circuit& circuit) {
  NodeGraph graph(circuit);
  for (NodeGraph::Id id = 0; id < graph.nodes.size(); ++id) {
    if (graph.nodes[id].kind != NodeGraph::Kind::lut) continue;
    for (const auto pin : graph.lut(id).used_pins())
      if (graph.nodes[pin].kind == NodeGraph::Kind::lut && graph.lut(pin).fan_in() <= 1) return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(small_circuits_keep_their_answer_for_every_input) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed, {.input = small_inputs[seed % small_inputs.size()]});
    lutra_test::check_equal_for_every_input(circuit, simplify(circuit), seed);
  }
}

BOOST_AUTO_TEST_CASE(large_circuits_keep_their_answer_over_random_samples) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(
        seed,
        {.input = {{70, 1, 1}, seed % 2 == 0 ? 8u : 1u}, .thresholds = 200, .lut_stages = 2 + seed % 4, .nodes = 150});
    lutra_test::check_equal_over_samples(circuit, simplify(circuit), 40, seed);
  }
}

BOOST_AUTO_TEST_CASE(every_target_fan_in_keeps_the_answer) {
  for (std::uint32_t fan_in = 0; fan_in <= 8; ++fan_in)
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const Circuit circuit = lutra_test::random_circuit(1000 + seed, {.input = {{12, 1, 1}, 1}});
      lutra_test::check_equal_for_every_input(circuit, simplify(circuit, {.max_fan_in = fan_in}), seed);
    }
}

BOOST_AUTO_TEST_CASE(interface_and_notes_stay_as_they_are) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed);
    const Circuit small = simplify(circuit);
    BOOST_TEST((small.input() == circuit.input()));
    BOOST_TEST((small.output() == circuit.output()));
    BOOST_TEST(small.is_classifier() == circuit.is_classifier());
    BOOST_TEST((small.notes() == circuit.notes()));
  }
}

BOOST_AUTO_TEST_CASE(simplifying_twice_gives_the_same_circuit) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Circuit once = simplify(lutra_test::random_circuit(seed));
    const Circuit twice = simplify(once);
    BOOST_REQUIRE_MESSAGE(twice == once, "seed " << seed << ": " << once.lut_nodes() << " then " << twice.lut_nodes());
    BOOST_TEST(hash_text(once) == hash_text(simplify(lutra_test::random_circuit(seed))));
  }
}

BOOST_AUTO_TEST_CASE(nothing_ever_grows_but_pins) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimplifyReport report;
    const Circuit circuit = lutra_test::random_circuit(seed);
    const Circuit small = simplify(circuit, {}, report);
    BOOST_TEST(report.after.luts <= report.before.luts);
    BOOST_TEST(report.after.thresholds <= report.before.thresholds);
    BOOST_TEST(report.before.luts == circuit.lut_nodes());
    for (const auto& pass : report.passes) BOOST_TEST(pass.luts >= 0);
    BOOST_TEST(!has_constant_or_buffer_pins(small));
  }
}

BOOST_AUTO_TEST_CASE(the_report_adds_up) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimplifyReport report;
    const Circuit small = simplify(lutra_test::random_circuit(seed), {}, report);
    BOOST_TEST(report.passes.size() == 5);
    BOOST_TEST(report.rounds >= 1);
    auto left = report.before;
    for (const auto& pass : report.passes) {
      left.luts -= static_cast<std::size_t>(pass.luts);
      left.pins -= static_cast<std::size_t>(pass.pins);
      left.thresholds -= static_cast<std::size_t>(pass.thresholds);
    }
    BOOST_TEST((left == report.after));
    BOOST_TEST((NodeGraph(small).size().pins == report.after.pins));
    BOOST_TEST((NodeGraph(small).size().thresholds == report.after.thresholds));
  }
}

BOOST_AUTO_TEST_CASE(large_luts_are_kept_but_never_made) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed, {.max_fan_in = 3});
    const Circuit small = simplify(circuit, {.max_fan_in = 5});
    for (const auto& stage : small.stages())
      if (const auto* luts = std::get_if<LutStage>(&stage.operation))
        for (std::size_t i = 0; i < luts->size(); ++i) BOOST_TEST(luts->fan_in(i) <= 5);
  }
  const Circuit parity = [] {
    LutStage luts;
    luts.add(
        std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7},
        std::vector<std::uint64_t>{0x6996966996696996, ~0x6996966996696996u, ~0x6996966996696996u, 0x6996966996696996});
    return Circuit({{8, 1, 1}, 1}, {{"parity", {0}, luts, {{1, 1, 1}, 1}}});
  }();
  BOOST_TEST((simplify(parity, {.max_fan_in = 4}) == parity));
  BOOST_CHECK_THROW((void)simplify(parity, {.max_fan_in = 9}), Error);
}

// Two layers of a fresh random network of 50 000 LUTs: how fast is for the benchmarks, that it ends is for here.
BOOST_AUTO_TEST_CASE(a_large_circuit_is_simplified_at_once) {
  const Circuit circuit = lutra_test::random_circuit(7, {.input = {{784, 1, 1}, 8},
                                                         .ending = Ending::argmax,
                                                         .thresholds = 2352,
                                                         .lut_stages = 5,
                                                         .nodes = 10000,
                                                         .min_fan_in = 6,
                                                         .max_fan_in = 6,
                                                         .outputs = 10,
                                                         .detours = false});
  BOOST_TEST(circuit.lut_nodes() == 50000);
  SimplifyReport report;
  const Circuit small = simplify(circuit, {}, report);
  BOOST_TEST(small.lut_nodes() < 50000);
  lutra_test::check_equal_over_samples(circuit, small, 3, 7);
}

BOOST_AUTO_TEST_CASE(weighed_sums_and_levels_keep_their_answer) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const Circuit circuit =
        lutra_test::random_circuit(seed, {.input = small_inputs[seed % small_inputs.size()], .numbers = true});
    const Circuit small = simplify(circuit);
    lutra_test::check_equal_for_every_input(circuit, small, seed);
    BOOST_TEST((simplify(small) == small), "seed " << seed);
  }
}
