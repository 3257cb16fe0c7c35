#pragma once
// What a Verilog module will be before it is text: its netlist, its clocks and its cost. Verilog, BLIF, testbench and
// reports all start from the same plan, so that they speak of the same module.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist.hpp>
#include <lutra/circuit/netlist/cost.hpp>
#include <lutra/circuit/netlist/schedule.hpp>
#include <lutra/error.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/family.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace lutra::hdl {

using circuits::combinational;
using circuits::every;
using circuits::Pipeline;

/// Options of a module; the same for its Verilog, its BLIF reference and its testbench.
struct VerilogOptions {
  std::string name = "net";  ///< of the module and of its files
  Family family = Family::generic;
  Pipeline pipeline = combinational();  ///< or every(k): registers after every k levels of LUTs
  bool include_encoder = true;          ///< false: the input is what the encoder gives (circuits::NetlistOptions)
  bool valid = false;                   ///< ports rst, valid_in and valid_out, which tell answers from pauses
};

struct ModulePlan {
  VerilogOptions options;
  circuits::Part part;  ///< what of the circuit the module computes
  circuits::Netlist netlist;
  circuits::Schedule schedule;
  circuits::NetlistCost cost;
  bool clock_enable = false;  ///< a port ce: all registers wait while it is low
  std::size_t steps =
      1;  ///< above 1: the input ends in a number below this, which says which part of the answer is given

  /// Clock edges between an input and its answer; one answer a clock.
  [[nodiscard]] std::uint32_t latency() const noexcept { return schedule.latency; }
  [[nodiscard]] bool has_clock() const noexcept { return schedule.latency > 0; }
  [[nodiscard]] bool has_reset() const noexcept { return has_clock() && options.valid; }
  [[nodiscard]] std::size_t input_bits() const noexcept { return netlist.input_bits(); }
  [[nodiscard]] std::size_t output_bits() const noexcept { return netlist.outputs.size(); }
};

/// The widest vector that every Verilog-2001 tool must take (IEEE 1364-2001, 3.3.1).
inline constexpr std::size_t max_port_bits = 65536;

namespace detail {

/// Whether a signal inside a module may have this name; a module that is called like one of its signals is an error to
/// some tools.
[[nodiscard]] constexpr bool is_signal_name(std::string_view name) noexcept {
  for (const std::string_view port : {"clk", "rst", "in", "out", "valid", "valid_in", "valid_out", "unused"})
    if (name == port) return true;
  if (name.starts_with("u_") || name.starts_with("T_")) name.remove_prefix(2);
  name.remove_prefix(name.starts_with("in") ? 2 : name.starts_with("s") ? 1 : name.size());
  return !name.empty() && lutra::detail::is_digit(name.front()) && name.find('_') != std::string_view::npos;
}

}  // namespace detail

/// Schedules and counts a part of the circuit that was lowered to `netlist`. Throws Error where the name is not one for
/// a module, where a port would be wider than max_port_bits, or where circuits::schedule does.
[[nodiscard]] inline ModulePlan plan(const Circuit& circuit, circuits::Part part, circuits::Netlist netlist,
                                     const VerilogOptions& options) {
  check_design_name(options.name, "verilog");
  if (detail::is_signal_name(options.name))
    throw Error("name of a module", "verilog", "a name that no signal inside it has", join({"'", options.name, "'"}));
  ModulePlan plan{
      .options = options, .part = std::move(part), .netlist = std::move(netlist), .schedule = {}, .cost = {}};
  for (const auto bits : {plan.input_bits(), plan.output_bits()})
    if (bits > max_port_bits)
      throw Error("port", join({"verilog, module ", options.name}), join({"at most ", max_port_bits, " bits"}),
                  join({bits, " bits"}));
  plan.schedule = circuits::schedule(plan.netlist, options.pipeline);
  plan.cost = circuits::cost(plan.netlist, plan.schedule, circuit.stages().size());
  return plan;
}

/// Lowers a part of the circuit, and does the same. Throws Error, too, where circuits::lower does.
[[nodiscard]] inline ModulePlan plan(const Circuit& circuit, circuits::Part part, const VerilogOptions& options) {
  circuits::Netlist netlist = circuits::lower(circuit, part, {.max_fan_in = lut_inputs(options.family)});
  return plan(circuit, std::move(part), std::move(netlist), options);
}

/// The same for the whole circuit. Throws Error, too, where valid is asked for without a pipeline.
[[nodiscard]] inline ModulePlan plan(const Circuit& circuit, const VerilogOptions& options = {}) {
  if (options.valid && options.pipeline.levels == 0)
    throw Error("valid", join({"verilog, module ", options.name}), "a pipeline, such as every(1)", "combinational()");
  return plan(circuit, circuits::whole(circuit, options.include_encoder), options);
}

}  // namespace lutra::hdl
