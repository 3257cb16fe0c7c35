#pragma once
// Schedules: what the optimizer's rate is multiplied with as training goes on.

#include <cmath>
#include <lutra/error.hpp>
#include <numbers>
#include <string>
#include <variant>

namespace lutra {

struct Constant {};

/// Times `factor` after every `epochs` epochs.
struct StepDecay {
  double epochs = 10;
  double factor = 0.1;
};

/// Up from 0 over `warmup` epochs, then down along half a cosine to `floor` at the end (Loshchilov and Hutter, 2017).
struct Cosine {
  double warmup = 0;
  double floor = 0;
};

using Schedule = std::variant<Constant, StepDecay, Cosine>;

/// Throws Error, naming `where`, unless the schedule gives a finite factor of at least 0 everywhere.
inline void check_schedule(const Schedule& schedule, const std::string& where) {
  if (const auto* step = std::get_if<StepDecay>(&schedule)) {
    if (!(step->epochs > 0)) throw Error("StepDecay.epochs", where, "more than 0", std::to_string(step->epochs));
    if (!(step->factor > 0 && step->factor <= 1))
      throw Error("StepDecay.factor", where, "more than 0, at most 1", std::to_string(step->factor));
  }
  if (const auto* cosine = std::get_if<Cosine>(&schedule)) {
    if (!(cosine->warmup >= 0 && std::isfinite(cosine->warmup)))
      throw Error("Cosine.warmup", where, "0 or more epochs", std::to_string(cosine->warmup));
    if (!(cosine->floor >= 0 && cosine->floor <= 1))
      throw Error("Cosine.floor", where, "0 to 1", std::to_string(cosine->floor));
  }
}

/// The factor at `epoch` (with its fraction, from 0) of `epochs`. A run that ends within its warmup ends on the way up.
[[nodiscard]] inline float rate_factor(const Schedule& schedule, double epoch, double epochs) {
  if (const auto* step = std::get_if<StepDecay>(&schedule))
    return static_cast<float>(std::pow(step->factor, std::floor(epoch / step->epochs)));
  if (const auto* cosine = std::get_if<Cosine>(&schedule)) {
    if (epoch < cosine->warmup) return static_cast<float>(epoch / cosine->warmup);
    if (epochs <= cosine->warmup) return 1;
    const double done = (epoch - cosine->warmup) / (epochs - cosine->warmup);
    return static_cast<float>(cosine->floor + (1 - cosine->floor) * (1 + std::cos(std::numbers::pi * done)) / 2);
  }
  return 1;
}

}  // namespace lutra
