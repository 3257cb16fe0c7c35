#pragma once
// Draws a streaming module: from the pixels that come in, through windows with their lines and taps, and the logic of
// one pixel between them, to the pixels or answers that go out; beside each step, how far behind the first pixel it is.

#include <algorithm>
#include <cstddef>
#include <lutra/export/report/diagram.hpp>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/stream/header.hpp>
#include <lutra/export/stream/plan.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::report::detail {

class StreamDiagram {
 public:
  StreamDiagram(Markup& page, const hdl::StreamPlan& plan) : page_(page), plan_(plan), rows_(plan.logic.size()) {
    for (std::size_t w = 0; w < plan.windows.size(); ++w)
      if (!is_plain(plan.windows[w])) rows_[plan.windows[w].to].windows.push_back(w);
    double y = margin + box;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      y += gap;
      if (!rows_[i].windows.empty()) {
        rows_[i].windows_at = y;
        y += window_box + gap;
      }
      rows_[i].at = y;
      y += box;
    }
    if (plan.tail) tail_at_ = y + gap, y = tail_at_ + box;
    height_ = y + margin;
  }

  void draw() {
    page_.open("svg", {{"viewBox", join({"0 0 ", px(width), " ", px(height_)})},
                       {"style", join({"max-width:", px(width * 1.15), "px;margin:0 auto"})},
                       {"role", "img"},
                       {"aria-label", "the pipeline of the stream"}});
    for (std::size_t i = 0; i < rows_.size(); ++i) connections(i);
    if (plan_.tail) line(middle, rows_.back().at + box, middle, tail_at_, "main");
    node(margin, "Pixels in", join({grouped(plan_.input_bits()), " bits a clock; ", size(plan_.grids[0])}), "rearrange",
         "", "");
    for (std::size_t i = 0; i < rows_.size(); ++i) row(i);
    if (plan_.tail)
      node(tail_at_, join({"Tail: ", hdl::detail::stages_text(plan_, *plan_.tail)}),
           "the whole image at once, one answer a frame", "count", luts(*plan_.tail),
           join({plan_.latency(), " clocks in all"}));
    page_.close();
  }

 private:
  static constexpr double margin = 12, box_width = 430, lag_width = 190, box = 46, window_box = 64, gap = 26, lane = 26,
                          width = margin + box_width + lane + lag_width, middle = margin + box_width / 2;

  struct Row {
    std::vector<std::size_t> windows;
    double at = 0, windows_at = 0;
  };

  static bool is_plain(const hdl::StreamWindow& window) { return window.is_wires() && window.wait == 0; }
  static std::string luts(const hdl::ModulePlan& module) { return join({grouped(module.cost.total.luts()), " LUTs"}); }
  static std::string size(const hdl::StreamGrid& grid) {
    return join({"image ", grouped(grid.width), " × ", grouped(grid.height)});
  }

  /// The bottom middle of what gives a window its bits.
  [[nodiscard]] double bottom_of(std::size_t from) const {
    return from == hdl::stream_input ? margin + box : rows_[from].at + box;
  }
  [[nodiscard]] double window_width(const Row& row) const {
    const auto count = static_cast<double>(row.windows.size());
    return (box_width - (count - 1) * 10) / count;
  }

  /// From each window to its logic, and from its source to the window; around the boxes where others lie between.
  void connections(std::size_t i) {
    const Row& own = rows_[i];
    for (std::size_t n = 0; n < own.windows.size(); ++n) {
      const double x = margin + (static_cast<double>(n) + 0.5) * window_width(own) + static_cast<double>(n) * 10;
      line(x, own.windows_at + window_box, middle, own.at, "main");
      join_to(plan_.windows[own.windows[n]].from, i, x, own.windows_at);
    }
    for (const auto& window : plan_.windows)
      if (window.to == i && is_plain(window)) join_to(window.from, i, middle, own.at);
  }
  void join_to(std::size_t from, std::size_t to, double x, double y) {
    const bool next = from == hdl::stream_input ? to == 0 : from + 1 == to;
    if (next && (rows_[to].windows.empty() || y < rows_[to].at)) return line(middle, bottom_of(from), x, y, "main");
    const double right = margin + box_width, side = right + lane / 2, y0 = bottom_of(from) - box / 2;
    page_.empty("path",
                {{"class", "skip"},
                 {"d", join({"M",  px(right), " ",  px(y0),          " H", px(side - 8),    " Q", px(side),
                             " ",  px(y0),    " ",  px(side),        " ",  px(y0 + 8),      " V", px(y - gap / 2 - 8),
                             " Q", px(side),  " ",  px(y - gap / 2), " ",  px(side - 8),    " ",  px(y - gap / 2),
                             " H", px(x + 8), " Q", px(x),           " ",  px(y - gap / 2), " ",  px(x),
                             " ",  px(y - 2)})}});
    page_.empty("path", {{"class", "head"}, {"d", join({"M", px(x), " ", px(y), " l-4 -8 h8 Z"})}});
  }
  void line(double x0, double y0, double x1, double y1, std::string_view color) {
    const double bend = (y1 - y0) / 2;
    page_.empty("path", {{"style", join({"fill:none;stroke-width:2;stroke:var(--", color, ")"})},
                         {"d", join({"M", px(x0), " ", px(y0), " C", px(x0), " ", px(y0 + bend), " ", px(x1), " ",
                                     px(y1 - bend), " ", px(x1), " ", px(y1)})}});
  }

  void row(std::size_t i) {
    const Row& own = rows_[i];
    for (std::size_t n = 0; n < own.windows.size(); ++n)
      window(plan_.windows[own.windows[n]], margin + static_cast<double>(n) * (window_width(own) + 10), own.windows_at,
             window_width(own));
    const hdl::StreamLogic& logic = plan_.logic[i];
    const bool is_last = i + 1 == rows_.size();
    const std::string bits =
        join({grouped(logic.module.output_bits()), logic.module.output_bits() == 1 ? " bit; " : " bits; ",
              size(plan_.grids[logic.grid])});
    if (is_last)
      node(own.at, plan_.tail ? "The whole image is gathered" : "Pixels out", bits, "rearrange", "", lag(i));
    else
      node(own.at, join({"Logic ", i, ": ", hdl::detail::stages_text(plan_, logic.module)}), bits, "lut",
           luts(logic.module), lag(i));
  }

  /// How far behind the frame's first pixel a module's first answer is.
  [[nodiscard]] std::string lag(std::size_t i) const {
    const hdl::StreamLag all = hdl::detail::lag_in_frame(plan_, plan_.logic[i].grid, plan_.logic[i].out);
    return hdl::detail::lag_text(all);
  }

  void node(double y, std::string_view name, std::string_view what, std::string_view kind, std::string_view cost,
            std::string_view behind) {
    page_.open("g").element("title", name);
    frame(margin, y, box_width, box);
    page_.empty("rect", {{"x", px(margin)},
                         {"y", px(y + 9)},
                         {"width", "4"},
                         {"height", px(box - 18)},
                         {"rx", "2"},
                         {"style", join({"fill:var(--", kind, ")"})}});
    text(margin + 16, y + 20, "name", "start", shortened(name, 44));
    text(margin + 16, y + 36, "soft", "start", what);
    text(margin + box_width - 14, y + 28, "", "end", cost);
    text(margin + box_width + lane, y + 28, "soft", "start", behind);
    page_.close();
  }

  /// Rows that are kept as bars, taps as a grid, and what they are in words.
  void window(const hdl::StreamWindow& own, double x, double y, double w) {
    const std::string what = hdl::detail::window_text(own);
    const bool is_delay = own.rows() * own.columns() == 1 && own.stride == circuits::Offset{1, 1};
    const std::size_t memory = hdl::detail::memory_bits(plan_, own);
    std::string kept = hdl::detail::many(own.bits.size(), "bit");
    if (memory != 0) append(kept, {" × ", hdl::detail::many(own.lines(), "line")});
    page_.open("g").element("title", join({what, ", ", kept}));
    frame(x, y, w, window_box);
    double left = x + 10;
    if (w > 120 && !own.is_wires()) left = picture(own, left, y, w < 160 ? 10 : 24) + 8;
    const auto letters = static_cast<std::size_t>(std::max(4.0, (x + w - left) / 6));
    const std::string size = join({own.rows(), " x ", own.columns()});
    text(left, y + 20, "name", "start", is_delay ? "delay" : what.size() < letters ? what : size);
    text(left, y + 37, "soft", "start", shortened(kept, letters));
    text(left, y + 53, "soft", "start",
         memory == 0 ? std::string("no memory") : shortened(join({"= ", grouped(memory), " bits"}), letters));
    page_.close();
  }
  double picture(const hdl::StreamWindow& own, double x, double y, double long_line) {
    constexpr double cell = 6;
    const auto few = [](std::size_t n) { return std::min<std::size_t>(n, 7); };
    const std::size_t columns = few(own.columns()), rows = few(std::max(own.rows(), own.lines() + 1));
    const double top = y + (window_box - static_cast<double>(rows) * (cell + 1)) / 2;
    const auto square = [&](double at_x, std::size_t r, double w, std::string_view style) {
      page_.empty("rect", {{"x", px(at_x)},
                           {"y", px(top + static_cast<double>(r) * (cell + 1))},
                           {"width", px(w)},
                           {"height", px(cell)},
                           {"rx", "1"},
                           {"style", style}});
    };
    for (std::size_t r = 0; r < rows; ++r)
      square(x, r, long_line, r + 1 < rows ? "fill:var(--ghost)" : "fill:var(--line)");
    for (std::size_t r = 0; r < few(own.rows()); ++r)
      for (std::size_t c = 0; c < columns; ++c)
        square(x + long_line + 3 + static_cast<double>(c) * (cell + 1), r, cell, "fill:var(--main)");
    return x + long_line + 3 + static_cast<double>(columns) * (cell + 1);
  }

  void frame(double x, double y, double w, double h) {
    page_.empty("rect",
                {{"class", "box"}, {"x", px(x)}, {"y", px(y)}, {"width", px(w)}, {"height", px(h)}, {"rx", "9"}});
  }
  void text(double x, double y, std::string_view css, std::string_view anchor, std::string_view what) {
    if (!what.empty())
      page_.element("text", {{"class", css}, {"x", px(x)}, {"y", px(y)}, {"text-anchor", anchor}}, what);
  }

  Markup& page_;
  const hdl::StreamPlan& plan_;
  std::vector<Row> rows_;
  double tail_at_ = 0, height_ = 0;
};

}  // namespace lutra::report::detail
