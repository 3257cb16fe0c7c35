#pragma once
// What a search has tried, as a picture of its own and as part of a report.

#include <cstddef>
#include <lutra/export/report/contents.hpp>
#include <string>

namespace lutra {

/// What search or fit_budget returned, as a report takes it (report::Contents::trade_off).
template <class Result>
[[nodiscard]] report::TradeOff trade_off(const Result& result) {
  report::TradeOff all{{}, result.budget.luts};
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const auto& row = result.rows[i];
    all.tried.push_back({row.name, row.cost.luts, row.accuracy, row.within, row.on_front, result.best == i});
  }
  return all;
}

/// An SVG file: accuracy against LUTs, on a logarithmic scale, with the front as a line, the budget as another, and
/// names at the points, as far as there is room. Throws Error where nothing was tried.
[[nodiscard]] std::string plot(const report::TradeOff& all);

/// The same of a search's result.
template <class Result>
[[nodiscard]] std::string plot(const Result& result) {
  return plot(trade_off(result));
}

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/plot.hpp>
#endif
