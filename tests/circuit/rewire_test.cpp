#define BOOST_TEST_MODULE rewire
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/rewire.hpp>
#include <lutra/circuit/simplify.hpp>

#include "support/files.hpp"
#include "support/random_circuit.hpp"

using namespace lutra;

namespace {

// Value i of a circuit's input, read from value i mod `columns` of a narrower one.
std::vector<std::uint32_t> repetitions(const Circuit& circuit, std::uint32_t columns) {
  std::vector<std::uint32_t> sources(circuit.input().size());
  for (std::uint32_t i = 0; i < sources.size(); ++i) sources[i] = i % columns;
  return sources;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rewired_circuit_answers_as_the_old_one_does_for_the_values_in_their_old_places) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Circuit circuit = lutra_test::random_circuit(seed, {});
    const std::uint32_t columns = 3;
    const auto sources = repetitions(circuit, columns);
    const Circuit rewired = rewire_input(circuit, {{columns}, circuit.input().width}, sources);
    const Circuit small = simplify(rewired);
    const auto samples = lutra_test::random_samples(rewired, 20, seed);
    for (std::size_t n = 0; n < 20; ++n) {
      const auto sample = std::span(samples).subspan(n * columns, columns);
      std::vector<std::uint16_t> wide;
      for (const auto source : sources) wide.push_back(sample[source]);
      const auto expected = evaluate(circuit, std::span<const std::uint16_t>(wide));
      BOOST_TEST(evaluate(rewired, std::span<const std::uint16_t>(sample)) == expected);
      BOOST_TEST(evaluate(small, std::span<const std::uint16_t>(sample)) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(another_width_and_a_source_that_does_not_exist_are_refused) {
  const Circuit circuit = lutra_test::random_circuit(1, {});
  const auto sources = repetitions(circuit, 3);
  BOOST_CHECK_THROW(static_cast<void>(rewire_input(circuit, {{3}, circuit.input().width + 1}, sources)), Error);
  BOOST_CHECK_THROW(static_cast<void>(rewire_input(circuit, {{2}, circuit.input().width}, sources)), Error);
}

BOOST_AUTO_TEST_CASE(notes_travel_with_the_circuit_and_change_nothing_else) {
  const Circuit circuit = lutra_test::random_circuit(2, {});
  const Circuit noted = with_notes(circuit, {{"classes", "a\nb"}});
  BOOST_TEST(noted.notes().at("classes") == "a\nb");
  BOOST_TEST((noted.stages() == circuit.stages()));
  BOOST_TEST((with_notes(noted, circuit.notes()) == circuit));
}
