// LUT nodes fed with probabilities, forward and backward: the kernels, their scalar references, and raw loops over
// samples that a compiler vectorizes by itself. 128 samples a call. Counter: ns per node and sample.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <lutra/kernels/lut_expectation.hpp>
#include <lutra/random.hpp>
#include <vector>

namespace {

namespace k = lutra::kernels;

constexpr std::size_t samples = 128, nodes = 32, rows = 48;

/// Nodes with tables of their own that read the same few rows.
template <std::size_t N>
struct Layer {
  static constexpr std::size_t size = k::address_count(N);
  std::vector<float> x = std::vector<float>(rows * samples), dx = std::vector<float>(rows * samples);
  std::vector<float> dy = std::vector<float>(nodes * samples), y = std::vector<float>(nodes * samples);
  std::vector<float> tables = std::vector<float>(nodes * size), sums = std::vector<float>(size);

  Layer() {
    lutra::Random random(lutra::Seed{1});
    for (auto* list : {&x, &dy, &tables})
      for (float& value : *list) value = random.uniform();
  }
  static std::size_t row(std::size_t node, std::size_t j) { return (node * 7 + j) % rows; }
  std::array<const float*, N> inputs(std::size_t node) const {
    std::array<const float*, N> from;
    for (std::size_t j = 0; j < N; ++j) from[j] = x.data() + row(node, j) * samples;
    return from;
  }
  std::array<float*, N> gradients(std::size_t node) {
    std::array<float*, N> to;
    for (std::size_t j = 0; j < N; ++j) to[j] = dx.data() + row(node, j) * samples;
    return to;
  }
};

template <std::size_t N, class Body>
void over_nodes(benchmark::State& state, const Body& body) {
  Layer<N> layer;
  for (auto _ : state) {
    for (std::size_t node = 0; node < nodes; ++node) body(layer, node);
    benchmark::ClobberMemory();
  }
  state.counters["ns_per_node_sample"] =
      benchmark::Counter(static_cast<double>(nodes * samples) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <std::size_t N>
void BM_lut_expectation(benchmark::State& state) {
  over_nodes<N>(state, [](Layer<N>& layer, std::size_t node) {
    k::lut_expectation<N>(&layer.tables[node * layer.size], layer.inputs(node).data(), &layer.y[node * samples],
                          samples);
  });
}
template <std::size_t N>
void BM_scalar_lut_expectation(benchmark::State& state) {
  over_nodes<N>(state, [](Layer<N>& layer, std::size_t node) {
    const auto inputs = layer.inputs(node);
    for (std::size_t s = 0; s < samples; ++s) {
      std::array<float, N> x;
      for (std::size_t j = 0; j < N; ++j) x[j] = inputs[j][s];
      layer.y[node * samples + s] = k::scalar::lut_expectation<N>(&layer.tables[node * layer.size], x.data());
    }
  });
}
/// The tree of interpolations, a level at a time over 16 samples.
template <std::size_t N>
void BM_raw_lut_expectation(benchmark::State& state) {
  over_nodes<N>(state, [](Layer<N>& layer, std::size_t node) {
    const auto inputs = layer.inputs(node);
    const float* const table = &layer.tables[node * layer.size];
    for (std::size_t s = 0; s < samples; s += 16) {
      float level[k::address_count(N)][16];
      for (std::size_t a = 0; a < layer.size; ++a)
        for (std::size_t l = 0; l < 16; ++l) level[a][l] = table[a];
      for (std::size_t j = 0; j < N; ++j)
        for (std::size_t a = 0; a < layer.size >> (j + 1); ++a)
          for (std::size_t l = 0; l < 16; ++l)
            level[a][l] = level[2 * a][l] + inputs[j][s + l] * (level[2 * a + 1][l] - level[2 * a][l]);
      for (std::size_t l = 0; l < 16; ++l) layer.y[node * samples + s + l] = level[0][l];
    }
  });
}

template <std::size_t N>
void BM_lut_expectation_backward(benchmark::State& state) {
  over_nodes<N>(state, [](Layer<N>& layer, std::size_t node) {
    k::lut_expectation_backward<N>(&layer.tables[node * layer.size], layer.inputs(node).data(),
                                   &layer.dy[node * samples], samples, layer.sums.data(), layer.gradients(node).data());
  });
}
/// Of a network's first layer: nothing wants the inputs' gradients.
template <std::size_t N>
void BM_lut_expectation_backward_table_only(benchmark::State& state) {
  over_nodes<N>(state, [](Layer<N>& layer, std::size_t node) {
    k::lut_expectation_backward<N>(&layer.tables[node * layer.size], layer.inputs(node).data(),
                                   &layer.dy[node * samples], samples, layer.sums.data(), nullptr);
  });
}
template <std::size_t N>
void BM_scalar_lut_expectation_backward(benchmark::State& state) {
  over_nodes<N>(state, [](Layer<N>& layer, std::size_t node) {
    const auto inputs = layer.inputs(node);
    const auto gradients = layer.gradients(node);
    std::fill(layer.sums.begin(), layer.sums.end(), 0.0F);
    for (std::size_t s = 0; s < samples; ++s) {
      std::array<float, N> x, dx;
      for (std::size_t j = 0; j < N; ++j) x[j] = inputs[j][s];
      k::scalar::lut_expectation_backward<N>(&layer.tables[node * layer.size], x.data(), layer.dy[node * samples + s],
                                             layer.sums.data(), dx.data());
      for (std::size_t j = 0; j < N; ++j) gradients[j][s] += dx[j];
    }
  });
}
/// All levels kept, then walked backwards, a level at a time over 16 samples.
template <std::size_t N>
void BM_raw_lut_expectation_backward(benchmark::State& state) {
  over_nodes<N>(state, [](Layer<N>& layer, std::size_t node) {
    constexpr std::size_t size = k::address_count(N);
    const auto inputs = layer.inputs(node);
    const auto gradients = layer.gradients(node);
    const float* const table = &layer.tables[node * size];
    std::fill(layer.sums.begin(), layer.sums.end(), 0.0F);
    for (std::size_t s = 0; s < samples; s += 16) {
      float level[2 * size][16], g[size][16];
      for (std::size_t a = 0; a < size; ++a)
        for (std::size_t l = 0; l < 16; ++l) level[a][l] = table[a];
      std::size_t from = 0, count = size;
      for (std::size_t j = 0; j < N; ++j, from += count, count /= 2)
        for (std::size_t a = 0; a < count / 2; ++a)
          for (std::size_t l = 0; l < 16; ++l)
            level[from + count + a][l] =
                level[from + 2 * a][l] + inputs[j][s + l] * (level[from + 2 * a + 1][l] - level[from + 2 * a][l]);
      for (std::size_t l = 0; l < 16; ++l) g[0][l] = layer.dy[node * samples + s + l];
      count = 1;
      for (std::size_t j = N; j-- > 0; count *= 2) {
        from -= 2 * count;
        for (std::size_t a = count; a-- > 0;)
          for (std::size_t l = 0; l < 16; ++l) {
            const float d = g[a][l], upper = d * inputs[j][s + l];
            gradients[j][s + l] += d * (level[from + 2 * a + 1][l] - level[from + 2 * a][l]);
            g[2 * a + 1][l] = upper;
            g[2 * a][l] = d - upper;
          }
      }
      for (std::size_t a = 0; a < size; ++a)
        for (std::size_t l = 0; l < 16; ++l) layer.sums[a] += g[a][l];
    }
  });
}

/// The bound of these kernels: fused multiply-adds of whole vectors that do not wait for each other, as many as the
/// backward kernel of a node of six inputs takes for one vector of samples. Counter: ns per node and sample.
void BM_fused_multiply_adds(benchmark::State& state) {
  using V = k::Batch<float>;
  constexpr std::size_t vectors = 1000, instructions = 238, chains = 10;
  V sums[chains];
  for (V& sum : sums) sum = V(1.0F);
  const V factor(0.5F);
  for (auto _ : state) {
    for (std::size_t i = 0; i < vectors * instructions / chains; ++i)
      k::unroll<chains>([&](auto c) __attribute__((always_inline)) { sums[c] = k::mul_add(sums[c], factor, factor); });
    for (V& sum : sums) benchmark::DoNotOptimize(sum);
  }
  state.counters["ns_per_node_sample"] =
      benchmark::Counter(static_cast<double>(vectors * V::size) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK(BM_lut_expectation<2>);
BENCHMARK(BM_lut_expectation<4>);
BENCHMARK(BM_lut_expectation<6>);
BENCHMARK(BM_lut_expectation<8>);
BENCHMARK(BM_scalar_lut_expectation<6>);
BENCHMARK(BM_raw_lut_expectation<4>);
BENCHMARK(BM_raw_lut_expectation<6>);
BENCHMARK(BM_raw_lut_expectation<8>);
BENCHMARK(BM_lut_expectation_backward<2>);
BENCHMARK(BM_lut_expectation_backward<4>);
BENCHMARK(BM_lut_expectation_backward<6>);
BENCHMARK(BM_lut_expectation_backward<8>);
BENCHMARK(BM_lut_expectation_backward_table_only<2>);
BENCHMARK(BM_lut_expectation_backward_table_only<4>);
BENCHMARK(BM_lut_expectation_backward_table_only<6>);
BENCHMARK(BM_lut_expectation_backward_table_only<8>);
BENCHMARK(BM_fused_multiply_adds);
BENCHMARK(BM_scalar_lut_expectation_backward<6>);
BENCHMARK(BM_raw_lut_expectation_backward<4>);
BENCHMARK(BM_raw_lut_expectation_backward<6>);
BENCHMARK(BM_raw_lut_expectation_backward<8>);

}  // namespace

BENCHMARK_MAIN();
