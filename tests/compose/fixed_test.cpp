#define BOOST_TEST_MODULE fixed
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/train/fit.hpp>
#include <vector>

#include "support/gradient_check.hpp"
#include "support/tasks.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

using Input = Signal<Real, Shape{5, 1, 1}>;

/// A BatchNorm's running averages, away from where they start.
template <class Net>
void set_averages(Net& net) {
  Random random(Seed{4});
  for (auto& buffer : net.parameters().real_buffers())
    for (float& value : buffer.values) value = 0.5F + random.uniform();
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_fixed_stays_as_it_is_whatever_the_optimizer_while_the_rest_learns) {
  const auto data = clusters(200);
  for (const Optimizer& optimizer : {Optimizer(Adam{.rate = 0.1F}), Optimizer(AdamW{.rate = 0.1F, .decay = 0.5F}),
                                     Optimizer(Sgd{.rate = 0.1F, .decay = 0.5F})}) {
    auto net =
        task_network(ToReal{} | Dense<8>{} | fixed(BatchNorm{} | Relu{} | Dense<6>{} | BatchNorm{}) | Dense<3>{});
    set_averages(net);
    const auto before = bits_of(net);
    fit(net, data, {.epochs = 2, .optimizer = optimizer});
    const auto after = bits_of(net);
    const auto& blocks = net.parameters().blocks();
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      bool moved = false;
      for (std::size_t i = blocks[b].offset; i < blocks[b].offset + blocks[b].size; ++i) moved |= before[i] != after[i];
      const bool inside = b >= 2 && b < blocks.size() - 2;
      BOOST_TEST(blocks[b].learns == !inside);
      BOOST_TEST(moved == !inside, blocks[b].name);
    }
    const std::size_t values = net.parameters().values().size();
    BOOST_TEST(std::equal(before.begin() + values, before.end(), after.begin() + values, after.end()));
  }
}

BOOST_AUTO_TEST_CASE(the_gradient_that_passes_through_is_that_of_the_layers_as_they_are_when_not_trained) {
  auto net = bind<Input>(Dense<6>{} | fixed(BatchNorm{} | Sigmoid{} | Dense<4>{}) | Dense<2>{}, Seed{2});
  set_averages(net);
  const auto samples = random_samples<decltype(net)>(65, 1);
  const auto weights = loss_weights<decltype(net)>(65, 1);
  BOOST_TEST(loss_of(net, samples, weights, true) == loss_of(net, samples, weights, false));
  check_gradients(net);
}

BOOST_AUTO_TEST_CASE(layers_behind_a_fixed_part_learn_as_if_nothing_stood_before_it) {
  auto net = task_network(fixed(ToReal{} | Dense<16>{} | Relu{}) | Dense<3>{});
  BOOST_TEST(fit(net, clusters(300, 25), {.epochs = 20, .batch = 32, .optimizer = Adam{.rate = 2e-2F}})
                 .epochs.back()
                 .train_accuracy > 0.95);
}
