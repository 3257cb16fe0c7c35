#pragma once
// Defines what <lutra/search/ladder.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/search/ladder.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

LUTRA_INLINE std::string to_string(const LadderStep& step) {
  return "levels " + std::to_string(step.plan.levels) + (step.plan.spacing == Spacing::uniform ? " even" : "") +
         ", tables " + (step.hidden == 0 ? "" : std::to_string(step.hidden) + " + ") + std::to_string(step.votes) +
         (step.softness == 1 ? "" : ", soft " + std::to_string(std::lround(step.softness)));
}

LUTRA_INLINE FitOptions ladder_recipe(std::size_t samples, std::size_t epochs) {
  FitOptions fit;
  fit.epochs = epochs;
  fit.batch = std::clamp<std::size_t>(samples / 40, 16, 128);
  fit.optimizer = Adam{.rate = 2e-2F};
  fit.schedule = Cosine{};
  fit.redraw = {.share = 0.5, .until = 0.7};
  fit.redraw.times = std::max<std::size_t>(1, epochs * 7 / 10);
  return fit;
}

namespace detail {

LUTRA_INLINE std::vector<std::size_t> ladder_sizes(const Ladder& ladder) {
  const auto refuse = [](const char* what, const char* expected, const std::string& got) {
    throw Error(what, "ladder", expected, got);
  };
  if (ladder.smallest == 0 || ladder.largest < ladder.smallest)
    refuse("sizes", "smallest and largest, at least 1",
           std::to_string(ladder.smallest) + " and " + std::to_string(ladder.largest));
  if (!(ladder.step > 1 && std::isfinite(ladder.step))) refuse("step", "above 1", std::to_string(ladder.step));
  if (!(ladder.softest >= 1)) refuse("softest", "1 or more", std::to_string(ladder.softest));
  if (ladder.plans.empty() || ladder.patience == 0) refuse("plans and patience", "at least 1", "0 or none");
  for (const LadderPlan& plan : ladder.plans) {
    if (plan.levels == 0) refuse("levels of a plan", "at least 1", "0");
    if (!(plan.hidden >= 0 && std::isfinite(plan.hidden)))
      refuse("hidden tables of a plan", "at least 0", std::to_string(plan.hidden));
  }
  std::vector<std::size_t> sizes{ladder.smallest};
  for (auto size = static_cast<double>(ladder.smallest); size * ladder.step <= static_cast<double>(ladder.largest);) {
    size *= ladder.step;
    if (const auto whole = static_cast<std::size_t>(size); whole > sizes.back()) sizes.push_back(whole);
  }
  return sizes;
}

LUTRA_INLINE double guessed_accuracy(std::span<const std::uint32_t> labels) {
  std::map<std::uint32_t, std::size_t> counts;
  std::size_t most = 0;
  for (const std::uint32_t label : labels) most = std::max(most, ++counts[label]);
  const auto samples = static_cast<double>(std::max<std::size_t>(labels.size(), 1));
  const double share = static_cast<double>(most) / samples;
  return share + 3 * std::sqrt(share * (1 - share) / samples);
}

LUTRA_INLINE LadderStep ladder_step(const LadderPlan& plan, const LadderTask& task, std::size_t size) {
  const std::size_t votes = task.classes * size;
  const auto hidden = static_cast<std::size_t>(std::lround(plan.hidden * static_cast<double>(votes)));
  return {plan, plan.hidden > 0 ? std::max<std::size_t>(hidden, 1) : 0, votes};
}

LUTRA_INLINE void check_ladder(const Ladder& ladder, const LadderTask& task, std::size_t luts) {
  const std::vector<std::size_t> sizes = ladder_sizes(ladder);
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const LadderPlan& plan : ladder.plans) {
    const LadderStep step = ladder_step(plan, task, sizes.front());
    least = std::min(least, step.hidden + step.votes);
  }
  if (least > luts)
    throw Error("fit_budget", "budget", "a network of at most " + std::to_string(luts) + " LUTs",
                std::to_string(least) + " tables alone in the smallest there is");
}

