#pragma once
// fit_budget: the best classifier that so many LUTs can be, from raw input to class.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <lutra/circuit/circuit.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/error.hpp>
#include <lutra/layers/table_classifier.hpp>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <lutra/search/ladder.hpp>
#include <lutra/search/options.hpp>
#include <lutra/search/search.hpp>
#include <lutra/train/augment.hpp>
#include <lutra/train/fit.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

struct BudgetOptions {
  std::size_t luts = 0;                    ///< at most, complete; at least 1
  std::optional<std::uint32_t> latency{};  ///< at most, in clocks under cost.pipeline
  std::size_t brief_epochs = 10;           ///< of each network that is tried
  std::size_t epochs = 60;                 ///< of the one that was chosen
  /// 1: it is trained on all data. More: so many times, from other seeds, on the share that networks are tried on, and
  /// what is put aside (the first fold) says which was best.
  std::size_t restarts = 1;
  double validation = 0.2;  ///< this share is put aside, to choose a network
  std::size_t folds = 0;    ///< as SearchOptions'; 0: 5 of fewer than 2000 samples, else 1
  Seed seed{1};
  int threads = 0;  ///< 0: all
  Ladder ladder{};
  CostOptions cost{};
  Preparation prepare{};
  std::filesystem::path folder{};  ///< as SearchOptions'; holds the chosen network's training, too
  SearchObserver observer{};
};

/// What fit_budget returns.
template <class In, std::size_t Classes>
struct BudgetFit {
  Network<TableClassifier<Classes>, In> net;
  Circuit frozen;       ///< as trained, and as BudgetOptions::prepare made it
  Circuit circuit;      ///< simplified: this one keeps the budget
  CircuitCost cost;     ///< of `circuit`
  std::string name;     ///< of the network, such as "levels 2, tables 240 + 120"
  double accuracy = 0;  ///< 0..1, on what was put aside: with one restart, of this network trained briefly
  History history;      ///< of its training
  SearchResult tried;   ///< all networks tried, each trained briefly, and which of them was chosen
};

namespace detail {

[[nodiscard]] inline SearchOptions search_options(const BudgetOptions& options, std::size_t samples) {
  const auto refuse = [](const char* what) { throw Error(what, "fit_budget", "at least 1", "0"); };
  if (options.luts == 0) refuse("luts");
  if (options.epochs == 0 || options.brief_epochs == 0) refuse("epochs");
  if (options.restarts == 0) refuse("restarts");
  SearchOptions made{.budget = {options.luts, options.latency, {}},
                     .fit = ladder_recipe(samples, options.brief_epochs),
                     .validation = options.validation,
                     .folds = options.folds > 0 ? options.folds
                              : samples < 2000  ? 5U
                                                : 1U,
                     .cost = options.cost,
                     .prepare = options.prepare,
                     .folder = options.folder,
                     .observer = options.observer};
  made.fit.seed = options.seed;
  made.fit.threads = options.threads;
  return made;
}

/// A network of the ladder, for these classes.
template <std::size_t Classes>
[[nodiscard]] TableClassifier<Classes> on_ladder(const LadderStep& step, std::size_t classes) {
  return {.levels = step.plan.levels,
          .spacing = step.plan.spacing,
          .tables = step.tables(),
          .classes = classes,
          .temperature = step.temperature(classes)};
}

/// One step of the ladder, trained in full: the best of its restarts within the budget, and the fewest LUTs of any.
template <class In, std::size_t Classes>
struct FullFit {
  std::optional<BudgetFit<In, Classes>> best;
  std::size_t luts = std::numeric_limits<std::size_t>::max();
};

template <class In, std::size_t Classes>
[[nodiscard]] FullFit<In, Classes> fit_step(const Climbed& chosen, const Dataset<typename In::Kind>& all,
                                            const SearchData<typename In::Kind>& data, const BudgetOptions& options,
                                            const SearchOptions& search, SearchSession& session) {
  FullFit<In, Classes> full;
  const bool chooses = options.restarts > 1;
  const auto& [most, aside] = data.folds.front();
  const auto& train = chooses ? most : all;
  const auto expression = on_ladder<Classes>(chosen.step, all.classes);
  for (std::size_t restart = 0; restart < options.restarts; ++restart) {
    const Seed seed{options.seed.value + restart};
    auto net = bind<In>(expression, seed);
    const Trial trial{
        chosen.row.name + ", in full",
        network_text(signature(net), net.scale(), net.parameters()) + (chooses ? " in full" : " in full, on all data"),
        net.parameters().values().size(),
        1,
        {}};
    session.plan(trial, options.epochs);
    fit_encoders(net, train);
    FitOptions fit_options = session.fit_options(trial, options.epochs);
    fit_options.seed = seed;
    History history = fit(net, train, fit_options, data.augment);
    session.count(trial, options.epochs);
    Circuit frozen = prepared(net, options.prepare);
    Circuit circuit = simplify(frozen, {.max_fan_in = options.cost.max_fan_in});
    const CircuitCost cost = cost_of(circuit, options.cost);
    const double reached = chooses ? accuracy(net, aside, options.threads) : chosen.row.accuracy;
    full.luts = std::min(full.luts, cost.luts);
    if (!search.budget.keeps(cost, reached) || (full.best && reached <= full.best->accuracy)) continue;
    full.best.emplace(BudgetFit<In, Classes>{
        std::move(net), std::move(frozen), std::move(circuit), cost, chosen.row.name, reached, std::move(history), {}});
  }
  return full;
}

}  // namespace detail

