// Trains a small network of each kind for a few steps, freezes the hard one, runs it in the engine, and prints hashes
// of all parameters and answers. The text must not depend on the instruction set; the set itself is told on the
// standard error stream.

#include <cstdint>
#include <cstdio>
#include <exception>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/simplify.hpp>
#include <lutra/compose.hpp>
#include <lutra/io/binary.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/loss.hpp>
#include <lutra/train/optimizer.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace {

using namespace lutra;

constexpr std::size_t inputs = 19, samples = 1100, batch = 150;

constexpr auto hard = Thermometer<3>{} | StochasticLut<6, 60, LearnedWiring<4>>{} |
                      StochasticLut<5, 40, RandomWiring, SpreadMultilinear>{} | StochasticLut<2, 30>{} | GroupSum<3>{} |
                      Argmax{};
constexpr auto expectation =
    Thermometer<2>{} | ToReal{} | StochasticLut<4, 50, LearnedWiring<4>>{} | StochasticLut<6, 30>{} | GroupSum<3>{};

constexpr auto convolutional = pointwise(Thermometer<2>{} | StochasticLut<2, 4>{}) | BinaryDepthwise<2>{} |
                               pointwise(lut_trees<6, 8>()) | OrPool<2>{} | convolve<Kernel<2>>(StochasticLut<5, 6>{}) |
                               GroupSum<3>{};

struct Samples {
  std::vector<std::uint8_t> values;
  std::vector<const std::uint8_t*> rows;
  std::vector<std::uint32_t> labels;
};

Samples random_samples() {
  Samples made;
  Random random(Seed{11});
  for (std::size_t i = 0; i < samples * inputs; ++i) made.values.push_back(static_cast<std::uint8_t>(random()));
  for (std::size_t s = 0; s < samples; ++s) {
    made.rows.push_back(made.values.data() + s * inputs);
    made.labels.push_back((made.rows.back()[0] / 43 + made.rows.back()[1] / 43) % 3U);
  }
  return made;
}

template <class T>
void say(const char* name, std::span<const T> values) {
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  std::printf("%s: %016llx\n", name, static_cast<unsigned long long>(io::fnv1a(bytes)));
}

template <class Net>
void train(const char* name, Net& net, const Samples& data) {
  OptimizerState state;
  std::vector<float> losses;
  for (std::size_t first = 0; first + batch <= samples; first += batch) {
    const auto out = detail::as_real(net.forward(std::span(data.rows).subspan(first, batch), true, 1));
    apply_loss(SoftmaxCrossEntropy{.smoothing = 0.1F}, net.pass(), out, net.scale(),
               {std::span(data.labels).subspan(first, batch), {}}, net.output_gradient(), losses);
    net.backward();
    optimizer_step(AdamW{.rate = 1e-2F, .decay = 1e-2F}, 1, net.parameters(), state, 1);
  }
  say<float>(name, net.parameters().values());
}

template <class T>
void run_engine(const char* name, const Circuit& circuit, const std::vector<T>& values) {
  const Engine engine(circuit, {.tile_samples = 512});
  std::vector<std::uint32_t> answers(samples * engine.output_size());
  engine.run(std::span<const T>(values), answers);
  say<std::uint32_t>(name, answers);
}

void run_all() {
  const Samples data = random_samples();
  auto hard_net = bind<Signal<Byte, Shape{inputs}>>(hard, Seed{1});
  train("hard network", hard_net, data);
  auto soft_net = bind<Signal<Byte, Shape{inputs}>>(expectation, Seed{2});
  train("expectation", soft_net, data);

  auto convolutional_net = bind<Signal<Byte, Shape{1, 4, 4}>>(convolutional, Seed{3});
  train("convolutional network", convolutional_net, data);

  const Circuit circuit = simplify(freeze(hard_net));
  run_engine("engine, bytes", circuit, data.values);
  run_engine("engine, 16 bits", circuit, std::vector<std::uint16_t>(data.values.begin(), data.values.end()));
}

}  // namespace

int main() {
  try {
    const std::string_view set = kernels::instruction_set();
    std::fprintf(stderr, "%.*s\n", static_cast<int>(set.size()), set.data());
    run_all();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
