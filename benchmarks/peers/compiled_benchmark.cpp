// The engine beside compiled C, on the circuits that compiled_write writes, raw input to class. A library that is not
// there (run.sh compiles some only if asked to) is left out.
//
//   compiled_benchmark FOLDER [--benchmark_...]

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/file.hpp>
#include <span>
#include <string>
#include <vector>

#include "../support/circuits.hpp"

namespace {

using namespace lutra;

constexpr std::size_t samples = 4096;

using Classify = void (*)(const std::uint8_t*, std::size_t, std::uint32_t*);

/// A shared library's `classify`, or nothing where there is no such file.
Classify load(const std::filesystem::path& library) {
  void* const handle = dlopen(std::filesystem::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL);
  return handle == nullptr ? nullptr : reinterpret_cast<Classify>(dlsym(handle, "classify"));
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

/// Everything there is of one circuit. What is timed lives until the program ends.
void add_circuit(const std::filesystem::path& folder, const std::string& name) {
  const Circuit circuit = load_circuit(folder / (name + ".lutra"));
  static std::deque<Engine> engines;
  static std::deque<std::vector<std::uint8_t>> inputs;
  const Engine& engine = engines.emplace_back(circuit);
  const auto& values = inputs.emplace_back(benchmarks::samples_for(circuit, samples));
  std::vector<std::uint32_t> expected(samples);
  engine.classify(std::span<const std::uint8_t>(values), expected);

  add("BM_" + name + "_engine", values, expected,
      [&engine](const std::uint8_t* bytes, std::size_t count, std::uint32_t* classes) {
        engine.classify(std::span(bytes, count * engine.input_size()), std::span(classes, count));
      });
  for (const char* kind : {"exported", "generated_O1", "generated_O3"})
    if (const Classify classify = load(folder / (name + "_" + kind + ".so")))
      add("BM_" + name + "_" + kind, values, expected, classify);
  benchmark::RegisterBenchmark(("BM_" + name + "_engine_ready").c_str(), [=](benchmark::State& state) {
    for (auto _ : state) {
      const Engine ready(load_circuit(folder / (name + ".lutra")));
      benchmark::DoNotOptimize(ready.input_size());
    }
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER [--benchmark_...]\n", arguments[0]);
    return 2;
  }
  add_circuit(arguments[1], "gates");
  add_circuit(arguments[1], "mnist");
  benchmark::RunSpecifiedBenchmarks();
}
