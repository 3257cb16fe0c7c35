#pragma once
// What a search tells while it runs, and a line on the terminal that shows it.

#include <cstddef>
#include <cstdio>
#include <functional>
#include <lutra/search/result.hpp>
#include <lutra/train/history.hpp>
#include <string>

namespace lutra {

/// A moment of a search, after a step of one candidate's training.
struct SearchStep {
  std::size_t trained = 0;    ///< trainings done, those taken over from an earlier call among them
  std::size_t trainings = 0;  ///< in all, as far as is known by now
  std::string name;           ///< of the candidate at hand
  StepInfo training;          ///< of which this is the step
  double seconds_left = 0;    ///< of all trainings known by now, at this rate; larger networks count more
};

/// Hears of every step and of every row that is finished; either may be left empty. What it throws ends the search.
struct SearchObserver {
  std::function<void(const SearchStep&)> on_step;
  std::function<void(const SearchRow&)> on_row;
};

/// An observer that shows how a search goes on `out`, which must outlive it: a line for each finished row, and on a
/// terminal one that rewrites itself below them. `search<In>(candidates, train, {.observer = search_progress()});`
[[nodiscard]] SearchObserver search_progress(std::FILE* out = stderr);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/search/define/progress.hpp>
#endif
