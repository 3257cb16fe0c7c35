// The engine beside compiled C, on the network that gates_write writes: bits -> classes, all of them in one program so
// that they can be run in turn. What is not there (a compiler takes minutes for some of it) is left out.
//
//   gates_benchmark FOLDER [--benchmark_...]

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/file.hpp>
#include <lutra/random.hpp>
#include <string>
#include <vector>

namespace {

using namespace lutra;

constexpr std::size_t samples = 4096;

using Classify = void (*)(const std::uint8_t*, std::size_t, std::uint32_t*);

/// A shared library's `classify`, or nothing where there is no such file.
Classify load(const std::filesystem::path& library) {
  void* const handle = dlopen(std::filesystem::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL);
  return handle == nullptr ? nullptr : reinterpret_cast<Classify>(dlsym(handle, "classify"));
}

std::vector<std::uint8_t> random_bits(std::size_t count) {
  Random random(Seed{1});
  std::vector<std::uint8_t> bits(count);
  for (auto& bit : bits) bit = static_cast<std::uint8_t>(random() & 1);
  return bits;
}

/// Times `classify` once its answers are shown to be `expected`.
template <class Function>
void add(const std::string& name, const std::vector<std::uint8_t>& values, const std::vector<std::uint32_t>& expected,
         const Function& classify) {
  std::vector<std::uint32_t> classes(samples);
  classify(values.data(), samples, classes.data());
  if (classes != expected) {
    std::fprintf(stderr, "%s: its answers are not the engine's\n", name.c_str());
    std::exit(1);
  }
  benchmark::RegisterBenchmark(name.c_str(), [=, &values](benchmark::State& state) {
    std::vector<std::uint32_t> answers(samples);
    for (auto _ : state) {
      classify(values.data(), samples, answers.data());
      benchmark::ClobberMemory();
    }
    state.counters["samples_per_s"] =
        benchmark::Counter(static_cast<double>(samples), benchmark::Counter::kIsIterationInvariantRate);
  });
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER [--benchmark_...]\n", arguments[0]);
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  const Engine engine(load_circuit(folder / "gates.lutra"));
  const auto values = random_bits(samples * engine.input_size());
  std::vector<std::uint32_t> expected(samples);
  engine.classify(std::span<const std::uint8_t>(values), expected);

  add("BM_gates_engine", values, expected, [&](const std::uint8_t* bits, std::size_t n, std::uint32_t* classes) {
    engine.classify(std::span(bits, n * engine.input_size()), std::span(classes, n));
  });
  for (const char* name : {"exported_O2", "generated_O1", "generated_O3"})
    if (const Classify classify = load(folder / (std::string(name) + ".so")))
      add(std::string("BM_gates_") + name, values, expected, classify);
  benchmark::RegisterBenchmark("BM_gates_engine_ready", [&](benchmark::State& state) {
    for (auto _ : state) {
      Engine ready(load_circuit(folder / "gates.lutra"));
      benchmark::DoNotOptimize(ready.input_size());
    }
  })->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
}
