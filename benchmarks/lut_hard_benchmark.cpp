// The backward pass of LUT nodes fed with bits: addresses, sums per table entry, gradients of the inputs, and the
// tables of derivatives that they look up. Beside each its scalar reference; beside the three that run for every sample
// the raw loop one would write first. 128 samples a call. Counters: ns per node and sample (for tables: per node).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <lutra/kernels/lut_estimate.hpp>
#include <lutra/kernels/lut_hard.hpp>
#include <lutra/random.hpp>
#include <vector>

namespace {

namespace k = lutra::kernels;

constexpr std::size_t samples = 128, words = samples / 64, nodes = 64;

/// Nodes with tables, pins and gradients of their own, all of it in the innermost caches.
template <std::size_t N>
struct Layer {
  std::vector<std::uint64_t> bits = std::vector<std::uint64_t>(nodes * N * words);
  std::vector<float> dy = std::vector<float>(nodes * samples), dx = std::vector<float>(nodes * N * samples);
  std::vector<float> tables = std::vector<float>(nodes * k::address_count(N));
  std::vector<float> derivatives = std::vector<float>(N * k::address_count(N));
  std::vector<float> sums = std::vector<float>(k::address_count(N));
  std::vector<std::uint8_t> addresses = std::vector<std::uint8_t>(samples);

  Layer() {
    lutra::Random random(lutra::Seed{1});
    for (auto& word : bits) word = random();
    for (auto* list : {&dy, &tables, &derivatives})
      for (float& value : *list) value = random.uniform();
  }
  std::array<const std::uint64_t*, N> pins(std::size_t node) const {
    std::array<const std::uint64_t*, N> to;
    for (std::size_t j = 0; j < N; ++j) to[j] = bits.data() + (node * N + j) * words;
    return to;
  }
  std::array<float*, N> gradients(std::size_t node) {
    std::array<float*, N> to;
    for (std::size_t j = 0; j < N; ++j) to[j] = dx.data() + (node * N + j) * samples;
    return to;
  }
};

template <std::size_t N, class Body>
void over_nodes(benchmark::State& state, std::size_t per_node, const Body& body) {
  Layer<N> layer;
  k::lut_addresses<N>(layer.pins(0).data(), layer.addresses.data(), words);
  for (auto _ : state) {
    for (std::size_t node = 0; node < nodes; ++node) body(layer, node);
    benchmark::ClobberMemory();
  }
  state.counters[per_node == 1 ? "ns_per_node" : "ns_per_node_sample"] =
      benchmark::Counter(static_cast<double>(nodes * per_node) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <std::size_t N>
void BM_lut_derivatives(benchmark::State& state) {
  over_nodes<N>(state, 1, [](Layer<N>& layer, std::size_t node) {
    k::lut_derivatives<N>(&layer.tables[node * k::address_count(N)], 0.75F, layer.derivatives.data());
  });
}
template <std::size_t N>
void BM_scalar_lut_derivatives(benchmark::State& state) {
  over_nodes<N>(state, 1, [](Layer<N>& layer, std::size_t node) {
    k::scalar::lut_derivatives<N>(&layer.tables[node * k::address_count(N)], 0.75F, layer.derivatives.data());
  });
}

template <std::size_t N>
void BM_lut_addresses(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    k::lut_addresses<N>(layer.pins(node).data(), layer.addresses.data(), words);
  });
}
template <std::size_t N>
void BM_scalar_lut_addresses(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    k::scalar::lut_addresses<N>(layer.pins(node).data(), layer.addresses.data(), words);
  });
}

template <std::size_t N>
void BM_lut_table_sums(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    k::lut_table_sums<N>(layer.addresses.data(), &layer.dy[node * samples], samples, layer.sums.data());
  });
}
template <std::size_t N>
void BM_scalar_lut_table_sums(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    k::scalar::lut_table_sums<N>(layer.addresses.data(), &layer.dy[node * samples], samples, layer.sums.data());
  });
}