LUTRA_INLINE double estimated_luts(const LadderStep& step, const LadderTask& task) {
  const auto hidden = static_cast<double>(step.hidden), votes = static_cast<double>(step.votes);
  // Of so many thresholds, those that at least one of the first layer's six pins reads.
  const double thresholds = static_cast<double>(task.inputs * step.plan.levels);
  const double read = thresholds * (1 - std::exp(-6 * (step.hidden > 0 ? hidden : votes) / thresholds));
  const bool highest_bit = step.plan.spacing == Spacing::uniform && step.plan.levels == 1;
  const double comparison = highest_bit            ? 0
                            : task.input_bits <= 6 ? 1
                            : task.input_bits <= 8 ? 1.4
                                                   : task.input_bits / 5.0;
  const auto others = static_cast<double>(task.classes - 1);
  return hidden + 2 * votes + read * comparison + 1.5 * others * std::log2(1 + votes / (others + 1));
}

LUTRA_INLINE Climb::Climb(const SearchOptions& options, const Ladder& ladder, const LadderTask& task,
                          SearchSession& session, MakeTrial make_trial)
    : options_(options),
      ladder_(ladder),
      task_(task),
      session_(session),
      make_trial_(std::move(make_trial)),
      sizes_(ladder_sizes(ladder)) {}

LUTRA_INLINE void Climb::refuse() const {
  const Budget& budget = options_.budget;
  std::string wanted = "at most " + std::to_string(*budget.luts) + " LUTs";
  if (budget.latency) wanted += " and " + std::to_string(*budget.latency) + " clocks";
  const auto smallest = std::ranges::min_element(tried_, {}, [](const Climbed& one) { return one.row.cost.luts; });
  throw Error("fit_budget", "budget", "a network of " + wanted,
              std::to_string(smallest->row.cost.luts) + " LUTs and " + std::to_string(smallest->row.cost.latency) +
                  " clocks at least (" + smallest->row.name +
                  (given_up_.empty() ? ")" : "), trained briefly, and more in full"));
}

LUTRA_INLINE const Climbed* Climb::find(std::size_t plan, std::size_t size, float softness) const {
  const auto found = std::ranges::find_if(tried_, [&](const Climbed& one) {
    return one.plan == plan && one.size == size && one.step.softness == softness;
  });
  return found == tried_.end() ? nullptr : &*found;
}

LUTRA_INLINE std::size_t Climb::train(std::size_t plan, std::size_t size, float softness) {
  if (const Climbed* const found = find(plan, size, softness)) return static_cast<std::size_t>(found - tried_.data());
  const LadderStep own = step(plan, size, softness);
  const Trial trial = make_trial_(own);
  session_.plan(trial, options_.fit.epochs);
  tried_.push_back({plan, size, own, session_.train(trial, options_.fit.epochs)});
  return tried_.size() - 1;
}

LUTRA_INLINE std::optional<std::size_t> Climb::foreseen(std::size_t plan, std::size_t first, std::size_t end,
                                                        const std::function<double(std::size_t)>& luts) const {
  const std::size_t budget = *options_.budget.luts;
  for (; end > first; --end) {
    const LadderStep last = step(plan, end - 1);
    if (last.hidden + last.votes <= budget && luts(end - 1) <= static_cast<double>(budget)) return end - 1;
  }
  return {};
}

