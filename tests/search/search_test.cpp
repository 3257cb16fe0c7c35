#define BOOST_TEST_MODULE search
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/search/search.hpp>
#include <stdexcept>
#include <string>
#include <support/files.hpp>
#include <support/tasks.hpp>

using namespace lutra;
using namespace lutra::test;

namespace {

const auto candidates =
    space<Values<12, 24>, Values<1, 2>>({"nodes", "levels"}, []<std::size_t Nodes, std::size_t Levels>() {
      return Thermometer<Levels>{.spacing = Spacing::quantile} | StochasticLut<4, Nodes>{} | GroupSum<3>{} | Argmax{};
    });

const SearchOptions brief{.fit = {.epochs = 3, .batch = 32, .optimizer = Adam{.rate = 2e-2F}, .threads = 1}};

SearchResult search_clusters(const SearchOptions& options) {
  return search<TaskInput>(candidates, clusters(300, 60), options);
}

/// Everything of a result but for how long it took.
std::string text_of(SearchResult result) {
  for (SearchRow& row : result.rows) row.seconds = 0;
  return to_string(result);
}

SearchRow row(const std::string& name, std::size_t luts, double accuracy, std::uint32_t latency = 5) {
  return {.name = name, .epochs = 1, .accuracy = accuracy, .cost = {luts, luts / 2, 7, latency}};
}

}  // namespace

// ---- Spaces ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_space_is_the_product_of_its_axes_under_their_names) {
  static_assert(std::tuple_size_v<decltype(candidates)> == 4);
  BOOST_TEST(std::get<0>(candidates).name == "nodes 12, levels 1");
  BOOST_TEST(std::get<1>(candidates).name == "nodes 12, levels 2");
  BOOST_TEST(std::get<3>(candidates).name == "nodes 24, levels 2");
  const auto unnamed = space<Values<3, 7>>([]<std::size_t Nodes>() { return StochasticLut<2, Nodes>{}; });
  BOOST_TEST(std::get<1>(unnamed).name == "7");
  static_assert(decltype(std::get<1>(unnamed).expression)::nodes == 7);
}

// ---- Judging --------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_front_is_what_no_other_row_makes_superfluous) {
  const auto result = detail::judged(
      {}, {row("a", 100, 0.5), row("b", 100, 0.6), row("c", 200, 0.6), row("d", 300, 0.9), row("e", 300, 0.9)});
  std::string front;
  for (const auto& each : result.rows)
    if (each.on_front) front += each.name;
  BOOST_TEST(front == "bd");
  BOOST_TEST(result.best_row().name == "d");
}

BOOST_AUTO_TEST_CASE(the_best_row_keeps_every_bound_of_the_budget) {
  const std::vector rows{row("small", 100, 0.5), row("slow", 300, 0.8, 9), row("right", 300, 0.7),
                         row("large", 900, 0.9)};
  BOOST_TEST(detail::judged({.luts = 300}, rows).best_row().name == "slow");
  BOOST_TEST(detail::judged({.luts = 300, .latency = 5}, rows).best_row().name == "right");
  BOOST_TEST(detail::judged({.luts = 299}, rows).best_row().name == "small");
  const auto none = detail::judged({.luts = 300, .accuracy = 0.85}, rows);
  BOOST_TEST(!none.best.has_value());
  check_error([&] { static_cast<void>(none.best_row()); }, {"4 candidates", "keeps the budget"});
  BOOST_TEST(to_string(none).find("No candidate keeps the budget") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_table_goes_from_small_to_large_in_columns) {
  const auto result =
      detail::judged({.luts = 500}, {row("large", 1200, 0.9), row("small", 40, 0.5), row("worse", 400, 0.4)});
  BOOST_TEST(to_string(result) ==
             "candidate  validation  LUTs  nodes  levels  clocks  epochs  seconds\n"
             "small         50.00 %    40     20       7       5       1      0.0  front, best\n"
             "worse         40.00 %   400    200       7       5       1      0.0\n"
             "large         90.00 %  1200    600       7       5       1      0.0  front, outside the budget\n");
}

// ---- Searching ------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_search_gives_the_same_rows_at_any_number_of_threads) {
  const auto once = search_clusters(brief);
  SearchOptions two = brief;
  two.fit.threads = 2;
  BOOST_TEST(text_of(search_clusters(two)) == text_of(once));
  BOOST_TEST(once.rows.size() == 4U);
  BOOST_TEST(once.rows[0].cost.luts < once.rows[3].cost.luts);
  BOOST_TEST(once.best_row().accuracy > 0.6);
  SearchOptions other = brief;
  other.fit.seed = Seed{2};
  BOOST_TEST(text_of(search_clusters(other)) != text_of(once));
}

