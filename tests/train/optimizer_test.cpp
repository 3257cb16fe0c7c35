#define BOOST_TEST_MODULE optimizer
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/random.hpp>
#include <lutra/train/optimizer.hpp>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using lutra::test::check_error;

namespace {

/// A store with one free block, one that does not decay, and one with bounds.
struct Store {
  ParameterStore parameters;
  OptimizerState state;

  explicit Store(std::size_t size = 37) {
    parameters.claim({.name = "free", .size = size});
    parameters.claim({.name = "bias", .size = 5, .decay = false});
    parameters.claim({.name = "table", .size = 64, .lower = 0, .upper = 1});
    Random random(Seed{1});
    for (float& value : parameters.values()) value = random.uniform();
  }
  /// Gradients of another step, from its number alone.
  void set_gradients(int step) {
    Random random(Seed{2}, static_cast<std::uint64_t>(step));
    for (float& value : parameters.gradients()) value = 2 * random.uniform() - 1;
  }
};

/// What an optimizer is by the book, in double, one parameter at a time.
struct Reference {
  std::vector<double> w, m, v;

  explicit Reference(const Store& store)
      : w(store.parameters.values().begin(), store.parameters.values().end()), m(w.size()), v(w.size()) {}

  static const ParameterBlock& block_of(const Store& store, std::size_t i) {
    for (const ParameterBlock& block : store.parameters.blocks())
      if (i < block.offset + block.size) return block;
    throw std::logic_error("no block");
  }
  static double bounded(double value, const ParameterBlock& block) {
    return std::min(std::max(value, static_cast<double>(block.lower)), static_cast<double>(block.upper));
  }
  void adam(Store& store, int t, double rate, double b1, double b2, double epsilon, double decay) {
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double g = static_cast<double>(store.parameters.gradients()[i]);
      const ParameterBlock& block = block_of(store, i);
      m[i] = b1 * m[i] + (1 - b1) * g;
      v[i] = b2 * v[i] + (1 - b2) * g * g;
      const double first = m[i] / (1 - std::pow(b1, t)), second = v[i] / (1 - std::pow(b2, t));
      w[i] =
          bounded(w[i] - (block.decay ? rate * decay * w[i] : 0) - rate * first / (std::sqrt(second) + epsilon), block);
    }
  }
  void sgd(Store& store, double rate, double momentum, double decay) {
    for (std::size_t i = 0; i < w.size(); ++i) {
      const ParameterBlock& block = block_of(store, i);
      m[i] = momentum * m[i] + static_cast<double>(store.parameters.gradients()[i]) + (block.decay ? decay * w[i] : 0);
      w[i] = bounded(w[i] - rate * m[i], block);
    }
  }
  void check(const Store& store) const {
    for (std::size_t i = 0; i < w.size(); ++i)
      BOOST_TEST(std::abs(static_cast<double>(store.parameters.values()[i]) - w[i]) < 2e-5, "parameter " << i);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(fifty_steps_of_adam_are_those_of_the_book) {
  Store store;
  Reference reference(store);
  for (int t = 1; t <= 50; ++t) {
    store.set_gradients(t);
    const float factor = t <= 25 ? 1.0F : 0.5F;
    optimizer_step(Adam{.rate = 1e-2F}, factor, store.parameters, store.state, 1);
    reference.adam(store, t, 1e-2 * static_cast<double>(factor), 0.9, 0.999, 1e-8, 0);
    reference.check(store);
  }
  BOOST_TEST(store.state.steps == 50U);
}

BOOST_AUTO_TEST_CASE(fifty_steps_of_adamw_decay_only_what_decays) {
  Store store;
  Reference reference(store);
  for (int t = 1; t <= 50; ++t) {
    store.set_gradients(t);
    optimizer_step(AdamW{.rate = 1e-2F, .beta1 = 0.8F, .beta2 = 0.99F, .epsilon = 1e-4F, .decay = 0.5F}, 1,
                   store.parameters, store.state, 1);
    reference.adam(store, t, 1e-2, 0.8F, 0.99F, 1e-4, 0.5);
    reference.check(store);
  }
}

BOOST_AUTO_TEST_CASE(fifty_steps_of_momentum_are_those_of_the_book) {
  Store store;
  Reference reference(store);
  for (int t = 1; t <= 50; ++t) {
    store.set_gradients(t);
    optimizer_step(Sgd{.rate = 0.05F, .momentum = 0.9F, .decay = 0.01F}, 1, store.parameters, store.state, 1);
    reference.sgd(store, 0.05F, 0.9F, 0.01F);
    reference.check(store);
  }
}

BOOST_AUTO_TEST_CASE(only_bounded_parameters_are_put_back_into_their_bounds) {
  for (const Optimizer& optimizer :
       {Optimizer(Adam{.rate = 10}), Optimizer(AdamW{.rate = 10}), Optimizer(Sgd{.rate = 100})}) {
    Store store;
    store.set_gradients(1);
    optimizer_step(optimizer, 1, store.parameters, store.state, 1);
    const auto& blocks = store.parameters.blocks();
    bool outside = false;
    for (std::size_t i = 0; i < blocks[0].size; ++i) outside |= std::abs(store.parameters.values()[i]) > 2;
    BOOST_TEST(outside);
    const auto table = store.parameters.values().subspan(blocks[2].offset, blocks[2].size);
    BOOST_TEST(std::ranges::count(table, 0.0F) > 20);
    BOOST_TEST(std::ranges::count(table, 1.0F) > 20);
    BOOST_TEST(std::ranges::all_of(table, [](float value) { return value >= 0 && value <= 1; }));
  }
}

BOOST_AUTO_TEST_CASE(without_gradients_and_decay_nothing_moves_and_a_rate_of_zero_moves_nothing) {
  for (const Optimizer& optimizer : {Optimizer(Adam{}), Optimizer(AdamW{.decay = 0}), Optimizer(Sgd{})}) {
    Store store;
    const std::vector<float> before(store.parameters.values().begin(), store.parameters.values().end());
    optimizer_step(optimizer, 1, store.parameters, store.state, 1);
    BOOST_TEST(std::equal(before.begin(), before.end(), store.parameters.values().begin()));
    store.set_gradients(1);
    optimizer_step(optimizer, 0, store.parameters, store.state, 1);
    BOOST_TEST(std::equal(before.begin(), before.end(), store.parameters.values().begin()));
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  for (const Optimizer& optimizer : {Optimizer(Adam{}), Optimizer(AdamW{}), Optimizer(Sgd{})}) {
    std::vector<std::vector<float>> results;
    for (const int threads : {1, 2, 3}) {
      Store store(50000);
      for (int t = 1; t <= 3; ++t) {
        store.set_gradients(t);
        optimizer_step(optimizer, 1, store.parameters, store.state, threads);
      }
      results.emplace_back(store.parameters.values().begin(), store.parameters.values().end());
    }
    BOOST_TEST((results[1] == results[0]));
    BOOST_TEST((results[2] == results[0]));
  }
}

BOOST_AUTO_TEST_CASE(options_that_no_formula_can_work_with_are_refused) {
  const float nan = std::nanf("");
  for (const Optimizer& optimizer : {Optimizer(Adam{}), Optimizer(AdamW{.decay = 0}), Optimizer(Sgd{.momentum = 0})})
    check_optimizer(optimizer, "here");
  const auto refused = [](const Optimizer& optimizer, std::string_view what) {
    check_error([&] { check_optimizer(optimizer, "here"); }, {what, "(here): expected"});
  };
  refused(Adam{.rate = -1}, "learning rate");
  refused(Adam{.rate = nan}, "learning rate");
  refused(AdamW{.rate = INFINITY}, "learning rate");
  refused(Adam{.beta1 = 1}, "beta1");
  refused(Adam{.beta2 = 1}, "beta2");
  refused(Adam{.beta2 = -0.1F}, "beta2");
  refused(Adam{.epsilon = 0}, "epsilon");
  refused(AdamW{.decay = -1}, "weight decay");
  refused(Sgd{.rate = nan}, "learning rate");
  refused(Sgd{.momentum = 1}, "momentum");
  refused(Sgd{.decay = nan}, "weight decay");
}
