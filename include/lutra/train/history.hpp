#pragma once
// What training tells while it runs and keeps when it ends: one record an epoch, and what an observer hears of each
// step.

#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace lutra {

/// One epoch. Without validation data, or for regression, what does not apply is NaN.
struct EpochResult {
  std::size_t epoch = 0;   ///< from 1
  double rate_factor = 1;  ///< what the schedule made of the optimizer's rate, in the last step
  double train_loss = 0;   ///< the mean over the epoch's batches, each before its own step
  double train_accuracy = std::numeric_limits<double>::quiet_NaN();
  double validation_loss = std::numeric_limits<double>::quiet_NaN();
  double validation_accuracy = std::numeric_limits<double>::quiet_NaN();
  double seconds = 0;  ///< since the run began, to the end of this epoch; pauses before a resume left out
};

struct History {
  std::vector<EpochResult> epochs;
  std::size_t best_epoch = 0;  ///< by validation accuracy (loss, for regression); 0 without validation
  bool stopped_early = false;  ///< for want of patience, before the last epoch
};

/// A moment of training, after a step.
struct StepInfo {
  std::size_t epoch = 0, epochs = 0;  ///< from 1
  std::size_t step = 0, steps = 0;    ///< in this epoch, from 1
  double loss = 0;                    ///< mean over this epoch's samples so far
  double accuracy = 0;                ///< likewise; NaN for regression
  double samples_per_second = 0;      ///< of this call of fit so far
  double seconds_left = 0;            ///< to the last epoch, at this rate
};

/// Hears of every step and every epoch; either may be left empty. What it throws ends the training.
struct Observer {
  std::function<void(const StepInfo&)> on_step;
  std::function<void(const EpochResult&)> on_epoch;
};

}  // namespace lutra
