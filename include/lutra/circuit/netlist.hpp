#pragma once
// Lowers a circuit to single-bit look-up tables of a few inputs: encoders, group sums and the argmax too, so that a
// count of its nodes is the cost of the whole answer. Exporters write what they find here and decide nothing about
// logic.

#include <algorithm>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist/nodes.hpp>
#include <variant>
#include <vector>

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

/// A part of a circuit that becomes a netlist of its own: some of its stages, what they start from and what they give.
struct Part {
  std::vector<SignalId> inputs;       ///< signals that come from outside: the netlist's input, one after another
  std::vector<std::uint32_t> stages;  ///< ascending; each reads nothing but `inputs` and earlier ones of these
  std::vector<SignalId> outputs;      ///< of `inputs` or `stages`: the netlist's output, one after another
  /// Stages that work at each place are lowered for one place, and signals are the channels at that place. All stages
  /// must be such ones then, and none may look around.
  bool one_place = false;
};

/// A signal's type, or that of its channels at one place.
[[nodiscard]] inline Type type_in(const Circuit& circuit, const Part& part, SignalId id) {
  const Type& type = circuit.type(id);
  return part.one_place ? Type{{type.shape.channels, 1, 1}, type.width} : type;
}

/// All of a circuit, or all but its encoders (NetlistOptions::include_encoder).
[[nodiscard]] Part whole(const Circuit& circuit, bool include_encoder = true);

/// The circuit as LUTs, with the same answers. LUT nodes are kept as they are, but for pins that cannot matter.
/// Throws Error where max_fan_in is not 3 to 6, or there are more than 2^31 bits.
[[nodiscard]] Netlist lower(const Circuit& circuit, const NetlistOptions& options = {});

/// A part of the circuit as LUTs; nodes keep the numbers of their stages. options.include_encoder says nothing here.
/// Where the part has several outputs, the netlist's output is their bits. Throws Error as above.
[[nodiscard]] Netlist lower(const Circuit& circuit, const Part& part, const NetlistOptions& options = {});

}  // namespace lutra::circuits

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/netlist.hpp>
#endif
