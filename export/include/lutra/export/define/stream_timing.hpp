#pragma once
// When each part of a stream works: lags of windows and modules, so that what meets is of one pixel.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/export/stream/plan.hpp>
#include <lutra/inline.hpp>
#include <vector>

namespace lutra::hdl {

namespace detail {

/// Sets all lags of a plan that says what there is and what it reads, and the smallest frame.
class StreamTiming {
 public:
  explicit StreamTiming(StreamPlan& plan) : plan_(plan) {}

  void set() {
    for (std::size_t grid = 0; grid < plan_.grids.size(); ++grid) time_grid(grid);
    limit_frames();
  }

 private:
  [[nodiscard]] StreamLag source_lag(const StreamWindow& window) const {
    return window.from == stream_input ? StreamLag{} : plan_.logic[window.from].out;
  }
  /// The least lag behind its source at which a window can work.
  static StreamLag least(const StreamWindow& window) {
    const auto atleast = [](std::int32_t a, std::int32_t b) { return static_cast<std::size_t>(std::max({a, b, 0})); };
    return {atleast(window.bottom, window.extent.row - 1), atleast(window.right, window.extent.column - 1), 0};
  }

  /// All modules of a grid, those behind fewer windows first; all windows into it begin its tokens at one lag.
  void time_grid(std::size_t grid) {
    std::vector<std::size_t> entering;
    for (std::size_t w = 0; w < plan_.windows.size(); ++w)
      if (plan_.windows[w].grid != grid && plan_.logic[plan_.windows[w].to].grid == grid) entering.push_back(w);
    plan_.grids[grid].entry = meet(entering, true);
    for (std::size_t i = 0; i < plan_.logic.size(); ++i) {
      StreamLogic& logic = plan_.logic[i];
      if (logic.grid != grid) continue;
      std::vector<std::size_t> windows;
      for (std::size_t w = 0; w < plan_.windows.size(); ++w)
        if (plan_.windows[w].to == i && plan_.windows[w].grid == grid) windows.push_back(w);
      logic.in = windows.empty() ? StreamLag{} : meet(windows, false);
      if (logic.is_folded()) time_fold(logic);
      logic.out = logic.in;
      logic.out.clocks += logic.latency();
    }
  }

  /// All steps of a pixel fit between two pixels of its grid. What comes from the frame itself stands there for the
  /// clock of ce alone, and what is worked on for more than one pixel's clocks has to be kept as well.
  void time_fold(StreamLogic& logic) const {
    const std::size_t clocks = plan_.options.folding, pixels = (logic.fold.steps + clocks - 1) / clocks;
    const std::size_t whole = logic.module.latency() / clocks + 1;
    logic.fold.holds = pixels > 1 || (logic.grid == 0 && logic.in == StreamLag{});
    logic.fold.wait = whole * clocks - 1 - logic.module.latency();
    logic.fold.latency = whole + (logic.fold.holds ? pixels : 0);
  }

  /// The lag at which these windows give the same pixel; sets their own.
  StreamLag meet(const std::vector<std::size_t>& windows, bool is_entry) {
    StreamLag at;
    for (const auto w : windows) {
      const StreamLag from = source_lag(plan_.windows[w]), own = least(plan_.windows[w]);
      at.rows = std::max(at.rows, from.rows + own.rows);
      at.columns = std::max(at.columns, from.columns + own.columns);
    }
    const auto clocks = [&](const StreamWindow& window) {
      return source_lag(window).clocks + (window.is_wires() && !is_entry ? 0 : window_clocks);
    };
    for (const auto w : windows) {
      StreamWindow& window = plan_.windows[w];
      window.lag_rows = at.rows - source_lag(window).rows;
      window.lag_columns = at.columns - source_lag(window).columns;
      at.clocks = std::max(at.clocks, clocks(window));
    }
    for (const auto w : windows) plan_.windows[w].wait = at.clocks - clocks(plan_.windows[w]);
    return at;
  }

  /// The smallest frame that leaves one place at the end.
  void limit_frames() {
    if (plan_.tail) {
      plan_.min_height = plan_.circuit.input().shape.height;
      plan_.min_width = plan_.circuit.input().shape.width;
      return;
    }
    std::size_t height = 1, width = 1;
    for (std::size_t grid = plan_.logic.back().grid; grid != 0; grid = plan_.grids[grid].parent) {
      const auto& [row, column] = plan_.grids[grid].stride;
      height = (height - 1) * static_cast<std::size_t>(row) + static_cast<std::size_t>(plan_.grids[grid].extent.row);
      width =
          (width - 1) * static_cast<std::size_t>(column) + static_cast<std::size_t>(plan_.grids[grid].extent.column);
    }
    plan_.min_height = height;
    plan_.min_width = width;
  }

  StreamPlan& plan_;
};

}  // namespace detail

LUTRA_INLINE std::size_t StreamPlan::latency(std::size_t width) const {
  std::vector<std::size_t> chain{logic.back().grid};  // back to the frame
  while (chain.back() != 0) chain.push_back(grids[chain.back()].parent);
  std::vector<std::size_t> widths{width};  // of the frame, then of each grid on the way
  for (std::size_t i = chain.size() - 1; i-- > 0;) {
    const StreamGrid& grid = grids[chain[i]];
    widths.push_back((widths.back() - static_cast<std::size_t>(grid.extent.column)) /
                         static_cast<std::size_t>(grid.stride.column) +
                     1);
  }
  // The number of the token of each grid, back to that of the frame. Lags are lines of the grid's own width.
  const StreamGrid& last = last_grid();
  std::size_t token = tail ? last.height * last.width - 1 : 0;
  StreamLag lag = logic.back().out;
  std::size_t clocks = 1 + (tail ? 1 + tail->latency() : 0);  // with ce
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const std::size_t own = widths[chain.size() - 1 - i];
    token += lag.rows * own + lag.columns;
    clocks += lag.clocks;
    if (chain[i] == 0) break;
    const StreamGrid& grid = grids[chain[i]];
    const std::size_t parent = widths[chain.size() - 2 - i];
    token = token / own * static_cast<std::size_t>(grid.stride.row) * parent +
            token % own * static_cast<std::size_t>(grid.stride.column);
    lag = grid.entry;
  }
  return (token + clocks) * options.folding + stream_clocks - 1;
}

}  // namespace lutra::hdl
