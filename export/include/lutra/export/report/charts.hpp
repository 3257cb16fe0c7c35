#pragma once
// Two kinds of charts as SVG: curves over epochs, and bars over a few categories. They carry their own axes, scale with
// the page, and take their colors from the style sheet.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <vector>

namespace lutra::report {

/// One curve; points that are NaN are left out.
struct Curve {
  std::string name, color;
  std::vector<double> x, y;
};

/// A round step (1, 2 or 5 times a power of ten) that divides `range` into at most `most` parts.
[[nodiscard]] inline double round_step(double range, int most) {
  const double least = range / most, power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

namespace detail {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void take(double x) {
    if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
  }
  [[nodiscard]] bool empty() const { return low > high; }
  [[nodiscard]] double size() const { return high - low; }
};

inline constexpr double chart_width = 480, chart_height = 260, chart_left = 52, chart_right = 14, chart_top = 10,
                        chart_bottom = 38;

/// Grid lines and their labels up the left side of a picture of this size.
inline void y_axis(Markup& svg, const Range& y, double step, bool as_percent, double picture_width = chart_width,
                   double picture_height = chart_height) {
  const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(as_percent ? 100 * step : step) - 1e-9)));
  const double height = picture_height - chart_top - chart_bottom;
  for (double tick = std::ceil(y.low / step - 1e-6) * step; tick <= y.high + step * 1e-6; tick += step) {
    const ShortText at = px(chart_top + (1 - (tick - y.low) / y.size()) * height);
    svg.empty(
        "line",
        {{"class", "grid"}, {"x1", px(chart_left)}, {"x2", px(picture_width - chart_right)}, {"y1", at}, {"y2", at}});
    svg.element("text", {{"class", "soft"}, {"x", px(chart_left - 8)}, {"y", at}, {"dy", "4"}, {"text-anchor", "end"}},
                as_percent ? join({fixed(100 * tick, digits), " %"}) : fixed(tick, digits));
  }
}

inline void open_chart(Markup& svg, std::string_view label) {
  svg.open(
      "svg",
      {{"viewBox", join({"0 0 ", px(chart_width), " ", px(chart_height)})}, {"role", "img"}, {"aria-label", label}});
}

}  // namespace detail

/// Curves over a common x, which counts `x_name`. The figure's caption is `title` and the curves' key.
inline void curves(Markup& page, std::string_view title, std::string_view x_name, const std::vector<Curve>& all,
                   bool as_percent) {
  using namespace detail;
  Range x, y;
  for (const auto& curve : all)
    for (std::size_t i = 0; i < curve.x.size(); ++i)
      if (std::isfinite(curve.y[i])) x.take(curve.x[i]), y.take(curve.y[i]);
  if (x.empty()) return;
  const double room = std::max(0.06 * y.size(), 1e-9 + 0.01 * std::abs(y.high));
  y.high = as_percent ? std::min(y.high + room, 1.0) : y.high + room;
  y.low = std::max(y.low - room, 0.0);
  if (y.size() <= 0) y.low -= 0.01;
  page.open("figure").open("figcaption").text(title);
  for (const auto& curve : all)
    page.open("span", {{"class", "key"}})
        .element("i", {{"style", join({"background:", curve.color})}}, "")
        .text(curve.name)
        .close();
  page.close();
  open_chart(page, title);
  y_axis(page, y, round_step(y.size(), 5), as_percent);
  const double width = chart_width - chart_left - chart_right, height = chart_height - chart_top - chart_bottom;
  const double span = std::max(x.size(), 1e-9);
  const auto at_x = [&](double value) {
    return x.size() <= 0 ? chart_left + width / 2 : chart_left + (value - x.low) / span * width;
  };
  const auto at_y = [&](double value) { return chart_top + (1 - (value - y.low) / y.size()) * height; };
  const double step = std::max(1.0, round_step(span, 8));
  for (double tick = std::ceil(x.low / step) * step; tick <= x.high + 1e-6; tick += step)
    page.element("text",
                 {{"class", "soft"},
                  {"x", px(at_x(tick))},
                  {"y", px(chart_height - chart_bottom + 18)},
                  {"text-anchor", "middle"}},
                 fixed(tick, 0));
  page.element(
      "text",
      {{"class", "soft"}, {"x", px(chart_width - chart_right)}, {"y", px(chart_height - 4)}, {"text-anchor", "end"}},
      x_name);
  for (const auto& curve : all) {
    std::string path;
    for (std::size_t i = 0; i < curve.x.size(); ++i)
      if (std::isfinite(curve.y[i]))
        append(path, {path.empty() ? "M" : " L", px(at_x(curve.x[i])), " ", px(at_y(curve.y[i]))});
    if (path.empty()) continue;
    page.empty("path", {{"class", "curve"}, {"style", join({"stroke:", curve.color})}, {"d", path}});
    const auto last = curve.x.size() - 1;
    if (std::isfinite(curve.y[last]))
      page.empty("circle", {{"cx", px(at_x(curve.x[last]))},
                            {"cy", px(at_y(curve.y[last]))},
                            {"r", "3.5"},
                            {"style", join({"fill:", curve.color})}});
  }
  page.close().close();
}

