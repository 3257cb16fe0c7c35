#pragma once
// What a report counts by itself: the nodes, LUTs, registers and levels of each stage, before and after simplifying.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/netlist.hpp>
#include <lutra/circuit/netlist/cost.hpp>
#include <lutra/circuit/netlist/schedule.hpp>
#include <lutra/export/stream/plan.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lutra::report {

/// What one stage costs.
struct StageMeasure {
  std::size_t values = 0;  ///< that the stage gives; LUT nodes of a LUT stage
  std::size_t luts = 0;    ///< after lowering to LUTs of up to 6 inputs
  std::size_t flip_flops = 0;
  std::uint32_t levels = 0;  ///< LUTs on the longest path within the stage
  std::uint32_t ready = 0;   ///< the clock after which its last bit is there
};

/// LUT nodes by fan-in, 0 to 8.
using FanIns = std::array<std::size_t, circuits::max_fan_in + 1>;

struct Measures {
  std::vector<StageMeasure> stages;
  StageMeasure total;  ///< ready: the latency in clocks
  FanIns fan_ins{};    ///< of the circuit's LUT nodes
  FanIns luts_of{};    ///< of the LUTs after lowering
  bool hardware = false;
  bool too_large = false;  ///< to be lowered
};

/// About how many bits the stages read, once for each reader and place: what lowering makes nodes of.
[[nodiscard]] inline std::uint64_t bits_read(const Circuit& circuit) {
  std::uint64_t bits = 0;
  for (const circuits::Stage& stage : circuit.stages()) {
    const Shape& out = stage.output.shape;
    std::uint64_t reads = 0;
    std::visit(
        [&](const auto& operation) {
          if constexpr (requires { operation.weights.values(); })
            reads = operation.weights.values().size();
          else if constexpr (requires { operation.pins.values(); })
            reads = operation.pins.values().size();
          else if constexpr (requires { operation.sources.values(); })
            reads = operation.sources.values().size();
        },
        stage.operation);
    bits += reads * (stage.each_place ? out.height * out.width : 1) * circuit.type(stage.inputs[0]).width;
  }
  return bits;
}

/// Counts a circuit. Without `hardware`, or where it is too large for that, it is not lowered, and LUTs, flip-flops,
/// levels and clocks stay 0.
[[nodiscard]] inline Measures measure(const Circuit& circuit, bool hardware, const circuits::Pipeline& pipeline) {
  constexpr std::uint64_t most = std::uint64_t{1} << 22;  // a GB of memory, and half a minute
  Measures measures;
  measures.too_large = hardware && bits_read(circuit) > most;
  hardware = hardware && !measures.too_large;
  measures.hardware = hardware;
  measures.stages.resize(circuit.stages().size());
  for (std::size_t i = 0; i < measures.stages.size(); ++i) {
    const auto& stage = circuit.stages()[i];
    measures.stages[i].values = stage.output.size();
    if (const auto* luts = std::get_if<circuits::LutStage>(&stage.operation))
      for (std::size_t node = 0; node < luts->size(); ++node) ++measures.fan_ins[luts->fan_in(node)];
  }
  measures.total.values = circuit.lut_nodes();
  if (!hardware) return measures;
  const auto netlist = circuits::lower(circuit);
  const auto schedule = circuits::schedule(netlist, pipeline);
  const auto cost = circuits::cost(netlist, schedule, measures.stages.size());
  const auto take = [](StageMeasure& measure, const circuits::StageCost& from) {
    measure.luts = from.luts();
    measure.flip_flops = from.flip_flops;
    measure.levels = from.levels;
  };
  for (std::size_t i = 0; i < measures.stages.size(); ++i) take(measures.stages[i], cost.stages[i]);
  take(measures.total, cost.total);
  measures.total.ready = cost.latency;
  std::ranges::copy(cost.total.luts_of, measures.luts_of.begin());
  if (cost.latency != 0)
    for (auto bit = netlist.first_node(); bit < netlist.bits(); ++bit) {
      auto& ready = measures.stages[netlist.node(bit).origin.stage].ready;
      ready = std::max(ready, schedule.clock[bit] + 1);
    }
  return measures;
}

/// Counts the hardware of a stream of the circuit: that of one pixel, and of what reads the whole image.
[[nodiscard]] inline Measures measure(const Circuit& circuit, const hdl::StreamPlan& plan) {
  Measures measures = measure(circuit, false, {});
  measures.hardware = true;
  const auto add = [&](const hdl::ModulePlan& module) {
    for (const auto i : module.part.stages) {
      const auto& cost = module.cost.stages[i];
      measures.stages[i].luts = cost.luts();
      measures.stages[i].flip_flops = cost.flip_flops;
      measures.stages[i].levels = cost.levels;
    }
  };
  for (const auto& logic : plan.logic) add(logic.module);
  if (plan.tail) add(*plan.tail);
  const circuits::StageCost total = plan.cost();
  measures.total.luts = total.luts();
  measures.total.flip_flops = total.flip_flops;
  measures.total.levels = total.levels;
  std::ranges::copy(total.luts_of, measures.luts_of.begin());
  return measures;
}

/// A stage of the circuit (`now`) beside the one it was made from (`before`), as indices.
struct StagePair {
  std::optional<std::size_t> before, now;
};

/// Puts the stages of two circuits side by side, in order: those of one name and operation belong together.
[[nodiscard]] inline std::vector<StagePair> pair_stages(const Circuit* original, const Circuit& circuit) {
  std::vector<StagePair> pairs;
  std::size_t next = 0;
  const auto& now = circuit.stages();
  for (std::size_t i = 0; original != nullptr && i < original->stages().size(); ++i) {
    const auto& before = original->stages()[i];
    const auto same = [&](const circuits::Stage& stage) {
      return stage.name == before.name && stage.operation.index() == before.operation.index();
    };
    const auto found = static_cast<std::size_t>(
        std::find_if(now.begin() + static_cast<std::ptrdiff_t>(next), now.end(), same) - now.begin());
    if (found == now.size()) {
      pairs.push_back({i, {}});
      continue;
    }
    for (; next < found; ++next) pairs.push_back({{}, next});
    pairs.push_back({i, next++});
  }
  for (; next < now.size(); ++next) pairs.push_back({{}, next});
  return pairs;
}

}  // namespace lutra::report
