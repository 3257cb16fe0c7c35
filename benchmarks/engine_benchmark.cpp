// The engine on synthetic circuits, one thread: what a node costs a sample, how many images a second go from bytes to
// classes, and how long one image takes. The peers' figures are for the same shapes. Samples are drawn anew from a set
// that is larger than the second cache, as they would come from a file.

#include <benchmark/benchmark.h>

#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace lutra;

/// Builds circuits of the usual form: encoder, layers of random nodes, group counts, argmax.
class Builder {
 public:
  explicit Builder(circuits::Type input) : input_(input), width_(input.size()) {}

  Builder& thermometer(std::size_t bits) {
    circuits::ThresholdStage stage;
    for (std::size_t i = 0; i < width_; ++i)
      for (std::size_t b = 0; b < bits; ++b) {
        stage.sources.push_back(static_cast<std::uint32_t>(i));
        stage.thresholds.push_back(static_cast<std::uint32_t>((b + 1) * 256 / (bits + 1)));
      }
    return add(stage, stage.size(), 1);
  }
  Builder& luts(std::size_t nodes, std::size_t fan_in) {
    circuits::LutStage stage;
    std::vector<std::uint32_t> pins(fan_in);
    for (std::size_t i = 0; i < nodes; ++i) {
      for (auto& pin : pins) pin = static_cast<std::uint32_t>(random_() % width_);
      const std::uint64_t table = random_() & circuits::table_mask(fan_in);
      stage.add(pins, std::vector<std::uint64_t>{table});
    }
    return add(stage, nodes, 1);
  }
  Circuit classes(std::size_t count) {
    circuits::CountStage stage;
    for (std::size_t c = 0; c < count; ++c) {
      std::vector<std::uint32_t> group;
      for (std::size_t i = c * width_ / count; i < (c + 1) * width_ / count; ++i)
        group.push_back(static_cast<std::uint32_t>(i));
      stage.sources.add(group);
    }
    stage.offsets.assign(count, 0);
    add(stage, count, bits_for(width_ / count + 1));
    add(circuits::ArgmaxStage{}, 1, bits_for(count - 1));
    return {input_, stages_};
  }

 private:
  Builder& add(circuits::Operation operation, std::size_t size, std::uint32_t width) {
    const auto last = static_cast<circuits::SignalId>(stages_.size());
    stages_.push_back({"layer", {last}, std::move(operation), {{size, 1, 1}, width}});
    width_ = size;
    return *this;
  }

  circuits::Type input_;
  std::size_t width_;
  std::vector<circuits::Stage> stages_;
  std::mt19937_64 random_{1};
};

std::vector<std::uint8_t> samples_for(const Circuit& circuit, std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::uint8_t> samples(count * circuit.input().size());
  for (auto& value : samples) value = static_cast<std::uint8_t>(random() & circuit.input().maximum());
  return samples;
}

void classify(benchmark::State& state, const Circuit& circuit, std::size_t count, EngineOptions options = {}) {
  const Engine engine(circuit, options);
  const auto samples = samples_for(circuit, count);
  std::vector<std::uint32_t> classes(count);
  for (auto _ : state) {
    engine.classify(std::span<const std::uint8_t>(samples), classes);
    benchmark::ClobberMemory();
  }
  state.counters["samples_per_s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["ps_per_node_sample"] =
      benchmark::Counter(static_cast<double>(count * circuit.lut_nodes()) * 1e-12,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// Little input, so that nearly all of the time is nodes. (With two inputs a pin is often left out by every reader, and
/// the engine leaves such nodes out.)
void BM_nodes(benchmark::State& state) {
  const auto nodes = static_cast<std::size_t>(state.range(0)), fan_in = static_cast<std::size_t>(state.range(1));
  Builder builder({{64, 1, 1}, 1});
  for (int layer = 0; layer < 8; ++layer) builder.luts(nodes, fan_in);
  classify(state, builder.classes(10), 8192, {.tile_samples = static_cast<std::size_t>(state.range(2))});
}
BENCHMARK(BM_nodes)
    ->ArgNames({"layer", "fan_in", "tile"})
    ->ArgsProduct({{500, 2000, 8000}, {6}, {512, 1024, 2048, 4096}})
    ->Args({2000, 2, 0})
    ->Args({2000, 3, 0})
    ->Args({2000, 4, 0});

/// The shape of a good MNIST classifier: 3 thermometer bits a pixel, 2000 and 1000 nodes of six inputs.
Circuit mnist() { return Builder({{1, 28, 28}, 8}).thermometer(3).luts(2000, 6).luts(1000, 6).classes(10); }
void BM_mnist(benchmark::State& state) {
  classify(state, mnist(), static_cast<std::size_t>(state.range(0)),
           {.tile_samples = static_cast<std::size_t>(state.range(1))});
}
BENCHMARK(BM_mnist)->ArgNames({"samples", "tile"})->ArgsProduct({{16384}, {0, 512, 1024, 2048}});
BENCHMARK(BM_mnist)->ArgNames({"samples", "tile"})->ArgsProduct({{2, 3, 4, 64, 512}, {0}});

void BM_mnist_single_sample(benchmark::State& state) {
  const Circuit circuit = mnist();
  const Engine engine(circuit);
  const auto samples = samples_for(circuit, 64);
  std::size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(engine.classify(std::span<const std::uint8_t>(samples).subspan(i++ % 64 * 784, 784)));
}
BENCHMARK(BM_mnist_single_sample);

void BM_scalar_mnist_evaluate(benchmark::State& state) {
  const Circuit circuit = mnist();
  const auto samples = samples_for(circuit, 1);
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(circuit, std::span<const std::uint8_t>(samples)));
}
BENCHMARK(BM_scalar_mnist_evaluate);

/// Networks of two-input gates: 784 bits, 6 × 8000 nodes, 10 classes.
void BM_two_input(benchmark::State& state) {
  Builder builder({{1, 28, 28}, 1});
  for (int layer = 0; layer < 6; ++layer) builder.luts(8000, 2);
  classify(state, builder.classes(10), 8192, {.tile_samples = static_cast<std::size_t>(state.range(0))});
}
BENCHMARK(BM_two_input)->ArgName("tile")->Arg(0)->Arg(512)->Arg(1024)->Arg(2048);

}  // namespace

BENCHMARK_MAIN();
