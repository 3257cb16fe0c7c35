// Writes circuits for compilers, and for the engine (NAME.lutra) to be compared with what they make of them:
//
//   gates   784 bits -> 6 layers of 8000 two-input gates -> 10 classes. Every gate depends on both of its inputs and
//   has
//           readers, so that nobody can leave one out.
//   mnist   784 bytes -> 3 thermometer bits each -> 2000 and 1000 nodes of six inputs -> 10 classes.
//   nodes   50 000 nodes of six inputs.
//
//   compiled_write FOLDER
//
// NAME_exported.c is lutra's exported C. gates_generated.c is C as others generate it: one statement a gate on words of
// 64 samples, samples packed bit by bit, classes counted by adding one bit after another to sums of ten bits. Each of
// them defines
//
//   void classify(const uint8_t *samples, size_t count, uint32_t *classes)

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/file.hpp>
#include <lutra/export/c.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/random.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "../support/circuits.hpp"

namespace {

using namespace lutra;

constexpr std::size_t inputs = 784, layers = 6, width = 8000, classes = 10;

struct Function {
  std::uint64_t table;     ///< bit a + 2 b is the answer to (a, b)
  const char* expression;  ///< in C
};
constexpr std::array<Function, 10> functions{{{0x8, "a & b"},
                                              {0x2, "a & ~b"},
                                              {0x4, "~a & b"},
                                              {0x1, "~(a | b)"},
                                              {0xe, "a | b"},
                                              {0xb, "a | ~b"},
                                              {0xd, "~a | b"},
                                              {0x7, "~(a & b)"},
                                              {0x6, "a ^ b"},
                                              {0x9, "~(a ^ b)"}}};

struct Gate {
  std::uint32_t a, b;
  const Function* function;
};
using Layer = std::vector<Gate>;

/// Each value of the layer before is read equally often, by gates at random.
Layer random_layer(std::size_t sources, Random& random) {
  std::vector<std::uint32_t> pins(2 * width);
  for (std::size_t begin = 0; begin < pins.size(); begin += sources) {
    const auto part = std::span(pins).subspan(begin, std::min(sources, pins.size() - begin));
    std::vector<std::uint32_t> order(sources);
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(std::span(order));
    std::copy_n(order.begin(), part.size(), part.begin());
  }
  Layer layer;
  for (std::size_t i = 0; i < width; ++i)
    layer.push_back({pins[2 * i], pins[2 * i + 1], &functions[random.below(functions.size())]});
  return layer;
}

Circuit circuit_of(const std::vector<Layer>& network) {
  using namespace circuits;
  std::vector<Stage> stages;
  const auto add = [&](const char* name, Operation operation, std::size_t size, std::uint32_t bits) {
    stages.push_back({name, {static_cast<SignalId>(stages.size())}, std::move(operation), {{size, 1, 1}, bits}});
  };
  for (const Layer& layer : network) {
    LutStage stage;
    for (const Gate& gate : layer)
      stage.add(std::array<std::uint32_t, 2>{gate.a, gate.b}, std::array<std::uint64_t, 1>{gate.function->table});
    add("gates", std::move(stage), width, 1);
  }
  CountStage counts;
  std::vector<std::uint32_t> group(width / classes);
  for (std::uint32_t c = 0; c < classes; ++c) {
    std::iota(group.begin(), group.end(), static_cast<std::uint32_t>(c * group.size()));
    counts.sources.add(group);
    counts.offsets.push_back(0);
  }
  add("sums", std::move(counts), classes, 10);
  add("class", ArgmaxStage{}, 1, 4);
  return {{{inputs, 1, 1}, 1}, std::move(stages)};
}

std::string statement(std::size_t i, const Gate& gate) {
  std::string text = "  out[" + std::to_string(i) + "] = ";
  for (const char* c = gate.function->expression; *c != 0; ++c) {
    if (*c == 'a' || *c == 'b')
      text += "in[" + std::to_string(*c == 'a' ? gate.a : gate.b) + "]";
    else
      text += *c;
  }
  return text + ";\n";
}

/// A function for every 50 gates. With all gates in one function, as some generators have it, gcc -O1 was not done
/// after four minutes; its passes take time by the square of a function's length.
std::string generated(const std::vector<Layer>& network) {
  constexpr std::size_t gates_a_function = 50;
  std::string text = "#include <stddef.h>\n#include <stdint.h>\n", calls;
  for (std::size_t l = 0; l < layers; ++l)
    for (std::size_t i = 0; i < width; ++i) {
      if (i % gates_a_function == 0) {
        const std::string name = "gates" + std::to_string(l) + "_" + std::to_string(i);
        text += "\n__attribute__((noinline)) static void " + name +
                "(const uint64_t *restrict in, uint64_t *restrict out) {\n";
        calls += "    " + name + (l % 2 == 0 ? "(a, b);\n" : "(b, a);\n");
      }
      text += statement(i, network[l][i]);
      if ((i + 1) % gates_a_function == 0) text += "}\n";
    }
  return text + R"(
void classify(const uint8_t *samples, size_t count, uint32_t *classes) {
  static uint64_t a[8000], b[8000];
  for (size_t first = 0; first < count; first += 64) {
    const size_t n = count - first < 64 ? count - first : 64;
    for (size_t i = 0; i < 784; ++i) {
      a[i] = 0;
      for (size_t s = 0; s < n; ++s) a[i] |= (uint64_t)samples[(first + s) * 784 + i] << s;
    }
)" + calls +
         R"(    uint32_t most[64] = {0};
    for (size_t c = 0; c < 10; ++c) {
      uint64_t sum[10] = {0};
      for (size_t i = 0; i < 800; ++i) {
        uint64_t carry = a[c * 800 + i];
        for (size_t d = 0; d < 10; ++d) {
          const uint64_t digit = sum[d];
          sum[d] = digit ^ carry;
          carry &= digit;
        }
      }
      for (size_t s = 0; s < n; ++s) {
        uint32_t count = 0;
        for (size_t d = 0; d < 10; ++d) count |= (uint32_t)(sum[d] >> s & 1) << d;
        if (c == 0 || count > most[s]) classes[first + s] = (uint32_t)c, most[s] = count;
      }
    }
  }
}
)";
}

/// Exported C, and `classify` around it.
std::string exported(const Circuit& circuit) {
  return c::source(circuit, {.name = "exported"})["exported.c"] + R"(
void classify(const uint8_t *samples, size_t count, uint32_t *classes) {
  static exported_workspace workspace;
  exported_run(samples, count, classes, &workspace);
}
)";
}

void write_circuit(const Circuit& circuit, const std::filesystem::path& folder, const std::string& name) {
  save(circuit, folder / (name + ".lutra"));
  io::write_file(folder / (name + "_exported.c"), exported(circuit));
}

void write(const std::filesystem::path& folder) {
  Random random(Seed{1});
  std::vector<Layer> network;
  for (std::size_t layer = 0; layer < layers; ++layer)
    network.push_back(random_layer(layer == 0 ? inputs : width, random));
  std::filesystem::create_directories(folder);
  write_circuit(circuit_of(network), folder, "gates");
  io::write_file(folder / "gates_generated.c", generated(network));
  benchmarks::Builder mnist({{1, 28, 28}, 8}), nodes({{1, 28, 28}, 1});
  write_circuit(mnist.thermometer(3).luts(2000, 6).luts(1000, 6).classes(10), folder, "mnist");
  write_circuit(nodes.luts(30000, 6).luts(15000, 6).luts(5000, 6).classes(10), folder, "nodes");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  try {
    write(arguments[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
