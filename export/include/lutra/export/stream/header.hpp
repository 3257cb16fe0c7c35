#pragma once
// The comment at the head of a streaming module: what it computes, its ports, which frames it takes and what comes out,
// when, and what each window and each module of logic costs.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <lutra/export/stream/fold.hpp>
#include <lutra/export/stream/plan.hpp>
#include <lutra/export/text.hpp>
#include <lutra/export/verilog/header.hpp>
#include <lutra/version.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::hdl::detail {

/// Block RAMs of 18 Kib, as Series 7 has them, for a memory that is read and written once a clock. Small memories lie
/// in LUTs instead.
[[nodiscard]] constexpr std::size_t block_rams(std::size_t words, std::size_t bits) noexcept {
  if (words * bits <= 1024) return 0;
  std::size_t fewest = ~std::size_t{0};
  for (std::size_t depth = 512, width = 36; width >= 9; depth *= 2, width /= 2)
    fewest = std::min(fewest, (words + depth - 1) / depth * ((bits + width - 1) / width));
  return fewest;
}

/// Bits of line memory of a window.
[[nodiscard]] inline std::size_t memory_bits(const StreamPlan& plan, const StreamWindow& window) {
  return window.is_wires() ? 0 : window.lines() * window.bits.size() * plan.grids[window.grid].max_width;
}

[[nodiscard]] inline std::size_t block_rams(const StreamPlan& plan, const StreamWindow& window) {
  if (window.is_wires() || window.lines() == 0) return 0;
  return block_rams(plan.grids[window.grid].max_width, window.lines() * window.bits.size());
}

/// A lag on `grid`, from the frame's first token on, in lines and columns of the frame, and clocks; exact where no lag
/// is as long as a line of its grid.
[[nodiscard]] inline StreamLag lag_in_frame(const StreamPlan& plan, std::size_t grid, StreamLag lag) {
  for (; grid != 0; grid = plan.grids[grid].parent) {
    const StreamGrid& own = plan.grids[grid];
    lag.rows = lag.rows * static_cast<std::size_t>(own.stride.row) + own.entry.rows;
    lag.columns = lag.columns * static_cast<std::size_t>(own.stride.column) + own.entry.columns;
    lag.clocks += own.entry.clocks;
  }
  return lag;
}

/// From the beat with a frame's first pixel to the first beat out.
[[nodiscard]] inline StreamLag whole_lag(const StreamPlan& plan) {
  StreamLag lag = lag_in_frame(plan, plan.logic.back().grid, plan.logic.back().out);
  lag.clocks += stream_clocks;
  return lag;
}

/// "3 lines, 3 columns and 12 clocks".
[[nodiscard]] inline std::string lag_text(const StreamLag& lag) {
  return join({many(lag.rows, "line"), ", ", many(lag.columns, "column"), " and ", many(lag.clocks, "clock")});
}

/// "stage 3, window; stage 4, ...", as far as a line goes.
[[nodiscard]] inline std::string stages_text(const StreamPlan& plan, const ModulePlan& module) {
  const auto& stages = module.part.stages;
  if (stages.empty()) return "wires";
  if (stages.size() == 1) return stage_title(plan.circuit, stages[0]);
  return join({"stages ", stages.front(), " to ", stages.back(), ", ",
               comment_text(plan.circuit.stages()[stages.back()].name)});
}

/// What a window does, such as "3 x 3 pixels", "a delay of 2 lines", "every 2nd pixel".
[[nodiscard]] inline std::string window_text(const StreamWindow& window) {
  if (window.is_wires()) return window.wait == 0 ? "wires" : join({"a delay of ", many(window.wait, "clock")});
  std::string text =
      window.rows() * window.columns() > 1
          ? join({window.rows(), " x ", window.columns(), " pixels"})
          : join({"1 pixel, ", many(window.lag_rows, "line"), " and ", many(window.lag_columns, "column"), " later"});
  if (window.stride != circuits::Offset{1, 1})
    append(text, {", stride ", static_cast<std::size_t>(window.stride.row), " x ",
                  static_cast<std::size_t>(window.stride.column)});
  return text;
}

