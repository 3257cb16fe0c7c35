// labels: slow_tools
// Streams are simulated frame by frame, linted, proved and counted by other people's tools.
#define BOOST_TEST_MODULE stream_tools
#include <boost/test/unit_test.hpp>
#include <lutra/export/package.hpp>
#include <string>
#include <vector>

#include "support/image_circuits.hpp"
#include "support/streams.hpp"
#include "support/tools.hpp"

using namespace lutra;
using namespace lutra::test;
using hdl::Family;
using hdl::StreamOptions;
using lutra_test::Finished;
using lutra_test::installed;
using lutra_test::quoted;
using lutra_test::with_first;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What iverilog says of the design's testbench.
Finished simulate(const Design& design) {
  const lutra_test::ScratchFolder folder;
  write(design, folder.path());
  return lutra_test::run("cd " + quoted(folder.path()) + " && iverilog -g2005 -Wall -s " + design.name +
                         "_tb -o tb *.v && vvp -n tb");
}

void check(const char* what, const Circuit& circuit, const FrameSizes& sizes, StreamOptions options = {}) {
  options.name = "net";
  const Finished simulation = simulate(stream_with_testbench(circuit, sizes, options));
  BOOST_TEST(simulation.status == 0, what << ": " << simulation.output);
  BOOST_TEST(simulation.output.starts_with("PASS: "), what << ": " << simulation.output);
}

Finished prove(const Design& design) {
  const lutra_test::ScratchFolder folder;
  write(design, folder.path());
  return lutra_test::run(quoted(LUTRA_SOURCE_DIR "/export/prove.sh") + " " + quoted(folder.path()));
}

const FrameSizes narrow{{5, 6}, {5, 6}, {1, 1}, {1, 1},  {1, 1},  {4, 2},
                        {4, 2}, {2, 3}, {2, 3}, {1, 65}, {1, 65}, {2, 63}};

}  // namespace

BOOST_AUTO_TEST_CASE(convolutions_answer_as_the_circuit_does_on_frames_of_every_size) {
  if (!installed({"iverilog"})) return;
  const StreamOptions wide{.max_width = 65, .max_height = 9};
  check("same",
        image_circuit<1, 5, 6>(pixel_bits | convolve<Kernel<3>, Same>(StochasticLut<6, 8>{} | StochasticLut<4, 3>{})),
        narrow, wide);
  check("a kernel larger than the frame",
        image_circuit<2, 5, 6>(pixel_bits | convolve<Kernel<5, 4>, Same>(StochasticLut<6, 9>{})), narrow,
        {.pipeline = hdl::combinational(), .max_width = 65, .max_height = 9});
  check("valid",
        image_circuit<1, 5, 6>(pixel_bits | convolve<Kernel<3>>(StochasticLut<6, 4>{}) |
                               convolve<Kernel<2, 3>>(StochasticLut<4, 3>{})),
        {{5, 6}, {5, 6}, {4, 5}, {4, 5}, {4, 6}, {7, 63}, {5, 6}}, wide);
  check("strides",
        image_circuit<1, 7, 9>(pixel_bits | convolve<Kernel<3>, Stride<2, 3>, Same>(StochasticLut<6, 6>{}) |
                               convolve<Kernel<2>, Same>(StochasticLut<4, 5>{})),
        {{7, 9}, {7, 9}, {7, 9}, {1, 3}, {1, 3}, {3, 63}, {9, 6}}, wide);
  check("pools",
        image_circuit<1, 7, 6>(pixel_bits | OrPool<2>{} | convolve<Kernel<3>, Same>(StochasticLut<6, 4>{}) |
                               OrPool<2, 1>{}),
        {{7, 6}, {7, 6}, {7, 6}, {7, 4}, {7, 2}, {7, 2}, {11, 12}},
        {.family = Family::xilinx7, .max_width = 12, .max_height = 11});
}

