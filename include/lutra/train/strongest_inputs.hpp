#pragma once
// What a dense layer thinks of its inputs: which of them have the largest weights, wiring made of those, and training
// that makes do with them.

#include <cstddef>
#include <cstdint>
#include <lutra/layers/wiring.hpp>
#include <lutra/network.hpp>
#include <lutra/parameters.hpp>
#include <lutra/signal.hpp>
#include <lutra/train/history.hpp>
#include <span>
#include <utility>
#include <vector>

namespace lutra {

/// For each output the `count` inputs with the largest |weight|, the largest first, of equals the lowest index first.
/// `weights` are outputs × inputs, as Dense has them. Throws Error unless they are whole rows and 1 <= count <= inputs.
[[nodiscard]] std::vector<std::uint32_t> strongest_inputs(std::span<const float> weights, std::size_t inputs,
                                                          std::size_t count);

struct WiringChoice {
  std::size_t inputs = 36;  ///< of each output
  std::size_t node = 6;     ///< pins of a node; must divide `inputs`
  Shape image{};            ///< of what the Dense layer reads; where it is given, a node gets inputs that lie together
};

/// Wiring for LUT nodes in a Dense layer's stead: inputs / node of them for each output, one output after another,
/// which read its strongest inputs. With inputs = node it is the wiring of StochasticLut<node, outputs>, with inputs =
/// node · node that of lut_trees<node, outputs>. An output's first node gets its strongest inputs; with `image`, the
/// strongest that is left and those nearest to it, row and column counting and channels not. `dense` counts the
/// network's Dense layers from 0. Throws Error where there is no such layer or the choice does not fit it.
[[nodiscard]] ExplicitWiring wiring_of(const ParameterStore& store, std::size_t dense, const WiringChoice& choice = {});

template <class ExpressionType, class In>
[[nodiscard]] ExplicitWiring wiring_of(const Network<ExpressionType, In>& net, std::size_t dense,
                                       const WiringChoice& choice = {}) {
  return wiring_of(net.parameters(), dense, choice);
}

/// An observer for fit by which the network learns to do with few inputs: Dense layer i ends with inputs[i] weights an
/// output that are not 0. All have theirs in the first tenth of the run; then, 10 times an epoch, the smallest are
/// set to 0, each time to leave a share of them, until in the last third all are at their number. A weight that was
/// set to 0 may grow again in between. `also` hears of everything, too. The network must outlive the observer. Throws
/// Error where a layer does not exist or has fewer inputs.
[[nodiscard]] Observer pruning(ParameterStore& store, std::vector<std::size_t> inputs, Observer also = {});

template <class ExpressionType, class In>
[[nodiscard]] Observer pruning(Network<ExpressionType, In>& net, std::vector<std::size_t> inputs, Observer also = {}) {
  return pruning(net.parameters(), std::move(inputs), std::move(also));
}

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/train/define/strongest_inputs.hpp>
#endif
