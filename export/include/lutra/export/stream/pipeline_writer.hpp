#pragma once
// Writes what stands between a stream's input and output: windows, modules of logic, and the tokens beside them.

#include <cstddef>
#include <cstdint>
#include <lutra/export/stream/fold.hpp>
#include <lutra/export/stream/header.hpp>
#include <lutra/export/stream/plan.hpp>
#include <lutra/export/stream/wires.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::hdl::detail {

class PipelineWriter : protected WireWriter {
 protected:
  explicit PipelineWriter(const StreamPlan& plan) : plan_(plan) {}

  [[nodiscard]] static std::string columns(std::size_t grid) { return join({"COLUMNS", grid}); }

  /// The grids that frames are worked through on, as wide as the widest frame makes them.
  void sizes() {
    title("sizes");
    if (plan_.tail) append(text_, {"  localparam integer MAX_WIDTH = ", plan_.options.max_width, ";\n"});
    std::vector<bool> read(plan_.grids.size(), false);
    for (const auto& window : plan_.windows)
      for (std::size_t grid = window.grid; !window.is_wires() && !read[grid]; grid = plan_.grids[grid].parent)
        read[grid] = true;
    for (std::size_t grid = 0; grid < plan_.grids.size(); ++grid) {
      if (!read[grid]) continue;
      const StreamGrid& own = plan_.grids[grid];
      append(text_, {"  localparam integer ", columns(grid), " = "});
      if (grid == 0)
        text_ += "MAX_WIDTH;\n";
      else
        append(text_, {"(", columns(own.parent), " - ", static_cast<std::size_t>(own.extent.column), ") / ",
                       static_cast<std::size_t>(own.stride.column), " + 1;\n"});
    }
  }

  void pipeline() {
    for (std::size_t i = 0; i < plan_.logic.size(); ++i) {
      for (std::size_t w = 0; w < plan_.windows.size(); ++w)
        if (plan_.windows[w].to == i) window(w);
      logic(i);
    }
  }

  [[nodiscard]] std::string source_vector(const StreamWindow& window) const {
    return window.from == stream_input ? "s_data" : join({"l", window.from, "_out"});
  }
  /// The token that goes with what a window reads.
  [[nodiscard]] std::string source_token(const StreamWindow& window) const {
    return window.from == stream_input ? "s" : logic_tokens_[window.from];
  }

  [[nodiscard]] NamedBit source(const StreamWindow& window, const StreamBit& bit) const {
    if (window.from == stream_input) return {"s_data", bit.bit};
    std::size_t begin = 0;
    for (const auto id : plan_.logic[window.from].module.part.outputs) {
      if (id == bit.signal) break;
      begin += plan_.circuit.type(id).shape.channels * plan_.circuit.type(id).width;
    }
    return {source_vector(window), begin + bit.bit};
  }

  /// A bit that a window gives; what is nothing but wires gives its source's.
  [[nodiscard]] NamedBit tap(const StreamSource& from) const {
    const StreamWindow& own = plan_.windows[from.window];
    if (own.is_wires() && own.wait == 0) return source(own, own.bits[from.tap]);
    return {join({"w", from.window, "_taps"}), from.tap};
  }

  void window(std::size_t w) {
    const StreamWindow& own = plan_.windows[w];
    if (own.is_wires() && own.wait == 0) return window_tokens_.push_back(source_token(own));
    const std::string name = join({"w", w});
    const std::size_t bits = own.bits.size();
    const std::string reads = own.from == stream_input ? std::string("the frame") : join({"logic", own.from});
    title(join({name, ": ", window_text(own), ", ", many(bits, "bit"), " of ", reads}));
    const bool is_wires = own.is_wires();
    std::vector<NamedBit> from;
    for (const StreamBit& bit : own.bits) from.push_back(source(own, bit));
    expression(join({"  ", declare(name + "_in", bits), " = "}), from);
    const std::string late = delayed(name + "_in", bits, own.wait, is_wires ? name + "_taps" : name + "_late");
    if (is_wires) return window_tokens_.push_back(source_token(own));
    const std::string token = late_token(source_token(own), own.wait, name + "_late");
    append(text_, {"  ", declare(name + "_taps", bits * own.rows() * own.columns()), ";\n"});
    const std::string out = new_token(name);
    const auto number = [](std::int32_t n) {
      return n < 0 ? join({"-", static_cast<std::size_t>(-n)}) : std::to_string(n);
    };
    append(text_, {"  lutra_window #(.BITS(",
                   bits,
                   "), .TOP(",
                   number(own.top),
                   "), .BOTTOM(",
                   number(own.bottom),
                   "), .LEFT(",
                   number(own.left),
                   "), .RIGHT(",
                   number(own.right),
                   "), .STRIDE_ROWS(",
                   number(own.stride.row),
                   "), .STRIDE_COLUMNS(",
                   number(own.stride.column),
                   "),\n    .EXTENT_ROWS(",
                   number(own.extent.row),
                   "), .EXTENT_COLUMNS(",
                   number(own.extent.column),
                   "), .LAG_ROWS(",
                   own.lag_rows,
                   "), .LAG_COLUMNS(",
                   own.lag_columns,
                   "), .MAX_COLUMNS(",
                   columns(own.grid),
                   ")) u_",
                   name,
                   " (\n    .clk(clk), .rst(rst), .ce(ce), ",
                   old_token(token),
                   ",\n    .in_data(",
                   whole(late),
                   "), ",
                   out,
                   ", .taps(",
                   name,
                   "_taps));\n"});
    window_tokens_.push_back(name);
  }

