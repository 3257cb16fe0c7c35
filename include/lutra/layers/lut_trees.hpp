#pragma once
// Trees of LUT nodes: functions of many inputs from nodes of few.

#include <cstddef>
#include <lutra/compose.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <utility>

namespace lutra {

/// Outputs trees of two levels: Outputs roots over N nodes each, N² inputs in all.
template <std::size_t N, std::size_t Outputs, class Wiring = RandomWiring>
[[nodiscard]] constexpr auto lut_trees(Wiring wiring = {}) {
  return StochasticLut<N, N * Outputs, Wiring>{.wiring = std::move(wiring)} |
         StochasticLut<N, Outputs, GroupedWiring>{};
}

}  // namespace lutra
