#pragma once
// Defines what <lutra/search/result.hpp> declares.

#include <algorithm>
#include <array>
#include <cstdio>
#include <lutra/circuit/netlist.hpp>
#include <lutra/circuit/netlist/cost.hpp>
#include <lutra/circuit/netlist/schedule.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/search/result.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

LUTRA_INLINE CircuitCost cost_of(const Circuit& circuit, const CostOptions& options) {
  const auto netlist = circuits::lower(circuit, {.max_fan_in = options.max_fan_in});
  const auto cost = circuits::cost(netlist, circuits::schedule(netlist, options.pipeline), circuit.stages().size());
  return {cost.total.luts(), circuit.lut_nodes(), cost.total.levels, cost.latency};
}

LUTRA_INLINE bool Budget::keeps(const CircuitCost& cost, double reached) const noexcept {
  return (!luts || cost.luts <= *luts) && (!latency || cost.latency <= *latency) && (!accuracy || reached >= *accuracy);
}

LUTRA_INLINE const SearchRow& SearchResult::best_row() const {
  if (!best) throw Error("search", std::to_string(rows.size()) + " candidates", "one that keeps the budget", "none");
  return rows[*best];
}

namespace detail {

/// Whether `a` makes `b` superfluous; of two that are equal, the first.
[[nodiscard]] inline bool beats(const SearchRow& a, const SearchRow& b) {
  if (a.cost.luts > b.cost.luts || a.accuracy < b.accuracy) return false;
  return a.cost.luts < b.cost.luts || a.accuracy > b.accuracy || &a < &b;
}

LUTRA_INLINE SearchResult judged(const Budget& budget, std::vector<SearchRow> rows) {
  SearchResult result{budget, std::move(rows), {}};
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    SearchRow& row = result.rows[i];
    row.within = budget.keeps(row.cost, row.accuracy);
    row.on_front = std::ranges::none_of(result.rows, [&](const SearchRow& other) { return beats(other, row); });
    const auto better = [&](const SearchRow& than) {
      return row.accuracy > than.accuracy || (row.accuracy == than.accuracy && row.cost.luts < than.cost.luts);
    };
    if (row.within && (!result.best || better(result.rows[*result.best]))) result.best = i;
  }
  return result;
}

/// Columns as wide as their widest cell, the first one to the left and the last one without an end.
[[nodiscard]] inline std::string aligned(const std::vector<std::array<std::string, 9>>& lines) {
  std::array<std::size_t, 9> widths{};
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const auto& line : lines) {
    text += line[0] + std::string(widths[0] - line[0].size(), ' ');
    for (std::size_t i = 1; i + 1 < line.size(); ++i)
      text += std::string(2 + widths[i] - line[i].size(), ' ') + line[i];
    if (!line.back().empty()) text += "  " + line.back();
    text += '\n';
  }
  return text;
}

[[nodiscard]] inline std::string decimals(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace detail

LUTRA_INLINE std::string to_string(const SearchResult& result) {
  std::vector<std::size_t> order(result.rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return result.rows[i].cost.luts; });
  std::vector<std::array<std::string, 9>> lines{
      {"candidate", "validation", "LUTs", "nodes", "levels", "clocks", "epochs", "seconds", ""}};
  for (const std::size_t i : order) {
    const SearchRow& row = result.rows[i];
    const bool best = result.best == i;
    lines.push_back({row.name, detail::decimals("%.2f %%", 100 * row.accuracy), std::to_string(row.cost.luts),
                     std::to_string(row.cost.lut_nodes), std::to_string(row.cost.levels),
                     std::to_string(row.cost.latency), std::to_string(row.epochs),
                     detail::decimals("%.1f", row.seconds),
                     std::string(row.on_front ? "front" : "") + (row.on_front && (best || !row.within) ? ", " : "") +
                         (best         ? "best"
                          : row.within ? ""
                                       : "outside the budget")});
  }
  return detail::aligned(lines) + (result.best ? "" : "No candidate keeps the budget.\n");
}

}  // namespace lutra
