#define BOOST_TEST_MODULE c
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/hash.hpp>
#include <lutra/export/c.hpp>
#include <string>
#include <vector>

#include "support/code_circuits.hpp"
#include "support/files.hpp"
#include "support/random_circuit.hpp"

// The text of emitted C and the plan of its memory. What the text computes is checked in c_tools_test.cpp.

namespace {

using lutra::Circuit;
using lutra::c::detail::Plan;
using lutra::circuits::LutStage;
using lutra::circuits::RearrangeStage;
using lutra::circuits::SignalId;
using lutra::circuits::Stage;
using lutra::circuits::ThresholdStage;
using lutra_test::code_circuits::Maker;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

LutStage inverters(std::uint32_t size) {
  LutStage stage;
  for (std::uint32_t i = 0; i < size; ++i) stage.add(std::array{i}, std::array{std::uint64_t{1}});
  return stage;
}

/// `length` stages of `size` inverters, one after another.
Circuit chain(std::uint32_t size, std::uint32_t length) {
  std::vector<Stage> stages;
  for (std::uint32_t i = 0; i < length; ++i) stages.push_back({"inverters", {i}, inverters(size), {{size, 1, 1}, 1}});
  return {{{size, 1, 1}, 1}, std::move(stages)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_design_is_a_file_and_a_header_that_state_their_circuit_and_their_interface) {
  const Circuit circuit = lutra_test::random_circuit(5, {.input = lutra::circuits::Type{{2, 3, 4}, 8}});
  const auto design = lutra::c::source(circuit, {.name = "seen"});
  BOOST_CHECK_EQUAL(design.name, "seen");
  BOOST_REQUIRE_EQUAL(design.files.size(), 2);
  BOOST_CHECK(design["seen.c"].starts_with(design["seen.h"]));
  const std::string& text = design["seen.c"];
  BOOST_CHECK(contains(text, "#define SEEN_CIRCUIT \"" + lutra::hash_text(circuit) + "\"\n"));
  BOOST_CHECK(contains(text, "#define SEEN_INPUTS 24\n"));
  BOOST_CHECK(contains(text, "#define SEEN_INPUT_MAXIMUM 255u\n"));
  BOOST_CHECK(contains(text, "#define SEEN_OUTPUTS " + std::to_string(circuit.output().size()) + "\n"));
  BOOST_CHECK(contains(text, "typedef uint8_t seen_sample;"));
  BOOST_CHECK(contains(text, "size_t seen_run(const seen_sample *samples, size_t count, uint32_t *answers,"));
  BOOST_CHECK(contains(text, "int seen_one(const seen_sample *sample, uint32_t *answers,"));
  for (const char* mark : {"@", "$", "~D", "~R", "malloc"}) BOOST_CHECK_MESSAGE(!contains(text, mark), mark);
}

BOOST_AUTO_TEST_CASE(the_same_circuit_gives_the_same_text) {
  BOOST_CHECK(lutra::c::source(lutra_test::random_circuit(8)) == lutra::c::source(lutra_test::random_circuit(8)));
}

BOOST_AUTO_TEST_CASE(a_name_that_c_does_not_take_is_refused) {
  for (const std::string name : {"", "9net", "two words", "int", "a__b", "x;y"})
    lutra::test::check_error([&] { (void)lutra::c::source(chain(2, 1), {.name = name}); },
                             {"name of a design", "c::source", "'" + name + "'"});
}

BOOST_AUTO_TEST_CASE(a_stage_name_cannot_end_the_comment_it_stands_in) {
  const Circuit circuit({{1, 1, 1}, 1}, {{"*/ evil(); /* \\", {0}, inverters(1), {{1, 1, 1}, 1}}});
  const std::string text = lutra::c::source(circuit)["net.c"];
  BOOST_CHECK(!contains(text, "*/ evil"));
  BOOST_CHECK(contains(text, "* / evil(); / *"));
}

BOOST_AUTO_TEST_CASE(only_the_loops_a_circuit_needs_are_written) {
  const std::string text = lutra::c::source(chain(3, 2))["net.c"];
  BOOST_CHECK(contains(text, "net_lut1_run"));
  for (const char* loop : {"net_lut0_run", "net_lut6_run", "net_mux", "net_count_run", "net_argmax_run", "net_encode"})
    BOOST_CHECK_MESSAGE(!contains(text, loop), loop);
}

BOOST_AUTO_TEST_CASE(memory_is_used_again_when_nobody_reads_it_any_more) {
  BOOST_CHECK_EQUAL(Plan(chain(100, 1)).planes(), 200);
  BOOST_CHECK_EQUAL(Plan(chain(100, 50)).planes(), 200);
}

BOOST_AUTO_TEST_CASE(a_value_that_is_read_late_keeps_its_memory) {
  const Circuit circuit({{10, 1, 1}, 1}, {{"first", {0}, inverters(10), {{10, 1, 1}, 1}},
                                          {"second", {1}, inverters(10), {{10, 1, 1}, 1}},
                                          {"third", {2}, inverters(10), {{10, 1, 1}, 1}},
                                          {"both", {1, 3}, inverters(20), {{20, 1, 1}, 1}}});
  const Plan plan(circuit);
  const auto apart = [&](std::size_t a, std::size_t b) {
    return plan.output(a) + 10 <= plan.output(b) || plan.output(b) + 10 <= plan.output(a);
  };
  BOOST_CHECK(apart(0, 1) && apart(0, 2) && apart(1, 2));
  BOOST_CHECK(plan.output(3) + 20 <= plan.planes());
  BOOST_CHECK_EQUAL(plan.planes(), 40);
}

BOOST_AUTO_TEST_CASE(what_is_only_moved_or_never_read_takes_no_memory) {
  const Circuit circuit({{8, 1, 1}, 8}, {{"encoder", {0}, ThresholdStage{{0, 7}, {3, 200}}, {{2, 1, 1}, 1}},
                                         {"unread", {1}, inverters(2), {{2, 1, 1}, 1}},
                                         {"swapped", {1}, RearrangeStage{{1, 0}}, {{2, 1, 1}, 1}}});
  const Plan plan(circuit);
  BOOST_CHECK(plan.computes(0));
  BOOST_CHECK(!plan.computes(1));
  BOOST_CHECK(!plan.computes(2));
  BOOST_CHECK(!plan.stores_input());
  BOOST_CHECK_EQUAL(plan.planes(), 2);
  BOOST_REQUIRE_EQUAL(plan.answers().size(), 2);
  BOOST_CHECK_EQUAL(plan.plane(plan.answers()[0]), 1);
  BOOST_CHECK_EQUAL(plan.plane(plan.answers()[1]), 0);
}

BOOST_AUTO_TEST_CASE(signals_of_numbers_share_their_memory_and_what_is_only_rearranged_takes_none) {
  Maker one({{8, 10, 12}, 2}), many({{8, 10, 12}, 2});
  one.binary(0, 8, {});
  SignalId last = 0;
  for (int i = 0; i < 6; ++i) last = many.binary(last, 8, {});
  const std::size_t bytes = lutra::c::memory_bytes(one.circuit()),
                    images = 2 * 8 * 10 * 12;  // one lies with the answers
  BOOST_CHECK_EQUAL(lutra::c::memory_bytes(many.circuit()), bytes + images);
  const std::string text = lutra::c::source(many.circuit())["net.c"];
  BOOST_CHECK(contains(text, "#define NET_BYTES " + std::to_string(bytes + images) + "u\n"));
  BOOST_CHECK(contains(text, " * memory   " + std::to_string(bytes + images) + " bytes"));
}

BOOST_AUTO_TEST_CASE(what_a_stage_computes_decides_between_bits_and_numbers) {
  Maker maker({{8, 20, 20}, 1});
  maker.binary(0, 16, {});
  BOOST_CHECK(contains(lutra::c::source(maker.circuit())["net.c"], "net_convolve"));
  BOOST_CHECK(contains(lutra::c::source(chain(3, 2))["net.c"], "NET_PLANES"));
  BOOST_CHECK_EQUAL(lutra::c::memory_bytes(chain(100, 5)), Plan(chain(100, 5)).planes());
}

BOOST_AUTO_TEST_CASE(sums_whose_levels_others_read_too_are_kept) {
  Maker maker({{3, 9, 9}, 2});
  const SignalId sums = maker.weigh(maker.window({0}, {}), 4, -1, 2, 2);
  const SignalId codes = maker.levels(sums, 2);
  maker.add({codes, sums}, lutra::circuits::MaxStage{}, {{4, 9, 9}, maker.type(sums).width});
  const lutra::Circuit circuit = maker.circuit();
  const lutra::c::detail::NumberPlan plan(circuit);
  BOOST_REQUIRE_EQUAL(plan.steps().size(), 3U);
  BOOST_CHECK(plan.steps()[0].layer && !plan.steps()[0].layer->has_levels);
}
