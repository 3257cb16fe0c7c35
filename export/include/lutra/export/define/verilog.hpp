#pragma once
// Defines what <lutra/export/verilog.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <lutra/circuit/hash.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog.hpp>
#include <lutra/export/verilog/header.hpp>
#include <lutra/export/verilog/plan.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::hdl {

namespace detail {

/// "  reg a, b, c;", broken into lines of about 110 characters.
[[nodiscard]] inline std::string wrapped(std::string_view begin, const std::vector<std::string>& items,
                                         std::string_view end) {
  std::string text;
  std::string line(begin);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (line.size() + items[i].size() > 110) {
      append(text, {line.substr(0, line.find_last_not_of(' ') + 1), "\n"});
      line = std::string(begin.size(), ' ');
    }
    append(line, {items[i], i + 1 < items.size() ? ", " : end});
  }
  return join({text, line, "\n"});
}

class ModuleWriter {
 public:
  ModuleWriter(const Circuit& circuit, const ModulePlan& plan, std::string_view what)
      : circuit_(circuit), plan_(plan), netlist_(plan.netlist), what_(what), used_(netlist_.bits(), false) {
    for (const auto& node : netlist_.nodes)
      for (const auto pin : node.pins()) used_[pin] = true;
    for (const auto bit : netlist_.outputs) used_[bit] = true;
  }

  [[nodiscard]] std::string text() {
    text_ = join({header_text(circuit_, plan_, what_), "\n"});
    ports();
    unused_inputs();
    input_registers();
    for (circuits::BitId first = netlist_.first_node(); first < netlist_.bits();) first = stage(first);
    valid();
    outputs();
    text_ += "\nendmodule\n";
    return std::move(text_);
  }

 private:
  /// `bit` after `registers` registers.
  [[nodiscard]] std::string name(circuits::BitId bit, std::uint32_t registers) const {
    if (netlist_.is_constant(bit)) return bit == 0 ? "1'b0" : "1'b1";
    const std::string suffix = registers == 0 ? "" : join({"_d", registers});
    if (netlist_.is_node(bit)) return circuits::name(netlist_.node(bit).origin) + suffix;
    const std::string index = std::to_string(bit - 2);
    return registers == 0 ? join({"in[", index, "]"}) : join({"in", index, suffix});
  }

  /// `bit` as it is in clock `clock`.
  [[nodiscard]] std::string in_clock(circuits::BitId bit, std::uint32_t clock) const {
    return name(bit, netlist_.is_constant(bit) ? 0 : clock - plan_.schedule.clock[bit]);
  }

  void title(std::string_view what) { append(text_, {"\n  // ---- ", what, " ----\n\n"}); }

  void ports() {
    std::vector<std::pair<std::string, std::string>> all;
    if (plan_.has_clock()) all.emplace_back("input  wire ", "clk");
    if (plan_.has_clock() && plan_.clock_enable) all.emplace_back("input  wire ", "ce");
    if (plan_.has_reset()) all.emplace_back("input  wire ", "rst");
    if (plan_.options.valid) all.emplace_back("input  wire ", "valid_in");
    all.emplace_back(join({"input  wire ", range(plan_.input_bits())}), "in");
    if (plan_.options.valid) all.emplace_back("output wire ", "valid_out");
    all.emplace_back(join({"output wire ", range(plan_.output_bits())}), "out");
    std::size_t width = 0;
    for (const auto& [type, port] : all) width = std::max(width, type.size());
    append(text_, {"module ", plan_.options.name, " (\n"});
    for (std::size_t i = 0; i < all.size(); ++i)
      append(text_, {"  ", padded(all[i].first, width), " ", all[i].second, i + 1 < all.size() ? ",\n" : "\n"});
    text_ += ");\n";
  }

  /// Linters complain of bits that nobody reads, unless they are read into something called unused.
  void unused_inputs() {
    std::vector<std::string> items{"1'b0"};
    for (circuits::BitId bit = 2; bit < netlist_.first_node(); ++bit) {
      if (used_[bit]) continue;
      const circuits::BitId begin = bit;
      while (bit + 1 < netlist_.first_node() && !used_[bit + 1]) ++bit;
      const std::string last = bit > begin ? join({bit - 2, ":"}) : "";
      items.push_back(join({"in[", last, begin - 2, "]"}));
    }
    if (items.size() == 1) return;
    title("input bits that no answer depends on");
    items.push_back("1'b0");
    text_ += wrapped("  wire unused = &{", items, "};");
  }

