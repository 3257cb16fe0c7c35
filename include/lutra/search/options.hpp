#pragma once
// What a search is told.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <lutra/circuit/circuit.hpp>
#include <lutra/search/progress.hpp>
#include <lutra/search/result.hpp>
#include <lutra/train/options.hpp>

namespace lutra {

/// What is done to a frozen circuit before it is simplified and counted, such as rewire_input. Rows that are kept in a
/// folder do not know of it.
using Preparation = std::function<Circuit(const Circuit&)>;

/// A second round: candidates within the budget's LUTs and latency that no other beats are trained again from the
/// start, for longer, and their rows become those of the second round.
struct SecondRound {
  std::size_t epochs = 0;  ///< 0: there is none
  double margin = 0.005;   ///< so far may a candidate's accuracy lie below that of one that costs no more
};

struct SearchOptions {
  Budget budget{};
  /// Of each candidate's training; its seed is also that of the first parameters and of what is put aside. Its
  /// checkpoint, resume and validation are the search's own.
  FitOptions fit{};
  double validation = 0.2;  ///< this share of the training data is put aside, to measure accuracy on
  /// 2 or more: cross-validation in place of that, for few samples. Each candidate is trained so many times, each time
  /// another part is put aside, and its accuracy is that of all parts together, its circuit the largest that came out.
  std::size_t folds = 1;
  SecondRound second_round{};
  CostOptions cost{};
  Preparation prepare{};
  /// Where finished rows are kept, and the training at hand: a search that was stopped goes on from there. Made where
  /// it does not exist; empty: nothing is kept.
  std::filesystem::path folder{};
  SearchObserver observer{};
};

}  // namespace lutra
