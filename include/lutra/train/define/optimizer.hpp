#pragma once
// Defines what <lutra/train/optimizer.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/adam.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/parallel.hpp>
#include <lutra/parameters.hpp>
#include <lutra/train/optimizer.hpp>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra {

LUTRA_INLINE void check_optimizer(const Optimizer& optimizer, const std::string& where) {
  const auto within = [&](const char* name, float value, float least, float below) {
    if (!(value >= least && value < below))
      throw Error(name, where, std::isinf(below) ? "a finite number, 0 or more" : "0 or more, less than 1",
                  std::to_string(value));
  };
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::visit(
      [&](const auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        within("learning rate", kind.rate, 0, infinity);
        if constexpr (std::is_same_v<Kind, Sgd>) {
          within("momentum", kind.momentum, 0, 1);
        } else {
          within("beta1", kind.beta1, 0, 1);
          within("beta2", kind.beta2, 0, 1);
          if (!(kind.epsilon > 0 && kind.epsilon < infinity))
            throw Error("epsilon", where, "a finite number above 0", std::to_string(kind.epsilon));
        }
        if constexpr (!std::is_same_v<Kind, Adam>) within("weight decay", kind.decay, 0, infinity);
      },
      optimizer);
}

namespace detail {

inline void step_block(const AdamW& adam, const ParameterBlock& block, float rate_factor, ParameterStore& store,
                       OptimizerState& state, std::size_t begin, std::size_t end) {
  const auto t = static_cast<double>(state.steps);
  const float rate = adam.rate * rate_factor;
  const kernels::AdamStep step{
      .beta1 = adam.beta1,
      .beta2 = adam.beta2,
      .rate = static_cast<float>(static_cast<double>(rate) / (1 - std::pow(static_cast<double>(adam.beta1), t))),
      .inverse_root = static_cast<float>(1 / std::sqrt(1 - std::pow(static_cast<double>(adam.beta2), t))),
      .epsilon = adam.epsilon,
      .decay = block.decay ? rate * adam.decay : 0,
      .lower = block.lower,
      .upper = block.upper};
  kernels::chosen::adam(store.values().data() + begin, store.gradients().data() + begin, state.first.data() + begin,
                        state.second.data() + begin, end - begin, step);
}

inline void step_block(const Adam& adam, const ParameterBlock& block, float rate_factor, ParameterStore& store,
                       OptimizerState& state, std::size_t begin, std::size_t end) {
  step_block(AdamW{adam.rate, adam.beta1, adam.beta2, adam.epsilon, 0}, block, rate_factor, store, state, begin, end);
}

inline void step_block(const Sgd& sgd, const ParameterBlock& block, float rate_factor, ParameterStore& store,
                       OptimizerState& state, std::size_t begin, std::size_t end) {
  float* const w = store.values().data();
  const float* const g = store.gradients().data();
  const float decay = block.decay ? sgd.decay : 0;
  for (std::size_t i = begin; i < end; ++i) {
    state.first[i] = sgd.momentum * state.first[i] + (g[i] + decay * w[i]);
    w[i] = std::min(std::max(w[i] - sgd.rate * rate_factor * state.first[i], block.lower), block.upper);
  }
}

}  // namespace detail

LUTRA_INLINE void optimizer_step(const Optimizer& optimizer, float rate_factor, ParameterStore& store,
                                 OptimizerState& state, int threads) {
  state.first.resize(store.values().size());
  state.second.resize(store.values().size());
  ++state.steps;
  // Each part has its share of every block, so that a thread steps what it has just found the gradients of.
  constexpr std::size_t parts = 16;
  parallel_for(threads, parts, [&](std::size_t part) {
    for (const ParameterBlock& block : store.blocks()) {
      const Pieces pieces{block.size, (block.size + parts - 1) / parts};
      if (!block.learns || part >= pieces.size()) continue;
      std::visit(
          [&](const auto& kind) {
            detail::step_block(kind, block, rate_factor, store, state, block.offset + pieces.begin(part),
                               block.offset + pieces.end(part));
          },
          optimizer);
    }
  });
}

}  // namespace lutra
