#pragma once
// What a training run is told, held against what it can work with, and written down as the text by which a checkpoint
// knows its own run again.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <lutra/data/dataset.hpp>
#include <lutra/random.hpp>
#include <lutra/train/history.hpp>
#include <lutra/train/loss.hpp>
#include <lutra/train/optimizer.hpp>
#include <lutra/train/redraw.hpp>
#include <lutra/train/schedule.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace lutra {

struct FitOptions {
  std::size_t epochs = 10;
  std::size_t batch = 128;  ///< samples a step; the last step of an epoch takes what is left
  Optimizer optimizer = Adam{};
  Schedule schedule = Constant{};
  Loss loss = SoftmaxCrossEntropy{};
  Redraw redraw{};                         ///< of candidates for learned wiring
  Seed seed{1};                            ///< of the order of the samples and of the validation split
  int threads = 0;                         ///< 0: all
  double validation = 0;                   ///< this share of the training data is kept aside to validate on
  std::size_t patience = 0;                ///< stop after this many epochs without a better validation; 0: never
  bool keep_best = false;                  ///< end with the parameters of the epoch that validated best
  std::filesystem::path checkpoint{};      ///< written after every epoch; empty: none
  std::size_t checkpoint_every_steps = 0;  ///< and, besides, after this many steps of an epoch
  bool resume = false;                     ///< go on from the checkpoint, where there is one
  Observer observer{};
};

namespace detail {

[[nodiscard]] inline bool classifies(const Loss& loss) { return std::holds_alternative<SoftmaxCrossEntropy>(loss); }

/// Throws Error where an option cannot be worked with, whatever the data are.
void check_options(const FitOptions& options, bool validates);

/// "1000 samples #0123456789abcdef", the hash over everything in them: the same data in another order are other data.
[[nodiscard]] std::string data_text(std::size_t samples, std::initializer_list<std::string_view> lists);

template <class Kind>
[[nodiscard]] std::string data_text(const Dataset<Kind>& data) {
  const auto bytes_of = [](const auto& list) {
    return std::string_view(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(list[0]));
  };
  return data_text(data.size(), {bytes_of(data.values), bytes_of(data.labels), bytes_of(data.targets)});
}

/// All that decides which bits a run ends with, but for the network. The number of epochs is part of it only where the
/// schedule looks at it; patience and threads are not: a run may be made longer, or moved to another machine.
[[nodiscard]] std::string run_text(const FitOptions& options, const std::string& train, const std::string& validation);

template <class Kind>
[[nodiscard]] std::string run_text(const FitOptions& options, const Dataset<Kind>& train,
                                   const Dataset<Kind>* validation) {
  return run_text(options, data_text(train), validation == nullptr ? "none" : data_text(*validation));
}

}  // namespace detail
}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/train/define/options.hpp>
#endif
