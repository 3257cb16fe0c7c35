#define BOOST_TEST_MODULE report
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <lutra/circuit/hash.hpp>
#include <lutra/export/report.hpp>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "support/code_circuits.hpp"
#include "support/files.hpp"
#include "support/random_circuit.hpp"

namespace report = lutra::report;
using lutra::Circuit;
using lutra::test::check_error;
using lutra_test::code_circuits::Maker;
using report::Contents;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// What is wrong with the tags of a page, or nothing: every tag is ended in its order, every attribute quoted, and
/// no stray < or > stands in the text.
std::string tag_fault(const std::string& page) {
  std::vector<std::string> open;
  std::size_t at = page.find("<html");
  while (at != std::string::npos) {
    const std::size_t text_end = page.find_first_of("<>", at);
    if (text_end == std::string::npos) break;
    if (page[text_end] == '>') return "a stray > at " + std::to_string(text_end);
    std::size_t end = text_end + 1;
    for (bool quoted = false; end < page.size() && (quoted || page[end] != '>'); ++end)
      quoted = quoted != (page[end] == '"');
    if (end == page.size()) return "a tag without end at " + std::to_string(text_end);
    const std::string tag = page.substr(text_end + 1, end - text_end - 1);
    at = end + 1;
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" /", 1) - (tag[0] == '/' ? 1 : 0));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1))
        return "<" + tag + "> after <" + (open.empty() ? "" : open.back()) + ">";
      open.pop_back();
    } else if (tag.back() != '/') {
      if (times(tag, "\"") != 2 * times(tag, "=\"")) return "attributes of <" + tag + ">";
      open.push_back(name);
      if (name == "style")  // not markup
        at = page.find("</style>", at);
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is not ended";
}

/// A circuit whose costs are known: 3 comparisons, 2 LUTs of 2 and 3 inputs, a skip connection, a sum, a comparison.
Circuit small_circuit(const std::string& lut_name = "two <LUTs> & \"more\"") {
  using namespace lutra::circuits;
  ThresholdStage thresholds{{0, 1, 2}, {10, 128, 200}};
  LutStage luts;
  luts.add(std::array{0U, 1U}, std::array{std::uint64_t{0x8}});
  luts.add(std::array{0U, 1U, 2U}, std::array{std::uint64_t{0x96}});
  CountStage count;
  count.sources.add(std::array{0U, 2U});
  count.sources.add(std::array{1U, 3U, 4U});
  count.offsets = {0, 0};
  return {{{1, 1, 3}, 8},
          {{"thermometer", {0}, thresholds, {{3, 1, 1}, 1}},
           {lut_name, {1}, luts, {{2, 1, 1}, 1}},
           {"groups", {2, 1}, count, {{2, 1, 1}, 2}},
           {"argmax", {3}, ArgmaxStage{}, {{1, 1, 1}, 1}}}};
}

