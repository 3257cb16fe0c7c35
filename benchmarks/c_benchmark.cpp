// Two convolutions 3 x 3 of codes of two bits by weights of one bit, with levels, one behind the other: as emitted C,
// compiled here with the system's compiler (plain C99, and with this machine's AVX2), in the image engine on one
// thread, and, where oneDNN is installed, as two float convolutions with a ReLU.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/random.hpp>
#include <span>
#include <string>
#include <vector>

#include "support/compiled_circuit.hpp"
#include "support/onednn_convolution.hpp"

namespace {

using namespace lutra;
using namespace lutra::circuits;

void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"in", "out", "size"});
  for (const std::array<std::int64_t, 3>& shape :
       {std::array<std::int64_t, 3>{64, 64, 32}, {128, 128, 16}, {32, 32, 64}})
    benchmark->Args({shape[0], shape[1], shape[2]});
}

void count_products(benchmark::State& state) {
  const double products = 18.0 * static_cast<double>(state.range(0) * state.range(1) * state.range(2) * state.range(2));
  state.counters["macs_per_s"] = benchmark::Counter(products, benchmark::Counter::kIsIterationInvariantRate);
}

/// A window, weights of -1 and 1 and levels around the middle, behind the last signal.
void add_layer(std::vector<Stage>& stages, std::uint32_t channels, std::size_t size, Random& random) {
  RearrangeStage window;
  for (std::uint32_t i = 0; i < 9 * channels; ++i) {
    window.sources.push_back(i / 9);
    window.offsets.push_back({static_cast<std::int32_t>(i % 9 / 3) - 1, static_cast<std::int32_t>(i % 3) - 1});
  }
  const auto from = static_cast<SignalId>(stages.size());
  stages.push_back({"window", {from}, window, {{9 * channels, size, size}, 2}, true});
  const std::uint32_t middle = 3 * 9 * channels;
  WeighStage weigh;
  LevelStage levels;
  std::vector<std::uint32_t> sources(9UL * channels);
  for (std::uint32_t i = 0; i < sources.size(); ++i) sources[i] = i;
  for (std::uint32_t o = 0; o < channels; ++o) {
    std::vector<std::int32_t> weights(sources.size());
    for (auto& weight : weights) weight = random.below(2) == 0 ? -1 : 1;
    weigh.add(sources, weights, middle);
    levels.add(o, std::array{middle - 30, middle, middle + 30}, o % 4 == 0);
  }
  stages.push_back({"weigh", {from + 1}, weigh, {{channels, size, size}, bits_for(2 * middle)}, true});
  stages.push_back({"levels", {from + 2}, levels, {{channels, size, size}, 2}, true});
}

Circuit network(const benchmark::State& state) {
  Random random(Seed{1});
  const auto channels = static_cast<std::uint32_t>(state.range(0));
  const auto size = static_cast<std::size_t>(state.range(2));
  std::vector<Stage> stages;
  for (int layer = 0; layer < 2; ++layer) add_layer(stages, channels, size, random);
  return {{{channels, size, size}, 2}, std::move(stages)};
}

std::vector<std::uint8_t> image(std::size_t size) {
  Random random(Seed{2});
  std::vector<std::uint8_t> values(size);
  for (auto& value : values) value = static_cast<std::uint8_t>(random.below(4));
  return values;
}

void run_c(benchmark::State& state, const std::string& flags) {
  const Circuit circuit = network(state);
  const auto values = image(circuit.input().size());
  std::vector<std::uint32_t> expected(circuit.output().size());
  ImageEngine(circuit).run(std::span<const std::uint8_t>(values), std::span<std::uint32_t>(expected));
  benchmarks::time_c(state, circuit, flags, values, expected);
  count_products(state);
}

void BM_c_plain(benchmark::State& state) { run_c(state, "-DNET_PLAIN"); }
BENCHMARK(BM_c_plain)->Apply(shapes);

#ifdef __x86_64__
void BM_c_avx2(benchmark::State& state) { run_c(state, "-mavx2"); }
BENCHMARK(BM_c_avx2)->Apply(shapes);
#endif

void BM_image_engine(benchmark::State& state) {
  const Circuit circuit = network(state);
  const auto values = image(circuit.input().size());
  std::vector<std::uint32_t> answers(circuit.output().size());
  const ImageEngine engine(circuit);
  for (auto _ : state) {
    engine.run(std::span<const std::uint8_t>(values), std::span<std::uint32_t>(answers));
    benchmark::DoNotOptimize(answers.data());
    benchmark::ClobberMemory();
  }
  count_products(state);
}
BENCHMARK(BM_image_engine)->Apply(shapes);

#ifdef LUTRA_HAS_ONEDNN
void BM_onednn_f32(benchmark::State& state) {
  const auto real = dnnl::memory::data_type::f32;
  lutra::benchmarks::OneDnnConvolution first(state, real, real), second(state, real, real);
  for (auto _ : state) {
    first.run();
    second.run();
  }
  count_products(state);
}
BENCHMARK(BM_onednn_f32)->Apply(shapes);
#endif

}  // namespace

BENCHMARK_MAIN();
