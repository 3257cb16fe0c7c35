#pragma once
// A picture of what a search has tried: accuracy against LUTs, the front as a line, and a name at each point that has
// room for one.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/export/report/charts.hpp>
#include <lutra/export/report/contents.hpp>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::report {

namespace detail {

class Scatter {
 public:
  Scatter(Markup& svg, const TradeOff& all) : svg_(svg), all_(all) {
    for (const Tried& point : all.tried) x_.take(log_of(point.luts)), y_.take(point.accuracy);
    if (all.luts) x_.take(log_of(*all.luts));
    const double beside = std::max(0.06 * x_.size(), 0.04), above = std::max(0.08 * y_.size(), 0.005);
    x_ = {x_.low - beside, x_.high + beside};
    y_ = {std::max(0.0, y_.low - above), std::min(1.0, y_.high + above)};
  }

  void draw() {
    y_axis(svg_, y_, round_step(y_.size(), 6), true, width, height);
    x_axis();
    limit();
    front();
    for (const Tried& point : all_.tried) {
      const double r = radius(point);
      taken_.push_back({at_x(point.luts) - r, at_y(point.accuracy) - r, 2 * r, 2 * r});
    }
    for (const Tried& point : all_.tried) circle(point);
    // What matters most has the first choice of room.
    for (const bool on_front : {true, false})
      for (const Tried& point : all_.tried)
        if (point.on_front == on_front) name(point);
  }

  static constexpr double width = 760, height = 420;

 private:
  struct Box {
    double x, y, w, h;
    [[nodiscard]] bool meets(const Box& b) const {
      return x < b.x + b.w && b.x < x + w && y < b.y + b.h && b.y < y + h;
    }
  };

  static double log_of(std::size_t luts) { return std::log10(static_cast<double>(std::max<std::size_t>(luts, 1))); }
  static double radius(const Tried& point) { return point.is_chosen ? 6.5 : 4.5; }

  [[nodiscard]] double at_log(double x) const {
    return chart_left + (x - x_.low) / x_.size() * (width - chart_left - chart_right);
  }
  [[nodiscard]] double at_x(std::size_t luts) const { return at_log(log_of(luts)); }
  [[nodiscard]] double at_y(double y) const {
    return chart_top + (1 - (y - y_.low) / y_.size()) * (height - chart_top - chart_bottom);
  }

  /// Round numbers, as many as have room: 1, 2 and 5 times a power of ten, and all ten parts where that is too few.
  void x_axis() {
    const double room = 58;
    double last = -room;
    const bool wide = x_.size() > 0.9;
    for (double power = std::pow(10, std::floor(x_.low)); std::log10(power) <= x_.high; power *= 10)
      for (const double factor : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0}) {
        const double tick = factor * power;
        if (wide && factor != 1 && factor != 2 && factor != 5) continue;
        if (tick != std::floor(tick) || std::log10(tick) < x_.low || std::log10(tick) > x_.high) continue;
        const double at = at_log(std::log10(tick));
        if (at - last < room) continue;
        last = at;
        svg_.empty("line", {{"class", "grid"},
                            {"x1", px(at)},
                            {"x2", px(at)},
                            {"y1", px(chart_top)},
                            {"y2", px(height - chart_bottom)}});
        svg_.element(
            "text",
            {{"class", "soft"}, {"x", px(at)}, {"y", px(height - chart_bottom + 18)}, {"text-anchor", "middle"}},
            grouped(static_cast<std::uint64_t>(tick)));
      }
    svg_.element("text",
                 {{"class", "soft"}, {"x", px(width - chart_right)}, {"y", px(height - 4)}, {"text-anchor", "end"}},
                 "LUTs, from input to class");
    svg_.element("text", {{"class", "soft"}, {"x", px(chart_left + 6)}, {"y", px(chart_top + 12)}}, "accuracy");
    taken_.push_back({chart_left, chart_top, text_width("accuracy") + 12, 16});
  }

