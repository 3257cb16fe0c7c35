#pragma once
// Redrawing: wiring that learns tries more inputs than it has candidates for, a few at a time.

#include <cstddef>
#include <cstdint>
#include <lutra/parameters.hpp>
#include <lutra/random.hpp>
#include <lutra/train/optimizer.hpp>
#include <string>

namespace lutra {

/// Of every pin of LearnedWiring the `share` of its candidates with the lowest scores is replaced by inputs drawn at
/// random that it does not have yet, `times` times in a run, evenly over its first part, `until` (0.7: the first 70 %
/// of the steps). A new candidate's score is `below` under the pin's best: near enough to overtake it before the next
/// redraws, too low to be read before it has shown its worth. The best candidate stays, so a redraw changes no answer.
/// Where new ones come from is said by LearnedWiring.
struct Redraw {
  std::size_t times = 0;
  double share = 0.5;
  double until = 0.7;
  float below = 2;
};

/// Throws Error, naming `where`, unless 0 < share < 1, 0 < until <= 1 and below is finite, above 0.
void check_redraw(const Redraw& redraw, const std::string& where);

namespace detail {

/// Whether a redraw comes before step `step` of `steps`, and then which: 1 is the first; else 0.
[[nodiscard]] std::size_t redraw_before(const Redraw& redraw, std::uint64_t step, std::uint64_t steps);

/// Redraws every wiring in `store` once; what the optimizer remembers of a replaced candidate is forgotten.
void redraw_candidates(const Redraw& redraw, ParameterStore& store, OptimizerState& state, Random random);

}  // namespace detail
}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/train/define/redraw.hpp>
#endif
