#pragma once
// Defines what <lutra/export/plot.hpp> declares.

#include <lutra/error.hpp>
#include <lutra/export/plot.hpp>
#include <lutra/export/report/markup.hpp>
#include <lutra/export/report/scatter.hpp>
#include <lutra/inline.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace lutra {

namespace report::detail {

/// The report's light colors by themselves: programs that draw SVG seldom know variables.
inline constexpr std::string_view plot_style = R"(
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; fill: #17202b; }
  .page { fill: #ffffff; }
  .soft, .tiny { fill: #5b6878; }
  .tiny { font-size: 11px; }
  .grid { stroke: #dfe5ec; stroke-width: 1; }
  .front { fill: none; stroke: #0b7a75; stroke-width: 2; stroke-linejoin: round; }
  .limit { stroke: #c8641b; stroke-width: 1.5; stroke-dasharray: 5 4; }
  .over { fill: #c8641b; }
  .point { fill: #ffffff; stroke: #5b6878; stroke-width: 1.5; }
  .first { fill: #0b7a75; stroke: #0b7a75; }
  .pale { opacity: .5; }
)";

}  // namespace report::detail

LUTRA_INLINE std::string plot(const report::TradeOff& all) {
  if (all.tried.empty()) throw Error("plot", "what was tried", "at least one circuit", "none");
  report::Markup svg;
  report::scatter(svg, all, report::detail::plot_style);
  return std::move(svg).finish() + "\n";
}

}  // namespace lutra