  void limit() {
    if (!all_.luts) return;
    const double at = at_x(*all_.luts);
    svg_.empty(
        "line",
        {{"class", "limit"}, {"x1", px(at)}, {"x2", px(at)}, {"y1", px(chart_top)}, {"y2", px(height - chart_bottom)}});
    const std::string text = join({"budget ", grouped(*all_.luts)});
    svg_.element("text",
                 {{"class", "over"}, {"x", px(at - 6)}, {"y", px(height - chart_bottom - 8)}, {"text-anchor", "end"}},
                 text);
    taken_.push_back({at - 1, chart_top, 2, height - chart_top - chart_bottom});
    taken_.push_back({at - 6 - text_width(text), height - chart_bottom - 20, text_width(text), 14});
  }

  void front() {
    std::vector<const Tried*> points;
    for (const Tried& point : all_.tried)
      if (point.on_front) points.push_back(&point);
    std::ranges::sort(points, {}, [](const Tried* point) { return point->luts; });
    std::string path;
    for (const Tried* point : points)
      append(path, {path.empty() ? "M" : " L", px(at_x(point->luts)), " ", px(at_y(point->accuracy))});
    if (points.size() > 1) svg_.empty("path", {{"class", "front"}, {"d", path}});
  }

  void circle(const Tried& point) {
    const std::string kind =
        join({"point", point.on_front || point.is_chosen ? " first" : "", point.within ? "" : " pale"});
    svg_.open("g").element("title",
                           join({point.name, ": ", percent(point.accuracy), ", ", grouped(point.luts), " LUTs"}));
    svg_.empty(
        "circle",
        {{"class", kind}, {"cx", px(at_x(point.luts))}, {"cy", px(at_y(point.accuracy))}, {"r", px(radius(point))}});
    svg_.close();
  }

  static double text_width(std::string_view text) { return 6.2 * static_cast<double>(text.size()); }

  /// Below to the right, above to the left, and so on: the first place that is free; without one, no name.
  void name(const Tried& point) {
    const double x = at_x(point.luts), y = at_y(point.accuracy), w = text_width(point.name), h = 12, away = 9;
    const std::array<Box, 8> places{{{x + away, y + 3, w, h},
                                     {x - away - w, y - h - 3, w, h},
                                     {x + away, y - h / 2, w, h},
                                     {x - away - w, y - h / 2, w, h},
                                     {x + away, y - h - 3, w, h},
                                     {x - away - w, y + 3, w, h},
                                     {x - w / 2, y + away, w, h},
                                     {x - w / 2, y - away - h, w, h}}};
    const Box inside{chart_left, chart_top, width - chart_left - chart_right, height - chart_top - chart_bottom};
    for (const Box& place : places) {
      if (place.x < inside.x || place.y < inside.y || place.x + w > inside.x + inside.w ||
          place.y + h > inside.y + inside.h)
        continue;
      if (std::ranges::any_of(taken_, [&](const Box& other) { return place.meets(other); })) continue;
      taken_.push_back(place);
      svg_.element("text", {{"class", "tiny"}, {"x", px(place.x)}, {"y", px(place.y + h - 2.5)}}, point.name);
      return;
    }
  }

  Markup& svg_;
  const TradeOff& all_;
  Range x_, y_;
  std::vector<Box> taken_;
};

}  // namespace detail

/// Adds the picture, an svg element. There is at least one point.
inline void scatter(Markup& page, const TradeOff& all, std::string_view style = {}) {
  using detail::Scatter;
  const std::string box = join({"0 0 ", px(Scatter::width), " ", px(Scatter::height)});
  const std::string_view label = "accuracy against LUTs of what was tried";
  if (style.empty())
    page.open("svg", {{"viewBox", box}, {"role", "img"}, {"aria-label", label}});
  else
    page.open("svg",
              {{"xmlns", "http://www.w3.org/2000/svg"}, {"viewBox", box}, {"role", "img"}, {"aria-label", label}})
        .open("style")
        .raw(style)
        .close();
  if (!style.empty()) page.empty("rect", {{"class", "page"}, {"width", "100%"}, {"height", "100%"}});
  Scatter(page, all).draw();
  page.close();
}

}  // namespace lutra::report