BOOST_AUTO_TEST_CASE(a_row_is_what_training_by_hand_gives) {
  const auto [train, aside] = split(clusters(300, 60), 0.8, Seed{1});
  auto net = bind<TaskInput>(std::get<3>(candidates).expression, Seed{1});
  fit_encoders(net, train);
  fit(net, train, brief.fit);
  const SearchRow found = search_clusters(brief).rows[3];
  BOOST_TEST(found.accuracy == accuracy(net, aside));
  const Circuit circuit = simplify(freeze(net));
  BOOST_TEST((found.cost == cost_of(circuit)));
  BOOST_TEST(found.cost.luts > circuit.lut_nodes());
}

BOOST_AUTO_TEST_CASE(candidates_within_the_budget_that_nothing_beats_are_trained_longer) {
  SearchOptions options = brief;
  options.second_round = {.epochs = 6, .margin = 0};
  const auto first = search_clusters(brief);
  options.budget.luts = first.rows[2].cost.luts;
  const auto result = search_clusters(options);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const bool again = first.rows[i].on_front && first.rows[i].cost.luts <= *options.budget.luts;
    BOOST_TEST(result.rows[i].epochs == (again ? 6U : 3U), result.rows[i].name);
  }
}

BOOST_AUTO_TEST_CASE(a_search_that_was_killed_ends_with_the_same_table) {
  const auto whole = text_of(search_clusters(brief));
  const TemporaryFolder folder;
  SearchOptions options = brief;
  options.folder = folder.path() / "rows";
  std::size_t steps = 0;
  // In the second candidate's second epoch: one row is finished, and one training has begun.
  options.observer.on_step = [&](const SearchStep& step) {
    if (step.name == "nodes 12, levels 2" && step.training.epoch == 2) throw std::runtime_error("killed");
    ++steps;
  };
  BOOST_CHECK_THROW(search_clusters(options), std::runtime_error);
  const std::size_t before = steps;
  std::size_t taken_over = 0, trained = 0;
  options.observer = {.on_step =
                          [&](const SearchStep& step) {
                            taken_over += step.trained == 0;
                            ++trained;
                          },
                      .on_row = {}};
  BOOST_TEST(text_of(search_clusters(options)) == whole);
  BOOST_TEST(taken_over == 0U);
  BOOST_TEST(before == 32U);  // 8 steps an epoch
  BOOST_TEST(before + trained == 4U * 3 * 8);

  // Once more: nothing is left to do, and no training is left behind.
  options.observer.on_step = [](const SearchStep&) { BOOST_ERROR("trained again"); };
  BOOST_TEST(text_of(search_clusters(options)) == whole);
  const auto files = std::filesystem::directory_iterator(options.folder);
  BOOST_TEST(std::distance(begin(files), end(files)) == 1);
}

BOOST_AUTO_TEST_CASE(in_folds_every_sample_is_measured_once) {
  SearchOptions options = brief;
  options.folds = 3;
  const auto data = clusters(300, 60);
  const SearchRow found = search_clusters(options).rows[3];
  double right = 0;
  CircuitCost largest;
  for (const auto& fold : fold_indices(data.size(), data.labels, 3, brief.fit.seed)) {
    auto net = bind<TaskInput>(std::get<3>(candidates).expression, brief.fit.seed);
    const auto train = data.subset(fold.first), aside = data.subset(fold.second);
    fit_encoders(net, train);
    fit(net, train, brief.fit);
    right += accuracy(net, aside) * static_cast<double>(aside.size());
    if (const CircuitCost cost = cost_of(simplify(freeze(net))); cost.luts > largest.luts) largest = cost;
  }
  BOOST_TEST(found.accuracy == right / 300);
  BOOST_TEST((found.cost == largest));
}

BOOST_AUTO_TEST_CASE(a_search_in_folds_that_was_killed_goes_on_in_the_fold_where_it_was) {
  SearchOptions options = brief;
  options.folds = 2;
  const auto whole = text_of(search_clusters(options));
  const TemporaryFolder folder;
  options.folder = folder.path();
  std::size_t before = 0, after = 0;
  options.observer.on_step = [&](const SearchStep& step) {
    BOOST_TEST(step.training.epochs == 6U);  // of both folds
    if (step.trained == 1 && step.training.epoch == 5) throw std::runtime_error("killed");
    ++before;
  };
  BOOST_CHECK_THROW(search_clusters(options), std::runtime_error);
  options.observer.on_step = [&](const SearchStep&) { ++after; };
  BOOST_TEST(text_of(search_clusters(options)) == whole);
  BOOST_TEST(before + after == 4U * 2 * 3 * 5);  // 5 steps an epoch
  const auto files = std::filesystem::directory_iterator(options.folder);
  BOOST_TEST(std::distance(begin(files), end(files)) == 1);
}