[[nodiscard]] inline std::string stream_ports_text(const StreamPlan& plan) {
  const auto beat = [](const circuits::Type& type, std::string_view port) {
    const circuits::Type pixel{{type.shape.channels, 1, 1}, type.width};
    std::string text = join({values(pixel), "; ", slice(port, pixel, 0)});
    for (std::size_t at = 0; (at = text.find("value", at)) != std::string::npos; at += 5)
      text.replace(at, 5, "channel");
    return text;
  };
  std::vector<std::pair<std::string, std::string>> rows;
  rows.emplace_back("clk", "rising edge");
  rows.emplace_back("rst", "synchronous, high: forgets the frames that are under way");
  if (!plan.tail) rows.emplace_back("width, height", "of the frame that begins; taken together with its first pixel");
  rows.emplace_back(join({"s_axis_tdata ", range(in_bytes(plan.input_bits()))}),
                    join({"one pixel: ", beat(plan.circuit.input(), "tdata")}));
  rows.emplace_back("s_axis_tuser", "first pixel of a frame");
  rows.emplace_back("s_axis_tlast", "last pixel of a line");
  const std::string answer =
      plan.tail ? join({values(plan.tail->netlist.output), "; ", slice("tdata", plan.tail->netlist.output, 0)})
                : join({"one pixel: ", beat(plan.circuit.output(), "tdata")});
  rows.emplace_back(join({"m_axis_tdata ", range(in_bytes(plan.output_bits()))}),
                    join({answer, plan.circuit.is_classifier() ? ", the index of the class" : ""}));
  rows.emplace_back("m_axis_tuser", plan.tail ? "1: one beat a frame" : "first pixel of a frame");
  rows.emplace_back("m_axis_tlast", plan.tail ? "1" : "last pixel of a line");
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size() + 2);
  std::string text;
  for (const auto& [port, meaning] : rows) append(text, {"// ", padded(port, width), meaning, "\n"});
  return text;
}

/// Flip-flops around logic that is used in several steps: the pixel where it is held, the answer, and what is held
/// back.
[[nodiscard]] inline std::size_t fold_flip_flops(const StreamLogic& logic) {
  return (logic.fold.holds ? logic.sources.size() : 0) + logic.output_bits() +
         logic.fold.wait * logic.module.output_bits() + logic.module.latency() + logic.fold.wait + 1 +
         step_bits(logic.fold.steps) + (logic.fold.groups > 1 ? logic.module.output_bits() : 0);
}

[[nodiscard]] inline std::string folds_text(const StreamPlan& plan, std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < plan.logic.size(); ++i) {
    const StreamLogic& own = plan.logic[i];
    if (!own.is_folded()) continue;
    if (text.empty())
      append(text, {"// ", padded("folded", width), right("steps", 13), right("a sum", 13), right("clocks", 13),
                    right("held bits", 13), right("flip-flops", 13), "\n"});
    append(text, {"// ", padded(join({"logic", i}), width), right(std::to_string(own.fold.steps), 13),
                  right(std::to_string(own.fold.groups), 13),
                  right(std::to_string(plan.options.folding * plan.pixels_apart(own.grid)), 13),
                  right(std::to_string(own.fold.holds ? own.sources.size() : 0), 13),
                  right(std::to_string(fold_flip_flops(own)), 13), "\n"});
  }
  return text.empty() ? text : text + "//\n";
}