BOOST_AUTO_TEST_CASE(branches_of_different_lag_meet_at_the_same_pixel) {
  if (!installed({"iverilog"})) return;
  constexpr auto small = convolve<Kernel<3>, Same>(StochasticLut<4, 4>{});
  constexpr auto large =
      convolve<Kernel<5>, Same>(StochasticLut<6, 8>{} | StochasticLut<4, 4>{} | StochasticLut<2, 3>{});
  check("residual",
        image_circuit<1, 5, 6>(pixel_bits | pointwise(StochasticLut<2, 4>{}) | (identity + (small | small))), narrow,
        {.pipeline = hdl::every(1), .max_width = 65, .max_height = 9});
  check("concat",
        image_circuit<1, 5, 6>(pixel_bits | concat(identity, small, large, small | small) |
                               pointwise(StochasticLut<6, 5>{})),
        narrow, {.max_width = 65, .max_height = 9});
  constexpr auto halved = convolve<Kernel<2>, Stride<2>>(StochasticLut<4, 3>{});
  check("branches that are strided at different lags",
        image_circuit<1, 8, 6>(pixel_bits | concat(OrPool<2>{}, small | halved, halved | BinaryDepthwise<1>{})),
        {{8, 6}, {8, 6}, {8, 6}, {2, 2}, {2, 2}, {4, 8}}, {.max_width = 8});
}

BOOST_AUTO_TEST_CASE(numbers_classes_and_encoders_go_through_windows) {
  if (!installed({"iverilog"})) return;
  constexpr auto sums = convolve<Kernel<3>, Same>(StochasticLut<4, 9>{} | GroupSum<3>{.temperature = 1});
  check("sums of sums",
        image_circuit<1, 5, 6>(pixel_bits | sums | convolve<Kernel<2>, Same>(GroupSum<3>{.temperature = 1})), narrow,
        {.pipeline = hdl::every(1), .max_width = 65, .max_height = 9});
  check("a class for each place", image_circuit<3, 5, 6>(pixel_bits | sums | pointwise(Argmax{})), narrow,
        {.pipeline = {.levels = 1, .register_inputs = true}, .max_width = 65, .max_height = 9});
  check("bytes in the window", image_circuit<1, 5, 6>(convolve<Kernel<3>>(Thermometer<2>{} | StochasticLut<6, 4>{})),
        own_size(image_circuit<1, 5, 6>(pixel_bits), 4));
  check("an encoder that is written out for the image", image_circuit<2, 5, 6>(Thermometer<2>{} | BinaryDepthwise<2>{}),
        narrow, {.max_width = 65, .max_height = 9});
}

BOOST_AUTO_TEST_CASE(layers_in_several_steps_answer_as_the_circuit_does) {
  if (!installed({"iverilog"})) return;
  const FrameSizes few{{4, 5}, {4, 5}, {4, 5}, {1, 1}, {1, 1}, {3, 2}, {3, 2}};
  check("behind the frame itself and behind a window",
        image_circuit<2, 4, 5>(pointwise(codes<6, FewBitWeights<3>>) | convolve<Kernel<3>, Same>(codes<7>)), few,
        {.family = Family::xilinx7, .max_width = 9, .folding = 3});
  check("branches, and sums at the end",
        image_circuit<1, 4, 5>(pointwise(codes<2>) | concat(identity, convolve<Kernel<3>, Same>(codes<8>)) |
                               pointwise(Dense<5, OneScale<TernaryWeights>>{})),
        few, {.pipeline = hdl::combinational(), .max_width = 9, .folding = 2});
  const Circuit sums = image_circuit<3, 4, 5>(convolve<Kernel<3>, Same>(Dense<2, OneScale<FewBitWeights<4>>>{}));
  BOOST_TEST(hdl::stream_plan(sums, {.folding = 9}).logic[0].fold.groups == 4U);
  check("parts of sums", sums, few, {.max_width = 9, .folding = 9});
  check("pixels that come less often",
        image_circuit<1, 4, 4>(pixel_bits | convolve<Kernel<2>, Stride<2>>(codes<8>) |
                               convolve<Kernel<2>, Same>(codes<9>)),
        {{4, 4}, {4, 4}, {4, 4}, {6, 2}, {6, 2}, {2, 8}}, {.max_width = 8, .max_height = 6, .folding = 2});
  const Circuit classes = image_circuit<1, 4, 4>(pixel_bits | convolve<Kernel<2>, Stride<2>>(codes<8>) |
                                                 Dense<3, OneScale<TernaryWeights>>{} | Argmax{});
  check("a class for a frame", classes, own_size(classes, 4), {.family = Family::ice40, .folding = 5});
}

