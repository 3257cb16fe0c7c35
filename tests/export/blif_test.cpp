#define BOOST_TEST_MODULE blif
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/export/blif.hpp>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <support/random_circuit.hpp>
#include <vector>

using namespace lutra;

namespace {

/// A BLIF file, read and evaluated by someone who knows nothing of netlists.
class Model {
 public:
  explicit Model(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
      while (!line.empty() && line.back() == '\\') {
        std::string more;
        std::getline(lines, more);
        line = line.substr(0, line.size() - 1) + more;
      }
      std::istringstream words(line);
      std::vector<std::string> all;
      for (std::string word; words >> word;) all.push_back(word);
      if (all.empty() || all[0][0] == '#') continue;
      if (all[0] == ".inputs")
        inputs.assign(all.begin() + 1, all.end());
      else if (all[0] == ".outputs")
        outputs.assign(all.begin() + 1, all.end());
      else if (all[0] == ".names")
        gates.push_back({{all.begin() + 1, all.end() - 1}, all.back(), {}});
      else if (all[0][0] != '.')
        gates.back().cover.push_back(all);
    }
  }

  std::vector<bool> evaluate(const std::vector<bool>& in) const {
    std::map<std::string, bool> value;
    for (std::size_t i = 0; i < inputs.size(); ++i) value[inputs[i]] = in[i];
    for (const auto& gate : gates) {
      bool hit = false;
      bool phase = true;
      for (const auto& line : gate.cover) {
        phase = line.back() == "1";
        bool all = true;
        for (std::size_t j = 0; j < gate.pins.size(); ++j)
          all = all && (line[0][j] == '-' || (line[0][j] == '1') == value.at(gate.pins[j]));
        hit = hit || all;
      }
      value[gate.output] = gate.cover.empty() ? false : hit == phase;
    }
    std::vector<bool> out;
    for (const auto& name : outputs) out.push_back(value.at(name));
    return out;
  }

  struct Gate {
    std::vector<std::string> pins;
    std::string output;
    std::vector<std::vector<std::string>> cover;
  };
  std::vector<std::string> inputs, outputs;
  std::vector<Gate> gates;
};

std::vector<bool> bits(std::span<const std::uint32_t> values, std::uint32_t width) {
  std::vector<bool> all;
  for (const auto value : values)
    for (std::uint32_t b = 0; b < width; ++b) all.push_back((value >> b & 1) != 0);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_blif_read_by_a_stranger_gives_the_circuits_answers) {
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    for (const auto family : {hdl::Family::generic, hdl::Family::ice40}) {
      const Circuit circuit = lutra_test::random_circuit(seed);
      const Design design = hdl::blif(circuit, {.name = "net", .family = family});
      const Model model(design["net.blif"]);
      const auto samples = lutra_test::random_samples(circuit, 12, seed);
      const std::size_t size = circuit.input().size();
      for (std::size_t i = 0; i < 12; ++i) {
        const auto signals = evaluate_all(circuit, std::span(samples).subspan(i * size, size));
        BOOST_TEST_INFO("seed " << seed << ", sample " << i);
        BOOST_TEST(
            (model.evaluate(bits(signals[0], circuit.input().width)) == bits(signals.back(), circuit.output().width)));
      }
    }
}

BOOST_AUTO_TEST_CASE(covers_are_right_for_every_table_of_three_pins_and_short) {
  for (std::uint32_t table = 0; table < 256; ++table) {
    const std::string cover = hdl::detail::cover_text(table, 3);
    const Model model(".inputs a b c\n.outputs y\n.names a b c y\n" + cover);
    for (std::uint32_t a = 0; a < 8; ++a)
      BOOST_TEST_REQUIRE((model.evaluate({(a & 1) != 0, (a & 2) != 0, (a & 4) != 0})[0] == (table >> a & 1)));
  }
  BOOST_TEST(hdl::detail::cover_text(0x8000000000000000, 6) == "111111 1\n");
  BOOST_TEST(hdl::detail::cover_text(0x7fffffffffffffff, 6) == "111111 0\n");
  BOOST_TEST(hdl::detail::cover_text(0xaaaaaaaaaaaaaaaa, 6) == "1----- 1\n");
}

BOOST_AUTO_TEST_CASE(ports_are_in_the_order_of_the_verilog_ports) {
  const Circuit circuit({{2, 1, 1}, 3}, {{"swap", {0}, circuits::RearrangeStage{{1, 0}}, {{2, 1, 1}, 3}}});
  const Model model(hdl::blif(circuit)["net.blif"]);
  BOOST_TEST((model.inputs == std::vector<std::string>{"in[0]", "in[1]", "in[2]", "in[3]", "in[4]", "in[5]"}));
  BOOST_TEST((model.evaluate({true, false, false, false, true, true}) ==
              std::vector<bool>{false, true, true, true, false, false}));
}
