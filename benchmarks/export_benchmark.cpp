// From a trained network to files, 50 000 nodes: freeze, simplify, and every exporter, alone and all together. The
// memory a run takes at most is the program's: run one benchmark at a time to know it.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <lutra/circuit/simplify.hpp>
#include <lutra/compose.hpp>
#include <lutra/export/blif.hpp>
#include <lutra/export/c.hpp>
#include <lutra/export/report.hpp>
#include <lutra/export/verilog.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/network.hpp>
#include <lutra/signal.hpp>

namespace {

using namespace lutra;

/// As training begins with it: the tables are random, which is as much work as an export can be.
const auto& network() {
  static const auto net = bind<Signal<Bit, Shape{784, 1, 1}>>(
      StochasticLut<6, 30000>{} | StochasticLut<6, 15000>{} | StochasticLut<6, 5000>{} | GroupSum<10>{} | Argmax{},
      Seed{1});
  return net;
}
const Circuit& frozen() {
  static const Circuit circuit = freeze(network());
  return circuit;
}
const Circuit& simplified() {
  static const Circuit circuit = simplify(frozen());
  return circuit;
}

/// Runs `work`, which gives a number of bytes or nodes that is counted.
template <class Work>
void measure(benchmark::State& state, const Work& work) {
  for (auto _ : state) benchmark::DoNotOptimize(work());
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  state.counters["peak_MB"] = static_cast<double>(used.ru_maxrss) / 1024;
}

/// One design at a time, as a program writes them.
std::size_t exported(const Circuit& circuit) {
  std::size_t files = 0;
  files += hdl::verilog(circuit).files.size();
  files += c::source(circuit).files.size();
  files += hdl::blif(circuit).files.size();
  files += report::make(circuit, {.title = "Benchmark", .original = &frozen()}).files.size();
  return files;
}

void BM_freeze(benchmark::State& state) {
  network();
  measure(state, [] { return freeze(network()).lut_nodes(); });
}
void BM_simplify(benchmark::State& state) {
  frozen();
  measure(state, [] { return simplify(frozen()).lut_nodes(); });
}
void BM_export_verilog(benchmark::State& state) {
  simplified();
  measure(state, [] { return hdl::verilog(simplified()).files.size(); });
}
void BM_export_c(benchmark::State& state) {
  simplified();
  measure(state, [] { return c::source(simplified()).files.size(); });
}
void BM_export_blif(benchmark::State& state) {
  simplified();
  measure(state, [] { return hdl::blif(simplified()).files.size(); });
}
void BM_export_report(benchmark::State& state) {
  simplified();
  measure(state, [] { return report::make(simplified(), {.title = "Benchmark", .original = &frozen()}).files.size(); });
}
void BM_export_all(benchmark::State& state) {
  network();
  measure(state, [] { return exported(simplify(freeze(network()))); });
}
BENCHMARK(BM_freeze)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_simplify)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_export_verilog)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_export_c)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_export_blif)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_export_report)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_export_all)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
