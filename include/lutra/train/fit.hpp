#pragma once
// fit: trains a network on a data set. Everything random comes from the seed and the place in the run, so that a run
// that was killed and resumed, or that had another number of threads, ends with the same bits.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <lutra/data/dataset.hpp>
#include <lutra/data/split.hpp>
#include <lutra/error.hpp>
#include <lutra/network.hpp>
#include <lutra/parallel.hpp>
#include <lutra/random.hpp>
#include <lutra/snapshot.hpp>
#include <lutra/train/augment.hpp>
#include <lutra/train/checkpoint.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/history.hpp>
#include <lutra/train/loss.hpp>
#include <lutra/train/optimizer.hpp>
#include <lutra/train/options.hpp>
#include <lutra/train/redraw.hpp>
#include <lutra/train/schedule.hpp>
#include <lutra/train/teacher.hpp>
#include <numeric>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace lutra {

namespace detail {

/// One call of fit.
template <class Net>
class Trainer {
  using Data = Dataset<typename Net::Input::Kind>;
  using Clock = std::chrono::steady_clock;

 public:
  Trainer(Net& net, const Data& train, const Data* validation, const FitOptions& options,
          Augmentation<typename Net::Input::Kind> augment, Teacher<typename Net::Input::Kind> teacher = {})
      : net_(net),
        train_(train),
        validation_(validation),
        options_(options),
        threads_(thread_count(options.threads)),
        augment_(std::move(augment)),
        teacher_(std::move(teacher)) {
    check_options(options, validation != nullptr);
    check_teacher(net, options.loss, teacher_);
    check_data(net, train, options.loss, "training data");
    if (validation != nullptr) check_data(net, *validation, options.loss, "validation data");
    if (augment_ && train.places > 1)
      throw Error("augmentation", "fit", "one label a sample: those of pixels would not move with an image",
                  std::to_string(train.places) + " labels a sample");
    steps_ = (train_.size() + options_.batch - 1) / options_.batch;
  }

  History run() {
    if (!options_.checkpoint.empty()) open_checkpoint();
    net_.reserve(std::min(options_.batch, train_.size()));
    begin_ = Clock::now();
    seconds_before_ = state_.seconds;
    while (state_.epoch < options_.epochs && !gave_up()) epoch();
    state_.history.stopped_early = state_.epoch < options_.epochs;
    if (options_.keep_best && state_.has_best) put_back(state_.best, net_.parameters());
    return std::move(state_.history);
  }

 private:
  [[nodiscard]] bool classifies() const { return detail::classifies(options_.loss); }

  /// Now and not after the first epoch is the time to find out that it cannot be written.
  void open_checkpoint() {
    run_ = run_text(options_, train_, validation_) + (augment_ ? ", " + augment_.text() : "");
    std::error_code ignored;
    if (options_.resume && std::filesystem::exists(options_.checkpoint, ignored))
      state_ = load_checkpoint(options_.checkpoint, signature(net_), run_, net_.parameters());
    check_can_be_written(options_.checkpoint);
  }

  [[nodiscard]] bool gave_up() const { return options_.patience > 0 && state_.epochs_since_best >= options_.patience; }

