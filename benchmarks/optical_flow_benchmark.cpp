// A pair of frames of 384 x 256 pixels to its flow, by a network of few bits in ImageEngine, and, where oneDNN is
// installed, by its float twin: convolutions by oneDNN, which are as fast channels last as in the layout it prefers,
// and what lies between them, from the bytes to the flow, by plain copies. Beside it the convolutions alone, and the
// few-bit network as emitted C.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/network.hpp>
#include <lutra/networks.hpp>
#include <lutra/parallel.hpp>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "support/compiled_circuit.hpp"
#include "support/onednn_convolution.hpp"

namespace {

using namespace lutra;
using networks::Codes;

constexpr Shape frames{2, 256, 384};

std::vector<std::uint8_t> random_pair() {
  std::mt19937 random(1);
  std::vector<std::uint8_t> pair(frames.size());
  for (auto& byte : pair) byte = static_cast<std::uint8_t>(random());
  return pair;
}

Circuit network() {
  return freeze(bind<Signal<Byte, frames>>(
      networks::optical_flow<Codes<TernaryWeights, 2>, Codes<BinaryWeights, 2>, OneScale<FewBitWeights<5>>>()));
}

void BM_optical_flow(benchmark::State& state) {
  const Circuit circuit = network();
  const ImageEngine engine(circuit, {.threads = static_cast<std::size_t>(state.range(0))});
  const auto pair = random_pair();
  std::vector<std::uint32_t> flow(circuit.output().size());
  for (auto _ : state) {
    engine.run(std::span<const std::uint8_t>(pair), flow);
    benchmark::DoNotOptimize(flow.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_optical_flow)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void run_c(benchmark::State& state, const std::string& flags) {
  const Circuit circuit = network();
  const auto pair = random_pair();
  std::vector<std::uint32_t> flow(circuit.output().size());
  ImageEngine(circuit).run(std::span<const std::uint8_t>(pair), std::span<std::uint32_t>(flow));
  benchmarks::time_c(state, circuit, flags, pair, flow);
}

void BM_optical_flow_c_plain(benchmark::State& state) { run_c(state, "-DNET_PLAIN"); }
BENCHMARK(BM_optical_flow_c_plain)->Unit(benchmark::kMillisecond);
#ifdef __x86_64__
void BM_optical_flow_c_avx2(benchmark::State& state) { run_c(state, "-mavx2"); }
BENCHMARK(BM_optical_flow_c_avx2)->Unit(benchmark::kMillisecond);
#endif

#ifdef LUTRA_HAS_ONEDNN

using Convolution = lutra::benchmarks::OneDnnConvolution;
using Number = dnnl::memory::dim;
constexpr std::size_t height = frames.height, width = frames.width;

std::vector<Convolution> twin_layers(int threads, dnnl::memory::format_tag layout) {
  constexpr auto rows = static_cast<Number>(height), columns = static_cast<Number>(width);
  const auto real = dnnl::memory::data_type::f32;
  std::vector<Convolution> layers;
  for (const Convolution::Size& size : std::vector<Convolution::Size>{{8, 32, rows / 2, columns / 2},
                                                                      {128, 32, rows / 4, columns / 4},
                                                                      {32, 32, rows / 4, columns / 4},
                                                                      {128, 48, rows / 8, columns / 8},
                                                                      {48, 48, rows / 8, columns / 8},
                                                                      {80, 48, rows / 4, columns / 4},
                                                                      {48, 48, rows / 4, columns / 4},
                                                                      {48, 32, rows / 4, columns / 4, 1}})
    // All but the last have a LeakyReLU behind them; that of 1 changes nothing.
    layers.emplace_back(size, threads, real, real, layout, size.kernel == 1 ? 1.0F : 0.1F);
  return layers;
}

/// The float twin from bytes to flow, channels last.
class Twin {
 public:
  explicit Twin(int threads) : threads_(threads), layers_(twin_layers(threads, dnnl::memory::format_tag::nhwc)) {
    for (const std::size_t i : {2, 4, 6, 7}) layers_[i].read(layers_[i - 1]);
  }

  void run(const std::uint8_t* pair, float* flow) {
    read(pair, layers_[0].input());
    layers_[0].run();
    to_depth(layers_[0].answer(), height / 4, width / 4, 32, layers_[1].input());
    layers_[1].run();
    layers_[2].run();
    to_depth(layers_[2].answer(), height / 8, width / 8, 32, layers_[3].input());
    layers_[3].run();
    layers_[4].run();
    join(layers_[2].answer(), layers_[4].answer(), layers_[5].input());
    for (const std::size_t i : {5, 6, 7}) layers_[i].run();
    write(layers_[7].answer(), flow);
  }

 private:
  void read(const std::uint8_t* pair, float* to) const {
    parallel_for(threads_, height / 2, [&](std::size_t y) {
      float* at = to + y * width / 2 * 8;
      for (std::size_t x = 0; x < width; x += 2)
        for (std::size_t c = 0; c < 2; ++c) {
          const std::uint8_t* const from = pair + (c * height + 2 * y) * width + x;
          *at++ = from[0], *at++ = from[1], *at++ = from[width], *at++ = from[width + 1];
        }
    });
  }
  /// Blocks of 2 x 2 pixels become pixels.
  void to_depth(const float* from, std::size_t rows, std::size_t columns, std::size_t channels, float* to) const {
    parallel_for(threads_, rows, [&](std::size_t y) {
      for (std::size_t dy = 0; dy < 2; ++dy)
        for (std::size_t x = 0; x < columns; ++x)
          std::memcpy(to + ((y * columns + x) * 2 + dy) * 2 * channels,
                      from + ((2 * y + dy) * columns + x) * 2 * channels, 2 * channels * sizeof(float));
    });
  }
  void join(const float* fine, const float* coarse, float* to) const {
    parallel_for(threads_, height / 4, [&](std::size_t y) {
      for (std::size_t x = 0; x < width / 4; ++x) {
        float* const at = to + (y * width / 4 + x) * 80;
        std::memcpy(at, fine + (y * width / 4 + x) * 32, 32 * sizeof(float));
        std::memcpy(at + 32, coarse + (y / 2 * width / 8 + x / 2) * 48, 48 * sizeof(float));
      }
    });
  }
  void write(const float* from, float* flow) const {
    parallel_for(threads_, height, [&](std::size_t y) {
      for (std::size_t c = 0; c < 2; ++c)
        for (std::size_t x = 0; x < width; ++x)
          flow[(c * height + y) * width + x] = from[(y / 4 * width / 4 + x / 4) * 32 + c * 16 + y % 4 * 4 + x % 4];
    });
  }

  int threads_;
  std::vector<Convolution> layers_;
};

void BM_optical_flow_onednn_f32(benchmark::State& state) {
  Twin twin(static_cast<int>(state.range(0)));
  const auto pair = random_pair();
  std::vector<float> flow(frames.size());
  for (auto _ : state) {
    twin.run(pair.data(), flow.data());
    benchmark::DoNotOptimize(flow.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_optical_flow_onednn_f32)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_optical_flow_onednn_f32_convolutions(benchmark::State& state) {
  auto layers = twin_layers(static_cast<int>(state.range(0)), dnnl::memory::format_tag::any);
  for (auto _ : state)
    for (auto& layer : layers) layer.run();
}
BENCHMARK(BM_optical_flow_onednn_f32_convolutions)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

#endif

}  // namespace

BENCHMARK_MAIN();
