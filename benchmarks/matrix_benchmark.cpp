// Matrix products of a convolution's training step, 3 x 3 over a line of 14 places of 64 samples: forwards, the
// gradient of the windows, which overlap, and the weights' gradient. Beside them products that read and write registers
// alone: the bound. Counter: products of two numbers a second.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/kernels/matrix.hpp>
#include <lutra/random.hpp>
#include <vector>

namespace {

namespace k = lutra::kernels;

struct Products {
  static constexpr std::size_t samples = 64, width = 16, places = width - 2, columns = places * samples;
  std::size_t channels, outputs, inputs = 9 * channels;
  std::vector<float> image = floats(3 * width * channels * samples), weights = floats(outputs * inputs);
  std::vector<float> answers = floats(outputs * columns),
                     room{std::vector<float>(k::product_of_rows_room(inputs, outputs))};
  std::vector<std::uint32_t> windows;

  Products(std::size_t from, std::size_t to) : channels(from), outputs(to) {
    for (std::size_t i = 0; i < inputs; ++i)
      windows.push_back(static_cast<std::uint32_t>(i / 9 * 3 * width + i % 9 / 3 * width + i % 3));
  }
  static std::vector<float> floats(std::size_t count) {
    lutra::Random random(lutra::Seed{count});
    std::vector<float> values(count);
    for (float& value : values) value = 2 * random.uniform() - 1;
    return values;
  }
  [[nodiscard]] k::Rows<float> windows_of_image() { return {image.data(), inputs, samples, windows.data()}; }
  [[nodiscard]] k::Rows<float> rows_of_answers() { return {answers.data(), outputs, columns}; }
};

template <class Kernel>
void run(benchmark::State& state, const Kernel& kernel) {
  Products products(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  for (auto _ : state) {
    kernel(products);
    benchmark::ClobberMemory();
  }
  state.counters["products"] =
      benchmark::Counter(static_cast<double>(products.inputs * products.outputs * products.columns),
                         benchmark::Counter::kIsIterationInvariantRate);
}

void BM_forwards(benchmark::State& state) {
  run(state, [](Products& p) {
    k::product({p.weights.data(), p.inputs, 1}, p.windows_of_image(), p.rows_of_answers(), p.columns, false);
  });
}
void BM_gradient_of_windows(benchmark::State& state) {
  run(state, [](Products& p) {
    k::product({p.weights.data(), p.outputs, 1}, p.rows_of_answers(), p.windows_of_image(), p.columns, false);
  });
}
void BM_gradient_of_weights(benchmark::State& state) {
  run(state, [](Products& p) {
    k::product_of_rows(p.windows_of_image(), p.rows_of_answers(), p.columns, p.room.data(), p.weights.data(), p.inputs);
  });
}

/// As many sums as hide how long one takes.
void BM_registers(benchmark::State& state) {
  using V = k::Batch<float>;
  constexpr std::size_t sums = 12, rounds = 1000;
  std::array<V, sums> all;
  for (V& sum : all) sum = V(1.0F);
  V factor(0.999F), term(0.001F);
  for (auto _ : state) {
    for (std::size_t i = 0; i < rounds; ++i)
      k::unroll<sums>([&](auto s) { all[s] = k::mul_add<k::DefaultArch>(all[s], factor, term); });
    for (V& sum : all) benchmark::DoNotOptimize(sum);
  }
  state.counters["products"] =
      benchmark::Counter(static_cast<double>(sums * rounds * V::size), benchmark::Counter::kIsIterationInvariantRate);
}

void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"in", "out"});
  for (const auto& [in, out] : {std::array{32, 32}, {64, 64}, {128, 128}}) benchmark->Args({in, out});
}

BENCHMARK(BM_forwards)->Apply(shapes);
BENCHMARK(BM_gradient_of_windows)->Apply(shapes);
BENCHMARK(BM_gradient_of_weights)->Apply(shapes);
BENCHMARK(BM_registers);

}  // namespace

BENCHMARK_MAIN();
