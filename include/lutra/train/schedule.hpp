#pragma once
// Schedules: what the optimizer's rate is multiplied with as training goes on.

#include <cmath>
#include <numbers>
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

/// The factor at `epoch` (with its fraction) of `epochs`.
[[nodiscard]] inline float rate_factor(const Schedule& schedule, double epoch, double epochs) {
    if (const auto* step = std::get_if<StepDecay>(&schedule))
        return static_cast<float>(std::pow(step->factor, std::floor(epoch / step->epochs)));
    if (const auto* cosine = std::get_if<Cosine>(&schedule)) {
        if (epoch < cosine->warmup)
            return static_cast<float>(epoch / cosine->warmup);
        const double done = (epoch - cosine->warmup) / (epochs - cosine->warmup);
        return static_cast<float>(cosine->floor + (1 - cosine->floor) * (1 + std::cos(std::numbers::pi * done)) / 2);
    }
    return 1;
}

}  // namespace lutra
