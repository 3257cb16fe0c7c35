#define BOOST_TEST_MODULE strongest_inputs
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/train/fit.hpp>
#include <lutra/train/strongest_inputs.hpp>
#include <set>
#include <support/files.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

using Pins = std::vector<std::uint32_t>;

/// Two Dense layers, the first with these weights, one row an output.
template <std::size_t Inputs, std::size_t Outputs>
auto dense_net(const std::vector<float>& weights) {
  auto net = bind<Signal<Real, Shape{Inputs, 1, 1}>>(Dense<Outputs>{} | Dense<3>{});
  std::copy(weights.begin(), weights.end(), net.parameters().values().begin());
  return net;
}

/// How many weights an output has that are not 0, for each Dense layer of 24 inputs.
template <class Net>
std::vector<std::size_t> inputs_in_use(const Net& net) {
  constexpr std::size_t inputs = 24;
  std::vector<std::size_t> counts;
  for (const auto& block : net.parameters().blocks()) {
    if (!block.name.ends_with(".weights")) continue;
    std::set<std::size_t> found;
    for (std::size_t at = block.offset; at < block.offset + block.size; at += inputs) {
      const auto row = net.parameters().values().subspan(at, inputs);
      found.insert(inputs - static_cast<std::size_t>(std::ranges::count(row, 0.0F)));
    }
    BOOST_TEST(found.size() == 1U);
    counts.push_back(*found.begin());
  }
  return counts;
}

}  // namespace

// ---- Choice ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_largest_magnitudes_come_first_and_of_equals_the_lowest_index) {
  const std::vector<float> weights{1, -3, 2, 0, /**/ 0, 0, 0, 0, /**/ -1, 1, -2, 2};
  BOOST_TEST((strongest_inputs(weights, 4, 2) == Pins{1, 2, 0, 1, 2, 3}));
  BOOST_TEST((strongest_inputs(weights, 4, 4) == Pins{1, 2, 0, 3, 0, 1, 2, 3, 2, 3, 0, 1}));
  BOOST_TEST(strongest_inputs({}, 4, 2).empty());
}

BOOST_AUTO_TEST_CASE(numbers_of_inputs_that_there_are_not_are_refused) {
  const std::vector<float> weights(8);
  check_error([&] { (void)strongest_inputs(weights, 4, 0); }, {"strongest_inputs", "1 to 4", "got 0"});
  check_error([&] { (void)strongest_inputs(weights, 4, 5); }, {"1 to 4", "got 5"});
  check_error([&] { (void)strongest_inputs(weights, 3, 2); }, {"whole rows of 3", "got 8"});
  check_error([&] { (void)strongest_inputs(weights, 0, 0); }, {"strongest_inputs"});
}

// ---- Wiring ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(wiring_of_a_dense_layer_reads_the_strongest_inputs_of_each_output) {
  const auto net = dense_net<4, 2>({1, -3, 2, 0, /**/ 4, 3, -2, 5});
  BOOST_TEST((wiring_of(net, 0, {.inputs = 2, .node = 2}).pins == Pins{1, 2, 3, 0}));
  BOOST_TEST((wiring_of(net, 0, {.inputs = 4, .node = 2}).pins == Pins{1, 2, 0, 3, 3, 0, 1, 2}));
  BOOST_TEST(wiring_of(net, 1, {.inputs = 2, .node = 2}).pins.size() == 6U);
}

BOOST_AUTO_TEST_CASE(such_wiring_binds_to_nodes_and_to_trees_over_the_same_input) {
  const auto net = bind<Signal<Real, Shape{40, 1, 1}>>(Dense<5>{});
  const ExplicitWiring nodes = wiring_of(net, 0, {.inputs = 6}), trees = wiring_of(net, 0);
  auto logic = bind<Signal<Bit, Shape{40, 1, 1}>>(
      concat(StochasticLut<6, 5, ExplicitWiring>{.wiring = nodes}, lut_trees<6, 5, ExplicitWiring>(trees)));
  BOOST_TEST((logic.parameters().integer_buffers()[0].values == nodes.pins));
  BOOST_TEST((logic.parameters().integer_buffers()[1].values == trees.pins));
  BOOST_TEST(trees.pins.size() == 5U * 36U);
}