Contents full_contents() {
  Contents contents{.title = "Digits <1> & \"2\"", .description = "A 'test' <b>page</b>"};
  contents.accuracy = 0.98125;
  contents.accuracy_note = "4096 images";
  contents.engine_rate = 4.31e6;
  contents.clock_mhz = 250;
  contents.c_memory = 302792;
  contents.figures = {{"Board", "TestBoard 7", "no such thing"}};
  contents.agreement = {{"Network", 0.98125, report::Verdict::equal_on_samples, "all of them"},
                        {"Circuit", 0.98125, report::Verdict::reference},
                        {"Verilog", report::not_measured, report::Verdict::proved_equal, "SAT"},
                        {"Broken", 0.1, report::Verdict::different}};
  for (int epoch = 1; epoch <= 12; ++epoch)
    contents.training.push_back({.epoch = epoch,
                                 .train_loss = 2.0 / epoch,
                                 .train_accuracy = 1 - 0.5 / epoch,
                                 .validation_accuracy = epoch == 7 ? 0.9512 : 0.9});
  const std::array labels{0, 0, 1, 1, 2};
  const std::array<std::uint8_t, 5> answers{0, 2, 1, 1, 0};
  contents.confusion =
      report::confusion(std::span<const int>(labels), std::span<const std::uint8_t>(answers), {"zero", "<one>", "two"});
  contents.trade_off = {{{.name = "a < b", .luts = 90, .accuracy = 0.5, .on_front = true},
                         {.name = "large", .luts = 9000, .accuracy = 0.9, .within = false, .on_front = true}},
                        1000};
  contents.files = {{"net.v", 12345, "generic"}, {"net.c", 678, ""}};
  return contents;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_page_is_well_formed_and_loads_nothing) {
  const Circuit circuit = small_circuit(), original = small_circuit("as trained");
  Contents contents = full_contents();
  contents.original = &original;
  for (const auto& page : {report::make(circuit, contents)["report.html"], report::make(circuit, {})["report.html"]}) {
    BOOST_CHECK_EQUAL(tag_fault(page), "");
    for (const char* outside : {"http:", "https:", "//", "<script", "<link", "@import", "url(", "src="})
      BOOST_CHECK_MESSAGE(!contains(page, outside), outside);
    for (const char* broken : {"nan", "inf<", ">-0.0<", "NaN"}) BOOST_CHECK_MESSAGE(!contains(page, broken), broken);
  }
}

BOOST_AUTO_TEST_CASE(the_tag_check_finds_faults) {
  BOOST_CHECK_EQUAL(tag_fault("<html><p>a</p></html>"), "");
  BOOST_CHECK_NE(tag_fault("<html><p>a</html>"), "");
  BOOST_CHECK_NE(tag_fault("<html><p>a > b</p></html>"), "");
  BOOST_CHECK_NE(tag_fault("<html><p>a"), "");
}

BOOST_AUTO_TEST_CASE(random_circuits_give_well_formed_pages) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto design = report::make(lutra_test::random_circuit(seed), {});
    BOOST_CHECK_EQUAL(tag_fault(design["report.html"]), "");
    BOOST_CHECK(nlohmann::json::accept(design["report.json"]));
  }
}

BOOST_AUTO_TEST_CASE(the_page_shows_every_figure_it_was_given) {
  const Circuit circuit = small_circuit();
  const std::string page = report::make(circuit, full_contents())["report.html"];
  for (const auto& shown :
       {lutra::hash_text(circuit), std::string("Digits &lt;1&gt; &amp; &quot;2&quot;"), std::string("&lt;b&gt;page"),
        std::string("98.12 %"), std::string("4096 images"), std::string("4.31 M/s"), std::string("250 M/s"),
        std::string("TestBoard 7"), std::string("302,792"), std::string("proved equal"), std::string("✗ different"),
        std::string("after epoch 7: 95.12 %"), std::string("&lt;one&gt;"), std::string("12,345"),
        std::string("two &lt;LUTs&gt; &amp; &quot;more&quot;"), std::string("a &lt; b: 50.00 %, 90 LUTs"),
        std::string("budget 1,000")})
    BOOST_CHECK_MESSAGE(contains(page, shown), shown);
  BOOST_CHECK_EQUAL(times(page, "class=\"skip\""), 1);
  BOOST_CHECK_EQUAL(times(page, "class=\"curve\""), 3);  // no validation loss was given
  BOOST_CHECK_EQUAL(times(page, " taken for "), 4);      // the cells that are not zero
  BOOST_CHECK_EQUAL(times(page, "class=\"box\""), circuit.stages().size() + 1);
}

BOOST_AUTO_TEST_CASE(what_was_not_given_is_left_out) {
  const std::string page = report::make(small_circuit(), {})["report.html"];
  for (const char* absent :
       {"Accuracy", "Training", "tried", "mistaken", "Files", "compute the same", "CPU engine", "C memory", "simplif"})
    BOOST_CHECK_MESSAGE(!contains(page.substr(page.find("</style>")), absent), absent);
  const auto json = nlohmann::json::parse(report::make(small_circuit(), {})["report.json"]);
  for (const char* absent :
       {"accuracy", "training", "confusion", "files", "agreement", "total_before", "tried", "lut_budget"})
    BOOST_CHECK_MESSAGE(!json.contains(absent), absent);
}

