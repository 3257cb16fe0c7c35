#pragma once
// The comment at the head of an emitted module: what it computes, how its ports are laid out, when its answers come and
// what it costs. Enough to use the file without anything else.

#include <algorithm>
#include <cstddef>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/plan.hpp>
#include <lutra/version.hpp>
#include <string>
#include <vector>

namespace lutra::hdl::detail {

[[nodiscard]] inline std::string many(std::size_t count, std::string_view what) {
  return join({count, " ", what, count == 1 ? "" : "s"});
}

[[nodiscard]] inline std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

[[nodiscard]] inline std::string right(std::string_view text, std::size_t width) {
  return join({std::string(width > text.size() ? width - text.size() : 0, ' '), text});
}

/// A stage's name as a comment can hold it: one line, printable, not endless.
[[nodiscard]] inline std::string comment_text(const std::string& name) {
  std::string text = name.substr(0, 60);
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

[[nodiscard]] inline std::string stage_title(const Circuit& circuit, std::size_t stage) {
  const auto& s = circuit.stages()[stage];
  const std::string kind = circuits::operation_name(s.operation);
  return join({"stage ", stage, ", ", s.name.empty() ? kind : comment_text(s.name)});
}

/// [7:0], as wide as a port.
[[nodiscard]] inline std::string range(std::size_t bits) { return join({"[", bits - 1, ":0]"}); }

/// Where a signal lies in a port, such as "value i is in[8*i +: 8]".
[[nodiscard]] inline std::string slice(std::string_view port, const circuits::Type& type, std::size_t begin) {
  const std::string first = begin == 0 ? "" : join({begin, " + "});
  const std::string width = std::to_string(type.width);
  if (type.size() == 1)
    return type.width == 1 ? join({port, "[", begin, "]"}) : join({port, "[", begin + type.width - 1, ":", begin, "]"});
  if (type.width == 1) return join({"value i is ", port, "[", first, "i]"});
  return join({"value i is ", port, "[", first, width, "*i +: ", width, "]"});
}

[[nodiscard]] inline std::string values(const circuits::Type& type) {
  const bool flat = type.shape.height == 1 && type.shape.width == 1;
  return join({many(type.size(), "value"), " of ", many(type.width, "bit"),
               flat ? "" : join({" (", to_string(type.shape), ")"})});
}

[[nodiscard]] inline std::string ports_text(const Circuit& circuit, const ModulePlan& plan) {
  std::vector<std::pair<std::string, std::string>> rows;
  if (plan.has_clock()) rows.emplace_back("clk", "rising edge");
  if (plan.has_clock() && plan.clock_enable) rows.emplace_back("ce", "high where the clock counts");
  if (plan.has_reset()) rows.emplace_back("rst", "synchronous, high: forgets which answers are under way");
  if (plan.options.valid) rows.emplace_back("valid_in", "high where in holds an input");
  const auto from = [&](circuits::SignalId id) {
    return id == 0 ? std::string() : join({stage_title(circuit, id - 1), ": "});
  };
  for (const auto& [signal, type, begin] : plan.netlist.inputs)
    rows.emplace_back(begin == 0 ? join({"in  ", range(plan.input_bits())}) : "",
                      signal == circuits::no_signal
                          ? join({"which of ", plan.steps, " steps; ", slice("in", type, begin)})
                          : join({from(signal), values(type), "; ", slice("in", type, begin)}));
  if (plan.options.valid) rows.emplace_back("valid_out", "high where out holds an answer");
  std::size_t begin = 0;
  if (plan.steps > 1) {
    const auto& type = plan.netlist.output;
    rows.emplace_back(join({"out ", range(plan.output_bits())}),
                      join({values(type), "; ", slice("out", type, 0), ", of the step"}));
  }
  for (const circuits::SignalId id : plan.steps > 1 ? std::vector<circuits::SignalId>{} : plan.part.outputs) {
    const circuits::Type type = circuits::type_in(circuit, plan.part, id);
    rows.emplace_back(
        begin == 0 ? join({"out ", range(plan.output_bits())}) : "",
        join({plan.part.outputs.size() > 1 ? from(id) : "", values(type), "; ", slice("out", type, begin)}));
    begin += type.size() * type.width;
  }
  if (circuit.is_classifier() && plan.steps == 1 && plan.part.outputs.back() == circuit.stages().size())
    rows.back().second += circuits::type_in(circuit, plan.part, plan.part.outputs.back()).size() == 1
                              ? ", the index of the class"
                              : ", each the index of a class";
  std::size_t width = 9;
  for (const auto& row : rows) width = std::max(width, row.first.size() + 2);
  std::string text;
  for (const auto& [port, meaning] : rows) append(text, {"// ", padded(port, width), meaning, "\n"});
  return text;
}

[[nodiscard]] inline std::string cost_text(const Circuit& circuit, const ModulePlan& plan) {
  std::size_t width = 5;
  for (const auto i : plan.part.stages) width = std::max(width, stage_title(circuit, i).size());
  const auto row = [&](const std::string& title, std::string_view luts, std::string_view levels,
                       std::string_view flip_flops) {
    return join({"// ", padded(title, width), right(luts, 8), right(levels, 8), right(flip_flops, 12), "\n"});
  };
  const auto numbers = [&](const std::string& title, const circuits::StageCost& cost) {
    return row(title, std::to_string(cost.luts()), std::to_string(cost.levels), std::to_string(cost.flip_flops));
  };
  std::string text = row("", "LUTs", "levels", "flip-flops");
  if (plan.cost.input.flip_flops > 0) text += numbers("input", plan.cost.input);
  for (const auto i : plan.part.stages) text += numbers(stage_title(circuit, i), plan.cost.stages[i]);
  circuits::StageCost total = plan.cost.total;
  if (plan.has_reset()) {
    total.flip_flops += plan.latency();
    text += row("valid", "0", "0", std::to_string(plan.latency()));
  }
  return text + numbers("all", total);
}

/// `what` is what the module computes, such as "one answer for one input, as computed by circuit 18590d6b6bdd3572".
[[nodiscard]] inline std::string header_text(const Circuit& circuit, const ModulePlan& plan, std::string_view what) {
  const std::string timing =
      plan.has_clock() ? join({many(plan.latency(), "clock"), ", one answer every clock"}) : "0 clocks, combinational";
  const std::string_view encoder = plan.options.include_encoder ? "" : ", encoder left outside";
  return join({"// Module ", plan.options.name, ": ", what, "\n//\n// family   ", family_name(plan.options.family),
               encoder, "\n// latency  ", timing, "\n// written  by lutra ", version, "\n//\n",
               ports_text(circuit, plan), "//\n", cost_text(circuit, plan)});
}

}  // namespace lutra::hdl::detail
