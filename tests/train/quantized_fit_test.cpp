#define BOOST_TEST_MODULE quantized_fit
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/quantize.hpp>
#include <lutra/train/fit.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

template <class Weights, class Last>
auto network() {
  return bind<TaskInput>(Dense<16, Weights>{} | BatchNorm{} | Quantize<2>{} | Dense<12, Weights>{} | BatchNorm{} |
                             Quantize<2>{} | Dense<3, Last>{} | Argmax{},
                         Seed{3});
}

template <class Net>
void learns(Net& net) {
  const auto data = clusters(300, 60), test = clusters(300, 60, Seed{5});
  const double before = accuracy(net, test);
  const auto history = fit(net, data, {.epochs = 20, .batch = 32, .optimizer = Adam{.rate = 1e-2F}});
  BOOST_TEST(history.epochs.back().train_loss < 0.7 * history.epochs.front().train_loss);
  BOOST_TEST(accuracy(net, test) > before);
  BOOST_TEST(accuracy(net, test) > 0.75);
}

}  // namespace

BOOST_AUTO_TEST_CASE(networks_of_every_kind_of_weights_learn_and_so_does_their_float_twin) {
  const auto check = [](auto net) {
    learns(net);
    const auto test = clusters(200, 60, Seed{7});
    std::vector<std::uint32_t> classes(test.size());
    Engine(freeze(net)).classify(std::span<const std::uint8_t>(test.values), classes);
    BOOST_TEST(classes == predict(net, test), boost::test_tools::per_element());
  };
  check(network<BinaryWeights, OneScale<BinaryWeights>>());
  check(network<TernaryWeights, OneScale<TernaryWeights>>());
  check(network<FewBitWeights<4>, OneScale<FewBitWeights<4>>>());
  auto twin = network<FloatWeights, FloatWeights>();
  learns(twin);
}