  void epoch() {
    std::vector<std::size_t> order(train_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random random(options_.seed, state_.epoch);
    random.shuffle(std::span(order));
    for (; state_.step < steps_;) {
      const std::size_t first = state_.step * options_.batch;
      redraw();
      step(std::span(order).subspan(first, std::min(options_.batch, train_.size() - first)));
      ++state_.step;
      tell_step(std::min(state_.step * options_.batch, train_.size()));
      if (options_.checkpoint_every_steps > 0 && state_.step < steps_ &&
          state_.step % options_.checkpoint_every_steps == 0)
        save();
    }
    finish_epoch();
    if (!options_.checkpoint.empty()) save();
    if (options_.observer.on_epoch) options_.observer.on_epoch(state_.history.epochs.back());
  }

  void redraw() {
    const std::uint64_t step = state_.epoch * steps_ + state_.step;
    const std::size_t turn = redraw_before(options_.redraw, step, options_.epochs * steps_);
    if (turn > 0) redraw_candidates(options_.redraw, net_.parameters(), state_.optimizer, Random(options_.seed, ~turn));
  }

  void step(std::span<const std::size_t> indices) {
    samples_.resize(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) samples_[i] = shown(i, indices[i]);
    const auto out = as_real(net_.forward(samples_, true, threads_));
    const BatchLoss batch = std::visit(
        [&](const auto& loss) {
          return apply_loss(loss, net_.pass(), out, net_.scale(), wanted(indices), net_.output_gradient(), losses_);
        },
        options_.loss);
    if (!std::isfinite(batch.loss))
      throw Error("training diverged: loss",
                  "epoch " + std::to_string(state_.epoch + 1) + ", step " + std::to_string(state_.step + 1),
                  "a finite number; try a lower rate", std::to_string(batch.loss));
    net_.backward();
    optimizer_step(options_.optimizer, factor(state_.step), net_.parameters(), state_.optimizer, threads_);
    state_.loss += batch.loss;
    state_.correct += batch.correct;
    ++steps_here_;
    samples_here_ += indices.size();
  }

  [[nodiscard]] Wanted wanted(std::span<const std::size_t> indices) {
    if (std::holds_alternative<Imitation>(options_.loss)) return {};
    if (classifies()) {
      gather_labels(
          train_, indices.size(), [&](std::size_t i) { return indices[i]; }, labels_);
      return {labels_, {}, train_.places, teacher_ ? teacher_.advise(samples_, threads_) : Advice{}};
    }
    targets_.resize(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) targets_[i] = train_.target(indices[i]).data();
    return {{}, targets_, 1};
  }

  [[nodiscard]] float factor(std::uint64_t step) const {
    const double place = static_cast<double>(state_.epoch) + static_cast<double>(step) / static_cast<double>(steps_);
    return rate_factor(options_.schedule, place, static_cast<double>(options_.epochs));
  }

  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  /// Where the i-th sample of the step lies: in the data, or in a changed copy. The copy's random numbers belong to
  /// the epoch and the sample, so that they are the same in a run that was resumed.
  [[nodiscard]] const typename Net::Element* shown(std::size_t i, std::size_t index) {
    const auto sample = train_.sample(index);
    if (!augment_) return sample.data();
    copies_.resize(std::max(copies_.size(), options_.batch * sample.size()));
    const std::span to(copies_.data() + i * sample.size(), sample.size());
    Random random(options_.seed, (state_.epoch + 1) << 32 | index);
    augment_(sample, to, random);
    return to.data();
  }

  /// Of the places of the epoch's first `samples` samples.
  [[nodiscard]] double accuracy(double samples) const {
    if (!classifies()) return nan;
    return static_cast<double>(state_.correct) / (samples * static_cast<double>(train_.places));
  }

  void tell_step(std::size_t samples_done) {
    state_.seconds = seconds_before_ + seconds();
    if (!options_.observer.on_step) return;
    const auto n = static_cast<double>(samples_done);
    const double step_seconds = seconds() / static_cast<double>(steps_here_);
    const double left = static_cast<double>((options_.epochs - state_.epoch) * steps_ - state_.step);
    options_.observer.on_step({.epoch = state_.epoch + 1,
                               .epochs = options_.epochs,
                               .step = state_.step,
                               .steps = steps_,
                               .loss = state_.loss / n,
                               .accuracy = accuracy(n),
                               .samples_per_second = static_cast<double>(samples_here_) / seconds(),
                               .seconds_left = left * step_seconds});
  }

  void finish_epoch() {
    const auto n = static_cast<double>(train_.size());
    EpochResult result{.epoch = state_.epoch + 1,
                       .rate_factor = static_cast<double>(factor(steps_ - 1)),
                       .train_loss = state_.loss / n,
                       .train_accuracy = accuracy(n)};
    if (validation_ != nullptr) {
      const Score score = evaluate(net_, *validation_, options_.loss, threads_);
      result.validation_loss = score.loss;
      if (classifies()) result.validation_accuracy = score.accuracy;
      remember_best(classifies() ? score.accuracy : -score.loss);
    }
    result.seconds = state_.seconds = seconds_before_ + seconds();
    state_.history.epochs.push_back(result);
    ++state_.epoch;
    state_.step = 0;
    state_.loss = 0;
    state_.correct = 0;
  }

  void remember_best(double score) {
    ++state_.epochs_since_best;
    if (state_.history.best_epoch != 0 && !(score > state_.best_score)) return;
    state_.best_score = score;
    state_.epochs_since_best = 0;
    state_.history.best_epoch = static_cast<std::size_t>(state_.epoch + 1);
    if (!options_.keep_best) return;
    state_.best = take_snapshot(net_.parameters());
    state_.has_best = true;
  }

  void save() const { save_checkpoint(options_.checkpoint, signature(net_), run_, net_.parameters(), state_); }

  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  Net& net_;
  const Data& train_;
  const Data* validation_;
  const FitOptions& options_;
  int threads_;
  Augmentation<typename Net::Input::Kind> augment_;
  Teacher<typename Net::Input::Kind> teacher_;
  std::size_t steps_ = 0;
  std::size_t steps_here_ = 0, samples_here_ = 0;  // of this call of fit
  double seconds_before_ = 0;
  Clock::time_point begin_;
  std::string run_;  // of the checkpoint
  RunState state_;
  std::vector<const typename Net::Element*> samples_;
  std::vector<std::uint32_t> labels_;
  std::vector<const float*> targets_;
  std::vector<float> losses_;
  std::vector<typename Net::Element> copies_;
};

}  // namespace detail

/// Trains `net` on `train`, each sample changed by `augment` each time it is shown, with what `teacher` says of it
/// then, validating on `validation`, as it is, after every epoch. Throws Error, before the first step, where data,
/// labels, options or teacher do not fit the network, where the checkpoint is damaged or another run's, or cannot be
/// written; later, where the loss is no longer finite or the disk is full; and whatever the observer throws. Then the
/// network is as the last step left it, and the checkpoint as it was last written.
template <class ExpressionType, class In>
History fit(Network<ExpressionType, In>& net, const Dataset<typename In::Kind>& train,
            const Dataset<typename In::Kind>& validation, const FitOptions& options = {},
            const Augmentation<typename In::Kind>& augment = {}, const Teacher<typename In::Kind>& teacher = {}) {
  if (options.validation != 0)
    throw Error("validation share", "fit", "0, as validation data are given", std::to_string(options.validation));
  return detail::Trainer(net, train, &validation, options, augment, teacher).run();
}

/// Trains `net` on `train`; with options.validation > 0 that share of it, drawn by the seed, is validated on instead.
template <class ExpressionType, class In>
History fit(Network<ExpressionType, In>& net, const Dataset<typename In::Kind>& train, const FitOptions& options = {},
            const Augmentation<typename In::Kind>& augment = {}, const Teacher<typename In::Kind>& teacher = {}) {
  if (options.validation == 0) return detail::Trainer(net, train, nullptr, options, augment, teacher).run();
  if (!(options.validation > 0 && options.validation < 1))
    throw Error("validation share", "fit", "0 or more, below 1", std::to_string(options.validation));
  detail::check_data(net, train, options.loss, "training data");
  const auto [kept, aside] = split(train, 1 - options.validation, options.seed);
  return detail::Trainer(net, kept, &aside, options, augment, teacher).run();
}

}  // namespace lutra
