#define BOOST_TEST_MODULE depthwise
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/unroll.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/depthwise.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <vector>

#include "support/gradient_check.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

constexpr Shape image{3, 5, 4};

/// Every channel answers as a convolution over that channel alone, with that channel's parameters.
template <class KernelType, class... Options, class ExpressionType>
void check_channels(const ExpressionType& expression) {
  auto net = bind<Signal<Bit, image>>(depthwise<KernelType, Options...>(expression), Seed{3});
  auto one = bind<Signal<Bit, Shape{1, 5, 4}>>(convolve<KernelType, Options...>(expression), Seed{4});
  using One = typename decltype(one)::Output;
  using Out = typename decltype(net)::Output;
  static_assert(Out::shape == Shape{3 * One::shape.channels, One::shape.height, One::shape.width});
  BOOST_TEST(net.scale() == one.scale());
  const auto batch = random_samples<decltype(net)>(66, 5);
  const auto out = net.forward(batch.pointers);
  std::size_t wrong = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const auto values = one.parameters().values();
    std::copy_n(net.parameters().values().begin() + static_cast<std::ptrdiff_t>(c * values.size()), values.size(),
                values.begin());
    auto& buffers = one.parameters().integer_buffers();
    for (std::size_t b = 0; b < buffers.size(); ++b)
      buffers[b].values = net.parameters().integer_buffers()[c * buffers.size() + b].values;
    std::vector<const std::uint8_t*> channel;
    for (std::size_t s = 0; s < 66; ++s) channel.push_back(batch.pointers[s] + c * 20);
    const auto expected = one.forward(channel);
    for (std::size_t i = 0; i < One::size; ++i)
      for (std::size_t s = 0; s < 66; ++s) wrong += value_at(out, c * One::size + i, s) != value_at(expected, i, s);
  }
  BOOST_TEST(wrong == 0U);

  check_freezes_exactly(net, 40);
  const Circuit circuit = freeze(net);
  BOOST_TEST(circuit.stages().size() == freeze(one).stages().size());
  std::vector<std::uint32_t> found(66 * Out::size);
  Engine(circuit).run(batch.values, found);
  const auto all = answers(net, batch);
  BOOST_TEST(std::equal(all.begin(), all.end(), found.begin(), found.end()));
  BOOST_TEST((answers(unroll(circuit), batch) == all));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_channel_has_a_filter_bank_of_its_own) {
  check_channels<Kernel<3>, Same>(StochasticLut<6, 5>{} | StochasticLut<4, 2>{});
  check_channels<Kernel<2>, Stride<2>>((StochasticLut<2, 4>{} + StochasticLut<3, 4>{}) | GroupSum<2>{});
  check_channels<Kernel<3>>(convolve<Kernel<2>>(StochasticLut<4, 3>{}) | StochasticLut<6, 4>{});
}

BOOST_AUTO_TEST_CASE(gradients_are_those_of_finite_differences) {
  const auto check = [](const auto& expression) {
    auto net = bind<Signal<Real, Shape{2, 4, 3}>>(expression, Seed{2});
    check_gradients_of_every_batch(net, {.most = 12});
  };
  check(pointwise(Dense<2>{} | Sigmoid{}) | depthwise<Kernel<2>, Same>(Dense<3>{} | Sigmoid{} | Dense<2>{}));
  check(pointwise(Dense<3>{} | Sigmoid{}) | depthwise<Kernel<3, 2>>(StochasticLut<4, 3>{} | StochasticLut<2, 2>{}));
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_changes_no_bit) {
  auto net = bind<Signal<Bit, Shape{3, 6, 6}>>(convolve<Kernel<3>, Same>(StochasticLut<6, 4>{}) |
                                                   depthwise<Kernel<3>>(StochasticLut<6, 6>{} | StochasticLut<6, 3>{}),
                                               Seed{4});
  const auto samples = random_samples<decltype(net)>(130, 6);
  const auto weights = loss_weights<decltype(net)>(130, 7);
  const auto one = gradients_of(net, samples, weights, true, 1);
  BOOST_TEST((gradients_of(net, samples, weights, true, 3) == one));
}

BOOST_AUTO_TEST_CASE(circuits_of_another_form_do_not_stand_side_by_side) {
  using namespace lutra::circuits;
  const Circuit sum({{2, 1, 1}, 4}, {{"sum", {0, 0}, AddStage{}, {{2, 1, 1}, 5}}});
  const Circuit turned({{2, 1, 1}, 4}, {{"turned", {0}, RearrangeStage{{1, 0}}, {{2, 1, 1}, 4}}});
  const Circuit largest({{2, 1, 1}, 4}, {{"largest", {0}, ArgmaxStage{}, {{1, 1, 1}, 1}}});
  const auto refusal = [](const std::vector<Circuit>& all) { return error_of([&] { (void)side_by_side(all); }); };
  BOOST_TEST(refusal({sum, sum}).empty());
  BOOST_TEST(refusal({sum, turned}).find("the stage of the first circuit, got turned") != std::string::npos);
  BOOST_TEST(refusal({largest}).find("no argmax") != std::string::npos);
  BOOST_TEST(refusal({}).find("at least one") != std::string::npos);
  const Circuit both = side_by_side(std::vector{turned, turned});
  const std::uint8_t sample[] = {1, 2, 3, 4};
  BOOST_TEST((evaluate(both, std::span<const std::uint8_t>(sample)) == Values{2, 1, 4, 3}));
}