BOOST_AUTO_TEST_CASE(what_a_search_tells_adds_up) {
  for (const std::size_t folds : {1U, 2U}) {
    SearchOptions options = brief;
    options.folds = folds;
    std::string names;
    double last = 1e9;
    options.observer.on_row = [&](const SearchRow& each) { names += each.name + "; "; };
    options.observer.on_step = [&](const SearchStep& step) {
      BOOST_TEST(step.trained < step.trainings);
      BOOST_TEST(step.trainings == 4U);
      last = step.seconds_left;
    };
    const auto result = search_clusters(options);
    BOOST_TEST(names == "nodes 12, levels 1; nodes 12, levels 2; nodes 24, levels 1; nodes 24, levels 2; ");
    BOOST_TEST(last == 0, boost::test_tools::tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(the_progress_is_a_line_for_each_row_where_there_is_no_terminal) {
  std::FILE* const file = std::tmpfile();
  SearchOptions options = brief;
  options.budget.luts = 1;
  options.observer = search_progress(file);
  static_cast<void>(search<TaskInput>(std::tuple{std::get<1>(candidates)}, clusters(100), options));
  std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  BOOST_TEST(text.starts_with("nodes 12, levels 2: "), text);
  BOOST_TEST(text.ends_with(" LUTs, outside the budget; 0:00\n"), text);
}

// ---- Refusing -------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(rows_of_another_search_and_damaged_ones_are_refused) {
  const TemporaryFolder folder;
  SearchOptions options = brief;
  options.fit.epochs = 1;
  options.folder = folder.path();
  const auto one = std::tuple{std::get<0>(candidates)};
  const auto run = [&](const SearchOptions& with, std::size_t samples = 100) {
    return search<TaskInput>(one, clusters(samples), with);
  };
  static_cast<void>(run(options));
  SearchOptions other = options;
  other.fit.batch = 16;
  check_error([&] { static_cast<void>(run(other)); }, {"rows of another search", "batch 16", "batch 32"});
  check_error([&] { static_cast<void>(run(options, 101)); }, {"rows of another search", "101 samples"});
  static_cast<void>(folder.file("search.rows", "LUTRASEA cut"));
  check_error([&] { static_cast<void>(run(options)); }, {"search.rows"});
}

BOOST_AUTO_TEST_CASE(a_row_is_not_taken_over_for_another_network_of_the_same_name) {
  const TemporaryFolder folder;
  SearchOptions options = brief;
  options.folder = folder.path();
  std::size_t steps = 0;
  options.observer.on_step = [&](const SearchStep&) { ++steps; };
  const auto run = [&](float temperature) {
    steps = 0;
    const std::vector list{candidate(
        "same", Thermometer<1>{} | StochasticLut<4, 12>{} | GroupSum<3>{.temperature = temperature} | Argmax{})};
    static_cast<void>(search<TaskInput>(list, clusters(100), options));
    return steps > 0;
  };
  BOOST_TEST(run(2));
  BOOST_TEST(!run(2));
  BOOST_TEST(run(3));
}

BOOST_AUTO_TEST_CASE(bad_options_are_refused_before_anything_is_trained) {
  const auto refused = [](auto change, std::initializer_list<std::string_view> parts) {
    SearchOptions options = brief;
    change(options);
    options.observer.on_step = [](const SearchStep&) { BOOST_ERROR("trained"); };
    check_error([&] { static_cast<void>(search_clusters(options)); }, parts);
  };
  refused([](auto& o) { o.validation = 1; }, {"validation share", "below 1"});
  refused([](auto& o) { o.folds = 0; }, {"folds"});
  refused([](auto& o) { o.fit.validation = 0.1; }, {"fit.validation"});
  refused([](auto& o) { o.fit.checkpoint = "a"; }, {"fit.checkpoint", "folder"});
  refused([](auto& o) { o.fit.loss = MeanSquared{}; }, {"fit.loss"});
  refused([](auto& o) { o.fit.epochs = 0; }, {"fit.epochs"});
  refused([](auto& o) { o.second_round.epochs = 3; }, {"second_round.epochs", "more than"});
  check_error([] { static_cast<void>(search<TaskInput>(std::tuple{}, clusters(30))); }, {"at least one"});
  const auto& first = std::get<0>(candidates);
  check_error([&] { static_cast<void>(search<TaskInput>(std::vector{first, first}, clusters(30))); }, {"twice"});
  Dataset<Byte> wrong = clusters(30);
  wrong.shape = Shape{4, 2, 3};
  wrong.labels.resize(10);
  check_error([&] { static_cast<void>(search<TaskInput>(candidates, wrong, brief)); }, {"8x1x1"});
}