// Two channels of 2 x 4: pins 0 to 7 and, at the same places, 8 to 15.
BOOST_AUTO_TEST_CASE(on_an_image_a_node_reads_a_strong_input_and_its_neighbours) {
  std::vector<float> weights(16);
  const Pins strong{0, 3, 9, 7, 8, 11};  // top left: 0, 8, 9; right: 3, 11, 7
  for (std::size_t i = 0; i < strong.size(); ++i) weights[strong[i]] = 9 - static_cast<float>(i);
  const auto net = dense_net<16, 1>(weights);
  BOOST_TEST((wiring_of(net, 0, {.inputs = 6, .node = 3}).pins == strong));
  BOOST_TEST((wiring_of(net, 0, {.inputs = 6, .node = 3, .image = Shape{2, 2, 4}}).pins == Pins{0, 9, 8, 3, 7, 11}));
}

BOOST_AUTO_TEST_CASE(a_choice_that_does_not_fit_the_layer_is_refused) {
  const auto net = dense_net<12, 2>({});
  check_error([&] { (void)wiring_of(net, 2, {.inputs = 6}); }, {"Dense layer 2", "2 of them"});
  check_error([&] { (void)wiring_of(net, 0); }, {"Dense layer 0", "1 to 12", "got 36"});
  check_error([&] { (void)wiring_of(net, 0, {.inputs = 7}); }, {"pins of a node", "divides 7", "got 6"});
  check_error([&] { (void)wiring_of(net, 0, {.inputs = 6, .node = 0}); }, {"pins of a node", "got 0"});
  check_error([&] { (void)wiring_of(net, 0, {.inputs = 6, .image = Shape{1, 3, 3}}); }, {"12 values", "1x3x3"});
}

// ---- Pruning --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_pruned_network_has_that_many_weights_left_and_solves_its_task) {
  const auto data = clusters(300, 25);
  auto net = task_network(Thermometer<3>{} | ToReal{} | Dense<24>{} | Relu{} | Dense<3>{});
  std::vector<std::size_t> first_layer;
  std::size_t steps = 0;
  Observer also{.on_step = [&](const StepInfo&) { ++steps; },
                .on_epoch = [&](const EpochResult&) { first_layer.push_back(inputs_in_use(net)[0]); }};
  fit(net, data, {.epochs = 20, .batch = 30, .optimizer = Adam{.rate = 1e-2F}, .observer = pruning(net, {6, 4}, also)});
  BOOST_TEST((inputs_in_use(net) == std::vector<std::size_t>{6, 4}));
  BOOST_TEST(accuracy(net, data) > 0.97);
  BOOST_TEST(steps == 200U);
  BOOST_TEST(first_layer.size() == 20U);
  BOOST_TEST(first_layer[0] == 24U);
  BOOST_TEST(std::is_sorted(first_layer.rbegin(), first_layer.rend()));
  BOOST_TEST((first_layer[7] > 6U && first_layer[7] < 24U));
  BOOST_TEST(first_layer[14] == 6U);
}

BOOST_AUTO_TEST_CASE(layers_that_are_not_named_keep_all_their_weights_and_wrong_numbers_are_refused) {
  auto net = task_network(Thermometer<3>{} | ToReal{} | Dense<24>{} | Relu{} | Dense<3>{});
  fit(net, clusters(60), {.epochs = 2, .observer = pruning(net, {6})});
  BOOST_TEST((inputs_in_use(net) == std::vector<std::size_t>{6, 24}));
  check_error([&] { (void)pruning(net, {25}); }, {"pruning, Dense layer 0", "1 to 24", "got 25"});
  check_error([&] { (void)pruning(net, {6, 0}); }, {"pruning, Dense layer 1", "got 0"});
  check_error([&] { (void)pruning(net, {6, 6, 6}); }, {"Dense layer 2"});
}
