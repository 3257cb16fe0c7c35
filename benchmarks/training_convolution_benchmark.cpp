// A whole training step of networks on images, as fit takes it: forward, loss, backward and Adam. Beside them a dense
// network at the same batch: what a node and sample costs where everything stays in the caches. Counter: ns per node,
// place and sample.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/average_pool.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/layers/weights.hpp>

#include "support/training.hpp"

namespace {

using namespace lutra;
namespace lb = lutra::benchmarks;

/// Times training steps of the expression; returns the samples of one.
template <class Kind, Shape Image, class ExpressionType>
std::size_t train(benchmark::State& state, const ExpressionType& expression) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  const auto threads = static_cast<int>(state.range(1));
  lb::Training<Kind, Image, ExpressionType> training(expression, batch);
  training.step(threads);  // makes room
  for (auto _ : state) training.step(threads);
  return batch;
}

template <class Kind, Shape Image, class ExpressionType>
void step(benchmark::State& state, const ExpressionType& expression, std::size_t evaluations) {
  using benchmark::Counter;
  const std::size_t batch = train<Kind, Image>(state, expression);
  state.counters["ns_per_node_sample"] =
      Counter(static_cast<double>(batch * evaluations) * 1e-9, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

void BM_step_dense(benchmark::State& state) {
  step<Bit, lb::published_input>(state, lb::published_network, lb::published_nodes);
}

/// Nodes over a channel's window each, then trees over all channels of a pixel, then half of the image; twice.
void BM_step_separable(benchmark::State& state) {
  constexpr auto expression = BinaryDepthwise<1>{} | pointwise(lut_trees<6, 36>()) | OrPool<2>{} |
                              BinaryDepthwise<1>{} | pointwise(lut_trees<6, 60>()) | OrPool<2>{} | GroupSum<10>{};
  step<Bit, Shape{36, 28, 28}>(state, expression, (36 + 216 + 36) * 28 * 28 + (36 + 360 + 60) * 14 * 14);
}

/// Trees over the whole window; then the same again on a smaller image of more channels.
void BM_step_trees(benchmark::State& state) {
  constexpr auto expression = convolve<Kernel<3>, Same>(lut_trees<6, 32>()) | OrPool<2>{} |
                              convolve<Kernel<3>, Same>(lut_trees<6, 60>()) | OrPool<2>{} | GroupSum<10>{};
  step<Bit, Shape{9, 28, 28}>(state, expression, (192 + 32) * 28 * 28 + (360 + 60) * 14 * 14);
}

/// The first layers of a separable network, as expectations.
void BM_step_separable_expectation(benchmark::State& state) {
  constexpr auto expression =
      pointwise(lut_trees<6, 12>()) | convolve<Kernel<3>, Same, Stride<2>>(lut_trees<6, 20>()) | GroupSum<10>{};
  step<Real, Shape{36, 28, 28}>(state, expression, (72 + 12) * 28 * 28 + (120 + 20) * 14 * 14);
}

/// Convolutions of 32 and 64 channels, as one would take for pictures of clothes. Counters: what a second trains, and
/// how many products of a weight and a value (forwards, and once for each of the two gradients).
template <class Kind, Shape Image, class ExpressionType>
void pictures(benchmark::State& state, const ExpressionType& expression, double products) {
  using benchmark::Counter;
  const auto samples = static_cast<double>(train<Kind, Image>(state, expression));
  state.counters["samples"] = Counter(samples, Counter::kIsIterationInvariantRate);
  state.counters["products"] = Counter(samples * products, Counter::kIsIterationInvariantRate);
}

constexpr Shape clothes{1, 28, 28};
constexpr double products_of_clothes =
    2 * 784 * 9 * 32 + 3 * 784 * 9 * 32 * 32 + 3 * 196 * 9 * (32 * 64 + 64 * 64) + 3 * 31360;

void BM_pictures_in_codes(benchmark::State& state) {
  constexpr auto conv = []<std::size_t N>(std::integral_constant<std::size_t, N>) {
    return convolve<Kernel<3>, Same>(Dense<N, BinaryWeights>{}) | BatchNorm{} | Quantize<2>{};
  };
  constexpr std::integral_constant<std::size_t, 32> few;
  constexpr std::integral_constant<std::size_t, 64> many;
  constexpr auto net =
      conv(few) | conv(few) | MaxPool<2>{} | conv(many) | conv(many) | MaxPool<2>{} | Dense<10, BinaryWeights>{};
  pictures<Byte, clothes>(state, net, products_of_clothes);
}

void BM_pictures_in_floats(benchmark::State& state) {
  constexpr auto conv = []<std::size_t N>(std::integral_constant<std::size_t, N>) {
    return convolve<Kernel<3>, Same>(Dense<N>{}) | BatchNorm{} | Relu{};
  };
  constexpr std::integral_constant<std::size_t, 32> few;
  constexpr std::integral_constant<std::size_t, 64> many;
  constexpr auto net =
      conv(few) | conv(few) | AveragePool<2>{} | conv(many) | conv(many) | AveragePool<2>{} | Dense<10>{};
  pictures<Byte, clothes>(state, net, products_of_clothes);
}

/// Four convolutions of 64 channels and hardly anything else: their matrix products.
void BM_convolutions_of_floats(benchmark::State& state) {
  constexpr auto conv = convolve<Kernel<3>, Same>(Dense<64>{});
  constexpr double one = 196 * 9 * 64 * 64;
  pictures<Real, Shape{64, 14, 14}>(state, conv | conv | conv | conv | Dense<10>{}, 11 * one);
}

void add_cases(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"batch", "threads"})->UseRealTime();
  for (const int batch : {32, 64, 128}) benchmark->Args({batch, 1});
  benchmark->Args({128, 2});
}

BENCHMARK(BM_step_dense)->Apply(add_cases);
BENCHMARK(BM_step_separable)->Apply(add_cases)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_step_trees)->Apply(add_cases)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_step_separable_expectation)->Apply(add_cases)->Unit(benchmark::kMillisecond);

void add_picture_cases(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"batch", "threads"})->UseRealTime()->Unit(benchmark::kMillisecond);
  for (const int batch : {64, 128})
    for (const int threads : {1, 2}) benchmark->Args({batch, threads});
}

BENCHMARK(BM_pictures_in_codes)->Apply(add_picture_cases);
BENCHMARK(BM_pictures_in_floats)->Apply(add_picture_cases);
BENCHMARK(BM_convolutions_of_floats)->Apply(add_picture_cases);

}  // namespace

BENCHMARK_MAIN();
