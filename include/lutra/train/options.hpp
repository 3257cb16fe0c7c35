#pragma once
// What a training run is told, held against what it can work with, and written down as the text by which a checkpoint
// knows its own run again.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <lutra/data/dataset.hpp>
#include <lutra/error.hpp>
#include <lutra/io/binary.hpp>
#include <lutra/random.hpp>
#include <lutra/train/history.hpp>
#include <lutra/train/loss.hpp>
#include <lutra/train/optimizer.hpp>
#include <lutra/train/schedule.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lutra {

struct FitOptions {
  std::size_t epochs = 10;
  std::size_t batch = 128;  ///< samples a step; the last step of an epoch takes what is left
  Optimizer optimizer = Adam{};
  Schedule schedule = Constant{};
  Loss loss = SoftmaxCrossEntropy{};
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
inline void check_options(const FitOptions& options, bool validates) {
  const auto refuse = [](const char* what, const char* expected, const char* got) {
    throw Error(what, "fit", expected, got);
  };
  if (options.batch == 0) refuse("batch size", "at least 1", "0");
  if ((options.patience > 0 || options.keep_best) && !validates)
    refuse("early stopping and best weights", "validation data", "none");
  if (options.resume && options.checkpoint.empty()) refuse("resume", "a checkpoint's path", "none");
  if (options.checkpoint_every_steps > 0 && options.checkpoint.empty())
    refuse("checkpoint_every_steps", "a checkpoint's path", "none");
  if (const auto* loss = std::get_if<SoftmaxCrossEntropy>(&options.loss))
    if (!(loss->smoothing >= 0 && loss->smoothing < 1))
      throw Error("SoftmaxCrossEntropy.smoothing", "fit", "0 or more, less than 1", std::to_string(loss->smoothing));
  check_optimizer(options.optimizer, "fit");
  check_schedule(options.schedule, "fit");
}

/// The shortest decimal text that reads back as the same number.
template <class T>
[[nodiscard]] std::string exact_text(T value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// "1000 samples #0123456789abcdef", the hash over everything in them: the same data in another order are other data.
template <class Kind>
[[nodiscard]] std::string data_text(const Dataset<Kind>& data) {
  const auto bytes_of = [](const auto& list) {
    return std::string_view(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(list[0]));
  };
  std::uint64_t hash = 0;
  for (const std::string_view bytes : {bytes_of(data.values), bytes_of(data.labels), bytes_of(data.targets)})
    hash = hash * 31 + io::fnv1a(bytes);
  char text[17] = {};
  for (int digit = 0; digit < 16; ++digit) text[digit] = "0123456789abcdef"[hash >> (60 - 4 * digit) & 15];
  return std::to_string(data.size()) + " samples #" + text;
}

[[nodiscard]] inline std::string loss_text(const Loss& loss) {
  if (const auto* softmax = std::get_if<SoftmaxCrossEntropy>(&loss))
    return "SoftmaxCrossEntropy smoothing " + exact_text(softmax->smoothing);
  return "MeanSquared";
}

[[nodiscard]] inline std::string optimizer_text(const Optimizer& optimizer) {
  if (const auto* sgd = std::get_if<Sgd>(&optimizer))
    return "Sgd rate " + exact_text(sgd->rate) + " momentum " + exact_text(sgd->momentum) + " decay " +
           exact_text(sgd->decay);
  const auto moments = [](const auto& adam) {
    return " rate " + exact_text(adam.rate) + " beta1 " + exact_text(adam.beta1) + " beta2 " + exact_text(adam.beta2) +
           " epsilon " + exact_text(adam.epsilon);
  };
  if (const auto* adam = std::get_if<Adam>(&optimizer)) return "Adam" + moments(*adam);
  const auto& adam = std::get<AdamW>(optimizer);
  return "AdamW" + moments(adam) + " decay " + exact_text(adam.decay);
}

[[nodiscard]] inline std::string schedule_text(const Schedule& schedule, std::size_t epochs) {
  if (const auto* step = std::get_if<StepDecay>(&schedule))
    return "StepDecay epochs " + exact_text(step->epochs) + " factor " + exact_text(step->factor);
  if (const auto* cosine = std::get_if<Cosine>(&schedule))
    return "Cosine warmup " + exact_text(cosine->warmup) + " floor " + exact_text(cosine->floor) + " over " +
           std::to_string(epochs) + " epochs";
  return "Constant";
}

/// All that decides which bits a run ends with, but for the network. The number of epochs is part of it only where the
/// schedule looks at it; patience and threads are not: a run may be made longer, or moved to another machine.
template <class Kind>
[[nodiscard]] std::string run_text(const FitOptions& options, const Dataset<Kind>& train,
                                   const Dataset<Kind>* validation) {
  return data_text(train) + ", validation " + (validation == nullptr ? "none" : data_text(*validation)) + ", batch " +
         std::to_string(options.batch) + ", seed " + std::to_string(options.seed.value) + ", " +
         loss_text(options.loss) + ", " + optimizer_text(options.optimizer) + ", " +
         schedule_text(options.schedule, options.epochs) + (options.keep_best ? ", keeping the best" : "");
}

}  // namespace detail
}  // namespace lutra
