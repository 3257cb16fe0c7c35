#pragma once
// The same circuit behind another input: for a circuit that was built to read more values than there are.

#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/error.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

/// A circuit that reads `input` and takes value sources[i] of it where `circuit` takes value i of its own input. Adds
/// one RearrangeStage, which simplify reads through. Throws Error where the widths differ or a source does not exist.
[[nodiscard]] inline Circuit rewire_input(const Circuit& circuit, const circuits::Type& input,
                                          std::span<const std::uint32_t> sources) {
  if (input.width != circuit.input().width)
    throw Error("rewire_input", "input width in bits", std::to_string(circuit.input().width),
                std::to_string(input.width));
  std::vector<circuits::Stage> stages{
      {"input", {0}, circuits::RearrangeStage{{sources.begin(), sources.end()}}, circuit.input()}};
  for (circuits::Stage stage : circuit.stages()) {
    for (circuits::SignalId& id : stage.inputs) ++id;
    stages.push_back(std::move(stage));
  }
  return {input, std::move(stages), circuit.notes()};
}

/// The same circuit with other notes.
[[nodiscard]] inline Circuit with_notes(const Circuit& circuit, Circuit::Notes notes) {
  return {circuit.input(), circuit.stages(), std::move(notes)};
}

}  // namespace lutra
