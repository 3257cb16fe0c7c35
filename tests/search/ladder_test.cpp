#define BOOST_TEST_MODULE ladder
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/search/ladder.hpp>
#include <set>
#include <string>
#include <support/files.hpp>

using namespace lutra;
using namespace lutra::test;
using detail::Climb, detail::LadderTask;

namespace {

const LadderTask digits{.inputs = 64, .input_bits = 8, .classes = 10};

LadderPlan two_layers(std::size_t levels) { return {levels, Spacing::quantile, 2}; }
const Ladder coarse{.smallest = 1,
                    .largest = 32,
                    .step = 2,
                    .plans = {two_layers(1), two_layers(2), two_layers(3), two_layers(5), two_layers(8)},
                    .patience = 2};

/// A climb over networks whose cost and accuracy are given by functions: what it trains, and in what order.
struct Pretended {
  SearchOptions options;
  Ladder ladder = coarse;
  LadderTask task = digits;
  std::function<std::size_t(const LadderStep&)> luts = [](const LadderStep& s) { return s.hidden * 2 + s.votes; };
  std::function<double(const LadderStep&)> accuracy = [](const LadderStep& s) {
    return static_cast<double>(s.hidden) / 1000 - static_cast<double>(s.plan.levels) / 100;
  };
  std::string trained;

  explicit Pretended(std::size_t budget) { options.budget.luts = budget; }

