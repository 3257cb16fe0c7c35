// How the time of a training step grows over batch sizes, fan-ins and threads: forward, loss, backward and Adam. The
// plots of docs/performance.md are made from it.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "support/training.hpp"

namespace {

using namespace lutra;
namespace lb = lutra::benchmarks;

template <class Kind, class ExpressionType>
void train(benchmark::State& state, const ExpressionType& expression, std::size_t batch, int threads) {
  using benchmark::Counter;
  lb::Training<Kind, lb::published_input, ExpressionType> training(expression, batch);
  training.step(threads);  // makes room
  for (auto _ : state) training.step(threads);
  state.counters["samples_per_s"] = Counter(static_cast<double>(batch), Counter::kIsIterationInvariantRate);
  state.counters["ns_per_node_sample"] = Counter(static_cast<double>(batch * lb::published_nodes) * 1e-9,
                                                 Counter::kIsIterationInvariantRate | Counter::kInvert);
}

template <class Kind>
void train_batch(benchmark::State& state) {
  train<Kind>(state, lb::published_network, static_cast<std::size_t>(state.range(0)), 1);
}

/// At a batch that gives every thread of a large machine something to do.
template <class Kind>
void train_threads(benchmark::State& state) {
  train<Kind>(state, lb::published_network, 1024, static_cast<int>(state.range(0)));
}

/// The published network's widths with another fan-in.
template <class Kind, std::size_t N>
void train_fan_in(benchmark::State& state) {
  constexpr auto expression =
      StochasticLut<N, 1024>{} | StochasticLut<N, 480>{} | StochasticLut<N, 70>{} | GroupSum<10>{};
  train<Kind>(state, expression, lb::published_batch, 1);
}

template <class Kind, std::size_t... I>
void add_fan_ins(const std::string& name, std::index_sequence<I...>) {
  (benchmark::RegisterBenchmark((name + "/fan_in:" + std::to_string(I + 2)).c_str(), train_fan_in<Kind, I + 2>), ...);
}

template <class Kind>
void add_series(const std::string& kind) {
  auto* const batches = benchmark::RegisterBenchmark(("BM_batch_" + kind).c_str(), train_batch<Kind>);
  batches->ArgName("batch")->RangeMultiplier(4)->Range(1, 4096);
  add_fan_ins<Kind>("BM_fan_in_" + kind, std::make_index_sequence<7>());
  auto* const threads = benchmark::RegisterBenchmark(("BM_threads_" + kind).c_str(), train_threads<Kind>);
  threads->ArgName("threads")->UseRealTime();
  // Two at least, so that what sharing costs shows up where it cannot help.
  const int most = std::max(2, thread_count(0));
  for (int count = 1; count < most; count *= 2) threads->Arg(count);
  threads->Arg(most);
}

}  // namespace

int main(int count, char** arguments) {
  add_series<Bit>("hard");
  add_series<Real>("expectation");
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
