#pragma once
// Defines what <lutra/train/redraw.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/parameters.hpp>
#include <lutra/random.hpp>
#include <lutra/train/optimizer.hpp>
#include <lutra/train/redraw.hpp>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace lutra {

LUTRA_INLINE void check_redraw(const Redraw& redraw, const std::string& where) {
  if (!(redraw.share > 0 && redraw.share < 1))
    throw Error("Redraw.share", where, "above 0, below 1", std::to_string(redraw.share));
  if (!(redraw.until > 0 && redraw.until <= 1))
    throw Error("Redraw.until", where, "above 0, at most 1", std::to_string(redraw.until));
  if (!(redraw.below > 0 && std::isfinite(redraw.below)))
    throw Error("Redraw.below", where, "a finite number above 0", std::to_string(redraw.below));
}

namespace detail {

LUTRA_INLINE std::size_t redraw_before(const Redraw& redraw, std::uint64_t step, std::uint64_t steps) {
  const double last = redraw.until * static_cast<double>(steps);
  // Redraw i comes before the first step at or behind i / times of the way.
  const auto done = [&](std::uint64_t at) {
    if (last < 1) return std::size_t{0};
    const double share = std::min(1.0, static_cast<double>(at) / last);
    return static_cast<std::size_t>(std::floor(share * static_cast<double>(redraw.times)));
  };
  return step > 0 && done(step) > done(step - 1) ? done(step) : 0;
}

inline constexpr double near_share = 0.7;  // of the candidates of a wiring that looks near

/// Redraws the candidates of one wiring.
inline void redraw_choice(const Redraw& redraw, const ParameterStore::Choice& choice, ParameterStore& store,
                          OptimizerState& state, Random& random) {
  const ParameterBlock& block = store.blocks()[choice.scores];
  const std::size_t candidates = choice.candidates;
  const auto replaced = static_cast<std::size_t>(redraw.share * static_cast<double>(candidates));
  const std::size_t inputs = choice.inputs.shape.size();
  if (!block.learns || inputs <= candidates || replaced == 0) return;
  float* const scores = store.values().data() + block.offset;
  std::vector<std::uint32_t>& sources = store.integer_buffers()[choice.sources].values;
  std::vector<std::size_t> order(candidates);
  const auto draw = [&](std::size_t pin) {
    if (choice.inputs.reach == 0 || !random.chance(near_share)) return random.below(inputs);
    const std::size_t other = pin / choice.fan_in * choice.fan_in + random.below(choice.fan_in);
    const float* const own = scores + other * candidates;
    const auto best = static_cast<std::size_t>(std::max_element(own, own + candidates) - own);
    return std::uint64_t{choice.inputs.draw(sources[other * candidates + best], random)};
  };
  for (std::size_t first = 0; first < block.size; first += candidates) {
    std::iota(order.begin(), order.end(), first);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    const float score = scores[order.front()] - redraw.below;
    const auto own = std::span(sources).subspan(first, candidates);
    for (const std::size_t i : std::span(order).last(replaced)) {
      std::uint32_t input;
      do input = static_cast<std::uint32_t>(draw(first / candidates));
      while (std::find(own.begin(), own.end(), input) != own.end());
      sources[i] = input;
      scores[i] = score;
      state.first[block.offset + i] = state.second[block.offset + i] = 0;
    }
  }
}

LUTRA_INLINE void redraw_candidates(const Redraw& redraw, ParameterStore& store, OptimizerState& state, Random random) {
  for (const auto& choice : store.choices()) redraw_choice(redraw, choice, store, state, random);
}

}  // namespace detail
}  // namespace lutra
