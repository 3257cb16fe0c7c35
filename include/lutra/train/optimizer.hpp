#pragma once
// Optimizers: how gradients change parameters. All keep their state beside the parameters, so that a run can be resumed
// to the bit, and all put bounded parameters (LUT tables) back into their bounds.

#include <cstdint>
#include <lutra/parameters.hpp>
#include <string>
#include <variant>
#include <vector>

namespace lutra {

/// Kingma and Ba, 2015.
struct Adam {
  float rate = 1e-3F;
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
};

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): each step also takes rate · decay off each weight.
struct AdamW {
  float rate = 1e-3F;
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
  float decay = 1e-2F;
};

/// Stochastic gradient descent with momentum: v ← momentum v + g + decay w, w ← w - rate v.
struct Sgd {
  float rate = 1e-2F;
  float momentum = 0.9F;
  float decay = 0;
};

using Optimizer = std::variant<Adam, AdamW, Sgd>;

/// Throws Error, naming `where`, unless every option is one that the optimizer's formulas can work with.
void check_optimizer(const Optimizer& optimizer, const std::string& where);

/// What an optimizer remembers: two floats a parameter and the number of steps so far.
struct OptimizerState {
  std::vector<float> first, second;
  std::uint64_t steps = 0;
};

/// One step of every parameter, with the rate times `rate_factor`. Parameters are independent: any split gives the same
/// bits.
void optimizer_step(const Optimizer& optimizer, float rate_factor, ParameterStore& store, OptimizerState& state,
                    int threads);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/train/define/optimizer.hpp>
#endif
