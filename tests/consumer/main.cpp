// A small project of a user's own: it trains a network on numbers of its own, freezes it, and has the circuit in the
// engine and as Verilog.

#include <array>
#include <iostream>
#include <lutra/export/verilog.hpp>
#include <lutra/lutra.hpp>
#include <sstream>
#include <string_view>

const char* version_in_second_file();
std::size_t luts_in_second_file(const lutra::Circuit& circuit);

int main() {
  using namespace lutra;
  // Is the larger of two bytes the first one? 65 samples: one more than a word.
  Dataset<Byte> data{.shape = Shape{2}, .classes = 2};
  for (unsigned i = 0; i < 65; ++i) {
    const std::array<std::uint8_t, 2> pair{static_cast<std::uint8_t>(i * 37 % 251),
                                           static_cast<std::uint8_t>(i * 101 % 241)};
    data.values.insert(data.values.end(), pair.begin(), pair.end());
    data.labels.push_back(pair[0] > pair[1] ? 1 : 0);
  }
  auto net =
      bind<Signal<Byte, Shape{2}>>(Thermometer<15>{} | StochasticLut<5, 40>{} | GroupSum<2>{} | Argmax{}, Seed{1});
  fit(net, data, {.epochs = 60, .batch = 16, .optimizer = Adam{.rate = 2e-2F}, .observer = progress_bar()});

  const Circuit circuit = simplify(freeze(net));
  std::vector<std::uint32_t> classes(data.size());
  Engine(circuit).classify(data.values, classes);
  std::ostringstream verilog;
  write(hdl::verilog(circuit, {.name = "larger"}), verilog);

  const double right = accuracy(classes, data.labels);
  std::cout << "lutra " << lutra::version << ": " << 100 * right << " % right, " << luts_in_second_file(circuit)
            << " LUTs, " << verilog.str().size() << " bytes of Verilog\n";
  const bool same_version = lutra::version == std::string_view{version_in_second_file()};
  return same_version && right > 0.8 && classes == predict(net, data) && verilog.str().size() > 1000 ? 0 : 1;
}
