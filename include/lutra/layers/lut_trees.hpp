#pragma once
// Trees of LUT nodes: functions of many inputs from nodes of few.

#include <cstddef>
#include <lutra/compose.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <utility>

namespace lutra {

/// Outputs trees of two levels: Outputs roots over N nodes each, N² inputs in all. The wiring is the lower level's; all
/// nodes start as `initial`.
template <std::size_t N, std::size_t Outputs, class Wiring = RandomWiring>
[[nodiscard]] constexpr auto lut_trees(Wiring wiring = {}, Initial initial = Initial::uniform) {
  return StochasticLut<N, N * Outputs, Wiring>{.initial = initial, .wiring = std::move(wiring)} |
         StochasticLut<N, Outputs, GroupedWiring>{.initial = initial};
}

}  // namespace lutra
