// labels: slow_tools
#define BOOST_TEST_MODULE package
#include <array>
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/export/package.hpp>

#include "support/files.hpp"
#include "support/random_circuit.hpp"

using namespace lutra;

namespace {

struct Handed {
  Circuit circuit =
      lutra_test::random_circuit(5, {.input = circuits::Type{{6}, 8}, .ending = lutra_test::Ending::argmax});
  std::vector<std::uint16_t> samples = lutra_test::random_samples(circuit, 40, 5);
  std::vector<std::uint8_t> bytes{samples.begin(), samples.end()};
  std::vector<std::uint32_t> answers = [this] {
    std::vector<std::uint32_t> all;
    const std::size_t size = circuit.input().size();
    for (std::size_t i = 0; i < 40; ++i)
      all.push_back(evaluate(circuit, std::span<const std::uint16_t>(samples).subspan(i * size, size))[0]);
    return all;
  }();
  test::TemporaryFolder folder;
  std::filesystem::path script = LUTRA_SOURCE_DIR "/export/prove.sh";
};

const report::Agreement& row(const std::vector<report::Agreement>& rows, const std::string& what) {
  return *std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.what == what; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_package_holds_every_format_and_each_gives_the_circuits_answers) {
  Handed h;
  BOOST_REQUIRE(h.circuit.input().width <= 8);
  const Design design = package<std::uint8_t>(h.circuit, h.bytes, {.name = "handed", .pipeline = circuits::every(2)});
  for (const char* file : {"handed.v", "handed.blif", "handed_tb.v", "handed_init.txt", "handed_init.json", "handed.c"})
    BOOST_TEST(design.files.count(file) == 1U);
  write(design, h.folder.path());
  const auto rows =
      check<std::uint8_t>(h.circuit, h.folder.path(), "handed", {h.bytes, h.answers, h.answers}, h.script);
  BOOST_TEST(rows.size() == 6U);
  for (const auto& r : rows) {
    BOOST_TEST((r.verdict != report::Verdict::different), r.what + ": " + r.note);
    if (!std::isnan(r.accuracy)) BOOST_TEST(r.accuracy == 1.0);
  }
  BOOST_TEST(to_string(rows).find("network") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_class_for_each_place_is_checked_at_every_place) {
  circuits::CountStage scores;
  scores.sources.add(std::array{0U, 1U});
  scores.sources.add(std::array{2U, 2U});
  scores.offsets = {0, 0};
  const Circuit circuit({{3, 2, 2}, 1}, {{"scores", {0}, scores, {{2, 2, 2}, 2}, true},
                                         {"class", {1}, circuits::ArgmaxStage{}, {{1, 2, 2}, 1}, true}});
  Handed h;
  h.samples = lutra_test::random_samples(circuit, 10, 5);
  h.bytes.assign(h.samples.begin(), h.samples.end());
  std::vector<std::uint32_t> classes(40);
  Engine(circuit).classify(h.bytes, classes);
  write(package<std::uint8_t>(circuit, h.bytes, {.name = "handed"}), h.folder.path());
  const auto rows = check<std::uint8_t>(circuit, h.folder.path(), "handed", {h.bytes, classes, classes}, h.script);
  for (const auto& r : rows) BOOST_TEST((r.verdict != report::Verdict::different), r.what + ": " + r.note);
  BOOST_TEST(row(rows, "circuit").accuracy == 1.0);
  const std::span<const std::uint32_t> few = std::span(classes).first(10);
  BOOST_CHECK_THROW((void)check<std::uint8_t>(circuit, h.folder.path(), "handed", {h.bytes, few, few}, h.script),
                    Error);
  classes[13] ^= 1;  // the place of a sample that is not its first
  const auto wrong = check<std::uint8_t>(circuit, h.folder.path(), "handed", {h.bytes, classes, classes}, h.script);
  BOOST_TEST((row(wrong, "engine").verdict == report::Verdict::different));
}

BOOST_AUTO_TEST_CASE(without_labels_all_numbers_of_every_sample_are_compared) {
  Handed h;
  h.circuit = lutra_test::random_circuit(6, {.input = circuits::Type{{6}, 8}, .ending = lutra_test::Ending::counts});
  const std::size_t outputs = h.circuit.output().size();
  BOOST_REQUIRE(outputs > 1U);
  std::vector<std::uint32_t> numbers(40 * outputs);
  Engine(h.circuit).run(h.bytes, std::span(numbers));
  write(package<std::uint8_t>(h.circuit, h.bytes, {.name = "handed"}), h.folder.path());
  const auto rows = check<std::uint8_t>(h.circuit, h.folder.path(), "handed", {h.bytes, {}, numbers}, h.script);
  BOOST_TEST(rows.size() == 6U);
  for (const auto& r : rows) {
    BOOST_TEST((r.verdict != report::Verdict::different), r.what + ": " + r.note);
    BOOST_TEST(std::isnan(r.accuracy));
  }
  BOOST_TEST(all_agree(rows));
  const std::span<const std::uint32_t> few = std::span(numbers).first(40);
  BOOST_CHECK_THROW((void)check<std::uint8_t>(h.circuit, h.folder.path(), "handed", {h.bytes, {}, few}, h.script),
                    Error);
  numbers.back() += 1;
  const auto wrong = check<std::uint8_t>(h.circuit, h.folder.path(), "handed", {h.bytes, {}, numbers}, h.script);
  BOOST_TEST((row(wrong, "circuit").verdict == report::Verdict::different));
  BOOST_TEST((row(wrong, "engine").verdict == report::Verdict::different));
}

BOOST_AUTO_TEST_CASE(an_answer_that_differs_is_seen_in_the_row_that_gave_it) {
  Handed h;
  Design design = package<std::uint8_t>(h.circuit, h.bytes, {.name = "handed"});
  write(design, h.folder.path());
  std::vector<std::uint32_t> wrong = h.answers;
  wrong[7] ^= 1;
  const auto rows = check<std::uint8_t>(h.circuit, h.folder.path(), "handed", {h.bytes, wrong, wrong}, h.script);
  for (const char* what : {"circuit", "engine", "compiled C"})
    if (!std::isnan(row(rows, what).accuracy)) BOOST_TEST((row(rows, what).verdict == report::Verdict::different));
}

BOOST_AUTO_TEST_CASE(c_that_does_not_compile_and_verilog_that_does_not_simulate_are_failures_and_not_left_out) {
  Handed h;
  write(package<std::uint8_t>(h.circuit, h.bytes, {.name = "handed"}), h.folder.path());
  static_cast<void>(h.folder.file("handed.c", "int handed_run(void) { return }\n"));
  static_cast<void>(h.folder.file("handed.v", "module handed (input wire in\nendmodule\n"));
  const std::span<const std::uint8_t> samples(h.bytes);
  BOOST_TEST((verify::run_c(h.folder.path(), "handed", h.circuit, samples).outcome == verify::Outcome::failed));
  const auto simulated = verify::simulate(h.folder.path(), "handed");
  BOOST_TEST((simulated.outcome != verify::Outcome::passed));
  BOOST_TEST((verify::prove(h.folder.path(), h.script).outcome != verify::Outcome::passed));
}