  [[nodiscard]] Climb climb(detail::SearchSession& session) {
    return {options, ladder, task, session, [this](const LadderStep& step) {
              return detail::Trial{to_string(step), to_string(step), 1, 1, [this, step](const FitOptions&) {
                                     trained += to_string(step) + "; ";
                                     return detail::Measured{accuracy(step), {luts(step), 0, 5, 5}, 0};
                                   }};
            }};
  }
  /// What is chosen; `trained` says what for.
  [[nodiscard]] std::string chosen() {
    detail::SearchSession session(options, "pretended data");
    auto found = climb(session);
    found.run();
    return to_string(found.tried()[found.choose()].step);
  }
};

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(sizes_grow_by_the_step_and_votes_are_the_same_for_every_class) {
  BOOST_TEST(detail::ladder_sizes(coarse) == (std::vector<std::size_t>{1, 2, 4, 8, 16, 32}));
  const auto fine = detail::ladder_sizes({.smallest = 1, .largest = 30, .step = 1.1});
  BOOST_TEST(std::set(fine.begin(), fine.end()).size() == fine.size());
  const LadderStep two = detail::ladder_step(two_layers(2), digits, 12);
  BOOST_TEST(two.tables() == (std::vector<std::size_t>{240, 120}));
  BOOST_TEST(to_string(two) == "levels 2, tables 240 + 120");
  const LadderStep one = detail::ladder_step({1, Spacing::uniform, 0}, digits, 100);
  BOOST_TEST(one.tables() == (std::vector<std::size_t>{1000}));
  BOOST_TEST(to_string(one) == "levels 1 even, tables 1000");
  BOOST_TEST(one.temperature(10) == 4.5F);
  const LadderStep soft{.plan = one.plan, .votes = 1000, .softness = 2};
  BOOST_TEST(soft.temperature(10) == 9.0F);
  BOOST_TEST(to_string(soft) == "levels 1 even, tables 1000, soft 2");
  BOOST_TEST(detail::ladder_step({1, Spacing::uniform, 0.01}, digits, 1).hidden == 1U);
}

BOOST_AUTO_TEST_CASE(the_recipe_suits_the_number_of_samples) {
  BOOST_TEST(ladder_recipe(60000, 60).batch == 128U);
  BOOST_TEST(ladder_recipe(1400, 60).batch == 35U);
  BOOST_TEST(ladder_recipe(10, 60).batch == 16U);
  BOOST_TEST(ladder_recipe(10, 60).redraw.times == 42U);
}

BOOST_AUTO_TEST_CASE(the_largest_size_within_the_budget_is_found_for_each_plan) {
  // 160 tables and 80 votes cost 400.
  for (const std::size_t budget : {400U, 799U}) {
    Pretended all(budget);
    BOOST_TEST(all.chosen() == "levels 1, tables 160 + 80", budget);
    for (const char* level : {"levels 1, ", "levels 2, ", "levels 3, "}) {
      BOOST_TEST(times(all.trained, level + std::string("tables 160 + 80; ")) == 1U);
      BOOST_TEST(times(all.trained, level + std::string("tables 160 + 80, soft 2; ")) == 1U);
      BOOST_TEST(times(all.trained, level) <= 4U);
    }
    // Two more plans have brought nothing.
    BOOST_TEST(times(all.trained, "levels 5, ") == 0U);
  }
  Pretended roomy(100000);
  BOOST_TEST(roomy.chosen() == "levels 1, tables 640 + 320");
}

BOOST_AUTO_TEST_CASE(an_estimate_that_is_far_off_costs_trainings_and_no_answer) {
  for (const double factor : {0.2, 1.0, 5.0}) {
    Pretended all(1000);
    all.luts = [&](const LadderStep& s) {
      return static_cast<std::size_t>(factor * std::pow(static_cast<double>(s.hidden), 1.3));
    };
    const std::string chosen = all.chosen();
    const auto size = std::stoul(chosen.substr(chosen.find("tables ") + 7));
    BOOST_TEST(all.luts({{}, size, 0}) <= 1000U);
    const bool next_is_tried = size < 640 && size * 3 <= 1000;  // else its tables alone are too many
    BOOST_TEST((!next_is_tried || all.luts({{}, 2 * size, 0}) > 1000U), chosen);
  }
}

BOOST_AUTO_TEST_CASE(networks_whose_tables_alone_are_too_many_are_not_trained) {
  Pretended all(100);
  all.luts = [](const LadderStep& s) { return s.hidden; };
  BOOST_TEST(all.chosen() == "levels 1, tables 40 + 20");
  BOOST_TEST(times(all.trained, "tables 80") == 0U);
}

BOOST_AUTO_TEST_CASE(more_plans_are_tried_as_long_as_they_help) {
  Pretended all(400);
  all.accuracy = [](const LadderStep& s) {
    return static_cast<double>(s.plan.levels) / 10 + static_cast<double>(s.hidden) / 10000;
  };
  BOOST_TEST(all.chosen() == "levels 8, tables 160 + 80");
}

BOOST_AUTO_TEST_CASE(networks_get_softer_as_long_as_that_helps) {
  for (const auto& [best, softest, chosen] : {std::tuple{1.0F, 8.0F, ""},
                                              {4.0F, 8.0F, ", soft 4"},
                                              {1000.0F, 8.0F, ", soft 8"},
                                              {4.0F, 3.0F, ", soft 2"},
                                              {4.0F, 1.0F, ""}}) {
    Pretended all(400);
    all.ladder.plans = {two_layers(1)};
    all.ladder.softest = softest;
    all.accuracy = [best = best](const LadderStep& s) {
      return static_cast<double>(s.hidden) / 1000 - std::abs(std::log2(s.softness / best)) / 100;
    };
    BOOST_TEST(all.chosen() == std::string("levels 1, tables 160 + 80") + chosen);
    BOOST_TEST(times(all.trained, "soft 2") == (softest >= 2 ? 1U : 0U));
    BOOST_TEST(times(all.trained, "soft 16") == 0U);
  }
}

BOOST_AUTO_TEST_CASE(one_that_was_chosen_soft_is_replaced_by_soft_ones) {
  Pretended all(400);
  all.ladder.plans = {two_layers(1)};
  all.accuracy = [](const LadderStep& s) { return static_cast<double>(s.softness) / 10; };
  detail::SearchSession session(all.options, "pretended data");
  auto climb = all.climb(session);
  climb.run();
  const std::size_t first = climb.choose();
  BOOST_TEST(to_string(climb.tried()[first].step) == "levels 1, tables 160 + 80, soft 8");
  const auto next = climb.after_full(first, 401, false);
  BOOST_REQUIRE(next.has_value());
  BOOST_TEST(to_string(climb.tried()[*next].step) == "levels 1, tables 80 + 40, soft 8");
}

BOOST_AUTO_TEST_CASE(while_nothing_is_better_than_a_guess_all_plans_are_tried) {
  for (const double guessed : {0.3, 0.9}) {
    Pretended all(400);
    all.task.guessed = guessed;
    all.accuracy = [](const LadderStep& s) { return s.plan.levels == 8 ? 0.95 : 0.5; };
    BOOST_TEST(all.chosen().starts_with("levels 8, ") == (guessed == 0.9));
  }
  BOOST_TEST(detail::guessed_accuracy(std::vector<std::uint32_t>{7, 7, 7, 2}) == 0.75 + 3 * std::sqrt(0.75 * 0.25 / 4));
  BOOST_TEST(detail::guessed_accuracy({}) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_too_large_in_full_is_replaced_by_smaller_ones) {
  Pretended all(400);
  all.ladder.plans = {two_layers(1), two_layers(2)};
  detail::SearchSession session(all.options, "pretended data");
  auto climb = all.climb(session);
  climb.run();
  for (const std::string levels : {"levels 1, ", "levels 2, "}) {
    std::optional<std::size_t> next = climb.choose();
    for (const char* expected : {"tables 160 + 80", "tables 80 + 40", "tables 40 + 20", "tables 20 + 10"}) {
      BOOST_REQUIRE(next.has_value());
      BOOST_TEST(to_string(climb.tried()[*next].step) == levels + expected);
      next = climb.after_full(*next, 401, false);
    }
    BOOST_TEST(!next.has_value());
  }
  check_error([&] { static_cast<void>(climb.choose()); }, {"at most 400 LUTs", "more in full"});
}

BOOST_AUTO_TEST_CASE(where_training_in_full_leaves_room_a_larger_network_takes_it) {
  for (const bool worse : {false, true}) {
    Pretended all(500);
    if (worse) all.accuracy = [](const LadderStep& s) { return 1 / static_cast<double>(s.hidden); };
    all.ladder.plans = {two_layers(1)};
    detail::SearchSession session(all.options, "pretended data");
    auto climb = all.climb(session);
    climb.run();
    const std::size_t first = climb.choose();
    const auto hidden = climb.tried()[first].step.hidden;
    const auto next = climb.after_full(first, 100, true);
    BOOST_TEST(next.has_value() == !worse);
    if (!next) continue;
    BOOST_TEST(climb.tried()[*next].step.hidden > hidden);
    BOOST_TEST(!climb.after_full(*next, 399, true).has_value());
    const auto result = climb.result(*next);
    BOOST_TEST(result.best_row().name == to_string(climb.tried()[*next].step));
    BOOST_TEST(result.best_row().within);
  }
}

BOOST_AUTO_TEST_CASE(a_budget_that_nothing_keeps_is_refused_with_what_there_is) {
  check_error([] { detail::check_ladder(coarse, digits, 29); }, {"at most 29 LUTs", "30 tables alone"});
  detail::check_ladder(coarse, digits, 30);
  Pretended small(30);
  check_error([&] { static_cast<void>(small.chosen()); }, {"at most 30 LUTs", "50 LUTs", "tables 20 + 10"});
  Pretended slow(400);
  slow.options.budget.latency = 4;
  check_error([&] { static_cast<void>(slow.chosen()); }, {"and 4 clocks", "5 clocks"});
}

BOOST_AUTO_TEST_CASE(a_ladder_that_is_none_is_refused) {
  const auto refused = [](const Ladder& ladder, std::initializer_list<std::string_view> parts) {
    check_error([&] { static_cast<void>(detail::ladder_sizes(ladder)); }, parts);
  };
  refused({.smallest = 0}, {"sizes"});
  refused({.smallest = 10, .largest = 9}, {"sizes"});
  refused({.step = 1}, {"step", "above 1"});
  refused({.plans = {}}, {"plans"});
  refused({.plans = {two_layers(1), two_layers(0)}}, {"levels"});
  refused({.plans = {{1, Spacing::quantile, -1}}}, {"hidden tables"});
  refused({.patience = 0}, {"patience"});
  refused({.softest = 0.5F}, {"softest"});
}
