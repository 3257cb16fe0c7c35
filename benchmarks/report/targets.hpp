#pragma once
// The targets of targets.json beside what was measured: one line of a table each.

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "results.hpp"
#include "text.hpp"

namespace lutra::benchmarks {

/// Of a series such as "BM_scale_nodes/nodes:", the largest over the smallest figure up to `until`.
inline std::optional<double> spread(const Results& results, const std::string& series, const std::string& figure,
                                    double from, double until) {
  double least = 0, most = 0;
  for (const std::string& name : results.names()) {
    if (!name.starts_with(series)) continue;
    const double x = std::strtod(name.c_str() + series.size(), nullptr);
    const auto y = results.figure(name, figure);
    if (!y || x < from || x > until) continue;
    least = least == 0 ? *y : std::min(least, *y);
    most = std::max(most, *y);
  }
  if (least == 0) return {};
  return most / least;
}

/// One row. In the file: "work" and "bar" are printed as they are; "measured" and "peer" name benchmarks and "figure"
/// what of theirs is compared, higher being better where it is a rate; "over" is what "measured" is divided by;
/// "series" with "from" and "until" stands for the spread of a series. "least" or "most" is the bar as a number, for
/// the figure, or for the quotient where "bar_of" is "ratio".
class Target {
 public:
  Target(const nlohmann::json& row, const Results& results) : row_(row) {
    const std::string figure = row.value("figure", "time"), measured = row.value("measured", ""),
                      peer = row.value("peer", "");
    higher_is_better_ = figure.find("_per_s") != std::string::npos;
    if (row.contains("series"))
      measured_ = spread(results, row["series"], figure, row.value("from", 0.0), row.value("until", 1e300));
    else
      measured_ = results.figure(measured, figure);
    if (!peer.empty()) peer_ = results.figure(peer, row.value("peer_figure", figure));
    if (row.contains("over")) {
      const auto base = results.figure(row["over"], figure);
      measured_ = measured_ && base ? std::optional(*measured_ / *base) : std::nullopt;
    }
    figure_ = row.contains("over") || row.contains("series") ? "quotient" : figure;
  }

  /// Ours over the peer's speed.
  [[nodiscard]] std::optional<double> ratio() const {
    if (!measured_ || !peer_) return {};
    return higher_is_better_ ? *measured_ / *peer_ : *peer_ / *measured_;
  }

  void print(std::ostream& out) const {
    out << "| " << row_.at("work").get<std::string>() << " | " << row_.value("bar", "") << " | "
        << text(measured_, "not measured") << " | "
        << (row_.contains("peer") ? row_.value("peer_is", "") + text(peer_, "left out") : row_.value("peer_is", ""))
        << " | " << (ratio() ? three_digits(*ratio()) + " ×" : "") << " | " << verdict() << " |\n";
  }

 private:
  [[nodiscard]] std::string text(const std::optional<double>& value, const char* otherwise) const {
    if (!value) return otherwise;
    return figure_ == "quotient" ? three_digits(*value) + " ×" : figure_text(figure_, *value);
  }
  [[nodiscard]] std::string verdict() const {
    const auto value = row_.value("bar_of", "") == "ratio" ? ratio() : measured_;
    if (!value || (!row_.contains("least") && !row_.contains("most"))) return "";
    const bool met = *value >= row_.value("least", *value) && *value <= row_.value("most", *value);
    return met ? "yes" : "**no**";
  }

  const nlohmann::json& row_;
  std::string figure_;
  bool higher_is_better_ = false;
  std::optional<double> measured_, peer_;
};

}  // namespace lutra::benchmarks
