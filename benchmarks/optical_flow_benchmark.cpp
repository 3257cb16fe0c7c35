// A pair of frames of 384 x 256 pixels to its flow, by a network of few bits in ImageEngine. Where oneDNN is installed,
// all convolutions of its float twin, one behind the other, each with a ReLU and in the layouts that oneDNN prefers;
// what comes between them, from the bytes to the flow, is given to the twin for nothing.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/network.hpp>
#include <lutra/networks.hpp>
#include <random>
#include <span>
#include <vector>

#include "support/onednn_convolution.hpp"

namespace {

using namespace lutra;
using networks::Codes;

constexpr Shape frames{2, 256, 384};

void BM_optical_flow(benchmark::State& state) {
  const auto net = bind<Signal<Byte, frames>>(
      networks::optical_flow<Codes<TernaryWeights, 2>, Codes<BinaryWeights, 2>, OneScale<FewBitWeights<5>>>());
  const Circuit circuit = freeze(net);
  const ImageEngine engine(circuit, {.threads = static_cast<std::size_t>(state.range(0))});
  std::mt19937 random(1);
  std::vector<std::uint8_t> pair(circuit.input().size());
  for (auto& byte : pair) byte = static_cast<std::uint8_t>(random());
  std::vector<std::uint32_t> flow(circuit.output().size());
  for (auto _ : state) {
    engine.run(std::span<const std::uint8_t>(pair), flow);
    benchmark::DoNotOptimize(flow.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_optical_flow)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

#ifdef LUTRA_HAS_ONEDNN

void BM_optical_flow_onednn_f32(benchmark::State& state) {
  constexpr auto height = static_cast<dnnl::memory::dim>(frames.height),
                 width = static_cast<dnnl::memory::dim>(frames.width);
  const auto real = dnnl::memory::data_type::f32;
  const auto threads = static_cast<int>(state.range(0));
  using Convolution = lutra::benchmarks::OneDnnConvolution;
  std::vector<Convolution> layers;
  for (const Convolution::Size& size : std::vector<Convolution::Size>{{8, 32, height / 2, width / 2},
                                                                      {128, 32, height / 4, width / 4},
                                                                      {32, 32, height / 4, width / 4},
                                                                      {128, 48, height / 8, width / 8},
                                                                      {48, 48, height / 8, width / 8},
                                                                      {80, 48, height / 4, width / 4},
                                                                      {48, 48, height / 4, width / 4},
                                                                      {48, 32, height / 4, width / 4, 1}})
    layers.emplace_back(size, threads, real, real);
  for (auto _ : state)
    for (auto& layer : layers) layer.run();
}
BENCHMARK(BM_optical_flow_onednn_f32)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

#endif

}  // namespace

BENCHMARK_MAIN();