BOOST_AUTO_TEST_CASE(costs_are_those_of_the_netlist) {
  const Circuit circuit = small_circuit();
  const auto netlist = lutra::circuits::lower(circuit);
  const auto schedule = lutra::circuits::schedule(netlist, lutra::circuits::every(2));
  const auto json = nlohmann::json::parse(
      report::make(circuit, {.pipeline = lutra::circuits::every(2)}, {.name = "costs"})["costs.json"]);
  BOOST_CHECK_EQUAL(json["total"]["luts"], netlist.nodes.size());
  BOOST_CHECK_EQUAL(json["total"]["lut_nodes"], 2);
  BOOST_CHECK_EQUAL(json["total"]["flip_flops"], schedule.flip_flops());
  BOOST_CHECK_EQUAL(json["total"]["levels"], schedule.depth);
  BOOST_CHECK_EQUAL(json["total"]["clock"], schedule.latency);
  BOOST_CHECK_EQUAL(json["fan_in"], (nlohmann::json{0, 0, 1, 1, 0, 0, 0, 0, 0}));
  std::size_t luts = 0;
  for (const auto& stage : json["stages"]) luts += stage["now"]["luts"].get<std::size_t>();
  BOOST_CHECK_EQUAL(luts, netlist.nodes.size());
  BOOST_CHECK_EQUAL(json["stages"].back()["now"]["clock"], schedule.latency);
  BOOST_CHECK_EQUAL(json["circuit"], lutra::hash_text(circuit));
}

BOOST_AUTO_TEST_CASE(without_hardware_nothing_is_lowered) {
  const auto design = report::make(small_circuit(), {.hardware = false});
  BOOST_CHECK(!nlohmann::json::parse(design["report.json"])["total"].contains("luts"));
  BOOST_CHECK(contains(design["report.html"], "LUT nodes"));
  BOOST_CHECK(!contains(design["report.html"], "Flip-flops"));
}

BOOST_AUTO_TEST_CASE(what_is_too_large_to_be_lowered_is_not_and_the_page_says_so) {
  Maker maker({{16, 128, 128}, 2});
  maker.binary(0, 16, {});
  const auto design = report::make(maker.circuit(), {});
  BOOST_CHECK(!nlohmann::json::parse(design["report.json"])["total"].contains("luts"));
  BOOST_CHECK(contains(design["report.html"], "LUTs and registers were not counted"));
}

BOOST_AUTO_TEST_CASE(the_json_has_what_the_page_has) {
  const auto json = nlohmann::json::parse(report::make(small_circuit(), full_contents())["report.json"]);
  BOOST_CHECK_EQUAL(json["title"], "Digits <1> & \"2\"");
  BOOST_CHECK_EQUAL(json["accuracy"], 0.98125);
  BOOST_CHECK_EQUAL(json["c_memory_bytes"], 302792);
  BOOST_CHECK_EQUAL(json["agreement"][2]["verdict"], "proved equal");
  BOOST_CHECK(!json["agreement"][2].contains("accuracy"));
  BOOST_CHECK_EQUAL(json["training"].size(), 12);
  BOOST_CHECK(!json["training"][0].contains("validation_loss"));
  BOOST_CHECK_EQUAL(json["tried"][1]["luts"], 9000);
  BOOST_CHECK_EQUAL(json["lut_budget"], 1000);
  BOOST_CHECK_EQUAL(json["confusion"]["counts"], nlohmann::json::parse("[[1,0,1],[0,2,0],[1,0,0]]"));
  BOOST_CHECK_EQUAL(json["files"][0]["bytes"], 12345);
  BOOST_CHECK_EQUAL(json["stages"][2]["inputs"], (nlohmann::json{2, 1}));
}

