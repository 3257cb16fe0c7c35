#define BOOST_TEST_MODULE evaluate
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/evaluate.hpp>

#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using lutra_test::bits;
using lutra_test::counts;
using lutra_test::levels;
using lutra_test::luts;
using lutra_test::values;
using lutra_test::weighed;

namespace {

Values answer(const Circuit& circuit, const std::vector<int>& sample) {
  return evaluate(circuit, std::span<const int>(sample));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_threshold_is_met_from_its_value_on) {
  const Circuit circuit({{1, 1, 1}, 8}, {{"t", {0}, ThresholdStage{{0, 0, 0, 0}, {0, 7, 255, 256}}, bits(4)}});
  BOOST_TEST((answer(circuit, {6}) == Values{1, 0, 0, 0}));
  BOOST_TEST((answer(circuit, {7}) == Values{1, 1, 0, 0}));
  BOOST_TEST((answer(circuit, {255}) == Values{1, 1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(pin_zero_is_the_lowest_address_bit) {
  const Circuit circuit(bits(3), {{"l", {0}, luts({{{2, 0}, 0b0010}, {{}, 1}, {{1, 1}, 0b1000}}), bits(3)}});
  BOOST_TEST((answer(circuit, {0, 0, 1}) == Values{1, 1, 0}));
  BOOST_TEST((answer(circuit, {1, 0, 1}) == Values{0, 1, 0}));
  BOOST_TEST((answer(circuit, {1, 1, 0}) == Values{0, 1, 1}));
}

BOOST_AUTO_TEST_CASE(a_lut_of_eight_inputs_reads_its_four_words) {
  LutStage stage;
  stage.add(std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7},
            std::vector<std::uint64_t>{1, 0, 0, std::uint64_t{1} << 63});
  const Circuit circuit(bits(8), {{"l", {0}, stage, bits(1)}});
  BOOST_TEST((answer(circuit, {0, 0, 0, 0, 0, 0, 0, 0}) == Values{1}));
  BOOST_TEST((answer(circuit, {1, 1, 1, 1, 1, 1, 1, 1}) == Values{1}));
  BOOST_TEST((answer(circuit, {1, 1, 1, 1, 1, 1, 1, 0}) == Values{0}));
}

BOOST_AUTO_TEST_CASE(joined_signals_are_read_one_after_another) {
  const Circuit circuit(bits(2), {{"invert", {0}, luts({{{0}, 1}, {{1}, 1}}), bits(2)},
                                  {"joined", {1, 0, 1}, RearrangeStage{{0, 3, 4}}, bits(3)}});
  BOOST_TEST((answer(circuit, {0, 1}) == Values{1, 1, 1}));
  BOOST_TEST((answer(circuit, {1, 0}) == Values{0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(counts_start_at_their_offset_and_count_repeats_twice) {
  const Circuit circuit(bits(2), {{"c", {0}, counts({{{0, 0, 1}, 1}, {{}, 3}}), {{2, 1, 1}, 3}}});
  BOOST_TEST((answer(circuit, {1, 0}) == Values{3, 3}));
  BOOST_TEST((answer(circuit, {1, 1}) == Values{4, 3}));
}

BOOST_AUTO_TEST_CASE(weighed_sums_add_and_take_away) {
  const Circuit circuit(values(2, 4), {{"w", {0}, weighed({{{0, 1, 1}, {2, -3, -1}, 60}, {{}, {}, 7}}), values(2, 7)}});
  BOOST_TEST((answer(circuit, {0, 15}) == Values{0, 7}));
  BOOST_TEST((answer(circuit, {15, 1}) == Values{86, 7}));
}

BOOST_AUTO_TEST_CASE(a_level_is_how_many_thresholds_are_met_or_missed) {
  const Circuit circuit(values(1, 4),
                        {{"l", {0}, levels({{0, {0, 3, 3, 9}, false}, {0, {0, 3, 3, 16}, true}}), values(2, 3)}});
  BOOST_TEST((answer(circuit, {0}) == Values{1, 3}));
  BOOST_TEST((answer(circuit, {3}) == Values{3, 1}));
  BOOST_TEST((answer(circuit, {15}) == Values{4, 1}));
}

BOOST_AUTO_TEST_CASE(addition_goes_element_by_element) {
  const Circuit circuit({{2, 1, 1}, 8}, {{"a", {0, 0, 0}, AddStage{}, {{2, 1, 1}, 10}}});
  BOOST_TEST((answer(circuit, {1, 255}) == Values{3, 765}));
}

BOOST_AUTO_TEST_CASE(every_output_of_an_argmax_compares_every_nth_input) {
  const Circuit circuit({{6, 1, 1}, 8}, {{"m", {0}, ArgmaxStage{}, {{2, 1, 1}, 2}}});
  const std::uint8_t sample[] = {1, 9, 5, 8, 4, 9};
  BOOST_TEST((evaluate(circuit, std::span<const std::uint8_t>(sample)) == Values{1, 0}));
}

BOOST_AUTO_TEST_CASE(every_output_of_a_max_is_the_largest_of_every_nth_input) {
  const Circuit circuit(values(6, 4), {{"m", {0}, MaxStage{}, values(2, 4)}});
  BOOST_TEST((answer(circuit, {1, 9, 5, 8, 4, 9}) == Values{5, 9}));
  BOOST_TEST((answer(circuit, {0, 0, 0, 0, 0, 15}) == Values{0, 15}));
}

BOOST_AUTO_TEST_CASE(argmax_gives_ties_to_the_lowest_index) {
  const Circuit circuit({{4, 1, 1}, 8}, {{"m", {0}, ArgmaxStage{}, {{1, 1, 1}, 2}}});
  BOOST_TEST((answer(circuit, {0, 0, 0, 0}) == Values{0}));
  BOOST_TEST((answer(circuit, {1, 9, 9, 3}) == Values{1}));
  BOOST_TEST((answer(circuit, {1, 9, 9, 10}) == Values{3}));
}

BOOST_AUTO_TEST_CASE(a_sample_that_does_not_fit_is_refused_by_value) {
  const Circuit circuit({{2, 1, 1}, 4}, {{"t", {0}, ThresholdStage{{0}, {1}}, bits(1)}});
  BOOST_CHECK_THROW(answer(circuit, {1}), Error);
  BOOST_CHECK_EXCEPTION(answer(circuit, {15, 16}), Error, [](const Error& e) {
    return e.where() == "evaluate, value 1" && e.expected() == "0..15" && e.got() == "16";
  });
  BOOST_CHECK_THROW(answer(circuit, {-1, 0}), Error);
}

BOOST_AUTO_TEST_CASE(random_circuits_are_valid_and_samples_fit_them) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed);
    BOOST_TEST((circuit == lutra_test::random_circuit(seed)));
    const auto samples = lutra_test::random_samples(circuit, 5, seed);
    const std::size_t size = circuit.input().size();
    BOOST_TEST(samples.size() == 5 * size);
    for (std::size_t i = 0; i < 5; ++i) {
      const auto out = evaluate(circuit, std::span<const std::uint16_t>(samples).subspan(i * size, size));
      BOOST_TEST(out.size() == circuit.output().size());
      for (const auto value : out) BOOST_TEST(value <= circuit.output().maximum());
    }
  }
}

BOOST_AUTO_TEST_CASE(random_circuits_keep_to_their_options) {
  using lutra_test::Ending;
  const Circuit circuit = lutra_test::random_circuit(
      3, {.input = Type{{5, 1, 1}, 8}, .ending = Ending::argmax, .nodes = 100, .max_fan_in = 4, .outputs = 7});
  BOOST_TEST(circuit.is_classifier());
  BOOST_TEST(circuit.input().size() == 5);
  BOOST_TEST(circuit.lut_nodes() == 300);
  for (const auto& stage : circuit.stages())
    if (const auto* stage_luts = std::get_if<LutStage>(&stage.operation))
      for (std::size_t i = 0; i < stage_luts->size(); ++i) BOOST_TEST(stage_luts->fan_in(i) <= 4);
}
