#define BOOST_TEST_MODULE verilog
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/export/testbench.hpp>
#include <lutra/export/verilog.hpp>
#include <span>
#include <string>
#include <vector>

using namespace lutra;
using namespace lutra::circuits;

namespace {

/// x >= 10, x >= 20, both read by one exclusive or.
Circuit window() {
  ThresholdStage encoder{{0, 0}, {10, 20}};
  LutStage luts;
  luts.add(std::vector<std::uint32_t>{0, 1}, std::vector<std::uint64_t>{0x6});
  return {{{1, 1, 1}, 6}, {{"Thermometer<2>", {0}, encoder, {{2, 1, 1}, 1}}, {"Xor", {1}, luts, {{1, 1, 1}, 1}}}};
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_small_module_reads_as_expected) {
  const std::string text = hdl::verilog(window(), {.name = "window", .family = hdl::Family::xilinx7})["window.v"];
  const std::string body = text.substr(text.find("\nmodule"));
  BOOST_TEST(body ==
             "\nmodule window (\n"
             "  input  wire [5:0] in,\n"
             "  output wire [0:0] out\n"
             ");\n"
             "\n  // ---- input bits that no answer depends on ----\n"
             "\n  wire unused = &{1'b0, in[0], 1'b0};\n"
             "\n  // ---- stage 0, Thermometer<2>: 2 LUTs ----\n"
             "\n"
             "  wire s0_t0;  LUT5 #(.INIT(32'hffffffe0))         u_s0_t0 (.O(s0_t0), .I0(in[1]), .I1(in[2]), "
             ".I2(in[3]), .I3(in[4]), .I4(in[5]));\n"
             "  wire s0_t1;  LUT4 #(.INIT(16'hffe0))             u_s0_t1 (.O(s0_t1), .I0(in[2]), .I1(in[3]), "
             ".I2(in[4]), .I3(in[5]));\n"
             "\n  // ---- stage 1, Xor: 1 LUT ----\n"
             "\n"
             "  wire s1_n0;  LUT2 #(.INIT(4'h6))                 u_s1_n0 (.O(s1_n0), .I0(s0_t0), .I1(s0_t1));\n"
             "\n  // ---- the answer ----\n"
             "\n  assign out[0] = s1_n0;\n"
             "\nendmodule\n");
}

BOOST_AUTO_TEST_CASE(the_header_says_what_it_is_how_to_use_it_and_what_it_costs) {
  const Circuit circuit = window();
  const std::string text = hdl::verilog(circuit, {.name = "window", .pipeline = hdl::every(1)})["window.v"];
  for (const std::string& part :
       {hash_text(circuit), std::string("latency  2 clocks, one answer every clock"), std::string("family   generic"),
        std::string("in  [5:0]  1 value of 6 bits; in[5:0]"), std::string("out [0:0]  1 value of 1 bit; out[0]"),
        std::string("stage 0, Thermometer<2>       2       1           2"),
        std::string("all                           3       2           3")})
    BOOST_TEST(contains(text, part), part);
}

BOOST_AUTO_TEST_CASE(a_plan_tells_latency_and_cost_without_text) {
  const auto plan = hdl::plan(window(), {.pipeline = hdl::every(1)});
  BOOST_TEST(plan.latency() == 2u);
  BOOST_TEST(plan.cost.total.luts() == 3u);
  BOOST_TEST(plan.cost.total.flip_flops == 3u);
  BOOST_TEST(hdl::plan(window(), {.pipeline = hdl::every(2)}).latency() == 1u);
  BOOST_TEST(hdl::plan(window(), {.pipeline = {.levels = 1, .register_inputs = true}}).latency() == 3u);
  BOOST_TEST(hdl::plan(window(), {.include_encoder = false}).input_bits() == 2u);
}

BOOST_AUTO_TEST_CASE(families_differ_in_how_a_lut_is_written) {
  const std::vector<std::string> pins{"a", "b", "c"};
  BOOST_TEST(hdl::lut_text(hdl::Family::generic, "y", "", pins, 0x80) ==
             "localparam [7:0]  T_y = 8'h80;                 wire y = T_y[{c, b, a}];");
  BOOST_TEST(hdl::lut_text(hdl::Family::ice40, "y", "", pins, 0x80) ==
             "wire y;  SB_LUT4 #(.LUT_INIT(16'h8080)) u_y (.O(y), .I0(a), .I1(b), .I2(c), .I3(1'b0));");
  BOOST_TEST(hdl::verilog(window()).files.size() == 1u);
  BOOST_TEST(hdl::verilog(window(), {.family = hdl::Family::ice40}).files.count("ice40_sim.v") == 1u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_refused) {
  BOOST_CHECK_THROW((void)hdl::verilog(window(), {.name = "module"}), Error);
  BOOST_CHECK_THROW((void)hdl::verilog(window(), {.name = "a b"}), Error);
  for (const char* inside : {"clk", "out", "unused", "s0_t1", "T_s2_n4", "u_s1_n0", "in12_d1"})
    BOOST_CHECK_THROW((void)hdl::verilog(window(), {.name = inside}), Error);
  for (const char* other : {"inner", "s", "s2", "in2", "u_net", "dut", "n"})
    BOOST_CHECK_NO_THROW((void)hdl::verilog(window(), {.name = other}));
  BOOST_CHECK_THROW((void)hdl::verilog(window(), {.valid = true}), Error);  // nothing to be valid later
  const std::vector<std::uint32_t> first{0};
  const Circuit wide({{1, 480, 640}, 8}, {{"first", {0}, RearrangeStage{first}, {{1, 1, 1}, 8}}});
  BOOST_CHECK_THROW((void)hdl::verilog(wide), Error);
}

BOOST_AUTO_TEST_CASE(a_stage_name_cannot_leave_its_comment) {
  BOOST_TEST(hdl::detail::comment_text("a\nendmodule\x01") == "a?endmodule?");
  BOOST_TEST(hdl::detail::comment_text(std::string(500, 'x')).size() == 60u);
}

BOOST_AUTO_TEST_CASE(samples_and_answers_of_a_testbench_must_fit_the_circuit) {
  const std::vector<std::uint8_t> samples{1, 2, 3};
  const std::vector<std::uint32_t> two{0, 1};
  const std::vector<std::uint8_t> large{64};
  const auto write = [](std::span<const std::uint8_t> s, std::span<const std::uint32_t> a) {
    return hdl::testbench(window(), s, {}, a);
  };
  BOOST_TEST(write(samples, {})["net_vectors.hex"] == "01\n02\n03\n");
  BOOST_TEST(write(samples, {})["net_answers.hex"] == "0\n0\n0\n");
  BOOST_CHECK_THROW((void)write({}, {}), Error);
  BOOST_CHECK_THROW((void)write(samples, two), Error);
  BOOST_CHECK_THROW((void)write(large, {}), Error);
}
