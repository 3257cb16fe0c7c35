// A whole training step, as fit takes it: forward, loss, backward and Adam for 784-1024-480-70 nodes of six inputs at a
// batch of 128, hard and as an expectation, with random and with learned wiring. Counters: samples a second, and ns per
// node and sample.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <lutra/compose.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <thread>
#include <type_traits>

#include "support/training.hpp"

namespace {

using namespace lutra;

constexpr auto& random_wiring = benchmarks::published_network;
constexpr auto learned_wiring =
    StochasticLut<6, 1024, LearnedWiring<8>>{} | StochasticLut<6, 480>{} | StochasticLut<6, 70>{} | GroupSum<10>{};
constexpr std::size_t batch = benchmarks::published_batch;

template <class Kind, class ExpressionType>
struct Training : benchmarks::Training<Kind, benchmarks::published_input, ExpressionType> {
  explicit Training(const ExpressionType& expression)
      : benchmarks::Training<Kind, benchmarks::published_input, ExpressionType>(expression, batch) {}
};

void count(benchmark::State& state, std::size_t batches = 1) {
  using benchmark::Counter;
  const auto samples = static_cast<double>(batches * batch);
  const double node_samples = samples * static_cast<double>(benchmarks::published_nodes) * 1e-9;
  state.counters["samples_per_s"] = Counter(samples, Counter::kIsIterationInvariantRate);
  state.counters["ns_per_node_sample"] = Counter(node_samples, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

template <class Kind, class ExpressionType>
void step(benchmark::State& state, const ExpressionType& expression) {
  Training<Kind, ExpressionType> training(expression);
  for (auto _ : state) training.step(static_cast<int>(state.range(0)));
  count(state);
}

template <class Kind, class ExpressionType>
void forward(benchmark::State& state, const ExpressionType& expression) {
  Training<Kind, ExpressionType> training(expression);
  for (auto _ : state) training.forward(1);
  count(state);
}

template <class Kind, class ExpressionType>
void backward(benchmark::State& state, const ExpressionType& expression) {
  Training<Kind, ExpressionType> training(expression);
  training.forward(1);
  for (auto _ : state) training.backward();
  count(state);
}

/// What two threads can do here at most: each trains a network of its own, and neither waits for the other.
void BM_two_networks_hard(benchmark::State& state) {
  constexpr std::size_t steps = 8;  // so that starting a thread takes no part of the time
  Training<Bit, std::remove_cvref_t<decltype(random_wiring)>> one(random_wiring), other(random_wiring);
  const auto train = [](auto& network) {
    for (std::size_t step = 0; step < steps; ++step) network.step(1);
  };
  for (auto _ : state) {
    const std::jthread second([&] { train(other); });
    train(one);
  }
  count(state, 2 * steps);
}

void BM_step_hard(benchmark::State& state) { step<Bit>(state, random_wiring); }
void BM_step_hard_learned_wiring(benchmark::State& state) { step<Bit>(state, learned_wiring); }
void BM_step_expectation(benchmark::State& state) { step<Real>(state, random_wiring); }
void BM_forward_hard(benchmark::State& state) { forward<Bit>(state, random_wiring); }
void BM_forward_expectation(benchmark::State& state) { forward<Real>(state, random_wiring); }
void BM_backward_hard(benchmark::State& state) { backward<Bit>(state, random_wiring); }
void BM_backward_expectation(benchmark::State& state) { backward<Real>(state, random_wiring); }

BENCHMARK(BM_step_hard)->ArgName("threads")->Arg(1);
BENCHMARK(BM_step_hard)->ArgName("threads")->Arg(2)->UseRealTime();
BENCHMARK(BM_two_networks_hard)->UseRealTime();
BENCHMARK(BM_step_hard_learned_wiring)->ArgName("threads")->Arg(1);
BENCHMARK(BM_step_hard_learned_wiring)->ArgName("threads")->Arg(2)->UseRealTime();
BENCHMARK(BM_step_expectation)->ArgName("threads")->Arg(1);
BENCHMARK(BM_step_expectation)->ArgName("threads")->Arg(2)->UseRealTime();
BENCHMARK(BM_forward_hard);
BENCHMARK(BM_backward_hard);
BENCHMARK(BM_forward_expectation);
BENCHMARK(BM_backward_expectation);

}  // namespace

BENCHMARK_MAIN();
