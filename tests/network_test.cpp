#define BOOST_TEST_MODULE network
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::answers;
using lutra::test::error_of;
using lutra::test::gradients_of;
using lutra::test::loss_weights;
using lutra::test::random_samples;

namespace {

using Input = Signal<Byte, Shape{6, 1, 1}>;

auto logic() {
  return bind<Input>(Thermometer<5>{} | concat(StochasticLut<6, 20, LearnedWiring<3>>{}, StochasticLut<2, 10>{}) |
                         (identity + StochasticLut<4, 30>{}) | Binarize{} | StochasticLut<3, 12>{} | GroupSum<3>{},
                     Seed{1});
}
auto floats() {
  return bind<Input>(ToReal{} | Dense<70>{} | BatchNorm{} | Relu{} | Dense<20>{} | Sigmoid{} |
                         StochasticLut<4, 30, LearnedWiring<3>>{} | StochasticLut<6, 12>{} | GroupSum<3>{},
                     Seed{1});
}

/// Outputs and gradients of one training step from the same start.
template <class Net>
std::vector<float> step(Net& net, std::size_t count, int threads) {
  const auto samples = random_samples<Net>(count, count);
  auto all = gradients_of(net, samples, loss_weights<Net>(count, count), true, threads);
  for (std::size_t i = 0; i < Net::Output::size; ++i) {
    const auto out = net.forward(samples.pointers, true, threads);
    all.insert(all.end(), out.row(i), out.row(i) + count);
  }
  return all;
}

template <class Make>
void check_threads(const Make& make) {
  for (const std::size_t count : {1, 64, 200, 1000}) {
    auto net = make();
    const auto one = step(net, count, 1);
    for (const int threads : {2, 3, 0})
      BOOST_TEST((step(net, count, threads) == one), count << " samples, " << threads);
  }
}

template <class Make>
void check_batches(const Make& make) {
  auto used = make();
  for (const std::size_t count : {576, 512, 65, 1000, 640, 1, 64, 63, 1024, 9}) {
    auto fresh = make();
    BOOST_TEST((step(used, count, 2) == step(fresh, count, 2)), count << " samples");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(logic_gives_the_same_bits_on_any_number_of_threads) { check_threads(logic); }
BOOST_AUTO_TEST_CASE(floats_give_the_same_bits_on_any_number_of_threads) { check_threads(floats); }
// 576 samples are 9 words in 5 pieces, 512 are 8 in 8: the smaller batch needs the more scratch memory.
BOOST_AUTO_TEST_CASE(logic_forgets_the_batches_before) { check_batches(logic); }
BOOST_AUTO_TEST_CASE(floats_forget_the_batches_before) { check_batches(floats); }

BOOST_AUTO_TEST_CASE(a_sample_s_answer_does_not_depend_on_its_batch) {
  auto net = logic();
  const auto samples = random_samples<decltype(net)>(300, 7);
  const auto all = answers(net, samples);
  for (const std::size_t first : {0, 64, 100}) {
    lutra::test::Samples<decltype(net)> some{{},
                                             {samples.pointers.begin() + first, samples.pointers.begin() + first + 70}};
    const auto found = answers(net, some);
    BOOST_TEST(std::equal(found.begin(), found.end(), all.begin() + first * 3));
  }
}

BOOST_AUTO_TEST_CASE(a_network_moves_with_everything_it_has) {
  auto net = floats();
  const auto expected = step(net, 65, 1);
  auto moved = std::move(net);
  BOOST_TEST((step(moved, 65, 1) == expected));
  auto other = floats();
  other = std::move(moved);
  BOOST_TEST((step(other, 65, 1) == expected));
}

BOOST_AUTO_TEST_CASE(the_seed_decides_the_start) {
  const auto values = [](Seed seed) {
    auto net = bind<Input>(Thermometer<5>{} | StochasticLut<6, 20>{}, seed);
    return std::vector<float>(net.parameters().values().begin(), net.parameters().values().end());
  };
  BOOST_TEST((values(Seed{1}) == values(Seed{1})));
  BOOST_TEST((values(Seed{1}) != values(Seed{2})));
}

BOOST_AUTO_TEST_CASE(bits_are_packed_and_codes_transposed_up_to_the_last_sample) {
  const auto check = [](auto net) {
    for (const std::size_t count : {1, 63, 64, 65, 130}) {
      const auto samples = random_samples<decltype(net)>(count, count);
      const auto found = answers(net, samples);
      for (std::size_t i = 0; i < found.size(); ++i) BOOST_REQUIRE(found[i] == static_cast<double>(samples.values[i]));
    }
  };
  check(bind<Signal<Bit, Shape{1, 3, 3}>>(identity));
  check(bind<Signal<Byte, Shape{17, 1, 1}>>(identity));
  check(bind<Signal<Level<4>, Shape{17, 1, 1}>>(identity));
  check(bind<Signal<Level<16>, Shape{9, 1, 1}>>(identity));
  check(bind<Signal<Real, Shape{5, 1, 1}>>(identity));
}

BOOST_AUTO_TEST_CASE(a_batch_of_no_samples_is_refused) {
  auto net = logic();
  BOOST_TEST(error_of([&] { net.forward({}); }) ==
             "forward (network input Byte 6x1x1): expected at least one sample, got none");
}

BOOST_AUTO_TEST_CASE(data_of_another_size_is_refused) {
  auto net = logic();
  BOOST_TEST(error_of([&] {
               net.check_shape(make_dataset<Byte>({5, 1, 1}, std::vector<std::uint8_t>(10)));
             }) == "dataset (network input Byte 6x1x1): expected samples of shape 6x1x1, got 5x1x1");
}

BOOST_AUTO_TEST_CASE(memory_grows_with_the_largest_batch_and_never_shrinks) {
  auto net = logic();
  BOOST_TEST(net.arena_bytes() == 0);
  net.reserve(64);
  const std::size_t small = net.arena_bytes();
  BOOST_TEST(small > 0);
  net.reserve(1);
  BOOST_TEST(net.arena_bytes() == small);
  net.reserve(640);
  BOOST_TEST(net.arena_bytes() > 5 * small);
  const std::size_t large = net.arena_bytes();
  const auto samples = random_samples<decltype(net)>(3, 1);
  net.forward(samples.pointers);
  BOOST_TEST(net.arena_bytes() == large);
}
