// What a large network costs on its way out: 50 000 nodes of six inputs, frozen, simplified, and exported as Verilog,
// as BLIF and as C. run.sh measures the whole program, its time and its memory.
//
//   export_write FOLDER      writes FOLDER/nodes.c, for a compiler to be measured on

#include <cstdio>
#include <exception>
#include <filesystem>
#include <lutra/circuit/simplify.hpp>
#include <lutra/compose.hpp>
#include <lutra/export/blif.hpp>
#include <lutra/export/c.hpp>
#include <lutra/export/verilog.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/network.hpp>

int main(int count, char** arguments) {
  using namespace lutra;
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  try {
    constexpr auto expression = Thermometer<3>{} | StochasticLut<6, 20000>{} | StochasticLut<6, 20000>{} |
                                StochasticLut<6, 10000>{} | GroupSum<10>{} | Argmax{};
    const Circuit circuit = simplify(freeze(bind<Signal<Byte, Shape{1, 28, 28}>>(expression, Seed{1})));
    Design design = hdl::verilog(circuit, {.name = "nodes"});
    design += hdl::blif(circuit, {.name = "nodes"});
    design += c::source(circuit, {.name = "nodes"});
    io::write_file(std::filesystem::path(arguments[1]) / "nodes.c", design["nodes.c"]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