LUTRA_INLINE std::optional<std::size_t> Climb::bracket(std::size_t plan) {
  std::size_t fits = 0, above = 0;  // sizes below `fits` keep the budget, those from `above` on do not
  while (above < sizes_.size() && step(plan, above).hidden + step(plan, above).votes <= *options_.budget.luts) ++above;
  double ratio = 1;  // of what a circuit cost to what was foreseen
  const auto luts = [&](std::size_t size) { return ratio * estimated_luts(step(plan, size), task_); };
  while (fits < above) {
    const std::size_t size = foreseen(plan, fits, above, luts).value_or(fits);
    const Climbed& one = tried_[train(plan, size, 1)];
    ratio = static_cast<double>(one.row.cost.luts) / estimated_luts(one.step, task_);
    if (keeps(one))
      fits = size + 1;
    else
      above = size;
  }
  if (fits == 0) return {};
  return fits - 1;
}

LUTRA_INLINE void Climb::soften(std::size_t plan, std::size_t size) {
  double last = tried_[train(plan, size, 1)].row.accuracy;
  for (float softness = 2; softness <= ladder_.softest; softness *= 2) {
    const Climbed& one = tried_[train(plan, size, softness)];
    if (!(one.row.accuracy > last)) break;
    last = one.row.accuracy;
  }
}

LUTRA_INLINE void Climb::run() {
  double best = -1;
  std::size_t without = 0;
  for (std::size_t plan = 0; plan < ladder_.plans.size(); ++plan) {
    const std::size_t before = tried_.size();
    if (const auto largest = bracket(plan)) soften(plan, *largest);
    const double last = best;
    for (std::size_t i = before; i < tried_.size(); ++i)
      if (keeps(tried_[i])) best = std::max(best, tried_[i].row.accuracy);
    without = best > last || best <= task_.guessed ? 0 : without + 1;
    if (without == ladder_.patience) break;
  }
  if (best < 0) refuse();
}

LUTRA_INLINE std::size_t Climb::choose() {
  std::size_t best = tried_.size();
  const auto better = [&](const SearchRow& a, const SearchRow& b) {
    return a.accuracy > b.accuracy || (a.accuracy == b.accuracy && a.cost.luts < b.cost.luts);
  };
  for (std::size_t i = 0; i < tried_.size(); ++i)
    if (keeps(tried_[i]) && std::ranges::find(given_up_, tried_[i].plan) == given_up_.end() &&
        (best == tried_.size() || better(tried_[i].row, tried_[best].row)))
      best = i;
  if (best == tried_.size()) refuse();
  kept_.reset();
  full_first_ = 0;
  full_end_ = sizes_.size();
  return best;
}

LUTRA_INLINE std::optional<std::size_t> Climb::after_full(std::size_t index, std::size_t luts, bool kept) {
  const auto [plan, size, done, row] = tried_[index];
  if (kept) kept_ = index;
  (kept ? full_first_ : full_end_) = kept ? size + 1 : size;
  // Other sizes change as this one did: where they were trained briefly, from then on, else from what was estimated.
  const auto after = [&, plan = plan, done = done, brief = row.cost.luts](std::size_t other) {
    const Climbed* const known = find(plan, other, done.softness);
    const auto ratio = static_cast<double>(luts) / (known ? static_cast<double>(brief) : estimated_luts(done, task_));
    return ratio * (known ? static_cast<double>(known->row.cost.luts) : estimated_luts(step(plan, other), task_));
  };
  auto next = foreseen(plan, full_first_, full_end_, after);
  if (!next && !kept_ && full_end_ > 0) next = full_end_ - 1;
  if (!next) {
    if (!kept_) given_up_.push_back(plan);
    return {};
  }
  const std::size_t found = train(plan, *next, done.softness);
  if (kept_ && tried_[found].row.accuracy < tried_[*kept_].row.accuracy) return {};
  return found;
}

LUTRA_INLINE SearchResult Climb::result(std::size_t chosen) const {
  std::vector<SearchRow> rows;
  rows.reserve(tried_.size());
  for (const Climbed& one : tried_) rows.push_back(one.row);
  SearchResult result = judged(options_.budget, std::move(rows));
  result.best = chosen;
  result.rows[chosen].within = true;
  return result;
}

}  // namespace detail
}  // namespace lutra
