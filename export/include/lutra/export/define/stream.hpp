#pragma once
// Defines what <lutra/export/stream.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/export/define/blif.hpp>
#include <lutra/export/define/verilog.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/stream.hpp>
#include <lutra/export/stream/header.hpp>
#include <lutra/export/stream/wires.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/parts.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::hdl {

namespace detail {

class StreamWriter : private WireWriter {
 public:
  explicit StreamWriter(const StreamPlan& plan) : plan_(plan) {}

  [[nodiscard]] std::string text() {
    text_ = join({stream_header_text(plan_), "\n"});
    ports();
    sizes();
    input();
    for (std::size_t i = 0; i < plan_.logic.size(); ++i) {
      for (std::size_t w = 0; w < plan_.windows.size(); ++w)
        if (plan_.windows[w].to == i) window(w);
      logic(i);
    }
    if (plan_.tail) tail();
    output();
    unused();
    text_ += "\nendmodule\n";
    return std::move(text_);
  }

 private:
  void ports() {
    const auto& options = plan_.options;
    append(text_, {"module ", options.name});
    if (!plan_.tail)
      append(text_,
             {" #(\n  parameter integer MAX_WIDTH  = ", options.max_width,
              ",  // of frames; line buffers follow\n  parameter integer MAX_HEIGHT = ", options.max_height, "\n)"});
    append(text_, {" (\n  input  wire ", blank(), " clk,\n  input  wire ", blank(), " rst,\n"});
    if (!plan_.tail) append(text_, {"  input  wire ", port(16), " width,\n  input  wire ", port(16), " height,\n"});
    append(text_, {"  input  wire ",
                   port(in_bytes(plan_.input_bits())),
                   " s_axis_tdata,\n  input  wire ",
                   blank(),
                   " s_axis_tvalid,\n  output wire ",
                   blank(),
                   " s_axis_tready,\n  input  wire ",
                   blank(),
                   " s_axis_tlast,\n  input  wire ",
                   blank(),
                   " s_axis_tuser,\n  output wire ",
                   port(in_bytes(plan_.output_bits())),
                   " m_axis_tdata,\n  output wire ",
                   blank(),
                   " m_axis_tvalid,\n  input  wire ",
                   blank(),
                   " m_axis_tready,\n  output wire ",
                   blank(),
                   " m_axis_tlast,\n  output wire ",
                   blank(),
                   " m_axis_tuser\n);\n"});
  }
  [[nodiscard]] std::size_t port_width() const {
    return std::max(
        {range(16).size(), range(in_bytes(plan_.input_bits())).size(), range(in_bytes(plan_.output_bits())).size()});
  }
  [[nodiscard]] std::string port(std::size_t bits) const { return padded(range(bits), port_width()); }
  [[nodiscard]] std::string blank() const { return std::string(port_width(), ' '); }

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

  void input() {
    title("tokens: pixels of frames, and blanks between them");
    const std::size_t bits = in_bytes(plan_.input_bits());
    text_ += "  wire ce, room, done;\n";
    append(text_, {"  ", declare("frame_width", 16), ", frame_height;\n  ", declare("s_data", bits), ";\n"});
    used_.try_emplace("frame_height", std::vector<bool>(16, false));
    const std::string token = new_token("s");
    const auto limit = [&](std::size_t least, std::string_view most) {
      return plan_.tail ? std::to_string(least) : std::string(most);
    };
    append(text_, {"  lutra_stream_in #(.BITS(", bits, "), .MIN_COLUMNS(", plan_.min_width, "), .MAX_COLUMNS(",
                   limit(plan_.min_width, "MAX_WIDTH"), "), .MIN_ROWS(", plan_.min_height, "), .MAX_ROWS(",
                   limit(plan_.min_height, "MAX_HEIGHT"), ")) u_in (\n    .clk(clk), .rst(rst), .width(",
                   plan_.tail ? join({"16'd", plan_.min_width}) : "width", "), .height(",
                   plan_.tail ? join({"16'd", plan_.min_height}) : "height", "),\n"});
    text_ +=
        "    .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),\n"
        "    .s_axis_tlast(s_axis_tlast), .s_axis_tuser(s_axis_tuser), .room(room), .done(done),\n"
        "    .frame_width(frame_width), .frame_height(frame_height), .ce(ce),\n";
    append(text_, {"    ", token, ", .out_data(s_data));\n"});
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
      append(text_, {"  ", declare(name + "_out", own.module.output_bits()), ";\n  ", own.module.options.name, " u_",
                     name, " (", own.module.has_clock() ? ".clk(clk), .ce(ce), " : "", ".in(", whole(name + "_in"),
                     "), .out(", name, "_out));\n"});
    }
    logic_tokens_.push_back(late_token(token_in(i), own.module.latency(), name));
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