  void input_registers() {
    if (plan_.cost.input.flip_flops == 0) return;
    title(join({"registers of the input: ", many(plan_.cost.input.flip_flops, "flip-flop")}));
    declare_registers(2, netlist_.first_node());
    clock_registers(2, netlist_.first_node());
  }

  void declare_registers(circuits::BitId begin, circuits::BitId end) {
    std::vector<std::string> names;
    for (circuits::BitId bit = begin; bit < end; ++bit)
      for (std::uint32_t r = 1; r <= plan_.schedule.registers[bit]; ++r) names.push_back(name(bit, r));
    if (!names.empty()) append(text_, {wrapped("  reg ", names, ";"), "\n"});
  }

  void clock_registers(circuits::BitId begin, circuits::BitId end) {
    std::size_t width = 0;
    bool any = false;
    for (circuits::BitId bit = begin; bit < end; ++bit)
      if (const auto r = plan_.schedule.registers[bit]; r > 0) {
        any = true;
        width = std::max(width, name(bit, r).size());
      }
    if (!any) return;
    append(text_, {"  always @(posedge clk) ", plan_.clock_enable ? "if (ce) " : "", "begin\n"});
    for (circuits::BitId bit = begin; bit < end; ++bit)
      for (std::uint32_t r = 1; r <= plan_.schedule.registers[bit]; ++r)
        append(text_, {"    ", padded(name(bit, r), width), " <= ", name(bit, r - 1), ";\n"});
    text_ += "  end\n";
  }

  /// All nodes of the stage that begins with node `first`; gives the node after them.
  circuits::BitId stage(circuits::BitId first) {
    const std::uint32_t index = netlist_.node(first).origin.stage;
    circuits::BitId end = first;
    std::size_t width = 0;
    for (; end < netlist_.bits() && netlist_.node(end).origin.stage == index; ++end)
      width = std::max(width, name(end, 0).size());
    const auto& cost = plan_.cost.stages[index];
    title(join({stage_title(circuit_, index), ": ", many(cost.luts(), "LUT"),
                plan_.has_clock() ? join({", ", many(cost.flip_flops, "flip-flop")}) : ""}));
    declare_registers(first, end);
    for (circuits::BitId bit = first; bit < end; ++bit) lut(bit, width);
    if (cost.flip_flops > 0) text_ += "\n";
    clock_registers(first, end);
    return end;
  }

  void lut(circuits::BitId bit, std::size_t width) {
    const auto& node = netlist_.node(bit);
    std::vector<std::string> pins;
    for (const auto pin : node.pins()) pins.push_back(in_clock(pin, plan_.schedule.clock[bit]));
    const std::string wire = name(bit, 0);
    append(text_,
           {"  ", lut_text(plan_.options.family, wire, std::string(width - wire.size(), ' '), pins, node.table), "\n"});
  }

  void valid() {
    if (!plan_.options.valid) return;
    title("valid: goes along with the data");
    const std::uint32_t n = plan_.latency();
    if (n == 0) {
      text_ += "  assign valid_out = valid_in;\n";
      return;
    }
    append(text_, {"  reg ", range(n), " valid;\n\n  always @(posedge clk)\n    if (rst) valid <= ", n, "'b0;\n"});
    if (n == 1)
      text_ += "    else     valid <= valid_in;\n";
    else
      append(text_, {"    else     valid <= {valid[", n - 2, ":0], valid_in};\n"});
    append(text_, {"\n  assign valid_out = valid[", n - 1, "];\n"});
  }

  void outputs() {
    title("the answer");
    const std::size_t width = std::to_string(netlist_.outputs.size() - 1).size() + 5;
    for (std::size_t i = 0; i < netlist_.outputs.size(); ++i)
      append(text_, {"  assign ", padded(join({"out[", i, "]"}), width), " = ",
                     in_clock(netlist_.outputs[i], plan_.latency()), ";\n"});
  }

  const Circuit& circuit_;
  const ModulePlan& plan_;
  const circuits::Netlist& netlist_;
  std::string_view what_;
  std::vector<bool> used_;
  std::string text_;
};

}  // namespace detail

LUTRA_INLINE Design verilog(const Circuit& circuit, const VerilogOptions& options) {
  const ModulePlan module = plan(circuit, options);
  const std::string what = join({"one answer for one input, as computed by circuit ", hash_text(circuit)});
  Design design{options.name, {}};
  design.add(join({options.name, ".v"}), detail::ModuleWriter(circuit, module, what).text());
  if (const auto [file, text] = simulation_models(options.family); !file.empty()) design.add(file, text);
  return design;
}

}  // namespace lutra::hdl