BOOST_AUTO_TEST_CASE(every_operation_at_each_place_with_windows_that_look_anywhere) {
  if (!installed({"iverilog"})) return;
  std::uint32_t seed = 0;
  for (const Shape image : {Shape{1, 1, 1}, Shape{2, 5, 7}, Shape{3, 6, 1}})
    for (const circuits::Offset stride : {circuits::Offset{1, 1}, circuits::Offset{2, 3}, circuits::Offset{8, 8}}) {
      const bool classes = ++seed % 2 == 0;
      const Circuit circuit = lutra_test::every_operation(image, stride, seed, classes);
      check("every operation", circuit, own_size(circuit, 4), {.pipeline = hdl::every(1 + seed % 3)});
    }
}

BOOST_AUTO_TEST_CASE(a_classifier_gives_one_beat_a_frame) {
  if (!installed({"iverilog"})) return;
  const Circuit frozen = image_circuit<1, 7, 6>(classifier);
  check("as it is", frozen, own_size(frozen, 12));
  check("simplified", simplify(frozen), own_size(frozen, 12), {.family = Family::ice40, .pipeline = hdl::every(1)});
  const Circuit two = image_circuit<1, 4, 5>(
      concat(pixel_bits, pixel_bits | convolve<Kernel<3>, Same>(StochasticLut<4, 2>{})) | GroupSum<4>{});
  check("images of different lag, counted", two, own_size(two, 6));
}

BOOST_AUTO_TEST_CASE(logic_is_proved_and_the_whole_is_linted_and_simulated) {
  if (!installed({"yosys", "berkeley-abc", "verilator", "iverilog"})) return;
  const Circuit circuit = simplify(image_circuit<1, 7, 6>(classifier));
  const Design design =
      stream_with_testbench(circuit, own_size(circuit, 6), {.name = "digits", .family = Family::xilinx7});
  const lutra_test::ScratchFolder folder;
  write(design, folder.path());
  for (const auto& row : check_stream(folder.path(), "digits", LUTRA_SOURCE_DIR "/export/prove.sh"))
    BOOST_TEST((row.verdict != report::Verdict::different && row.verdict != report::Verdict::not_compared),
               row.what << ": " << row.note);
  const Finished proof = prove(design);
  BOOST_TEST(proof.status == 0, proof.output);
  BOOST_TEST(!contains(proof.output, "NOT CLEAN"), proof.output);
  BOOST_TEST(contains(proof.output, "equal to digits_tail.blif for every input"), proof.output);
  BOOST_TEST(contains(proof.output, "PASS: 30 frames"), proof.output);

  Design damaged = design;
  std::string& text = damaged.files["digits_logic1.v"];
  const std::size_t at = text.find(")", text.find("INIT(")) - 1;
  text[at] = text[at] == '0' ? '1' : '0';
  const Finished found = prove(damaged);
  BOOST_TEST(found.status == 1, found.output);
  BOOST_TEST(contains(found.output, "NOT EQUAL: digits_logic1"), found.output);
  const Finished simulation = simulate(damaged);
  BOOST_TEST(simulation.status != 0, simulation.output);
  BOOST_TEST(contains(simulation.output, "FAIL: frame "), simulation.output);

  Design idle = design;  // a register that does not wait
  idle.files["digits_logic0.v"] = with_first(design["digits_logic0.v"], "if (ce) ", "");
  const Finished restless = prove(idle);
  BOOST_TEST(restless.status == 1, restless.output);
  BOOST_TEST(contains(restless.output, "does not wait for ce"), restless.output);
}

BOOST_AUTO_TEST_CASE(verilator_runs_twenty_frames_of_two_sizes) {
  if (!installed({"verilator"})) return;
  const Circuit circuit = image_circuit<1, 8, 8>(pixel_bits | convolve<Kernel<3>, Same>(lut_trees<3, 4>()) |
                                                 OrPool<2>{} | (identity + BinaryDepthwise<1>{}));
  FrameSizes sizes(11, {8, 8});
  sizes.insert(sizes.end(), 11, {16, 34});
  const Design design = stream_with_testbench(circuit, sizes, {.name = "net", .max_width = 40, .max_height = 16});
  const lutra_test::ScratchFolder folder;
  write(design, folder.path());
  const Finished built =
      lutra_test::run("cd " + quoted(folder.path()) +
                      " && verilator --binary --timing -Wall -Wno-DECLFILENAME -MAKEFLAGS 'OPT_FAST=-O1 OPT_SLOW=-O0' "
                      "--Mdir build -o tb --top-module net_tb *.v && build/tb && build/tb +seed=5");
  BOOST_TEST(built.status == 0, built.output);
  BOOST_TEST(contains(built.output, "PASS: 110 frames"), built.output);
}