  void tail() {
    const ModulePlan& own = *plan_.tail;
    title("the whole image, and what reads it");
    tokens_.at(logic_tokens_.back()).insert({"px", "sof"});
    const StreamGrid& grid = plan_.last_grid();
    std::vector<std::string> images;
    std::size_t begin = 0;
    for (const auto id : own.part.inputs) {
      const auto& type = plan_.circuit.type(id);
      const std::size_t bits = type.shape.channels * type.width;
      std::vector<NamedBit> pixel;
      const std::string from = join({"l", plan_.logic.size() - 1, "_out"}), name = join({"image", images.size()});
      for (std::size_t b = 0; b < bits; ++b) pixel.push_back({from, begin + b});
      expression(join({"  ", declare(name + "_in", bits), " = "}), pixel);
      append(text_, {"  ",
                     declare(name, bits * grid.height * grid.width),
                     ";\n  wire ",
                     name,
                     "_valid;\n  lutra_collect #(.CHANNELS(",
                     type.shape.channels,
                     "), .VALUE_WIDTH(",
                     type.width,
                     "), .HEIGHT(",
                     grid.height,
                     "), .WIDTH(",
                     grid.width,
                     ")) u_",
                     name,
                     " (\n    .clk(clk), .rst(rst), .ce(ce), .in_px(",
                     logic_tokens_.back(),
                     "_px), .in_sof(",
                     logic_tokens_.back(),
                     "_sof), .in_data(",
                     whole(name + "_in"),
                     "), .valid(",
                     name,
                     "_valid), .image(",
                     name,
                     "));\n"});
      used_.try_emplace(name + "_valid", std::vector<bool>{!images.empty() ? false : true});
      images.insert(images.begin(), whole(name));
      begin += bits;
    }
    text_ += wrapped(join({"  ", declare("tail_in", own.input_bits()), " = {"}), images, "};");
    append(text_, {"  ", declare("tail_out", own.output_bits()), ";\n  ", own.options.name, " u_tail (",
                   own.has_clock() ? ".clk(clk), .ce(ce), " : "", ".in(", whole("tail_in"), "), .out(tail_out));\n"});
    tokens_["image0"];
    append(text_, {"  wire image0_en = image0_valid, image0_px = image0_valid, image0_sof = image0_valid, image0_sol = "
                   "image0_valid;\n"});
    logic_tokens_.back() = late_token("image0", own.latency(), "tail");
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

  void output() {
    title("frames that leave");
    const std::string& token = logic_tokens_.back();
    tokens_.at(token).insert({"px", "sof"});
    const std::size_t bits = plan_.output_bits(), bytes = in_bytes(bits);
    const std::string data = plan_.tail ? "tail_out" : join({"l", plan_.logic.size() - 1, "_out"});
    const std::string padding = bytes == bits ? "" : join({bytes - bits, "'b0"});
    const std::size_t grid = plan_.logic.back().grid;
    append(text_,
           {"  wire [15:0] out_width = ", plan_.tail ? "16'd1" : side(grid, "frame_width", false),
            ";\n  wire [15:0] out_height = ", plan_.tail ? "16'd1" : side(grid, "frame_height", true),
            ";\n  lutra_stream_out #(.BITS(", bytes,
            ")) u_out (\n    .clk(clk), .rst(rst), .ce(ce), .out_width(out_width), .out_height(out_height), .in_px(",
            token, "_px), .in_sof(", token, "_sof),\n    .in_data(",
            padding.empty() ? whole(data) : join({"{", padding, ", ", whole(data), "}"}),
            "), .room(room), .done(done),\n"});
    text_ +=
        "    .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),\n"
        "    .m_axis_tlast(m_axis_tlast), .m_axis_tuser(m_axis_tuser));\n";
  }

  const StreamPlan& plan_;
  std::vector<std::string> window_tokens_, logic_tokens_;  ///< that stand beside what they give
};

inline void add_module(Design& design, const StreamPlan& plan, const ModulePlan& module) {
  const std::string what = join({stages_text(plan, module), module.part.one_place ? " of one pixel" : "",
                                 ", as computed by circuit ", plan.hash});
  const std::string& name = module.options.name;
  design.add(join({name, ".v"}), ModuleWriter(plan.circuit, module, what).text());
  design.add(join({name, ".blif"}), blif_text(plan.hash, module));
}

}  // namespace detail

LUTRA_INLINE Design stream(const Circuit& circuit, const StreamOptions& options) {
  const StreamPlan plan = stream_plan(circuit, options);
  Design design{options.name, {}};
  design.add(join({options.name, ".v"}), detail::StreamWriter(plan).text());
  for (const StreamLogic& logic : plan.logic)
    if (!logic.is_wires()) detail::add_module(design, plan, logic.module);
  if (plan.tail) detail::add_module(design, plan, *plan.tail);
  for (const std::string_view part : part_names()) design.add(join({part, ".v"}), std::string(part_text(part)));
  if (const auto [file, text] = simulation_models(options.family); !file.empty()) design.add(file, text);
  return design;
}

}  // namespace lutra::hdl
