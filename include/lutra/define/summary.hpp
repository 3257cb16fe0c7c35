#pragma once
// Defines what <lutra/summary.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <lutra/inline.hpp>
#include <lutra/network.hpp>
#include <lutra/summary.hpp>
#include <string>
#include <vector>

namespace lutra {

namespace detail {

/// 1234567 as "1 234 567".
[[nodiscard]] inline std::string grouped(std::size_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

[[nodiscard]] inline std::string cell(const std::string& text, std::size_t width, bool right = false) {
  const std::string space(width > text.size() ? width - text.size() : 0, ' ');
  return right ? space + text : text + space;
}

LUTRA_INLINE std::string table_of(const std::vector<LayerRow>& rows) {
  std::size_t name = 5, signal = 10, nodes = 0, parameters = 0;
  for (const LayerRow& row : rows) {
    name = std::max(name, row.name.size());
    signal = std::max(signal, row.signal.size());
    nodes += row.nodes;
    parameters += row.parameters;
  }
  const auto line = [&](const std::string& a, const std::string& b, const std::string& c, const std::string& d) {
    return cell(a, name) + "  " + cell(b, signal) + "  " + cell(c, 10, true) + "  " + cell(d, 12, true) + "\n";
  };
  const auto number = [](std::size_t n) { return n == 0 ? std::string("-") : grouped(n); };
  std::string text = line("layer", "signal out", "nodes", "parameters");
  for (const LayerRow& row : rows) text += line(row.name, row.signal, number(row.nodes), number(row.parameters));
  return text + line("sum", "", number(nodes), number(parameters));
}

}  // namespace detail

}  // namespace lutra
