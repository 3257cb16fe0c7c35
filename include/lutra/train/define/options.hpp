#pragma once
// Defines what <lutra/train/options.hpp> declares.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <lutra/data/dataset.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/binary.hpp>
#include <lutra/io/exact_text.hpp>
#include <lutra/random.hpp>
#include <lutra/train/history.hpp>
#include <lutra/train/loss.hpp>
#include <lutra/train/optimizer.hpp>
#include <lutra/train/options.hpp>
#include <lutra/train/schedule.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lutra {

namespace detail {

using io::exact_text;

LUTRA_INLINE void check_options(const FitOptions& options, bool validates) {
  const auto refuse = [](const char* what, const char* expected, const char* got) {
    throw Error(what, "fit", expected, got);
  };
  if (options.batch == 0) refuse("batch size", "at least 1", "0");
  if ((options.patience > 0 || options.keep_best) && !validates)
    refuse("early stopping and best weights", "validation data", "none");
  if (options.resume && options.checkpoint.empty()) refuse("resume", "a checkpoint's path", "none");
  if (options.checkpoint_every_steps > 0 && options.checkpoint.empty())
    refuse("checkpoint_every_steps", "a checkpoint's path", "none");
  if (const auto* loss = std::get_if<SoftmaxCrossEntropy>(&options.loss)) {
    if (!(loss->smoothing >= 0 && loss->smoothing < 1))
      throw Error("SoftmaxCrossEntropy.smoothing", "fit", "0 or more, less than 1", std::to_string(loss->smoothing));
    if (!(loss->taught >= 0 && loss->taught <= 1))
      throw Error("SoftmaxCrossEntropy.taught", "fit", "0 to 1", std::to_string(loss->taught));
  }
  if (const auto* loss = std::get_if<BoxLoss>(&options.loss)) {
    if (loss->classes == 0) refuse("BoxLoss.classes", "at least 1", "0");
    for (const float weight : {loss->box, loss->empty})
      if (!(weight >= 0 && std::isfinite(weight)))
        throw Error("BoxLoss.box and .empty", "fit", "0 or more", std::to_string(weight));
  }
  check_optimizer(options.optimizer, "fit");
  check_schedule(options.schedule, "fit");
  check_redraw(options.redraw, "fit");
}

LUTRA_INLINE std::string data_text(std::size_t samples, std::initializer_list<std::string_view> lists) {
  std::uint64_t hash = 0;
  for (const std::string_view bytes : lists) hash = hash * 31 + io::fnv1a(bytes);
  return std::to_string(samples) + " samples #" + io::hash_text(hash);
}

[[nodiscard]] inline std::string loss_text(const Loss& loss) {
  std::string text = name_of(loss);
  if (const auto* softmax = std::get_if<SoftmaxCrossEntropy>(&loss))
    text += " smoothing " + exact_text(softmax->smoothing) +
            (softmax->taught > 0 ? " taught " + exact_text(softmax->taught) : "");
  if (const auto* boxes = std::get_if<BoxLoss>(&loss))
    text += " classes " + exact_text(boxes->classes) + " box " + exact_text(boxes->box) + " empty " +
            exact_text(boxes->empty);
  return text;
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

[[nodiscard]] inline std::string redraw_text(const Redraw& redraw, std::size_t epochs) {
  if (redraw.times == 0) return "";
  return ", redrawing " + std::to_string(redraw.times) + " times share " + exact_text(redraw.share) + " until " +
         exact_text(redraw.until) + " below " + exact_text(redraw.below) + " over " + std::to_string(epochs) +
         " epochs";
}

LUTRA_INLINE std::string run_text(const FitOptions& options, const std::string& train, const std::string& validation) {
  return train + ", validation " + validation + ", batch " + std::to_string(options.batch) + ", seed " +
         std::to_string(options.seed.value) + ", " + loss_text(options.loss) + ", " +
         optimizer_text(options.optimizer) + ", " + schedule_text(options.schedule, options.epochs) +
         redraw_text(options.redraw, options.epochs) + (options.keep_best ? ", keeping the best" : "");
}

}  // namespace detail
}  // namespace lutra