BOOST_AUTO_TEST_CASE(stages_are_paired_across_simplifying_even_where_some_went) {
  const Circuit now = small_circuit();
  auto stages = now.stages();
  stages.insert(stages.begin() + 1, {"gone", {0}, lutra::circuits::RearrangeStage{{0}}, {{1, 1, 1}, 8}});
  for (std::size_t i = 2; i < stages.size(); ++i)
    for (auto& id : stages[i].inputs) id += id >= 2;
  const Circuit original(now.input(), stages);
  const auto pairs = report::pair_stages(&original, now);
  BOOST_REQUIRE_EQUAL(pairs.size(), 5);
  BOOST_CHECK(pairs[0].before == 0 && pairs[0].now == 0);
  BOOST_CHECK(pairs[1].before == 1 && !pairs[1].now);
  BOOST_CHECK(pairs[2].before == 2 && pairs[2].now == 1);
  BOOST_CHECK(pairs[4].before == 4 && pairs[4].now == 3);
  const auto json = nlohmann::json::parse(report::make(now, {.original = &original})["report.json"]);
  BOOST_CHECK_EQUAL(json["stages"][1]["name"], "gone");
  BOOST_CHECK(!json["stages"][1].contains("now"));
}

BOOST_AUTO_TEST_CASE(a_confusion_matrix_counts_labels_against_answers) {
  const std::array<std::uint32_t, 4> labels{0, 1, 1, 1}, answers{0, 1, 0, 1};
  const auto matrix =
      report::confusion(std::span<const std::uint32_t>(labels), std::span<const std::uint32_t>(answers), {"no", "yes"});
  BOOST_CHECK_EQUAL(matrix.at(0, 0), 1);
  BOOST_CHECK_EQUAL(matrix.at(1, 0), 1);
  BOOST_CHECK_EQUAL(matrix.at(1, 1), 2);
  BOOST_CHECK_EQUAL(matrix.accuracy(), 0.75);
  const auto with = [&](std::vector<int> a, std::vector<int> b) {
    return [a, b] { (void)report::confusion(std::span<const int>(a), std::span<const int>(b), {"no", "yes"}); };
  };
  check_error(with({0, 1}, {0}), {"answers", "2, one for each label", "got 1"});
  check_error(with({0, 2}, {0, 0}), {"label", "sample 1", "a class below 2", "got 2"});
  check_error(with({0, 1}, {0, -1}), {"answer", "sample 1", "got -1"});
}

BOOST_AUTO_TEST_CASE(figures_that_cannot_be_are_refused) {
  const Circuit circuit = small_circuit();
  check_error([&] { (void)report::make(circuit, {.accuracy = 98.1}); }, {"accuracy", "0..1", "98.1"});
  check_error(
      [&] {
        (void)report::make(circuit, {.confusion = report::ConfusionMatrix{{"a", "b"}, {1, 2, 3}}});
      },
      {"confusion matrix", "3 for 2 classes"});
  check_error([&] { (void)report::make(circuit, {}, {.name = "../up"}); }, {"file name"});
}

BOOST_AUTO_TEST_CASE(numbers_are_written_for_people) {
  BOOST_CHECK_EQUAL(report::grouped(0), "0");
  BOOST_CHECK_EQUAL(report::grouped(999), "999");
  BOOST_CHECK_EQUAL(report::grouped(1234567), "1,234,567");
  BOOST_CHECK_EQUAL(report::percent(0.5), "50.00 %");
  BOOST_CHECK_EQUAL(report::scaled(1140000), "1.14 M");
  BOOST_CHECK_EQUAL(report::scaled(999.9), "1.00 k");
  BOOST_CHECK_EQUAL(report::scaled(12), "12.0 ");
  BOOST_CHECK_EQUAL(std::string_view(report::px(1.5)), "1.5");
  BOOST_CHECK_EQUAL(std::string_view(report::px(-0.001)), "0");
  BOOST_CHECK_EQUAL(report::round_step(1, 5), 0.2);
  BOOST_CHECK_EQUAL(report::round_step(30, 8), 5);
}
