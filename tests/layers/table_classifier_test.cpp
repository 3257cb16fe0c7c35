#define BOOST_TEST_MODULE table_classifier
#include <boost/test/unit_test.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/table_classifier.hpp>
#include <lutra/train/checkpoint.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <support/files.hpp>
#include <support/network_check.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

constexpr auto composed =
    Thermometer<2>{.spacing = Spacing::quantile} |
    StochasticLut<6, 24, LearnedWiring<8>>{.initial = Initial::pass_through, .wiring = {.near = 2}} |
    StochasticLut<6, 18, LearnedWiring<8>>{.initial = Initial::pass_through} |
    StochasticLut<6, 12, LearnedWiring<8>>{.initial = Initial::pass_through} | GroupSum<3>{.temperature = 1.5F} |
    Argmax{};

template <std::size_t Most>
TableClassifier<Most> sizes(std::vector<std::size_t> tables = {24, 18, 12}) {
  return {.levels = 2, .tables = std::move(tables), .classes = 3, .temperature = 1.5F};
}

template <class ExpressionType>
auto trained(const ExpressionType& expression, int threads = 1) {
  const auto data = clusters(200);
  auto net = task_network(expression);
  fit_encoders(net, data);
  fit(net, data,
      {.epochs = 3, .batch = 50, .optimizer = Adam{.rate = 2e-2F}, .redraw = {.times = 4}, .threads = threads});
  return net;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_its_layers_composed_to_the_bit) {
  const auto one = trained(composed);
  const auto other = trained(sizes<3>());
  BOOST_TEST((bits_of(one) == bits_of(other)));
  BOOST_TEST((freeze(one) == freeze(other)));
  BOOST_TEST(one.scale() == other.scale());
  BOOST_TEST(one.layers().size() == other.layers().size());
  for (std::size_t i = 0; i < one.layers().size(); ++i) {
    BOOST_TEST(one.layers()[i].name == other.layers()[i].name);
    BOOST_TEST(one.layers()[i].nodes == other.layers()[i].nodes);
    BOOST_TEST(one.layers()[i].parameters == other.layers()[i].parameters);
  }
}

BOOST_AUTO_TEST_CASE(classes_that_there_are_not_change_nothing) {
  auto exact = trained(sizes<3>());
  auto roomy = trained(sizes<7>());
  BOOST_TEST((bits_of(exact) == bits_of(roomy)));
  BOOST_TEST((freeze(exact) == freeze(roomy)));
  const auto data = clusters(70, 80);
  BOOST_TEST(predict(exact, data, 1) == predict(roomy, data, 1));
}

BOOST_AUTO_TEST_CASE(it_trains_to_the_same_bits_at_any_number_of_threads) {
  BOOST_TEST((bits_of(trained(sizes<3>(), 1)) == bits_of(trained(sizes<3>(), 3))));
}

BOOST_AUTO_TEST_CASE(network_and_circuit_agree) {
  auto net = trained(sizes<4>({30, 20}));  // two votes are left over
  check_freezes_exactly(net);
  auto single = trained(sizes<3>({15}));
  check_freezes_exactly(single);
}

BOOST_AUTO_TEST_CASE(a_file_of_parameters_knows_the_sizes) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "parameters";
  save_parameters(task_network(sizes<3>({24, 12})), path);
  auto other = task_network(sizes<3>({24, 15}));
  check_error([&] { load_parameters(other, path); },
              {"StochasticLut<6, 12, LearnedWiring<8>>", "StochasticLut<6, 15, LearnedWiring<8>>"});
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_are_refused) {
  const auto refused = [](const TableClassifier<3>& layer, std::initializer_list<std::string_view> parts) {
    check_error([&] { static_cast<void>(task_network(layer)); }, parts);
  };
  refused({.levels = 0}, {"levels"});
  refused({.tables = {}}, {"tables"});
  refused({.tables = {5, 0}}, {"tables"});
  refused({.tables = {5, 2}}, {"at least 3", "got 2"});
  refused({.classes = 4}, {"2 to 3", "got 4"});
  refused({.classes = 1}, {"2 to 3"});
  refused({.temperature = -1}, {"temperature"});
  auto unfitted = task_network(sizes<3>());
  check_error([&] { static_cast<void>(predict(unfitted, clusters(5), 1)); }, {"quantile thresholds"});
}
