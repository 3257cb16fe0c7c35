// A whole training step of networks on images, as fit takes it: forward, loss, backward and Adam. Beside them a dense
// network at the same batch: what a node and sample costs where everything stays in the caches. Counter: ns per node,
// place and sample.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/to_real.hpp>

#include "support/training.hpp"

namespace {

using namespace lutra;
namespace lb = lutra::benchmarks;

template <class Kind, Shape Image, class ExpressionType>
void step(benchmark::State& state, const ExpressionType& expression, std::size_t evaluations) {
  using benchmark::Counter;
  const auto batch = static_cast<std::size_t>(state.range(0));
  const auto threads = static_cast<int>(state.range(1));
  lb::Training<Kind, Image, ExpressionType> training(expression, batch);
  training.step(threads);  // makes room
  for (auto _ : state) training.step(threads);
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

void add_cases(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"batch", "threads"})->UseRealTime();
  for (const int batch : {32, 64, 128}) benchmark->Args({batch, 1});
  benchmark->Args({128, 2});
}

BENCHMARK(BM_step_dense)->Apply(add_cases);
BENCHMARK(BM_step_separable)->Apply(add_cases)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_step_trees)->Apply(add_cases)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_step_separable_expectation)->Apply(add_cases)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
