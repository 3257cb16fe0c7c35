#pragma once
// A search at work: trains one candidate after another, keeps what is finished, and tells how far it is. Which
// candidates, and in which order, is said by search and fit_budget.

#include <chrono>
#include <cstddef>
#include <functional>
#include <lutra/parameters.hpp>
#include <lutra/search/options.hpp>
#include <lutra/search/result.hpp>
#include <lutra/train/options.hpp>
#include <string>
#include <vector>

namespace lutra::detail {

/// What a trained candidate came to.
struct Measured {
  double accuracy = 0;
  CircuitCost cost;
  double seconds = 0;
};

/// A candidate together with its data, ready to be trained.
struct Trial {
  std::string name;
  std::string network;         ///< all that is known of it before training, as text: by this its row is known again
  std::size_t parameters = 0;  ///< how large it is, for the time left
  std::size_t folds = 1;       ///< how often it is trained
  std::function<Measured(const FitOptions&)> train;
};

/// "Byte 1x8x8 | ... #0123456789abcdef": layers and signals, and a hash over what the network begins with.
[[nodiscard]] std::string network_text(const std::string& signature, float scale, const ParameterStore& store);

/// Throws Error where an option cannot be worked with.
void check_search(const SearchOptions& options);

/// What is different in one of `folds` trainings of a candidate: the checkpoint's name, and what its observer hears,
/// which are epochs of all of them.
[[nodiscard]] FitOptions in_fold(FitOptions fit, std::size_t fold, std::size_t folds);

void remove_checkpoint(const FitOptions& fit) noexcept;

class SearchSession {
 public:
  /// `data` says what is trained on. Reads the rows that an earlier call has left in the folder. Throws Error where
  /// they are damaged or of other data or options, or where the folder cannot be written.
  SearchSession(const SearchOptions& options, const std::string& data);

  /// Says that this is going to be trained, for the time left.
  void plan(const Trial& trial, std::size_t epochs);

  /// Trains a candidate that was planned, or takes its row from the folder.
  [[nodiscard]] SearchRow train(const Trial& trial, std::size_t epochs);

  /// For a training that ends in no row: what it takes, its checkpoint in the folder included, and that it is done.
  [[nodiscard]] FitOptions fit_options(const Trial& trial, std::size_t epochs);
  void count(const Trial& trial, std::size_t epochs);

 private:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    std::string network;
    SearchRow row;
  };

  void load();
  void save() const;
  void tell(const Trial& trial, const StepInfo& info) const;

  const SearchOptions& options_;
  std::string run_;
  std::vector<Kept> kept_;
  double work_ = 0, done_ = 0;  // parameters times epochs, of all folds
  double trained_here_ = 0;     // of them by this call
  std::size_t trainings_ = 0, trained_ = 0;
  Clock::time_point begin_ = Clock::now();
};

/// Trains all of `trials`, and the promising ones of them again.
[[nodiscard]] SearchResult search_trials(const SearchOptions& options, const std::string& data,
                                         const std::vector<Trial>& trials);

}  // namespace lutra::detail

#ifndef LUTRA_DISPATCH
#include <lutra/search/define/session.hpp>
#endif
