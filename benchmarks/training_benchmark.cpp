// A whole training step, as fit takes it: forward, loss, backward and Adam for 784-1024-480-70 nodes of six inputs at a
// batch of 128, hard and as an expectation, with random and with learned wiring. Counters: samples a second, and ns per
// node and sample.

#include <benchmark/benchmark.h>

#include <lutra/compose.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/loss.hpp>
#include <lutra/train/optimizer.hpp>
#include <vector>

namespace {

using namespace lutra;

constexpr std::size_t inputs = 784, batch = 128, nodes = 1024 + 480 + 70;

constexpr auto random_wiring =
    StochasticLut<6, 1024>{} | StochasticLut<6, 480>{} | StochasticLut<6, 70>{} | GroupSum<10>{};
constexpr auto learned_wiring =
    StochasticLut<6, 1024, LearnedWiring<8>>{} | StochasticLut<6, 480>{} | StochasticLut<6, 70>{} | GroupSum<10>{};

/// A network with one batch of samples, half of whose values are 1.
template <class Kind, class ExpressionType>
class Training {
 public:
  using Net = Network<ExpressionType, Signal<Kind, Shape{inputs, 1, 1}>>;

  explicit Training(const ExpressionType& expression) : net_(expression, Seed{1}) {
    Random random(Seed{2});
    for (std::size_t i = 0; i < batch * inputs; ++i)
      values_.push_back(static_cast<typename Net::Element>(random() & 1));
    for (std::size_t s = 0; s < batch; ++s) {
      samples_.push_back(values_.data() + s * inputs);
      labels_.push_back(static_cast<std::uint32_t>(random.below(10)));
    }
  }
  void step(int threads) {
    forward(threads);
    net_.backward();
    optimizer_step(Adam{.rate = 1e-2F}, 1, net_.parameters(), state_, threads);
  }
  void forward(int threads) {
    const auto out = detail::as_real(net_.forward(samples_, true, threads));
    apply_loss(SoftmaxCrossEntropy{}, net_.pass(), out, net_.scale(), {labels_, {}}, net_.output_gradient(), losses_);
  }
  void backward() { net_.backward(); }

 private:
  Net net_;
  OptimizerState state_;
  std::vector<typename Net::Element> values_;
  std::vector<const typename Net::Element*> samples_;
  std::vector<std::uint32_t> labels_;
  std::vector<float> losses_;
};

void count(benchmark::State& state) {
  using benchmark::Counter;
  const auto samples = static_cast<double>(batch), node_samples = static_cast<double>(batch * nodes) * 1e-9;
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

void BM_step_hard(benchmark::State& state) { step<Bit>(state, random_wiring); }
void BM_step_hard_learned_wiring(benchmark::State& state) { step<Bit>(state, learned_wiring); }
void BM_step_expectation(benchmark::State& state) { step<Real>(state, random_wiring); }
void BM_forward_hard(benchmark::State& state) { forward<Bit>(state, random_wiring); }
void BM_forward_expectation(benchmark::State& state) { forward<Real>(state, random_wiring); }
void BM_backward_hard(benchmark::State& state) { backward<Bit>(state, random_wiring); }
void BM_backward_expectation(benchmark::State& state) { backward<Real>(state, random_wiring); }

BENCHMARK(BM_step_hard)->ArgName("threads")->Arg(1);
BENCHMARK(BM_step_hard)->ArgName("threads")->Arg(2)->UseRealTime();
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
