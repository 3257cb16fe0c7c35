#define BOOST_TEST_MODULE init
#include <boost/test/unit_test.hpp>
#include <lutra/error.hpp>
#include <lutra/export/init.hpp>
#include <string>
#include <vector>

using namespace lutra;
using namespace lutra::circuits;

namespace {

Circuit sample_circuit() {
  ThresholdStage encoder{{0, 1, 1}, {10, 20, 30}};
  LutStage luts;
  luts.add(std::vector<std::uint32_t>{2, 0, 1, 1, 0, 2}, std::vector<std::uint64_t>{0x0123456789abcdef});
  luts.add(std::vector<std::uint32_t>{}, std::vector<std::uint64_t>{1});
  luts.add(std::vector<std::uint32_t>{1, 3}, std::vector<std::uint64_t>{0x6});
  luts.add(std::vector<std::uint32_t>{0, 1, 2, 3, 0, 1, 2}, std::vector<std::uint64_t>{2, 1});
  return {{{2, 1, 1}, 8},
          {{"Thermometer", {0}, encoder, {{3, 1, 1}, 1}}, {"say \"LUT\"", {1, 1}, luts, {{4, 1, 1}, 1}}}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_node_has_its_init_string_and_its_pins_in_order) {
  const std::string text = hdl::init(sample_circuit())["net_init.txt"];
  for (const char* line : {"s1[0] 6 64'h0123456789abcdef s0[2] s0[0] s0[1] s0[1] s0[0] s0[2]\n", "s1[1] 0 1'h1\n",
                           "s1[2] 2 4'h6 s0[1] s0[0]\n",  // the second input signal is stage 0 again
                           "s1[3] 7 128'h00000000000000010000000000000002 s0[0]"})
    BOOST_TEST(text.find(line) != std::string::npos, line);
}

BOOST_AUTO_TEST_CASE(json_is_escaped_and_has_one_entry_a_node) {
  const std::string text = hdl::init(sample_circuit(), {.name = "tiny"})["tiny_init.json"];
  BOOST_TEST(text.find("\"name\": \"say \\\"LUT\\\"\"") != std::string::npos);
  BOOST_TEST(text.find("{\"init\": \"6\", \"pins\": [\"s0[1]\", \"s0[0]\"]}") != std::string::npos);
  std::size_t nodes = 0;
  for (std::size_t at = 0; (at = text.find("\"init\"", at)) != std::string::npos; ++at) ++nodes;
  BOOST_TEST(nodes == 4u);
  BOOST_CHECK_THROW((void)hdl::init(sample_circuit(), {.name = "my net"}), Error);
}
