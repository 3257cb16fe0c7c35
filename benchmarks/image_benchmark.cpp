// The image engine on one 640 x 480 frame after another: a segmentation network of 13 000 nodes, from bytes to the
// class of each pixel. 26 blocks of a depthwise 3 x 3 layer, eight nodes for each of 32 channels, and a pointwise layer
// of trees, 192 nodes and 32 roots; then 500 nodes, whose votes are counted. Wiring and tables are random: each node is
// read, and each has six different inputs. Beside it a network of few-bit codes and weights, one small image at a time.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/network.hpp>
#include <lutra/networks.hpp>
#include <numeric>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace {

using namespace lutra;
using namespace lutra::circuits;

/// Builds a network stage by stage, each of which reads the one before it at each place.
class Maker {
 public:
  explicit Maker(Shape frame) : input_{frame, 8}, channels_(frame.channels) {}

  Maker& thermometer(std::size_t bits) {
    ThresholdStage stage;
    for (std::size_t i = 0; i < bits; ++i) {
      stage.sources.push_back(static_cast<std::uint32_t>(i % channels_));
      stage.thresholds.push_back(static_cast<std::uint32_t>((i + 1) * 256 / (bits + 1)));
    }
    return add(std::move(stage), bits, 1);
  }
  /// `nodes` nodes of each channel's 3 x 3 pixels.
  Maker& depthwise(std::size_t nodes) {
    RearrangeStage window;
    LutStage luts;
    for (std::uint32_t channel = 0; channel < channels_; ++channel) {
      for (std::int32_t at = 0; at < 9; ++at) {
        window.sources.push_back(channel);
        window.offsets.push_back({at / 3 - 1, at % 3 - 1});
      }
      std::vector<std::uint32_t> pins(9);
      std::iota(pins.begin(), pins.end(), 9 * channel);
      for (std::size_t i = 0; i < nodes; ++i) {
        std::shuffle(pins.begin(), pins.end(), random_);
        node(luts, std::span(pins).first(6));
      }
    }
    const std::size_t size = luts.size();
    return add(std::move(window), 9 * channels_, 1).add(std::move(luts), size, 1);
  }
  /// Six inputs each, in turn from a random order of all channels.
  Maker& pointwise(std::size_t nodes) {
    LutStage luts;
    std::vector<std::uint32_t> order;
    for (std::size_t i = 0; i < nodes; ++i) {
      if (order.size() < 6) {
        order.resize(channels_);
        std::iota(order.begin(), order.end(), 0U);
        std::shuffle(order.begin(), order.end(), random_);
      }
      node(luts, std::span(order).last(6));
      order.resize(order.size() - 6);
    }
    return add(std::move(luts), nodes, 1);
  }
  Maker& votes(std::size_t classes) {
    CountStage stage;
    for (std::size_t c = 0; c < classes; ++c) {
      std::vector<std::uint32_t> group(channels_ / classes);
      std::iota(group.begin(), group.end(), static_cast<std::uint32_t>(c * group.size()));
      stage.sources.add(group);
      stage.offsets.push_back(0);
    }
    return add(std::move(stage), classes, bits_for(channels_ / classes));
  }
  Maker& classes() { return add(ArgmaxStage{}, 1, bits_for(channels_ - 1)); }

  [[nodiscard]] Circuit circuit() const { return {input_, stages_}; }

 private:
  void node(LutStage& luts, std::span<const std::uint32_t> pins) {
    const std::uint64_t table = random_();
    luts.add(pins, std::span(&table, 1));
  }
  Maker& add(Operation operation, std::size_t channels, std::uint32_t width) {
    channels_ = channels;
    const Type output{{channels, input_.shape.height, input_.shape.width}, width};
    stages_.push_back({"layer", {static_cast<SignalId>(stages_.size())}, std::move(operation), output, true});
    return *this;
  }

  Type input_;
  std::size_t channels_;
  std::vector<Stage> stages_;
  std::mt19937_64 random_{1};
};

Circuit segmentation(Shape frame, int blocks) {
  Maker maker(frame);
  maker.thermometer(32);
  for (int block = 0; block < blocks; ++block) maker.depthwise(8).pointwise(192).pointwise(32);
  return maker.pointwise(500).votes(4).classes().circuit();
}

void run(benchmark::State& state, const Circuit& circuit, ImageEngineOptions options) {
  const ImageEngine engine(circuit, options);
  std::vector<std::uint8_t> frame(engine.input_size()), classes(engine.output_size());
  std::mt19937 random(1);
  for (auto& value : frame) value = static_cast<std::uint8_t>(random());
  for (auto _ : state) {
    engine.run(std::span<const std::uint8_t>(frame), std::span(classes));
    benchmark::ClobberMemory();
  }
  const double work = static_cast<double>(circuit.lut_nodes()) * static_cast<double>(engine.output_size());
  state.counters["frames_per_s"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["ns_per_node_pixel"] =
      benchmark::Counter(work * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void BM_segmentation(benchmark::State& state) {
  const ImageEngineOptions options{.threads = static_cast<std::size_t>(state.range(0)),
                                   .tile_lines = static_cast<std::size_t>(state.range(1))};
  run(state, segmentation({3, 480, 640}, 26), options);
}
BENCHMARK(BM_segmentation)
    ->ArgNames({"threads", "lines"})
    ->Args({1, 0})
    ->Args({2, 0})
    ->ArgsProduct({{1}, {8, 16, 32}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// Lines of other lengths: words that are not full, and lines of a word.
void BM_segmentation_width(benchmark::State& state) {
  run(state, segmentation({3, 240, static_cast<std::size_t>(state.range(0))}, 4), {});
}
BENCHMARK(BM_segmentation_width)
    ->ArgName("width")
    ->Arg(64)
    ->Arg(320)
    ->Arg(641)
    ->Arg(1920)
    ->Unit(benchmark::kMillisecond);

/// An image of 28 x 28 bytes to its class, by weights of one bit and codes of two: examples/fashion.cpp's network.
void BM_clothing(benchmark::State& state) {
  using Codes = networks::Codes<BinaryWeights, 2>;
  const Circuit circuit =
      freeze(bind<Signal<Byte, Shape{1, 28, 28}>>(networks::vgg<Codes, OneScale<BinaryWeights>, 10, 64>()));
  const ImageEngine engine(circuit);
  std::vector<std::uint8_t> image(engine.input_size());
  std::mt19937 random(1);
  for (auto& value : image) value = static_cast<std::uint8_t>(random());
  std::uint8_t answer = 0;
  for (auto _ : state) {
    engine.run(std::span<const std::uint8_t>(image), std::span(&answer, 1));
    benchmark::DoNotOptimize(answer);
  }
}
BENCHMARK(BM_clothing)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
