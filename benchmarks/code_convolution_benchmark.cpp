// Convolutions of codes of two bits by weights of one bit, 3 x 3, with thresholds, from packed codes to packed codes:
// one thread, whole images; and depthwise ones, of which each output sees one channel, of such codes and, as
// BinaryDepthwise, of bits by look-up tables. Where oneDNN is installed, the same shapes as float convolutions with a
// ReLU, and as convolutions of bytes, in the layouts that it prefers: one round runs all of them in turn.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/circuit/engine/codes/depthwise.hpp>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/network.hpp>
#include <random>
#include <span>
#include <vector>

#include "support/onednn_convolution.hpp"

namespace {

using namespace lutra;

/// Input channels, outputs, and lines and columns.
void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"in", "out", "size"});
  for (const auto& [in, out, size] : {std::array{64, 64, 32}, {128, 128, 16}, {256, 256, 16}, {32, 32, 64}})
    benchmark->Args({in, out, size});
}

void count_products(benchmark::State& state) {
  const double products = 9.0 * static_cast<double>(state.range(0) * state.range(1) * state.range(2) * state.range(2));
  state.counters["macs_per_s"] = benchmark::Counter(products, benchmark::Counter::kIsIterationInvariantRate);
}

/// Random weights of -1 and 1, and thresholds around the middle.
engine::CodeLayer random_layer(std::size_t inputs, std::size_t outputs, std::size_t size) {
  std::mt19937 random(1);
  engine::CodeLayer layer;
  layer.input = {{inputs, size, size}, 2};
  layer.output = {{outputs, size, size}, 2};
  for (std::int32_t i = 0; i < 9; ++i) layer.taps.push_back({i / 3 - 1, i % 3 - 1});
  for (std::size_t i = 0; i < 9 * inputs * outputs; ++i) layer.weights.push_back((random() & 1) != 0 ? 1 : -1);
  for (std::size_t o = 0; o < outputs; ++o) {
    const auto middle = static_cast<std::int64_t>(random() % 21) - 10;
    layer.thresholds.add(std::array{middle - 30, middle, middle + 30});
    layer.falling.push_back(o % 4 == 0);
  }
  return layer;
}

void BM_code_convolution(benchmark::State& state) {
  const auto layer = random_layer(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)),
                                  static_cast<std::size_t>(state.range(2)));
  const engine::CodeConvolution convolution = engine::prepare(layer).value();
  std::mt19937 random(2);
  std::vector<std::uint8_t> image(layer.input.bytes()), answer(layer.output.bytes());
  for (auto& byte : image) byte = static_cast<std::uint8_t>(random());
  engine::Workspace workspace;
  for (auto _ : state) {
    engine::run_lines(convolution, 0, layer.output.shape.height, image.data(), answer.data(), workspace);
    benchmark::DoNotOptimize(answer.data());
    benchmark::ClobberMemory();
  }
  count_products(state);
}
BENCHMARK(BM_code_convolution)->Apply(shapes);

/// Channels, and lines and columns.
void depthwise_shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"channels", "size"});
  for (const auto& [channels, size] : {std::array{32, 64}, {64, 32}, {128, 16}, {64, 128}})
    benchmark->Args({channels, size});
}

void count_depthwise_products(benchmark::State& state) {
  const double products = 9.0 * static_cast<double>(state.range(0) * state.range(1) * state.range(1));
  state.counters["macs_per_s"] = benchmark::Counter(products, benchmark::Counter::kIsIterationInvariantRate);
}

void BM_code_depthwise(benchmark::State& state) {
  const auto channels = static_cast<std::size_t>(state.range(0)), size = static_cast<std::size_t>(state.range(1));
  engine::CodeLayer layer = random_layer(channels, channels, size);
  for (std::size_t i = 0; i < layer.weights.size(); ++i)
    if (i % channels != i / (9 * channels)) layer.weights[i] = 0;
  const engine::DepthwiseConvolution convolution = engine::prepare_depthwise(layer).value();
  std::mt19937 random(2);
  std::vector<std::uint8_t> image(layer.input.bytes()), answer(layer.output.bytes());
  for (auto& byte : image) byte = static_cast<std::uint8_t>(random());
  engine::Workspace workspace;
  for (auto _ : state) {
    engine::run_lines(convolution, 0, size, image.data(), answer.data(), workspace);
    benchmark::DoNotOptimize(answer.data());
    benchmark::ClobberMemory();
  }
  count_depthwise_products(state);
}
BENCHMARK(BM_code_depthwise)->Apply(depthwise_shapes);

/// Sixteen layers, one behind the other, of a node of six inputs for each channel: a layer in the middle of a network,
/// which packs no bytes.
template <std::size_t Channels, std::size_t Size>
void BM_binary_depthwise(benchmark::State& state) {
  constexpr auto four = BinaryDepthwise<1>{} | BinaryDepthwise<1>{} | BinaryDepthwise<1>{} | BinaryDepthwise<1>{};
  const auto net = bind<Signal<Bit, Shape{Channels, Size, Size}>>(four | four | four | four);
  const ImageEngine engine(freeze(net));
  std::mt19937 random(2);
  std::vector<std::uint8_t> image(engine.input_size()), answer(engine.output_size());
  for (auto& byte : image) byte = static_cast<std::uint8_t>(random() & 1);
  for (auto _ : state) {
    engine.run(std::span<const std::uint8_t>(image), std::span(answer));
    benchmark::DoNotOptimize(answer.data());
    benchmark::ClobberMemory();
  }
  const double products = 16 * 9.0 * static_cast<double>(Channels * Size * Size);
  state.counters["macs_per_s"] = benchmark::Counter(products, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(BM_binary_depthwise<32, 64>);
BENCHMARK(BM_binary_depthwise<64, 128>);

#ifdef LUTRA_HAS_ONEDNN

void run_peer(benchmark::State& state, dnnl::memory::data_type image, dnnl::memory::data_type weight) {
  lutra::benchmarks::OneDnnConvolution peer(state, image, weight);
  for (auto _ : state) peer.run();
  count_products(state);
}

void BM_onednn_f32_convolution(benchmark::State& state) {
  run_peer(state, dnnl::memory::data_type::f32, dnnl::memory::data_type::f32);
}
BENCHMARK(BM_onednn_f32_convolution)->Apply(shapes);

void BM_onednn_u8s8_convolution(benchmark::State& state) {
  run_peer(state, dnnl::memory::data_type::u8, dnnl::memory::data_type::s8);
}
BENCHMARK(BM_onednn_u8s8_convolution)->Apply(shapes);

void BM_onednn_f32_depthwise(benchmark::State& state) {
  const auto real = dnnl::memory::data_type::f32;
  lutra::benchmarks::OneDnnConvolution peer({state.range(0), state.range(0), state.range(1), state.range(1), 3, true},
                                            1, real, real);
  for (auto _ : state) peer.run();
  count_depthwise_products(state);
}
BENCHMARK(BM_onednn_f32_depthwise)->Apply(depthwise_shapes);

#endif

}  // namespace

BENCHMARK_MAIN();