/// The best classifier that it finds within a budget of LUTs, all that lies between raw input and class included: dense
/// networks of several plans and sizes (Ladder) are trained briefly on a part of `train` and measured on the rest, the
/// best of those within the budget is trained in full, and its circuit held against the budget again. Where training
/// made it too large, a smaller network takes its place; where training left room, a larger one that is no worse. What
/// is returned keeps the budget. Any input of codes; 2 to `Classes` classes. Deterministic and resumable as search is.
/// Throws Error where no network is small enough, and as search does.
///
///     const auto best = fit_budget<Signal<Byte, Shape{1, 28, 28}>, 10>(train, {.luts = 2000});
template <class In, std::size_t Classes>
[[nodiscard]] BudgetFit<In, Classes> fit_budget(const Dataset<typename In::Kind>& train, const BudgetOptions& options,
                                                const Augmentation<typename In::Kind>& augment = {}) {
  const SearchOptions search = detail::search_options(options, train.size());
  const detail::SearchData<typename In::Kind> data(train, search, augment);
  const detail::LadderTask task{In::size, In::Kind::bits, std::max<std::size_t>(train.classes, 1),
                                detail::guessed_accuracy(data.aside_labels())};
  detail::check_ladder(options.ladder, task, options.luts);
  detail::SearchSession session(search, data.text);
  detail::Climb climb(search, options.ladder, task, session, [&](const LadderStep& step) {
    const auto expression = detail::on_ladder<Classes>(step, train.classes);
    return detail::make_trial<In>(candidate(to_string(step), expression), data, search);
  });
  climb.run();
  std::optional<BudgetFit<In, Classes>> best;
  std::size_t chosen = 0;
  while (!best) {
    for (std::optional<std::size_t> next = climb.choose(); next;) {
      const std::size_t index = *next;
      auto full = detail::fit_step<In, Classes>(climb.tried()[index], train, data, options, search, session);
      next = climb.after_full(index, full.luts, full.best.has_value());
      if (!full.best || (best && full.best->accuracy < best->accuracy)) continue;
      best.emplace(std::move(*full.best));
      chosen = index;
    }
  }
  best->tried = climb.result(chosen);
  return std::move(*best);
}

}  // namespace lutra
