#pragma once
// Lowers a circuit to single-bit look-up tables of a few inputs: encoders, group sums and the argmax too, so that a
// count of its nodes is the cost of the whole answer. Exporters write what they find here and decide nothing about
// logic.

#include <algorithm>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist/nodes.hpp>
#include <variant>

namespace lutra::circuits {

struct NetlistOptions {
  std::uint32_t max_fan_in = max_netlist_fan_in;  ///< pins of a LUT, 3 to 6
  /// False leaves the encoder outside: the ThresholdStages that read nothing but the circuit's input are not lowered;
  /// what they give is the netlist's input, stage by stage, before the circuit's input where others read that too.
  bool include_encoder = true;
};

/// True where the stage is an encoder that can be left outside.
[[nodiscard]] inline bool is_encoder(const Stage& stage) {
  return std::holds_alternative<ThresholdStage>(stage.operation) &&
         std::ranges::all_of(stage.inputs, [](SignalId id) { return id == 0; });
}

/// The circuit as LUTs, with the same answers. LUT nodes are kept as they are, but for pins that cannot matter.
/// Throws Error where max_fan_in is not 3 to 6, or there are more than 2^31 bits.
[[nodiscard]] Netlist lower(const Circuit& circuit, const NetlistOptions& options = {});

}  // namespace lutra::circuits

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/netlist.hpp>
#endif
