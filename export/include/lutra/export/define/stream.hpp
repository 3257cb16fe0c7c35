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
#include <lutra/export/stream/pipeline_writer.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/parts.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::hdl {

namespace detail {

class StreamWriter : private PipelineWriter {
 public:
  explicit StreamWriter(const StreamPlan& plan) : PipelineWriter(plan) {}

  [[nodiscard]] std::string text() {
    text_ = join({stream_header_text(plan_), "\n"});
    ports();
    sizes();
    input();
    pipeline();
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

  void input() {
    title("tokens: pixels of frames, and blanks between them");
    const std::size_t bits = in_bytes(plan_.input_bits());
    append(text_, {"  wire ce, room, done;\n  ", declare("tick", 1), ";\n  ", declare("frame_width", 16),
                   ", frame_height;\n  ", declare("s_data", bits), ";\n"});
    used_.try_emplace("frame_height", std::vector<bool>(16, false));
    const std::string token = new_token("s");
    const auto limit = [&](std::size_t least, std::string_view most) {
      return plan_.tail ? std::to_string(least) : std::string(most);
    };
    append(text_,
           {"  lutra_stream_in #(.BITS(", bits, "), .MIN_COLUMNS(", plan_.min_width, "), .MAX_COLUMNS(",
            limit(plan_.min_width, "MAX_WIDTH"), "), .MIN_ROWS(", plan_.min_height, "), .MAX_ROWS(",
            limit(plan_.min_height, "MAX_HEIGHT"), "), .CLOCKS(", plan_.options.folding,
            ")) u_in (\n    .clk(clk), .rst(rst), .width(", plan_.tail ? join({"16'd", plan_.min_width}) : "width",
            "), .height(", plan_.tail ? join({"16'd", plan_.min_height}) : "height", "),\n"});
    text_ +=
        "    .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),\n"
        "    .s_axis_tlast(s_axis_tlast), .s_axis_tuser(s_axis_tuser), .room(room), .done(done),\n"
        "    .frame_width(frame_width), .frame_height(frame_height), .ce(ce), .tick(tick),\n";
    append(text_, {"    ", token, ", .out_data(s_data));\n"});
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
    append(text_, {"  ", declare("tail_out", own.output_bits()), ";\n"});
    instance(own, "tail", "ce", whole("tail_in"), "tail_out");
    tokens_["image0"];
    append(text_, {"  wire image0_en = image0_valid, image0_px = image0_valid, image0_sof = image0_valid, image0_sol = "
                   "image0_valid;\n"});
    logic_tokens_.back() = late_token("image0", own.latency(), "tail");
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