template <std::size_t N>
void BM_lut_input_gradients(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    k::lut_input_gradients<N>(layer.addresses.data(), &layer.dy[node * samples], layer.derivatives.data(), samples,
                              layer.gradients(node).data());
  });
}
template <std::size_t N>
void BM_scalar_lut_input_gradients(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    k::scalar::lut_input_gradients<N>(layer.addresses.data(), &layer.dy[node * samples], layer.derivatives.data(),
                                      samples, layer.gradients(node).data());
  });
}

/// All of a node's backward pass, as a layer takes it.
template <std::size_t N>
void BM_lut_hard_backward(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    const float* const dy = &layer.dy[node * samples];
    k::lut_derivatives<N>(&layer.tables[node * k::address_count(N)], 0.75F, layer.derivatives.data());
    k::lut_addresses<N>(layer.pins(node).data(), layer.addresses.data(), words);
    k::lut_table_sums<N>(layer.addresses.data(), dy, samples, layer.sums.data());
    k::lut_input_gradients<N>(layer.addresses.data(), dy, layer.derivatives.data(), samples,
                              layer.gradients(node).data());
  });
}
template <std::size_t N>
void BM_scalar_lut_hard_backward(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    const float* const dy = &layer.dy[node * samples];
    k::scalar::lut_derivatives<N>(&layer.tables[node * k::address_count(N)], 0.75F, layer.derivatives.data());
    k::scalar::lut_addresses<N>(layer.pins(node).data(), layer.addresses.data(), words);
    k::scalar::lut_table_sums<N>(layer.addresses.data(), dy, samples, layer.sums.data());
    k::scalar::lut_input_gradients<N>(layer.addresses.data(), dy, layer.derivatives.data(), samples,
                                      layer.gradients(node).data());
  });
}
/// One loop over samples that does it all, with the finite difference of the table itself: what one writes first.
template <std::size_t N>
void BM_raw_lut_hard_backward(benchmark::State& state) {
  over_nodes<N>(state, samples, [](Layer<N>& layer, std::size_t node) {
    const float* const table = &layer.tables[node * k::address_count(N)];
    const auto pins = layer.pins(node);
    const auto dx = layer.gradients(node);
    std::fill(layer.sums.begin(), layer.sums.end(), 0.0F);
    for (std::size_t s = 0; s < samples; ++s) {
      std::size_t address = 0;
      for (std::size_t j = 0; j < N; ++j) address |= static_cast<std::size_t>(pins[j][s / 64] >> (s % 64) & 1) << j;
      const float dy = layer.dy[node * samples + s];
      layer.sums[address] += dy;
      for (std::size_t j = 0; j < N; ++j) {
        const std::size_t bit = std::size_t{1} << j;
        dx[j][s] += dy * (table[address | bit] - table[address & ~bit]);
      }
    }
  });
}

#define LUTRA_FAN_INS(name) \
  BENCHMARK(name<2>);       \
  BENCHMARK(name<4>);       \
  BENCHMARK(name<6>);       \
  BENCHMARK(name<8>)

LUTRA_FAN_INS(BM_lut_hard_backward);
BENCHMARK(BM_scalar_lut_hard_backward<6>);
LUTRA_FAN_INS(BM_raw_lut_hard_backward);
BENCHMARK(BM_lut_derivatives<4>);
BENCHMARK(BM_lut_derivatives<6>);
BENCHMARK(BM_scalar_lut_derivatives<4>);
BENCHMARK(BM_scalar_lut_derivatives<6>);
BENCHMARK(BM_lut_addresses<6>);
BENCHMARK(BM_scalar_lut_addresses<6>);
BENCHMARK(BM_lut_table_sums<6>);
BENCHMARK(BM_scalar_lut_table_sums<6>);
BENCHMARK(BM_lut_input_gradients<6>);
BENCHMARK(BM_scalar_lut_input_gradients<6>);

}  // namespace

BENCHMARK_MAIN();