/// One row of bars for each category, side by side.
struct BarSeries {
  std::string name, color;
  std::vector<double> values;
};

/// Bars over named categories, each with its number above it.
inline void bars(Markup& page, std::string_view title, std::string_view x_name,
                 const std::vector<std::string>& categories, const std::vector<BarSeries>& all) {
  using namespace detail;
  double high = 0;
  for (const auto& series : all)
    for (const double value : series.values) high = std::max(high, value);
  if (high <= 0) return;
  page.open("figure").open("figcaption").text(title);
  for (const auto& series : all)
    page.open("span", {{"class", "key"}})
        .element("i", {{"style", join({"background:", series.color})}}, "")
        .text(series.name)
        .close();
  page.close();
  open_chart(page, title);
  const double left = 8, base = chart_height - chart_bottom, top = chart_top + 14;
  const double slot = (chart_width - 2 * left) / static_cast<double>(categories.size());
  const double bar = std::min(slot * 0.8 / static_cast<double>(all.size()), 44.0);
  page.empty("line",
             {{"class", "grid"}, {"x1", px(left)}, {"x2", px(chart_width - left)}, {"y1", px(base)}, {"y2", px(base)}});
  for (std::size_t c = 0; c < categories.size(); ++c) {
    const double middle = left + (static_cast<double>(c) + 0.5) * slot;
    page.element("text", {{"class", "soft"}, {"x", px(middle)}, {"y", px(base + 18)}, {"text-anchor", "middle"}},
                 categories[c]);
    for (std::size_t s = 0; s < all.size(); ++s) {
      const double value = all[s].values[c];
      if (value <= 0) continue;
      const double x = middle + (static_cast<double>(s) - 0.5 * static_cast<double>(all.size())) * bar;
      const double height = std::max(1.5, value / high * (base - top));
      page.open("g").element("title", join({all[s].name, ": ", grouped(static_cast<std::uint64_t>(value))}));
      page.empty("rect", {{"x", px(x + 1)},
                          {"y", px(base - height)},
                          {"width", px(bar - 2)},
                          {"height", px(height)},
                          {"rx", "3"},
                          {"style", join({"fill:", all[s].color})}});
      page.close();
      if (s + 1 == all.size())
        page.element("text", {{"x", px(x + bar / 2)}, {"y", px(base - height - 5)}, {"text-anchor", "middle"}},
                     grouped(static_cast<std::uint64_t>(value)));
    }
  }
  page.element("text",
               {{"class", "soft"}, {"x", px(chart_width - left)}, {"y", px(chart_height - 4)}, {"text-anchor", "end"}},
               x_name);
  page.close().close();
}

}  // namespace lutra::report
