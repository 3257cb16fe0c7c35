#pragma once
// Defines what <lutra/circuit/engine/image/split.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/circuit/engine/image/split.hpp>
#include <lutra/circuit/engine/image/spread.hpp>
#include <lutra/inline.hpp>
#include <set>
#include <utility>
#include <vector>

namespace lutra::engine {

namespace detail {

/// For each signal, whether it is computed pixel by pixel from the input on, at each place or, if they `may_spread`,
/// with pixels that become blocks.
[[nodiscard]] inline std::vector<bool> image_signals(const Circuit& circuit, bool may_spread) {
  std::vector<bool> is_image{true};
  for (const circuits::Stage& stage : circuit.stages())
    is_image.push_back((stage.each_place || (may_spread && find_spread(circuit, stage))) &&
                       std::ranges::all_of(stage.inputs, [&](circuits::SignalId id) { return is_image[id]; }));
  return is_image;
}

/// The stages of `circuit` that `is_wanted` names, with signal 0 in place of signal `input`.
template <class IsWanted>
[[nodiscard]] Circuit part_of(const Circuit& circuit, circuits::SignalId input, const IsWanted& is_wanted) {
  std::vector<circuits::SignalId> number(circuit.stages().size() + 1, 0);
  std::vector<circuits::Stage> stages;
  for (circuits::SignalId id = 1; id < number.size(); ++id) {
    if (!is_wanted(id)) continue;
    circuits::Stage stage = circuit.stages()[id - 1];
    for (circuits::SignalId& from : stage.inputs) from = from == input ? 0 : number[from];
    stages.push_back(std::move(stage));
    number[id] = static_cast<circuits::SignalId>(stages.size());
  }
  return {circuit.type(input), std::move(stages)};
}

[[nodiscard]] inline SplitCircuit split(const Circuit& circuit, bool may_spread) {
  const std::vector<bool> is_image = image_signals(circuit, may_spread);
  if (is_image.back() && std::ranges::find(is_image, false) == is_image.end()) return {circuit, {}};
  std::set<circuits::SignalId> read;
  for (circuits::SignalId id = 1; id < is_image.size(); ++id)
    if (!is_image[id])
      for (const circuits::SignalId from : circuit.stages()[id - 1].inputs)
        if (is_image[from]) read.insert(from);
  if (read.size() != 1 || *read.begin() == 0 || circuit.type(*read.begin()).width > 16 || is_image.back())
    return {{}, circuit};
  const circuits::SignalId cut = *read.begin();
  return {part_of(circuit, 0, [&](circuits::SignalId id) { return is_image[id] && id <= cut; }),
          part_of(circuit, cut, [&](circuits::SignalId id) { return !is_image[id]; })};
}

}  // namespace detail

LUTRA_INLINE SplitCircuit split_circuit(const Circuit& circuit) {
  SplitCircuit parts = detail::split(circuit, true);
  if (parts.image && has_weights(*parts.image)) return parts;
  return detail::split(circuit, false);
}

LUTRA_INLINE std::optional<Circuit> as_one_pixel(const Circuit& circuit) {
  if (!has_weights(circuit)) return {};
  std::vector<circuits::Stage> stages = circuit.stages();
  for (circuits::Stage& stage : stages) {
    if (stage.output.shape.height * stage.output.shape.width != 1) return {};
    stage.each_place = true;
  }
  return Circuit({{circuit.input().size(), 1, 1}, circuit.input().width}, std::move(stages));
}

}  // namespace lutra::engine
