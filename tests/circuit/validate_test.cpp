#define BOOST_TEST_MODULE validate
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/circuit.hpp>
#include <lutra/error.hpp>

#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using lutra_test::bits;
using lutra_test::counts;
using lutra_test::levels;
using lutra_test::luts;
using lutra_test::Pins;
using lutra_test::values;
using lutra_test::weighed;

namespace {

/// What the circuit is refused with; empty where it is accepted.
std::string refusal(const Type& input, std::vector<Stage> stages) {
  try {
    const Circuit circuit(input, std::move(stages));
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

std::string refusal(const Type& input, Operation operation, const Type& output, std::vector<SignalId> inputs = {0}) {
  return refusal(input, {{"name", std::move(inputs), std::move(operation), output}});
}

void refused(const std::string& text, const std::string& part) {
  BOOST_TEST(text.find(part) != std::string::npos, "'" << text << "' does not say '" << part << "'");
}

void accepted(const std::string& text) { BOOST_TEST(text.empty(), text); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_circuit_has_stages_and_sides_that_make_sense) {
  refused(refusal(bits(1), {}), "at least one");
  for (const Shape& shape : {Shape{0, 1, 1}, Shape{1, 0, 1}, Shape{1, 1, 0}, Shape{1 << 16, 1 << 16, 1},
                             Shape{std::size_t{1} << 63, 2, 1}, Shape{1 << 20, 1 << 20, 1 << 24}}) {
    refused(refusal({shape, 1}, ArgmaxStage{}, bits(1)), "circuit: shape (input)");
    refused(refusal(bits(1), ArgmaxStage{}, {shape, 1}), "stage 0, name");
  }
  refused(refusal(values(1, 0), ArgmaxStage{}, bits(1)), "width");
  refused(refusal(values(1, 33), ArgmaxStage{}, bits(1)), "width");
  accepted(refusal(values(1, 32), ArgmaxStage{}, bits(1)));
}

BOOST_AUTO_TEST_CASE(stages_read_only_what_is_there_before_them) {
  refused(refusal(bits(1), ArgmaxStage{}, bits(1), {}), "at least one signal");
  refused(refusal(bits(1), ArgmaxStage{}, bits(1), {1}), "one of 0..0");
  const Stage copy{"copy", {0}, RearrangeStage{{0}}, bits(1)};
  accepted(refusal(bits(1), {copy, {"m", {1, 0}, ArgmaxStage{}, bits(1)}}));
  refused(refusal(bits(1), {copy, {"m", {2}, ArgmaxStage{}, bits(1)}}), "stage 1, m");
}

BOOST_AUTO_TEST_CASE(thresholds_come_with_sources_and_give_bits) {
  accepted(refusal(values(2, 8), ThresholdStage{{0, 1}, {1, 300}}, bits(2)));
  refused(refusal(values(2, 8), ThresholdStage{{0, 1}, {1}}, bits(2)), "number of thresholds");
  refused(refusal(values(2, 8), ThresholdStage{{0, 2}, {1, 1}}, bits(2)), "source 1");
  refused(refusal(values(2, 8), ThresholdStage{{0, 1}, {1, 1}}, bits(3)), "output shape");
  refused(refusal(values(2, 8), ThresholdStage{{0, 1}, {1, 1}}, values(2, 2)), "output width");
}

BOOST_AUTO_TEST_CASE(luts_read_bits_and_have_clean_tables) {
  accepted(refusal(bits(2), luts({{{0, 1}, 0b1000}, {{}, 1}}), bits(2)));
  refused(refusal(values(2, 2), luts({{{0, 1}, 0b1000}}), bits(1)), "LUT inputs");
  refused(refusal(bits(2), luts({{{0, 2}, 0b1000}}), bits(1)), "index below 2");
  refused(refusal(bits(2), luts({{{0, 1}, 0b10000}}), bits(1)), "zeros above bit 2^fan-in");
  refused(refusal(bits(2), luts({{{0, 1}, 0b1000}}), values(1, 2)), "output width");
  refused(refusal(bits(2), luts({{{0, 1}, 0b1000}}), bits(2)), "output shape");

  LutStage stage;
  stage.add(Pins(9), std::vector<std::uint64_t>(8));
  refused(refusal(bits(2), stage, bits(1)), "fan-in of node 0");
  stage = {};
  stage.add(Pins(7), std::vector<std::uint64_t>(1));
  refused(refusal(bits(2), stage, bits(1)), "table words of node 0");
  stage = {};
  stage.add(Pins(2), std::vector<std::uint64_t>{});
  refused(refusal(bits(2), stage, bits(1)), "table words of node 0");
  stage = luts({{{0}, 1}});
  stage.pins.add(Pins{1});
  refused(refusal(bits(2), stage, bits(2)), "number of tables");
}

BOOST_AUTO_TEST_CASE(sums_fit_their_output) {
  accepted(refusal(bits(3), counts({{{0, 1, 2}, 0}}), values(1, 2)));
  refused(refusal(bits(3), counts({{{0, 1, 2}, 1}}), values(1, 2)), "sum of group 0");
  refused(refusal(bits(3), counts({{{}, 4}}), values(1, 2)), "sum of group 0");
  refused(refusal(bits(3), counts({{{3}, 0}}), values(1, 2)), "index below 3");
  CountStage count = counts({{{0}, 0}});
  count.offsets.clear();
  refused(refusal(bits(3), count, values(1, 2)), "number of offsets");

  accepted(refusal(values(2, 8), AddStage{}, values(2, 9), {0, 0}));
  refused(refusal(values(2, 8), AddStage{}, values(2, 8), {0, 0}), "sum");
  refused(refusal(values(2, 8), AddStage{}, values(3, 9), {0, 0}), "values to add");
  // Two signals of one and three values are four in all, but not two and two.
  refused(
      refusal(bits(1), {{"three", {0}, RearrangeStage{{0, 0, 0}}, bits(3)}, {"sum", {0, 1}, AddStage{}, values(2, 2)}}),
      "first value of input 1");
}

BOOST_AUTO_TEST_CASE(rearrangements_keep_the_widest_width) {
  accepted(refusal(values(2, 3), RearrangeStage{{1, 1, 0}}, values(3, 3)));
  refused(refusal(values(2, 3), RearrangeStage{{1, 2}}, values(2, 3)), "source 1");
  refused(refusal(values(2, 3), RearrangeStage{{1, 0}}, values(2, 4)), "output width");
}

BOOST_AUTO_TEST_CASE(the_largest_of_as_many_values_each_are_as_wide_as_they) {
  accepted(refusal(values(4, 8), MaxStage{}, values(2, 8)));
  refused(refusal(values(4, 8), MaxStage{}, values(3, 8)), "a divisor of the 4 inputs");
  refused(refusal(values(4, 8), MaxStage{}, values(2, 9)), "output width");
}

BOOST_AUTO_TEST_CASE(argmax_gives_indices_that_fit_each_of_as_many_values) {
  accepted(refusal(values(4, 8), ArgmaxStage{}, values(1, 2)));
  refused(refusal(values(5, 8), ArgmaxStage{}, values(1, 2)), "largest index");
  accepted(refusal(values(4, 8), ArgmaxStage{}, values(2, 1)));
  refused(refusal(values(4, 8), ArgmaxStage{}, values(3, 2)), "a divisor of the 4 inputs");
  refused(refusal(values(4, 8), ArgmaxStage{}, values(8, 2)), "output shape 8x1x1");
}

BOOST_AUTO_TEST_CASE(weighed_sums_fit_their_output_and_are_never_negative) {
  accepted(refusal(values(2, 2), weighed({{{0, 1}, {3, -2}, 6}}), values(1, 4)));
  refused(refusal(values(2, 2), weighed({{{0, 1}, {3, -2}, 7}}), values(1, 4)), "sum 0");
  refused(refusal(values(2, 2), weighed({{{0, 1}, {3, -2}, 5}}), values(1, 4)), "offset of sum 0");
  refused(refusal(values(2, 2), weighed({{{0, 1}, {3}, 6}}), values(1, 4)), "weights of sum 0");
  refused(refusal(values(2, 2), weighed({{{0, 2}, {3, -2}, 6}}), values(1, 4)), "index below 2");
  refused(refusal(values(2, 2), weighed({{{0, 1}, {3, -2}, 6}}), values(2, 4)), "output shape");
  // Products that are larger than 64 bits together.
  const std::int32_t most = 0x7fffffff, least = -most - 1;
  for (const std::int32_t weight : {most, least})
    refused(refusal(values(2, 32), weighed({{{0, 1, 0, 1}, {weight, weight, weight, weight}, 9}}), values(1, 32)),
            "sum 0");
  WeighStage stage = weighed({{{0}, {1}, 0}});
  stage.offsets.clear();
  refused(refusal(bits(1), stage, bits(1)), "number of offsets");
  stage = weighed({{{0}, {1}, 0}});
  stage.weights = {};
  refused(refusal(bits(1), stage, bits(1)), "number of lists of weights");
}

BOOST_AUTO_TEST_CASE(thresholds_of_a_level_rise_and_their_number_fits) {
  accepted(refusal(values(2, 4), levels({{0, {0, 3, 3}, false}, {1, {99}, true}, {1, {}, true}}), values(3, 2)));
  refused(refusal(values(2, 4), levels({{0, {0, 3, 2}, false}}), values(1, 2)), "thresholds of output 0");
  refused(refusal(values(2, 4), levels({{0, {0, 3, 4, 5}, false}}), values(1, 2)), "number of thresholds of output 0");
  refused(refusal(values(2, 4), levels({{2, {1}, false}}), bits(1)), "index below 2");
  refused(refusal(values(2, 4), levels({{1, {1}, false}}), bits(2)), "output shape");
  LevelStage stage = levels({{0, {1}, false}});
  stage.falling.clear();
  refused(refusal(values(1, 4), stage, bits(1)), "number of directions");
  stage = levels({{0, {1}, false}});
  stage.thresholds = {};
  refused(refusal(values(1, 4), stage, bits(1)), "number of lists of thresholds");
}
