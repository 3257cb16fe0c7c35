// labels: slow_tools
#define BOOST_TEST_MODULE prove_tools
#include <boost/test/unit_test.hpp>
#include <lutra/export/blif.hpp>
#include <lutra/export/testbench.hpp>
#include <lutra/export/verilog.hpp>
#include <numeric>
#include <span>
#include <string>
#include <support/random_circuit.hpp>
#include <support/tools.hpp>
#include <utility>
#include <vector>

using namespace lutra;
using namespace lutra::circuits;
using hdl::Family;
using hdl::VerilogOptions;
using lutra_test::installed;
using lutra_test::random_circuit;
using lutra_test::with_first;

namespace {

Design design_of(const Circuit& circuit, const VerilogOptions& options, std::size_t vectors = 300) {
  const auto samples = lutra_test::random_samples(circuit, vectors, 7);
  return hdl::verilog(circuit, options) + hdl::blif(circuit, options) +
         hdl::testbench(circuit, std::span<const std::uint16_t>(samples), options);
}

/// Writes the design and proves it.
lutra_test::Finished prove(const Design& design) {
  const lutra_test::ScratchFolder scratch;
  write(design, scratch.path());
  return lutra_test::run(lutra_test::quoted(std::filesystem::path(LUTRA_SOURCE_DIR) / "export/prove.sh") + " " +
                         lutra_test::quoted(scratch.path()));
}

/// What iverilog says of the design's testbench.
lutra_test::Finished simulate(const Design& design) {
  const lutra_test::ScratchFolder scratch;
  write(design, scratch.path());
  std::string sources = design.name + ".v " + design.name + "_tb.v";
  for (const auto& [file, text] : design.files)
    if (file.ends_with("_sim.v")) sources += " " + file;
  return lutra_test::run("cd " + lutra_test::quoted(scratch.path()) + " && iverilog -g2005 -Wall -s " + design.name +
                         "_tb -o tb " + sources + " && vvp -n tb");
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<std::uint32_t> numbers(std::size_t count) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

/// No LUT stage at all: thresholds, counts, argmax.
Circuit counting(std::size_t classes) {
  ThresholdStage encoder;
  for (std::uint32_t i = 0; i < 8 * classes; ++i) {
    encoder.sources.push_back(i % 6);
    encoder.thresholds.push_back(1 + i * 37 % 255);
  }
  CountStage count;
  for (std::uint32_t c = 0; c < classes; ++c) {
    std::vector<std::uint32_t> sources(8);
    std::iota(sources.begin(), sources.end(), 8 * c);
    count.sources.add(sources);
    count.offsets.push_back(c % 3);
  }
  const Shape bits{encoder.size(), 1, 1};
  return {{{6, 1, 1}, 8},
          {{"encoder", {0}, encoder, {bits, 1}},
           {"group sum", {1}, count, {{classes, 1, 1}, 4}},
           {"argmax", {2}, ArgmaxStage{}, {{1, 1, 1}, bits_for(classes - 1)}}}};
}

std::vector<std::pair<std::string, Circuit>> shapes() {
  std::vector<std::pair<std::string, Circuit>> all;
  LutStage node;
  node.add(numbers(6), std::vector<std::uint64_t>{0x123456789abcdef1});
  all.emplace_back("one node", Circuit({{6, 1, 1}, 1}, {{"node", {0}, node, {{1, 1, 1}, 1}}}));
  LutStage constants;
  constants.add({}, std::vector<std::uint64_t>{1});
  constants.add({}, std::vector<std::uint64_t>{0});
  all.emplace_back("constants", Circuit({{1, 1, 1}, 1}, {{"constants", {0}, constants, {{2, 1, 1}, 1}}}));
  LutStage mixed;
  mixed.add({}, std::vector<std::uint64_t>{1});
  mixed.add(numbers(3), std::vector<std::uint64_t>{0x96});
  all.emplace_back("a constant and a node", Circuit({{3, 1, 1}, 1}, {{"mixed", {0}, mixed, {{2, 1, 1}, 1}}}));
  const std::vector<std::uint32_t> turned{2, 0, 1, 1};
  all.emplace_back("wires", Circuit({{3, 1, 1}, 5}, {{"turned", {0}, RearrangeStage{turned}, {{4, 1, 1}, 5}}}));
  all.emplace_back("no LUT stage", counting(5));
  all.emplace_back("one class", counting(1));
  for (const std::uint64_t seed : {4u, 11u, 23u})
    all.emplace_back("random circuit " + std::to_string(seed), random_circuit(seed));
  return all;
}

const std::vector<VerilogOptions> every_option = {
    {.family = Family::generic},
    {.family = Family::xilinx7, .pipeline = hdl::every(1)},
    {.family = Family::ice40, .pipeline = hdl::every(2)},
    {.family = Family::xilinx7, .include_encoder = false},
    {.family = Family::generic, .pipeline = {.levels = 3, .register_inputs = true}, .valid = true},
    {.family = Family::xilinx7, .pipeline = hdl::every(2), .include_encoder = false, .valid = true},
    {.family = Family::ice40},
};

/// A pipelined circuit whose every node matters to some answer.
Design damageable() {
  const Circuit circuit = random_circuit(5, {.input = Type{{2, 2, 2}, 8},
                                             .ending = lutra_test::Ending::bits,
                                             .lut_stages = 2,
                                             .nodes = 10,
                                             .min_fan_in = 4,
                                             .max_fan_in = 6,
                                             .redundant = false,
                                             .detours = false});
  return design_of(circuit, {.family = Family::xilinx7, .pipeline = hdl::every(1)}, 2000);
}

Design without_testbench(Design design) {
  design.files.erase("net_tb.v");
  return design;
}

/// Both the proof and the simulation must find what is wrong with `damaged`.
void check_found(const Design& damaged) {
  const auto proof = prove(without_testbench(damaged));
  BOOST_TEST(proof.status == 1, proof.output);
  BOOST_TEST(contains(proof.output, "\nNOT EQUAL: net"), proof.output);
  const auto simulation = simulate(damaged);
  BOOST_TEST(simulation.status != 0, simulation.output);
  BOOST_TEST(contains(simulation.output, "FAIL: "), simulation.output);
}

/// Text between `begin` and `end`, from the first `begin` after `from`.
std::string between(const std::string& text, const std::string& from, const std::string& begin,
                    const std::string& end) {
  const auto first = text.find(begin, text.find(from)) + begin.size();
  return text.substr(first, text.find(end, first) - first);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_shape_in_every_family_and_pipeline_is_lint_clean_simulated_and_proved) {
  if (!installed({"yosys", "berkeley-abc", "verilator", "iverilog"})) return;
  for (const auto& [name, circuit] : shapes())
    for (std::size_t i = 0; i < every_option.size(); ++i) {
      const auto proof = prove(design_of(circuit, every_option[i]));
      BOOST_TEST_INFO_SCOPE(name << ", options " << i << "\n" << proof.output);
      BOOST_TEST(proof.status == 0);
      BOOST_TEST(contains(proof.output, "lint        clean"));
      BOOST_TEST(contains(proof.output, "as stated"));
      BOOST_TEST(contains(proof.output, "function    equal to net.blif for every input"));
      BOOST_TEST(contains(proof.output, "simulation  PASS: 300 vectors"));
      BOOST_TEST(proof.output.ends_with("\nproved equal\n"));
    }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_of_an_init_string_is_found_by_proof_and_by_simulation) {
  if (!installed({"yosys", "berkeley-abc", "iverilog"})) return;
  Design design = damageable();
  std::string& text = design.files["net.v"];
  const std::string digits = between(text, "stage 2", "'h", ")");
  std::string flipped = digits;
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  text = text.substr(0, text.find("stage 2")) +
         with_first(text.substr(text.find("stage 2")), "'h" + digits, "'h" + flipped);
  BOOST_TEST(prove(damageable()).status == 0);
  check_found(design);
  const std::string node = between(text.substr(text.find("stage 2")), "'h" + flipped, "u_", " ");
  BOOST_TEST(contains(prove(without_testbench(design)).output, "first at " + node));
}

BOOST_AUTO_TEST_CASE(two_swapped_pins_are_found_by_proof_and_by_simulation) {
  if (!installed({"yosys", "berkeley-abc", "iverilog"})) return;
  Design design = damageable();
  std::string& text = design.files["net.v"];
  const std::string a = between(text, "u_s1_n", ".I0(", ")");
  const std::string b = between(text, "u_s1_n", ".I1(", ")");
  text = with_first(text, ".I0(" + a + "), .I1(" + b + ")", ".I0(" + b + "), .I1(" + a + ")");
  check_found(design);
}

BOOST_AUTO_TEST_CASE(a_register_left_out_is_found_by_proof_and_by_simulation) {
  if (!installed({"yosys", "berkeley-abc", "iverilog"})) return;
  Design design = damageable();
  std::string& text = design.files["net.v"];
  const std::string pin = between(text, "u_s1_n", ".I0(", ")");
  BOOST_TEST_REQUIRE(pin.ends_with("_d1"));
  text = with_first(text, ".I0(" + pin + ")", ".I0(" + pin.substr(0, pin.size() - 3) + ")");
  check_found(design);
  BOOST_TEST(contains(prove(without_testbench(design)).output, "registers   WRONG"));
}

BOOST_AUTO_TEST_CASE(a_latency_that_is_not_the_stated_one_is_found) {
  if (!installed({"yosys", "berkeley-abc"})) return;
  Design design = without_testbench(damageable());
  const std::string latency = between(design["net.v"], "// latency", "// latency  ", " clock");
  design.files["net.v"] = with_first(design["net.v"], "latency  " + latency, "latency  9" + latency);
  const auto proof = prove(design);
  BOOST_TEST(proof.status == 1, proof.output);
  BOOST_TEST(contains(proof.output, "the header says 9" + latency + " clocks"), proof.output);
}

BOOST_AUTO_TEST_CASE(a_design_whose_nodes_were_renamed_is_still_proved) {
  if (!installed({"yosys", "berkeley-abc"})) return;
  Design design = without_testbench(damageable());
  std::string& text = design.files["net.v"];
  for (std::size_t at = 0; (at = text.find("s1_n", at)) != std::string::npos;) text.replace(at, 4, "other");
  const auto proof = prove(design);
  BOOST_TEST(proof.status == 0, proof.output);
  BOOST_TEST(!contains(proof.output, "node by node"), proof.output);
}

BOOST_AUTO_TEST_CASE(folders_without_a_design_are_not_proved) {
  if (!installed({"yosys", "berkeley-abc"})) return;
  Design design = damageable();
  design.files.erase("net.v");
  for (const auto& proof :
       {prove(Design{"net", {}}), prove(design), prove(Design{"net", {{"net.v", "module net;"}}})}) {
    BOOST_TEST(proof.status == 2, proof.output);
    BOOST_TEST(contains(proof.output, "not proved: "), proof.output);
  }
}

BOOST_AUTO_TEST_CASE(vectors_that_are_missing_do_not_pass) {
  if (!installed({"iverilog"})) return;
  Design design = damageable();
  design.files.erase("net_vectors.hex");
  design.files.erase("net_answers.hex");
  const auto simulation = simulate(design);
  BOOST_TEST(simulation.status != 0, simulation.output);
  BOOST_TEST(!contains(simulation.output, "PASS"), simulation.output);
}

BOOST_AUTO_TEST_CASE(verilator_runs_the_testbenches_too) {
  if (!installed({"verilator"})) return;
  for (const std::size_t option : {1u, 4u}) {
    const Design design = design_of(counting(4), every_option[option]);
    const lutra_test::ScratchFolder scratch;
    write(design, scratch.path());
    const std::string models = design.files.count("xilinx7_sim.v") == 1 ? " -v xilinx7_sim.v" : "";
    const auto built = lutra_test::run(
        "cd " + lutra_test::quoted(scratch.path()) +
        " && verilator --binary --timing -Wall -Wno-DECLFILENAME -MAKEFLAGS 'OPT_FAST=-O1 OPT_SLOW=-O0' --Mdir build "
        "-o tb --top-module net_tb net_tb.v net.v" +
        models + " && build/tb");
    BOOST_TEST(built.status == 0, built.output);
    BOOST_TEST(contains(built.output, "PASS: 300 vectors"), built.output);
  }
}

BOOST_AUTO_TEST_CASE(three_thousand_nodes_are_proved_and_yosys_counts_the_luts_that_we_count) {
  if (!installed({"yosys", "berkeley-abc"})) return;
  lutra_test::Random random(1);
  const auto layer = [&](std::size_t in, std::size_t out) {
    LutStage luts;
    for (std::size_t i = 0; i < out; ++i) {
      std::vector<std::uint32_t> pins;
      for (std::size_t j = 0; j < 6; ++j)
        pins.push_back(static_cast<std::uint32_t>((i * 6 + j * 7 + random.below(7)) % in));
      luts.add(pins, std::vector<std::uint64_t>{random.next()});
    }
    return luts;
  };
  CountStage count;
  for (std::uint32_t c = 0; c < 10; ++c) {
    std::vector<std::uint32_t> sources(100);
    std::iota(sources.begin(), sources.end(), 100 * c);
    count.sources.add(sources);
    count.offsets.push_back(0);
  }
  const Circuit circuit({{400, 1, 1}, 1}, {{"first", {0}, layer(400, 2000), {{2000, 1, 1}, 1}},
                                           {"second", {1}, layer(2000, 1000), {{1000, 1, 1}, 1}},
                                           {"group sum", {2}, count, {{10, 1, 1}, 7}},
                                           {"argmax", {3}, ArgmaxStage{}, {{1, 1, 1}, 4}}});
  const VerilogOptions options{.family = Family::xilinx7, .pipeline = hdl::every(2)};
  const Design design = hdl::verilog(circuit, options) + hdl::blif(circuit, options);
  const auto proof = prove(design);
  BOOST_TEST(proof.status == 0, proof.output);

  const lutra_test::ScratchFolder scratch;
  write(design, scratch.path());
  const auto counted = lutra_test::run("cd " + lutra_test::quoted(scratch.path()) +
                                       " && yosys -q -p 'read_verilog net.v; synth_xilinx -family xc7 -top net; tee -o "
                                       "stat.txt stat' && cat stat.txt");
  std::size_t luts = 0;
  for (const char* cell : {"LUT1 ", "LUT2 ", "LUT3 ", "LUT4 ", "LUT5 ", "LUT6 "})
    if (const auto at = counted.output.rfind(cell); at != std::string::npos)
      luts += std::stoul(counted.output.substr(at + 5));
  const std::size_t ours = hdl::plan(circuit, options).cost.total.luts();
  BOOST_TEST_MESSAGE("yosys synth_xilinx counts " << luts << " LUTs, the netlist " << ours);
  BOOST_TEST(counted.status == 0, counted.output);
  BOOST_TEST(luts == ours);
}
