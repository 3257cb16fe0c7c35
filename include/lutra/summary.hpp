#pragma once
// A network as a table for people: one line a layer, and a sum.

#include <lutra/network.hpp>
#include <string>
#include <vector>

namespace lutra {

namespace detail {

/// Layer, signal out, nodes, parameters; the first row is the input.
[[nodiscard]] std::string table_of(const std::vector<LayerRow>& rows);

}  // namespace detail

/// Layer, signal out, nodes, parameters.
template <class ExpressionType, class In>
[[nodiscard]] std::string to_string(const Network<ExpressionType, In>& net) {
  std::vector<LayerRow> rows{{"input", In::name(), 0, 0}};
  rows.insert(rows.end(), net.layers().begin(), net.layers().end());
  return detail::table_of(rows);
}

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/define/summary.hpp>
#endif
