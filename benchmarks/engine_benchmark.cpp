// The engine on synthetic circuits, one thread: what a node costs a sample, how many images a second go from bytes to
// classes, and how long one image takes. The peers' figures are for the same shapes. Samples are drawn anew from a set
// that is larger than the second cache, as they would come from a file.

#include <benchmark/benchmark.h>

#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/serialize.hpp>
#include <string>
#include <vector>

#include "support/circuits.hpp"

namespace {

using namespace lutra;
using benchmarks::Builder;
using benchmarks::RawLoop;
using benchmarks::samples_for;

/// Counts what a run costs: `count` samples of `nodes` nodes an iteration.
void count_work(benchmark::State& state, std::size_t count, std::size_t nodes) {
  state.counters["samples_per_s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["ns_per_node_sample"] =
      benchmark::Counter(static_cast<double>(count) * static_cast<double>(nodes) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class Runner>
void classify_with(benchmark::State& state, Runner&& runner, const Circuit& circuit, std::size_t count) {
  const auto samples = samples_for(circuit, count);
  std::vector<std::uint32_t> classes(count);
  for (auto _ : state) {
    runner.classify(std::span<const std::uint8_t>(samples), classes);
    benchmark::ClobberMemory();
  }
  count_work(state, count, circuit.lut_nodes());
}

void classify(benchmark::State& state, const Circuit& circuit, std::size_t count, EngineOptions options = {}) {
  classify_with(state, Engine(circuit, options), circuit, count);
}

/// Little input, so that nearly all of the time is nodes. (With two inputs a pin is often left out by every reader, and
/// the engine leaves such nodes out.)
void BM_nodes(benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0)), fan_in = static_cast<std::size_t>(state.range(1));
  Builder builder({{64, 1, 1}, 1});
  for (int layer = 0; layer < 8; ++layer) builder.luts(nodes, fan_in);
  classify(state, builder.classes(10), 8192, {.tile_samples = static_cast<std::size_t>(state.range(2))});
}
BENCHMARK(BM_nodes)
    ->ArgNames({"layer", "fan_in", "tile"})
    ->ArgsProduct({{500, 2000, 8000}, {6}, {512, 1024, 2048, 4096}})
    ->Args({2000, 2, 0})
    ->Args({2000, 3, 0})
    ->Args({2000, 4, 0});

/// The shape of a good MNIST classifier: 3 thermometer bits a pixel, 2000 and 1000 nodes of six inputs.
Circuit mnist() { return Builder({{1, 28, 28}, 8}).thermometer(3).luts(2000, 6).luts(1000, 6).classes(10); }
void BM_mnist(benchmark::State& state) {
  classify(state, mnist(), static_cast<std::size_t>(state.range(0)),
           {.tile_samples = static_cast<std::size_t>(state.range(1))});
}
BENCHMARK(BM_mnist)->ArgNames({"samples", "tile"})->ArgsProduct({{16384}, {0, 512, 1024, 2048}});
BENCHMARK(BM_mnist)->ArgNames({"samples", "tile"})->ArgsProduct({{2, 3, 4, 64, 512}, {0}});

void BM_mnist_single_sample(benchmark::State& state) {
  const Circuit circuit = mnist();
  const Engine engine(circuit);
  const auto samples = samples_for(circuit, 64);
  std::size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(engine.classify(std::span<const std::uint8_t>(samples).subspan(i++ % 64 * 784, 784)));
}
BENCHMARK(BM_mnist_single_sample);

void BM_scalar_mnist_evaluate(benchmark::State& state) {
  const Circuit circuit = mnist();
  const auto samples = samples_for(circuit, 1);
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(circuit, std::span<const std::uint8_t>(samples)));
}
BENCHMARK(BM_scalar_mnist_evaluate);

void BM_mnist_threads(benchmark::State& state) {
  classify(state, mnist(), 16384, {.threads = static_cast<std::size_t>(state.range(0))});
}
BENCHMARK(BM_mnist_threads)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();

/// Networks of two-input gates: 784 bits, 6 × 8000 nodes of any table, 10 classes. In many of them a pin is ignored,
/// and what only such pins read is left out.
Circuit two_input() {
  Builder builder({{1, 28, 28}, 1});
  for (int layer = 0; layer < 6; ++layer) builder.luts(8000, 2);
  return builder.classes(10);
}
void BM_two_input(benchmark::State& state) {
  classify(state, two_input(), 8192, {.tile_samples = static_cast<std::size_t>(state.range(0))});
}
BENCHMARK(BM_two_input)->ArgName("tile")->Arg(0)->Arg(512)->Arg(1024)->Arg(2048);

/// The same shape, of gates that all count.
void BM_gates(benchmark::State& state) {
  Builder builder({{1, 28, 28}, 1});
  for (int layer = 0; layer < 6; ++layer) builder.gates(8000);
  classify(state, builder.classes(10), 8192, {.tile_samples = static_cast<std::size_t>(state.range(0))});
}
BENCHMARK(BM_gates)->ArgName("tile")->Arg(0)->Arg(512)->Arg(1024)->Arg(2048);

/// From the bytes of a circuit file to an engine.
void BM_two_input_ready(benchmark::State& state) {
  const std::string file = serialize(two_input());
  for (auto _ : state) {
    const Engine engine(deserialize(file, "two_input"));
    benchmark::DoNotOptimize(engine.input_size());
  }
}
BENCHMARK(BM_two_input_ready)->Unit(benchmark::kMillisecond);

/// Shapes that are unlike a benchmark's: deep, wide, and of mixed fan-ins.
void BM_deep(benchmark::State& state) {
  Builder builder({{64, 1, 1}, 1});
  for (int layer = 0; layer < 100; ++layer) builder.luts(200, 6);
  classify(state, builder.classes(10), 4096);
}
BENCHMARK(BM_deep);
void BM_wide(benchmark::State& state) { classify(state, Builder({{1, 28, 28}, 1}).luts(100000, 6).classes(10), 4096); }
BENCHMARK(BM_wide);
void BM_mixed(benchmark::State& state) {
  Builder builder({{64, 1, 1}, 1});
  for (int layer = 0; layer < 8; ++layer) builder.luts(1000, {2, 3, 5, 7, 8});
  classify(state, builder.classes(10), 4096);
}
BENCHMARK(BM_mixed);

/// How the cost of a node and sample grows with the number of nodes: 8 layers of six inputs, 2048 samples.
Circuit of_nodes(std::size_t nodes) {
  Builder builder({{64, 1, 1}, 1});
  for (int layer = 0; layer < 8; ++layer) builder.luts(nodes / 8, 6);
  return builder.classes(10);
}
void BM_scale_nodes(benchmark::State& state) {
  classify(state, of_nodes(static_cast<std::size_t>(state.range(0))), 2048);
}
void BM_raw_scale_nodes(benchmark::State& state) {
  const Circuit circuit = of_nodes(static_cast<std::size_t>(state.range(0)));
  classify_with(state, RawLoop(circuit), circuit, 2048);
}
BENCHMARK(BM_scale_nodes)->ArgName("nodes")->RangeMultiplier(4)->Range(1 << 10, 1 << 20);
BENCHMARK(BM_raw_scale_nodes)->ArgName("nodes")->RangeMultiplier(4)->Range(1 << 10, 1 << 16);

/// And with the number of samples: 4 layers of 500 nodes.
Circuit for_samples() {
  Builder builder({{64, 1, 1}, 1});
  for (int layer = 0; layer < 4; ++layer) builder.luts(500, 6);
  return builder.classes(10);
}
void BM_scale_samples(benchmark::State& state) {
  classify(state, for_samples(), static_cast<std::size_t>(state.range(0)));
}
void BM_raw_scale_samples(benchmark::State& state) {
  const Circuit circuit = for_samples();
  classify_with(state, RawLoop(circuit), circuit, static_cast<std::size_t>(state.range(0)));
}
constexpr std::int64_t many = 1 << 20;
BENCHMARK(BM_scale_samples)
    ->ArgName("samples")
    ->Arg(1)
    ->Arg(5)
    ->Arg(16)
    ->Arg(63)
    ->Arg(64)
    ->Arg(100)
    ->Arg(256)
    ->Arg(511)
    ->Arg(512)
    ->RangeMultiplier(4)
    ->Range(1 << 10, many);
BENCHMARK(BM_raw_scale_samples)->ArgName("samples")->RangeMultiplier(16)->Range(1, 1 << 12);

}  // namespace

BENCHMARK_MAIN();
