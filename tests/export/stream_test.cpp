#define BOOST_TEST_MODULE stream
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/places.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/export/report.hpp>
#include <lutra/export/stream.hpp>
#include <lutra/layers/upsample.hpp>
#include <string>
#include <vector>

#include "support/streams.hpp"

using namespace lutra;
using namespace lutra::test;
using hdl::stream_plan;
using hdl::StreamLag;
using hdl::StreamPlan;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

template <class Function>
std::string refusal(const Function& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::vector<const hdl::StreamWindow*> real_windows(const StreamPlan& plan) {
  std::vector<const hdl::StreamWindow*> found;
  for (const auto& window : plan.windows)
    if (!window.is_wires()) found.push_back(&window);
  return found;
}

constexpr auto small = convolve<Kernel<3>, Same>(StochasticLut<4, 4>{});

}  // namespace

BOOST_AUTO_TEST_CASE(a_convolution_is_a_window_between_two_modules_of_logic) {
  const StreamPlan plan = stream_plan(image_circuit<1, 7, 6>(pixel_bits | small), {.pipeline = hdl::every(1)});
  const auto windows = real_windows(plan);
  BOOST_TEST_REQUIRE(windows.size() == 1U);
  BOOST_TEST(windows[0]->rows() == 3U);
  BOOST_TEST(windows[0]->columns() == 3U);
  BOOST_TEST(windows[0]->lines() == 2U);
  BOOST_TEST(windows[0]->bits.size() == 2U);
  BOOST_TEST(plan.grids.size() == 1U);
  BOOST_TEST_REQUIRE(plan.logic.size() == 3U);  // thresholds, LUTs, and the way out
  BOOST_TEST((plan.logic[1].in == StreamLag{1, 1, plan.logic[0].module.latency() + hdl::window_clocks}));
  BOOST_TEST(plan.logic[2].is_wires());
  BOOST_TEST(plan.latency(100) == 101 + plan.logic[1].out.clocks + hdl::stream_clocks);
  BOOST_TEST(plan.latency(1) == 1 + 1 + plan.logic[1].out.clocks + hdl::stream_clocks);
}

BOOST_AUTO_TEST_CASE(signals_that_meet_come_at_one_lag) {
  const StreamPlan plan = stream_plan(image_circuit<1, 9, 9>(
      pixel_bits | concat(identity, convolve<Kernel<5>, Same>(StochasticLut<4, 3>{}), small | small) |
      pointwise(StochasticLut<6, 5>{})));
  for (const auto& window : plan.windows) {
    const auto& to = plan.logic[window.to];
    const StreamLag from = window.from == hdl::stream_input ? StreamLag{} : plan.logic[window.from].out;
    BOOST_TEST(from.rows + window.lag_rows == to.in.rows);
    BOOST_TEST(from.columns + window.lag_columns == to.in.columns);
    BOOST_TEST(from.clocks + window.wait + (window.is_wires() ? 0 : hdl::window_clocks) == to.in.clocks);
  }
  // A window of 5 x 5 and one of 3 x 3 behind each other with another: the first two are at one depth.
  BOOST_TEST(plan.logic.back().out.rows == 3U);
  BOOST_TEST(plan.logic.back().out.columns == 3U);
}

BOOST_AUTO_TEST_CASE(strides_and_borders_begin_grids_that_equal_windows_share) {
  const Circuit circuit = image_circuit<1, 8, 6>(
      pixel_bits | concat(OrPool<2>{}, small | convolve<Kernel<2>, Stride<2>>(StochasticLut<4, 3>{})) |
      convolve<Kernel<2>>(StochasticLut<4, 2>{}));
  const StreamPlan plan = stream_plan(circuit, {.max_width = 41, .max_height = 100});
  BOOST_TEST_REQUIRE(plan.grids.size() == 3U);
  BOOST_TEST(plan.grids[1].max_width == 20U);
  BOOST_TEST(plan.grids[2].max_width == 19U);
  BOOST_TEST((plan.grids[1].entry.rows == 2U && plan.grids[1].entry.columns == 2U));
  BOOST_TEST(plan.min_height == 4U);
  BOOST_TEST(plan.min_width == 4U);
}

