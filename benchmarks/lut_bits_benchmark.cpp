// Look-up tables on packed bits: the kernel, its scalar reference, and the raw loop one would write first (shift, mask
// and look up, sample by sample in words). Counters: ns per node and sample.

#include <benchmark/benchmark.h>

#include <lutra/kernels/lut_bits.hpp>
#include <random>
#include <vector>

namespace {

namespace k = lutra::kernels;

constexpr std::size_t rows = 64, nodes = 256;

/// `nodes` look-up tables over `rows` rows of random bits, all of it small enough for the first cache.
struct Layer {
  std::size_t fan_in, words;
  std::vector<std::vector<std::uint64_t, xsimd::aligned_allocator<std::uint64_t, 64>>> storage;
  std::vector<const std::uint64_t*> pins;
  std::vector<std::uint64_t, xsimd::aligned_allocator<std::uint64_t, 64>> tables, out;

  Layer(std::size_t fan_in_, std::size_t words_) : fan_in(fan_in_), words(words_), out(words_) {
    std::mt19937_64 random(fan_in);
    for (std::size_t r = 0; r < rows; ++r) {
      storage.emplace_back(words);
      for (auto& word : storage.back()) word = random();
    }
    for (std::size_t i = 0; i < nodes * fan_in; ++i) pins.push_back(storage[random() % rows].data());
    for (std::size_t i = 0; i < nodes * 4; ++i) tables.push_back(random());
    if (fan_in < 6)
      for (auto& table : tables) table &= (std::uint64_t{1} << (std::uint64_t{1} << fan_in)) - 1;
  }
};

template <class Kernel>
void over_layer(benchmark::State& state, Kernel kernel) {
  Layer layer(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  for (auto _ : state) {
    for (std::size_t i = 0; i < nodes; ++i)
      kernel(&layer.tables[4 * i], layer.fan_in, &layer.pins[i * layer.fan_in], layer.out.data(), layer.words);
    benchmark::ClobberMemory();
  }
  const auto node_samples = static_cast<double>(nodes * layer.words * 64) * 1e-9;
  state.counters["ns_per_node_sample"] =
      benchmark::Counter(node_samples, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void BM_lut_bits(benchmark::State& state) { over_layer(state, k::lut_bits<>); }
void BM_scalar_lut_bits(benchmark::State& state) { over_layer(state, k::scalar::lut_bits); }

/// A multiplexer tree on plain words, as a compiler vectorizes it by itself.
void BM_raw_lut_bits(benchmark::State& state) {
  over_layer(state, [](const std::uint64_t* table, std::size_t fan_in, const std::uint64_t* const* pins,
                       std::uint64_t* out, std::size_t words) {
    for (std::size_t w = 0; w < words; ++w) {
      std::uint64_t level[256];
      const std::size_t size = std::size_t{1} << fan_in;
      for (std::size_t a = 0; a < size; ++a) level[a] = std::uint64_t{0} - (table[a / 64] >> (a % 64) & 1);
      for (std::size_t j = 0; j < fan_in; ++j)
        for (std::size_t a = 0; a < size >> (j + 1); ++a)
          level[a] = (level[2 * a] & ~pins[j][w]) | (level[2 * a + 1] & pins[j][w]);
      out[w] = level[0];
    }
  });
}

void fan_ins(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"fan_in", "words"});
  for (const int fan_in : {2, 3, 4, 5, 6, 7, 8}) benchmark->Args({fan_in, 16});
  for (const int words : {1, 2, 3, 8, 64}) benchmark->Args({6, words});
}

BENCHMARK(BM_lut_bits)->Apply(fan_ins);
BENCHMARK(BM_raw_lut_bits)->Apply(fan_ins);
BENCHMARK(BM_scalar_lut_bits)->ArgNames({"fan_in", "words"})->Args({6, 16})->Args({2, 16});

}  // namespace

BENCHMARK_MAIN();
