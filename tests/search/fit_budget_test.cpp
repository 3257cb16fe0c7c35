#define BOOST_TEST_MODULE fit_budget
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/rewire.hpp>
#include <lutra/data/split.hpp>
#include <lutra/search/fit_budget.hpp>
#include <stdexcept>
#include <string>
#include <support/files.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

const Dataset<Byte> data = clusters(300, 60);

BudgetOptions small(std::size_t luts) {
  return {.luts = luts,
          .brief_epochs = 2,
          .epochs = 4,
          .folds = 1,
          .threads = 1,
          .ladder = {.smallest = 1,
                     .largest = 10,
                     .step = 1.4,
                     .plans = {{1, Spacing::uniform, 0}, {1, Spacing::quantile, 2}, {2, Spacing::quantile, 2}}}};
}

auto fitted(const BudgetOptions& options) { return fit_budget<TaskInput, 3>(data, options); }

std::string text_of(SearchResult result) {
  for (SearchRow& row : result.rows) row.seconds = 0;
  return to_string(result);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_returned_keeps_the_budget_and_answers_like_its_network) {
  for (const std::size_t luts : {40U, 70U, 120U}) {
    auto best = fitted(small(luts));
    BOOST_TEST(best.cost.luts <= luts);
    if (luts <= 70) BOOST_TEST(best.cost.luts > luts / 3);
    for (const SearchRow& row : best.tried.rows) BOOST_TEST((!row.within || row.accuracy <= best.accuracy));
    BOOST_TEST((best.cost == cost_of(best.circuit)));
    BOOST_TEST((best.circuit == simplify(freeze(best.net))));
    BOOST_TEST((best.frozen == freeze(best.net)));
    BOOST_TEST(best.name == best.tried.best_row().name);
    BOOST_TEST(best.accuracy == best.tried.best_row().accuracy);
    BOOST_TEST(best.history.epochs.size() == 4U);
    std::vector<std::uint32_t> answers(data.size());
    Engine(best.circuit).classify(data.values, answers);
    BOOST_TEST(answers == predict(best.net, data, 1));
    BOOST_TEST(accuracy(answers, data.labels) > 0.6);
  }
}

BOOST_AUTO_TEST_CASE(it_finds_the_same_circuit_at_any_number_of_threads) {
  BudgetOptions options = small(70);
  const auto one = fitted(options);
  options.threads = 2;
  const auto two = fitted(options);
  BOOST_TEST((one.circuit == two.circuit));
  BOOST_TEST(text_of(one.tried) == text_of(two.tried));
  options.seed = Seed{2};
  BOOST_TEST(!(fitted(options).circuit == one.circuit));
}

BOOST_AUTO_TEST_CASE(stopped_at_any_step_it_ends_with_the_same_circuit) {
  const auto whole = fitted(small(70));
  const TemporaryFolder folder;
  BudgetOptions options = small(70);
  options.folder = folder.path();
  std::size_t steps = 0, stops = 0;
  for (;;) {
    // 45 steps of some hundreds in each call; checkpoints are written an epoch.
    steps = 0;
    options.observer.on_step = [&](const SearchStep&) {
      if (++steps == 45) throw std::runtime_error("killed");
    };
    try {
      const auto found = fitted(options);
      BOOST_TEST((found.circuit == whole.circuit));
      BOOST_TEST(text_of(found.tried) == text_of(whole.tried));
      break;
    } catch (const std::runtime_error& error) {
      BOOST_REQUIRE(std::string(error.what()) == "killed");
      BOOST_REQUIRE(++stops < 100);
    }
  }
  BOOST_TEST(stops > 3);
  options.observer.on_step = [](const SearchStep&) { BOOST_ERROR("trained again"); };
  BOOST_TEST((fitted(options).circuit == whole.circuit));
  options.seed = Seed{9};
  check_error([&] { static_cast<void>(fitted(options)); }, {"rows of another search"});
}

BOOST_AUTO_TEST_CASE(restarts_are_chosen_on_what_was_put_aside) {
  BudgetOptions options = small(70);
  const auto parts = split(data, 0.8, Seed{1});
  options.restarts = 3;
  auto best = fitted(options);
  BOOST_TEST(best.accuracy == accuracy(best.net, parts.second, 1));
  options.restarts = 2;
  BOOST_TEST(fitted(options).accuracy <= best.accuracy);
  BOOST_TEST(best.cost.luts <= 70U);
}

BOOST_AUTO_TEST_CASE(of_few_samples_all_are_put_aside_once) {
  BudgetOptions options = small(70);
  options.folds = 5;
  const auto folds = fitted(options);
  options.folds = 0;
  const auto unsaid = fitted(options);
  BOOST_TEST((unsaid.circuit == folds.circuit));
  BOOST_TEST(text_of(unsaid.tried) == text_of(folds.tried));
  BOOST_TEST(text_of(unsaid.tried) != text_of(fitted(small(70)).tried));
  options.restarts = 2;
  auto best = fitted(options);
  const auto first = fold_indices(data.size(), data.labels, 5, options.seed).front();
  BOOST_TEST(best.accuracy == accuracy(best.net, data.subset(first.second), 1));
}

BOOST_AUTO_TEST_CASE(room_for_more_classes_than_there_are_changes_nothing) {
  const auto exact = fitted(small(70));
  const auto roomy = fit_budget<TaskInput, 8>(data, small(70));
  BOOST_TEST((exact.circuit == roomy.circuit));
}

BOOST_AUTO_TEST_CASE(what_is_counted_is_the_circuit_as_prepared) {
  BudgetOptions options = small(70);
  // The second half of the inputs are the first half again.
  options.prepare = [](const Circuit& circuit) {
    return rewire_input(circuit, {Shape{4, 1, 1}, 8}, std::vector<std::uint32_t>{0, 1, 2, 3, 0, 1, 2, 3});
  };
  Dataset<Byte> twice = data;
  for (std::size_t i = 0; i < twice.values.size(); ++i) twice.values[i] = data.values[i - (i % 8 < 4 ? 0 : 4)];
  const auto best = fit_budget<TaskInput, 3>(twice, options);
  BOOST_TEST((best.frozen == options.prepare(freeze(best.net))));
  BOOST_TEST((best.circuit == simplify(best.frozen)));
  BOOST_TEST((best.cost == cost_of(best.circuit)));
  BOOST_TEST(best.circuit.input().shape.size() == 4U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_refused) {
  check_error([] { static_cast<void>(fitted(small(0))); }, {"luts", "at least 1"});
  check_error([] { static_cast<void>(fitted(small(2))); }, {"at most 2 LUTs", "3 tables alone"});
  const TemporaryFolder folder;
  BudgetOptions options = small(2);
  options.folder = folder.path() / "new";
  check_error([&] { static_cast<void>(fitted(options)); }, {"tables alone"});
  BOOST_TEST(!std::filesystem::exists(options.folder));
  options = small(70);
  options.restarts = 0;
  check_error([&] { static_cast<void>(fitted(options)); }, {"restarts"});
  options = small(70);
  options.epochs = 0;
  check_error([&] { static_cast<void>(fitted(options)); }, {"epochs"});
  options = small(70);
  options.latency = 1;
  check_error([&] { static_cast<void>(fitted(options)); }, {"and 1 clocks"});
  check_error([] { static_cast<void>(fit_budget<TaskInput, 2>(data, small(70))); }, {"classes", "2 to 2", "got 3"});
}