  void logic(std::size_t i) {
    const StreamLogic& own = plan_.logic[i];
    const std::string name = join({"l", i});
    const bool is_last = i + 1 == plan_.logic.size();
    title(is_last ? std::string("what leaves the pipeline") : join({"logic", i, ": ", stages_text(plan_, own.module)}));
    std::vector<NamedBit> in;
    for (const StreamSource& from : own.sources) in.push_back(from.is_used ? tap(from) : NamedBit{});
    if (own.is_wires()) {
      std::vector<NamedBit> out;
      for (const auto bit : own.module.netlist.outputs)
        out.push_back(circuits::Netlist::is_constant(bit) ? NamedBit{"", bit} : in[bit - 2]);
      expression(join({"  ", declare(name + "_out", out.size()), " = "}), out);
    } else {
      expression(join({"  ", declare(name + "_in", in.size()), " = "}), in);
      append(text_, {"  ", declare(name + "_out", own.output_bits()), ";\n"});
      if (own.is_folded())
        fold(i);
      else
        instance(own.module, name, "ce", whole(name + "_in"), name + "_out");
    }
    logic_tokens_.push_back(late_token(token_in(i), own.latency(), name));
  }

  /// The token that stands beside what a module reads: that of its first window, or of a source that needs no delay.
  [[nodiscard]] std::string token_in(std::size_t i) const {
    std::string token;
    for (std::size_t w = 0; w < plan_.windows.size(); ++w) {
      if (plan_.windows[w].to != i) continue;
      if (!plan_.windows[w].is_wires()) return window_tokens_[w];
      if (plan_.windows[w].wait == 0) token = window_tokens_[w];
    }
    return token;
  }

  void instance(const ModulePlan& module, const std::string& name, std::string_view enable, const std::string& in,
                const std::string& out) {
    append(text_,
           {"  ", module.options.name, " u_", name, " (",
            module.has_clock() ? join({".clk(clk), .ce(", enable, "), "}) : "", ".in(", in, "), .out(", out, "));\n"});
  }

  /// The logic of one step, and what feeds it and gathers what it gives.
  void fold(std::size_t i) {
    const StreamLogic& own = plan_.logic[i];
    const std::string name = join({"l", i}), token = token_in(i);
    append(text_, {"  ", declare(name + "_held", own.sources.size()), ";\n  ",
                   declare(name + "_step", step_bits(own.fold.steps)), ";\n  ",
                   declare(name + "_part", own.module.output_bits()), ";\n"});
    tokens_.at(token).insert("en");
    append(text_, {"  lutra_fold #(.IN_BITS(",
                   own.sources.size(),
                   "), .OUT_BITS(",
                   own.module.output_bits(),
                   "), .VALUE_BITS(",
                   own.module.netlist.output.width,
                   "), .GROUPS(",
                   own.fold.groups,
                   "), .STEPS(",
                   own.fold.steps,
                   "), .CLOCKS(",
                   own.module.latency(),
                   "), .WAIT(",
                   own.fold.wait,
                   "), .HOLD(",
                   own.fold.holds ? "1" : "0",
                   ")) u_",
                   name,
                   "_fold (\n    .clk(clk), .rst(rst), .ce(ce), .tick(",
                   whole("tick"),
                   "), .in_en(",
                   token,
                   "_en), .in_data(",
                   whole(name + "_in"),
                   "), .held(",
                   name,
                   "_held),\n    .step(",
                   name,
                   "_step), .part(",
                   whole(name + "_part"),
                   "), .out_data(",
                   name,
                   "_out));\n"});
    instance(own.module, name, "tick", join({"{", whole(name + "_step"), ", ", whole(name + "_held"), "}"}),
             name + "_part");
  }

  /// A side of the last grid's image, from that of the frame.
  [[nodiscard]] std::string side(std::size_t grid, const std::string& frame, bool is_row) {
    if (grid == 0) return whole(frame);
    const StreamGrid& own = plan_.grids[grid];
    const std::string inner = side(own.parent, frame, is_row);
    const auto stride = static_cast<std::size_t>(is_row ? own.stride.row : own.stride.column);
    const auto extent = static_cast<std::size_t>(is_row ? own.extent.row : own.extent.column);
    if (stride == 1) return extent == 1 ? inner : join({"(", inner, " - 16'd", extent - 1, ")"});
    return join({"((", inner, " - 16'd", extent, ") / 16'd", stride, " + 16'd1)"});
  }

  const StreamPlan& plan_;
  std::vector<std::string> window_tokens_, logic_tokens_;  ///< that stand beside what they give
};

}  // namespace lutra::hdl::detail
