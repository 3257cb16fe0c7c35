#pragma once
// What a netlist costs, stage by stage: LUTs by their fan-in, levels, flip-flops. The numbers that headers of emitted
// files and reports repeat.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/nodes.hpp>
#include <lutra/circuit/netlist/schedule.hpp>
#include <vector>

namespace lutra::circuits {

struct StageCost {
  std::array<std::size_t, max_netlist_fan_in + 1> luts_of{};  ///< by fan-in
  std::size_t flip_flops = 0;
  std::uint32_t levels = 0;  ///< LUTs of this stage on the longest path inside it

  [[nodiscard]] std::size_t luts() const noexcept {
    std::size_t sum = 0;
    for (const auto count : luts_of) sum += count;
    return sum;
  }
};

struct NetlistCost {
  StageCost total;                ///< levels: from input to output
  StageCost input;                ///< registers of input bits
  std::vector<StageCost> stages;  ///< of the circuit, by index
  std::uint32_t latency = 0;      ///< clocks
};

/// Counts the netlist of a circuit of `stages` stages, scheduled.
[[nodiscard]] inline NetlistCost cost(const Netlist& netlist, const Schedule& schedule, std::size_t stages) {
  NetlistCost cost;
  cost.stages.resize(stages);
  cost.latency = schedule.latency;
  std::vector<std::uint32_t> inside(netlist.bits(), 0);  // levels within the stage of each node
  for (BitId bit = 2; bit < netlist.bits(); ++bit) {
    if (!netlist.is_node(bit)) {
      cost.input.flip_flops += schedule.registers[bit];
      continue;
    }
    const Node& node = netlist.node(bit);
    StageCost& stage = cost.stages[node.origin.stage];
    for (const auto pin : node.pins())
      if (netlist.is_node(pin) && netlist.node(pin).origin.stage == node.origin.stage)
        inside[bit] = std::max(inside[bit], inside[pin]);
    stage.levels = std::max(stage.levels, ++inside[bit]);
    ++stage.luts_of[node.fan_in];
    ++cost.total.luts_of[node.fan_in];
    stage.flip_flops += schedule.registers[bit];
  }
  cost.total.levels = schedule.depth;
  cost.total.flip_flops = schedule.flip_flops();
  return cost;
}

}  // namespace lutra::circuits