BOOST_AUTO_TEST_CASE(a_window_brings_no_bit_that_nobody_reads) {
  using namespace circuits;
  RearrangeStage window{{0, 1, 2}, {{0, 0}, {-1, 0}, {0, 1}}, {1, 1}};
  LutStage first;
  first.add(std::vector<std::uint32_t>{0, 1}, std::vector<std::uint64_t>{0x6});
  const Circuit circuit({{3, 4, 4}, 1},
                        {{"window", {0}, window, {{3, 4, 4}, 1}, true}, {"xor", {1}, first, {{1, 4, 4}, 1}, true}});
  const StreamPlan plan = stream_plan(circuit);
  std::size_t bits = 0;
  for (const auto& one : plan.windows)
    if (one.to == 0) bits += one.bits.size();
  BOOST_TEST(bits == 2U);
  // Only the bit that is read from the row above needs a line buffer.
  std::size_t lines = 0;
  for (const auto* one : real_windows(plan)) lines += one->lines();
  BOOST_TEST(lines == 1U);
}

BOOST_AUTO_TEST_CASE(what_reads_the_whole_image_is_the_tail) {
  const StreamPlan plan = stream_plan(image_circuit<1, 7, 6>(classifier));
  BOOST_TEST_REQUIRE(plan.tail.has_value());
  BOOST_TEST(plan.output_bits() == 2U);
  BOOST_TEST(plan.min_width == 6U);
  BOOST_TEST(plan.min_height == 7U);
  std::size_t stages = plan.tail->part.stages.size(), windows = 0;
  for (const auto& logic : plan.logic) stages += logic.module.part.stages.size();
  for (const auto& stage : plan.circuit.stages())
    if (const auto* r = std::get_if<circuits::RearrangeStage>(&stage.operation)) windows += r->is_window();
  BOOST_TEST(stages + windows == plan.circuit.stages().size());
}

BOOST_AUTO_TEST_CASE(an_encoder_that_is_written_out_for_the_image_is_one_pixels_encoder) {
  const Circuit dense = image_circuit<2, 3, 4>(Thermometer<3>{} | small);
  const Circuit placed = image_circuit<2, 3, 4>(pointwise(Thermometer<3>{}) | small);
  const Circuit found = circuits::at_each_place(dense);
  BOOST_TEST((found.stages()[0].operation == placed.stages()[0].operation));
  BOOST_TEST(found.stages()[0].each_place);
  BOOST_TEST((unroll(found) == unroll(dense)));
  BOOST_TEST((circuits::at_each_place(placed) == placed));

  auto stages = dense.stages();
  ++std::get<circuits::ThresholdStage>(stages[0].operation).thresholds[5];
  const Circuit uneven(dense.input(), stages);
  BOOST_TEST((circuits::at_each_place(uneven) == uneven));
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(uneven); }), "stage 0, Thermometer<3>"));
}

BOOST_AUTO_TEST_CASE(a_layer_of_weights_is_done_in_as_many_steps_as_its_pixels_leave_clocks) {
  const Circuit circuit = image_circuit<1, 8, 8>(pixel_bits | convolve<Kernel<3>, Same>(codes<16>) | OrPool<2>{} |
                                                 convolve<Kernel<3>, Same>(codes<24>) | pointwise(codes<3>));
  const StreamPlan whole = stream_plan(circuit), plan = stream_plan(circuit, {.name = "net", .folding = 8});
  std::vector<const hdl::StreamLogic*> folded;
  for (const auto& logic : plan.logic)
    if (logic.is_folded()) folded.push_back(&logic);
  BOOST_TEST_REQUIRE(folded.size() == 3U);
  BOOST_TEST(folded[0]->fold.steps == 8U);
  BOOST_TEST(!folded[0]->fold.holds);
  BOOST_TEST(folded[1]->fold.steps == 12U);  // every second pixel: 16 clocks; two channels a step need no more than 12
  BOOST_TEST(folded[1]->fold.holds);
  BOOST_TEST(folded[2]->fold.steps == 12U);  // 3 sums in 4 parts each
  for (const auto* logic : folded) {
    BOOST_TEST((logic->module.latency() + logic->fold.wait + 1) % 8 == 0U);
    BOOST_TEST(logic->fold.steps / logic->fold.groups * logic->module.output_bits() == logic->output_bits());
  }
  BOOST_TEST(plan.cost().luts() * 2 < whole.cost().luts());
  BOOST_TEST(plan.latency() > 8 * 2 * 8U);
  BOOST_TEST((hdl::stream_plan(circuit, {.folding = 1}).logic.size() == whole.logic.size()));
  const Design design = hdl::stream(circuit, {.name = "net", .folding = 8});
  const std::string& text = design["net.v"];
  for (const char* const said : {"// Module net: one pixel every 8 clocks", "// folded ", "lutra_fold #(.IN_BITS("})
    BOOST_TEST(contains(text, said), said);
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(circuit, {.folding = 0}); }), "1 to 65535 clocks a pixel"));
}

