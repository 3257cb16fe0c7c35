#pragma once
// What fit_budget tries, and how it trains: dense networks of one or two layers of tables, from small to large. All
// numbers that were found by trying are here.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <lutra/layers/thermometer.hpp>
#include <lutra/search/result.hpp>
#include <lutra/search/session.hpp>
#include <lutra/train/options.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lutra {

/// What the networks of a row have in common: thresholds for each value, and how many tables of a first layer there are
/// for one that votes; 0: all tables read the thresholds, and vote.
struct LadderPlan {
  std::size_t levels = 1;
  Spacing spacing = Spacing::quantile;
  double hidden = 0;

  friend bool operator==(const LadderPlan&, const LadderPlan&) = default;
};

/// Networks by size: `smallest` votes a class, then `step` times as many, up to `largest`, of each plan. One even
/// threshold is the highest bit of a value and costs nothing; one of 31 reads five bits, which is one LUT of a
/// value however wide.
struct Ladder {
  std::size_t smallest = 1, largest = 600;
  double step = 1.05;
  std::vector<LadderPlan> plans = {{1, Spacing::uniform, 0.5}, {1, Spacing::uniform, 1.5},
                                   {1, Spacing::quantile, 0},  {1, Spacing::quantile, 0.5},
                                   {2, Spacing::quantile, 0},  {3, Spacing::quantile, 1.5},
                                   {3, Spacing::quantile, 0},  {5, Spacing::quantile, 0},
                                   {8, Spacing::quantile, 0},  {8, Spacing::quantile, 1},
                                   {16, Spacing::quantile, 0}, {15, Spacing::uniform, 0},
                                   {32, Spacing::quantile, 0}, {31, Spacing::uniform, 0},
                                   {64, Spacing::quantile, 0}};  ///< in this order, as long as
  std::size_t patience = 3;  ///< of so many, one gives a better network, or none yet more than a guess
  float softest = 8;         ///< LadderStep's, at most; 1: all are as soft
};

/// One network of the ladder.
struct LadderStep {
  LadderPlan plan;
  std::size_t hidden = 0, votes = 0;
  float softness = 1;  ///< of the scores; where samples of different classes look alike, more keeps it from learning
                       ///< single ones by heart

  /// What TableClassifier takes.
  [[nodiscard]] std::vector<std::size_t> tables() const {
    return hidden == 0 ? std::vector{votes} : std::vector{hidden, votes};
  }
  /// 0.45 times the softness and the square root of the votes of a class.
  [[nodiscard]] float temperature(std::size_t classes) const noexcept {
    const std::size_t each = votes / classes;
    return 0.45F * softness * std::sqrt(static_cast<float>(each));
  }
};

/// "levels 2, tables 240 + 120"; "levels 1 even, tables 120, soft 4" of one layer, with even thresholds, of softness 4.
[[nodiscard]] std::string to_string(const LadderStep& step);

/// What such networks are trained with: Adam at 0.02, down a cosine to 0, batches of 128 (smaller ones of few samples),
/// and about one redraw of candidates an epoch over the first 70 %.
[[nodiscard]] FitOptions ladder_recipe(std::size_t samples, std::size_t epochs);

namespace detail {

/// What a network of the ladder reads and answers.
struct LadderTask {
  std::size_t inputs = 0;
  std::uint32_t input_bits = 8;
  std::size_t classes = 0;
  double guessed = 0;  ///< the accuracy of one who knows nothing but how common each class is, with luck
};

/// What the most common class has of all samples, and three standard deviations of luck.
[[nodiscard]] double guessed_accuracy(std::span<const std::uint32_t> labels);

/// Votes a class, ascending. Throws Error where the ladder is none.
[[nodiscard]] std::vector<std::size_t> ladder_sizes(const Ladder& ladder);

[[nodiscard]] LadderStep ladder_step(const LadderPlan& plan, const LadderTask& task, std::size_t size);

/// Throws Error where the ladder is none, or where the tables alone of its smallest network are too many.
void check_ladder(const Ladder& ladder, const LadderTask& task, std::size_t luts);

/// Roughly what its circuit will cost, complete: where to begin.
[[nodiscard]] double estimated_luts(const LadderStep& step, const LadderTask& task);

/// A network of the ladder that was trained briefly.
struct Climbed {
  std::size_t plan, size;  ///< which of the ladder's
  LadderStep step;
  SearchRow row;
};

/// The search on the ladder: for each plan, trains the networks that are needed to know the largest
/// one within the budget, and that one twice as soft, and again, as long as it gets better. Those whose tables alone
/// are too many are not trained.
class Climb {
 public:
  using MakeTrial = std::function<Trial(const LadderStep&)>;

  /// Of a ladder that check_ladder has seen.
  Climb(const SearchOptions& options, const Ladder& ladder, const LadderTask& task, SearchSession& session,
        MakeTrial make_trial);

  /// Trains as said above. Throws Error where nothing is within the budget.
  void run();

  /// The best of those within the budget, to be trained in full. Throws Error where none is left.
  [[nodiscard]] std::size_t choose();

  /// Hears what the network at `index` came to in full, and says which to train in full next: a smaller one where it
  /// did not keep the budget, a larger one where that would now keep it, too, and is no worse. Nothing where there is
  /// none; where none has kept the budget, choose() then gives one of another plan.
  [[nodiscard]] std::optional<std::size_t> after_full(std::size_t index, std::size_t luts, bool kept);

  [[nodiscard]] const std::vector<Climbed>& tried() const noexcept { return tried_; }
  /// The rows, all of brief trainings. The chosen one counts as within the budget, whatever it cost then.
  [[nodiscard]] SearchResult result(std::size_t chosen) const;

 private:
  /// Trains size number `size`, unless that was done; returns its place in tried().
  std::size_t train(std::size_t plan, std::size_t size, float softness);
  /// Finds the largest size within the budget.
  [[nodiscard]] std::optional<std::size_t> bracket(std::size_t plan);
  void soften(std::size_t plan, std::size_t size);
  [[nodiscard]] bool keeps(const Climbed& one) const { return options_.budget.keeps(one.row.cost, one.row.accuracy); }
  [[noreturn]] void refuse() const;
  [[nodiscard]] LadderStep step(std::size_t plan, std::size_t size, float softness = 1) const {
    LadderStep step = ladder_step(ladder_.plans[plan], task_, sizes_[size]);
    step.softness = softness;
    return step;
  }
  /// The largest of sizes first to end - 1 that keeps the budget, with such LUTs; or none.
  [[nodiscard]] std::optional<std::size_t> foreseen(std::size_t plan, std::size_t first, std::size_t end,
                                                    const std::function<double(std::size_t)>& luts) const;
  [[nodiscard]] const Climbed* find(std::size_t plan, std::size_t size, float softness) const;

  const SearchOptions& options_;
  const Ladder& ladder_;
  LadderTask task_;
  SearchSession& session_;
  MakeTrial make_trial_;
  std::vector<std::size_t> sizes_;
  std::vector<Climbed> tried_;
  std::vector<std::size_t> given_up_;          // plans
  std::optional<std::size_t> kept_;            // of tried_: the largest that kept the budget in full
  std::size_t full_first_ = 0, full_end_ = 0;  // sizes that may keep it, of which nobody knows
};

}  // namespace detail
}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/search/define/ladder.hpp>
#endif
