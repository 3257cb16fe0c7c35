#pragma once
// What fit_budget tries, and how it trains: dense networks of two layers of tables, from small to large. All numbers
// that were found by trying are here.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <lutra/search/result.hpp>
#include <lutra/search/session.hpp>
#include <lutra/train/options.hpp>
#include <optional>
#include <string>
#include <vector>

namespace lutra {

/// Networks by size: `smallest` tables in the first layer, then `step` times as many, up to `largest`; half as many
/// that vote; and so many thresholds for each value.
struct Ladder {
  std::size_t smallest = 10, largest = 6000;
  double step = 1.2;
  double votes = 0.5;                                         ///< tables of the second layer for one of the first
  std::vector<std::size_t> levels = {1, 2, 3, 5, 8, 12, 16};  ///< in this order, as long as
  std::size_t patience = 2;                                   ///< of so many, one gives a better network
};

/// One network of the ladder.
struct LadderStep {
  std::size_t levels = 1, hidden = 0, votes = 0;

  /// The votes of a class over this.
  [[nodiscard]] float temperature(std::size_t classes) const noexcept {
    const std::size_t each = votes / classes;
    return static_cast<float>(each) * 10 / 250;
  }
};

/// "levels 2, tables 240 + 120"
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
};

/// The first layers' sizes, ascending.
[[nodiscard]] std::vector<std::size_t> hidden_sizes(const Ladder& ladder);

[[nodiscard]] LadderStep ladder_step(const Ladder& ladder, const LadderTask& task, std::size_t levels,
                                     std::size_t hidden);

/// Throws Error where the ladder is none, or where the tables alone of its smallest network are too many.
void check_ladder(const Ladder& ladder, const LadderTask& task, std::size_t luts);

/// Roughly what its circuit will cost, complete: where to begin.
[[nodiscard]] double estimated_luts(const LadderStep& step, const LadderTask& task);

/// A network of the ladder that was trained briefly.
struct Climbed {
  LadderStep step;
  SearchRow row;
};

/// The search on the ladder: for each number of thresholds, trains the networks that are needed to know the largest
/// one within the budget. Those whose tables alone are too many are not trained.
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
  /// none; where none has kept the budget, choose() then gives one with another number of thresholds.
  [[nodiscard]] std::optional<std::size_t> after_full(std::size_t index, std::size_t luts, bool kept);

  [[nodiscard]] const std::vector<Climbed>& tried() const noexcept { return tried_; }
  /// The rows, all of brief trainings. The chosen one counts as within the budget, whatever it cost then.
  [[nodiscard]] SearchResult result(std::size_t chosen) const;

 private:
  /// Trains size number `size`, unless that was done; returns its place in tried().
  std::size_t train(std::size_t levels, std::size_t size);
  /// Finds the largest size within the budget.
  void bracket(std::size_t levels);
  [[nodiscard]] bool keeps(const Climbed& one) const { return options_.budget.keeps(one.row.cost, one.row.accuracy); }
  [[noreturn]] void refuse() const;
  [[nodiscard]] LadderStep step(std::size_t levels, std::size_t size) const {
    return ladder_step(ladder_, task_, levels, sizes_[size]);
  }
  /// The largest of sizes first to end - 1 that keeps the budget, with such LUTs; or none.
  [[nodiscard]] std::optional<std::size_t> foreseen(std::size_t levels, std::size_t first, std::size_t end,
                                                    const std::function<double(std::size_t)>& luts) const;
  [[nodiscard]] const Climbed* find(std::size_t levels, std::size_t size) const;

  const SearchOptions& options_;
  const Ladder& ladder_;
  LadderTask task_;
  SearchSession& session_;
  MakeTrial make_trial_;
  std::vector<std::size_t> sizes_;
  std::vector<Climbed> tried_;
  std::vector<std::size_t> given_up_;          // numbers of thresholds
  std::optional<std::size_t> kept_;            // of tried_: the largest that kept the budget in full
  std::size_t full_first_ = 0, full_end_ = 0;  // sizes that may keep it, of which nobody knows
};

}  // namespace detail
}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/search/define/ladder.hpp>
#endif