BOOST_AUTO_TEST_CASE(clocks_that_are_left_are_for_parts_of_a_sum) {
  const Circuit circuit =
      image_circuit<1, 8, 8>(pixel_bits | convolve<Kernel<3>, Same>(codes<16>) | convolve<Kernel<3>, Same>(codes<8>));
  const StreamPlan plan = stream_plan(circuit, {.folding = 64});
  std::size_t found = 0;
  for (const auto& logic : plan.logic)
    if (logic.fold.groups > 1) {
      ++found;
      BOOST_TEST(logic.fold.groups == 8U);
      BOOST_TEST(logic.fold.steps == 64U);
    }
  BOOST_TEST(found > 0U);
  BOOST_TEST(plan.cost().luts() < stream_plan(circuit, {.folding = 8}).cost().luts());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_stream_is_refused_by_name) {
  const Circuit circuit = image_circuit<1, 7, 6>(classifier);
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(circuit, {.max_width = 7}); }), "7 x 6, since the last layers"));
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(circuit, {.name = "wire"}); }), "name of a design"));
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(circuit, {.name = "w0_taps"}); }), "no signal inside it"));
  const Circuit large = image_circuit<1, 182, 182>(pixel_bits | GroupSum<2>{});
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(large); }), "at most 65536 bits"));
  const Circuit twice = image_circuit<1, 8, 8>(pixel_bits | concat(OrPool<4>{}, OrPool<2>{} | OrPool<2>{}) |
                                               pointwise(StochasticLut<2, 3>{}));
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(twice); }), "the same strides and borders"));
  const Circuit larger = image_circuit<1, 8, 8>(pixel_bits | OrPool<2>{} | Upsample<2>{});
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(larger); }), "Upsample<2>"));
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(larger); }), "no more pixels than it reads"));
  const Circuit valid = image_circuit<1, 8, 8>(pixel_bits | convolve<Kernel<3>>(StochasticLut<2, 3>{}));
  BOOST_TEST(contains(refusal([&] { (void)stream_plan(valid, {.max_width = 2}); }), "largest frame"));
}

BOOST_AUTO_TEST_CASE(a_report_draws_the_pipeline_and_counts_one_pixels_hardware) {
  const Circuit circuit = image_circuit<1, 16, 16>(pixel_bits | small | concat(identity, small | small));
  const StreamPlan plan = stream_plan(circuit, {.name = "filters"});
  const Design design = report::make(circuit, {.title = "Filters", .original = &circuit, .stream = &plan});
  const std::string& page = design["report.html"];
  for (const char* const said :
       {"The pipeline", "Logic 1: stage 2", "3 x 3 pixels", "delay", "Pixels out", "Line memory"})
    BOOST_TEST(contains(page, said), said);
  const std::string& figures = design["report.json"];
  BOOST_TEST(contains(figures, "\"luts\": " + std::to_string(plan.cost().luts())));
  BOOST_TEST(contains(figures, "\"latency\": " + std::to_string(plan.latency())));
}

BOOST_AUTO_TEST_CASE(the_module_says_what_it_is_and_brings_its_parts) {
  const Design design =
      hdl::stream(image_circuit<1, 8, 6>(pixel_bits | OrPool<2>{}), {.name = "pool", .max_width = 640});
  const std::string& text = design["pool.v"];
  for (const char* const said :
       {"// Module pool: one pixel a clock", "// frames   2 x 2 to MAX_WIDTH x MAX_HEIGHT pixels (640 x 8)",
        "((width - 2) / 2 + 1) x ((height - 2) / 2 + 1) pixels", "parameter integer MAX_WIDTH  = 640",
        "one pixel: 2 channels of 1 bit; channel i is tdata[i]"})
    BOOST_TEST(contains(text, said), said);
  for (const char* const file : {"pool_logic0.v", "pool_logic0.blif", "lutra_window.v", "lutra_stream_in.v"})
    BOOST_TEST(design.files.contains(file), file);
}
