#pragma once
// Defines what <lutra/export/stream/testbench.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/resize.hpp>
#include <lutra/error.hpp>
#include <lutra/export/define/testbench.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/stream/plan.hpp>
#include <lutra/export/stream/testbench.hpp>
#include <lutra/export/stream/testbench_text.hpp>
#include <lutra/export/text.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::hdl {

namespace detail {

[[nodiscard]] inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t at; (at = text.find(from)) != std::string_view::npos; text.remove_prefix(at + from.size()))
    append(out, {text.substr(0, at), to});
  return join({out, text});
}

/// What the files of a testbench hold.
struct StreamVectors {
  std::string frames, pixels, answers;
  std::size_t count = 0, in_beats = 0, out_beats = 0, longest = 0;
};

[[nodiscard]] inline std::string stream_bench_text(const StreamPlan& plan, const StreamVectors& vectors) {
  std::string text = join({"// Sends ", vectors.count,
                           " frames through module NAME and checks what comes out. Reads NAME_frames.hex, "
                           "NAME_pixels.hex\n// and NAME_answers.hex "
                           "from the current folder; +seed=7 gives other pauses.\n\nmodule NAME_tb;\n\n"});
  const auto constant = [&](std::string_view what, std::size_t value, std::string_view note) {
    append(text, {"  localparam ", what, " = ", value, ";", note, "\n"});
  };
  constant("FRAMES", vectors.count, "");
  constant("PIXELS", vectors.in_beats, "  // of all frames");
  constant("ANSWERS", vectors.out_beats, "  // beats that come out for them");
  constant("IN_BITS", in_bytes(plan.input_bits()), "");
  constant("OUT_BITS", in_bytes(plan.output_bits()), "");
  constant("CLOCKS", plan.options.folding, "  // that a pixel takes");
  constant("QUIET", vectors.longest + 10000, "  // clocks after which something is stuck");
  text += stream_testbench_text;
  append(text, {"  NAME dut (.clk(clk), .rst(rst), ", plan.tail ? "" : ".width(width), .height(height), ",
                ".s_axis_tdata(s_data), .s_axis_tvalid(s_valid), .s_axis_tready(s_ready),\n    .s_axis_tlast(s_last), "
                ".s_axis_tuser(s_user), .m_axis_tdata(m_data), .m_axis_tvalid(m_valid), .m_axis_tready(m_ready),\n    "
                ".m_axis_tlast(m_last), .m_axis_tuser(m_user));\n\nendmodule\n"});
  return replaced(text, "NAME", plan.options.name);
}

/// One line a pixel: value (channel, place) of an image of `places` pixels.
template <class Integer>
void append_pixels(std::string& text, std::span<const Integer> values, std::size_t places, std::uint32_t width) {
  for (std::size_t place = 0; place < places; ++place) {
    std::vector<std::uint32_t> pixel;
    for (std::size_t at = place; at < values.size(); at += places)
      pixel.push_back(static_cast<std::uint32_t>(values[at]));
    std::vector<bool> bits;
    append_bits(bits, pixel, width);
    text += hex_line(bits);
  }
}

}  // namespace detail

template <class Integer>
Design stream_testbench(const Circuit& circuit, std::span<const StreamFrame<Integer>> frames,
                        const StreamOptions& options) {
  const StreamPlan plan = stream_plan(circuit, options);
  const std::string where = join({"testbench of stream ", options.name});
  if (frames.empty()) throw Error("frames", where, "at least one", "none");
  detail::StreamVectors vectors;
  for (const auto& [height, width, pixels, given] : frames) {
    const Shape& own = circuit.input().shape;
    if (height < plan.min_height || width < plan.min_width || height > plan.options.max_height ||
        width > plan.options.max_width)
      throw Error("frame", where, "a size that the module takes", join({height, " x ", width}));
    if (pixels.size() != own.channels * height * width)
      throw Error("frame", where, join({own.channels * height * width, " values"}), std::to_string(pixels.size()));
    const bool is_own = height == own.height && width == own.width;
    const Circuit sized = is_own ? circuit : resize(plan.circuit, height, width);
    const Shape& out = sized.output().shape;
    if (!given.empty() && given.size() != out.size())
      throw Error("answers", where, join({out.size(), " values"}), std::to_string(given.size()));
    const circuits::Values answers =
        given.empty() ? evaluate(sized, pixels) : circuits::Values(given.begin(), given.end());
    const std::size_t places = plan.tail ? 1 : out.height * out.width;
    const std::size_t latency = plan.latency(width);
    std::vector<bool> bits;
    detail::append_bits(bits, std::vector{static_cast<std::uint32_t>(latency)}, 32);
    for (const std::size_t size : {plan.tail ? 1 : out.height, plan.tail ? 1 : out.width, height, width})
      detail::append_bits(bits, std::vector{static_cast<std::uint32_t>(size)}, 16);
    vectors.frames += detail::hex_line(bits);
    detail::append_pixels(vectors.pixels, pixels, height * width, circuit.input().width);
    detail::append_pixels(vectors.answers, std::span<const std::uint32_t>(answers), places, circuit.output().width);
    ++vectors.count;
    vectors.in_beats += height * width;
    vectors.out_beats += places;
    vectors.longest = std::max(vectors.longest, 4 * latency);
  }
  Design design{options.name, {}};
  design.add(join({options.name, "_tb.v"}), detail::stream_bench_text(plan, vectors));
  design.add(join({options.name, "_frames.hex"}), vectors.frames);
  design.add(join({options.name, "_pixels.hex"}), vectors.pixels);
  design.add(join({options.name, "_answers.hex"}), vectors.answers);
  return design;
}

template <class Integer>
Design stream_testbench(const Circuit& circuit, std::span<const Integer> samples, const StreamOptions& options) {
  const Shape& image = circuit.input().shape;
  if (samples.size() % image.size() != 0)
    throw Error("samples", join({"testbench of stream ", options.name}),
                join({"a multiple of ", image.size(), " values"}), std::to_string(samples.size()));
  std::vector<StreamFrame<Integer>> frames;
  for (std::size_t begin = 0; begin < samples.size(); begin += image.size())
    frames.push_back({image.height, image.width, samples.subspan(begin, image.size())});
  return stream_testbench(circuit, std::span<const StreamFrame<Integer>>(frames), options);
}

}  // namespace lutra::hdl