[[nodiscard]] inline std::string stream_cost_text(const StreamPlan& plan) {
  const auto window_title = [&](std::size_t w) { return join({"w", w, ", ", window_text(plan.windows[w])}); };
  const auto logic_title = [&](std::size_t i) {
    return join({"logic", i, ", ", stages_text(plan, plan.logic[i].module)});
  };
  std::size_t width = 0;
  for (std::size_t w = 0; w < plan.windows.size(); ++w) width = std::max(width, window_title(w).size());
  for (std::size_t i = 0; i < plan.logic.size(); ++i) width = std::max(width, logic_title(i).size());
  std::string text;
  const auto row = [&](const std::string& title, std::initializer_list<std::string> columns) {
    append(text, {"// ", padded(title, width)});
    for (const std::string& column : columns) text += right(column, 13);
    text += "\n";
  };
  const auto number = [](std::size_t n) { return std::to_string(n); };
  const auto cost = [&](const std::string& title, const circuits::StageCost& one) {
    row(title, {number(one.luts()), number(one.levels), number(one.flip_flops)});
  };
  row("windows", {"bits", "lines", "memory bits", "RAM (18 Kib)"});
  for (std::size_t w = 0; w < plan.windows.size(); ++w) {
    const StreamWindow& own = plan.windows[w];
    if (own.is_wires()) continue;
    row(window_title(w),
        {number(own.bits.size()), number(own.lines()), number(memory_bits(plan, own)), number(block_rams(plan, own))});
  }
  text += "//\n" + folds_text(plan, width);
  row("logic", {"LUTs", "levels", "flip-flops"});
  for (std::size_t i = 0; i < plan.logic.size(); ++i)
    if (!plan.logic[i].is_wires()) cost(logic_title(i), plan.logic[i].module.cost.total);
  if (plan.tail) cost(join({"tail, ", stages_text(plan, *plan.tail)}), plan.tail->cost.total);
  cost("all", plan.cost());
  return text;
}

[[nodiscard]] inline std::string size_text(std::size_t width, std::size_t height) {
  return join({width, " x ", height});
}

/// How the output's size follows from the frame's along one side, such as "(width - 2) / 2 + 1".
[[nodiscard]] inline std::string side_text(const StreamPlan& plan, std::size_t grid, std::string_view side,
                                           bool is_row) {
  if (grid == 0) return std::string(side);
  const StreamGrid& own = plan.grids[grid];
  const std::string inner = side_text(plan, own.parent, side, is_row);
  const auto stride = static_cast<std::size_t>(is_row ? own.stride.row : own.stride.column);
  const auto extent = static_cast<std::size_t>(is_row ? own.extent.row : own.extent.column);
  if (stride == 1) return extent == 1 ? inner : join({"(", inner, " - ", extent - 1, ")"});
  return join({"((", inner, " - ", extent, ") / ", stride, " + 1)"});
}

[[nodiscard]] inline std::string frames_text(const StreamPlan& plan) {
  const std::size_t last = plan.logic.back().grid;
  if (plan.tail)
    return join(
        {size_text(plan.min_width, plan.min_height), " pixels, one answer each; frames of another size are dropped"});
  std::string text =
      join({size_text(plan.min_width, plan.min_height), " to MAX_WIDTH x MAX_HEIGHT pixels (",
            size_text(plan.options.max_width, plan.options.max_height), "); others are dropped\n// output   ",
            side_text(plan, last, "width", false), " x ", side_text(plan, last, "height", true), " pixels"});
  return text;
}

/// "a clock", "every 8 clocks".
[[nodiscard]] inline std::string pace_text(const StreamPlan& plan) {
  return plan.options.folding == 1 ? "a clock" : join({"every ", plan.options.folding, " clocks"});
}

[[nodiscard]] inline std::string latency_text(const StreamPlan& plan) {
  if (plan.tail) return join({plan.latency(), " clocks from a frame's first pixel to its answer, where nothing waits"});
  const std::string first = " from a frame's first pixel to the first one out,\n//          ";
  const std::string lag = plan.options.folding == 1 ? lag_text(whole_lag(plan)) + first : "";
  return join({lag, plan.latency(), " clocks ", lag.empty() ? "from a frame's first pixel to the first one out " : "",
               "for lines of ", plan.circuit.input().shape.width, " pixels, where nothing waits"});
}

[[nodiscard]] inline std::string stream_header_text(const StreamPlan& plan) {
  return join({"// Module ", plan.options.name, ": one pixel ", pace_text(plan), ", as computed by circuit ", plan.hash,
               "\n//\n// family   ", family_name(plan.options.family), "\n// frames   ", frames_text(plan),
               "\n// latency  ", latency_text(plan), "\n// written  by lutra ", version, "\n//\n",
               stream_ports_text(plan), "//\n", stream_cost_text(plan)});
}

}  // namespace lutra::hdl::detail
