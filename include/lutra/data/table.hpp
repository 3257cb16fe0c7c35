#pragma once
// Rows of numbers with named columns, and a class or a target for each: what a CSV file holds, before it is decided how
// a circuit's input wires will carry it. Numbers are doubles here, because a column may be a time stamp or a sum of
// money, and choosing bits for it is a Quantizer's work.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/data/dataset.hpp>
#include <lutra/error.hpp>
#include <lutra/signal.hpp>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

struct Table {
  std::vector<std::string> columns{};   ///< names of the columns of `values`
  std::vector<double> values{};         ///< rows × columns, one row after another
  std::vector<std::uint32_t> labels{};  ///< one a row, an index into class_names; empty unless rows have classes
  std::vector<std::string> class_names{};
  std::vector<float> targets{};  ///< one a row; empty unless rows have numbers to be predicted
  std::string label_name{};      ///< the column that labels or targets came from; empty when there is none

  /// Columns that were text: name → its texts in order. Each text has become a column "name=text" of zeros and ones.
  std::map<std::string, std::vector<std::string>> categories{};

  [[nodiscard]] std::size_t rows() const noexcept { return columns.empty() ? 0 : values.size() / columns.size(); }
  [[nodiscard]] std::span<const double> row(std::size_t i) const noexcept {
    return {values.data() + i * columns.size(), columns.size()};
  }

  /// The rows named by `indices`, in that order. Throws Error when one is not a row.
  [[nodiscard]] Table subset(std::span<const std::size_t> indices) const {
    Table out{.columns = columns,
              .values = {},
              .labels = {},
              .class_names = class_names,
              .targets = {},
              .label_name = label_name,
              .categories = categories};
    out.values.reserve(indices.size() * columns.size());
    for (const std::size_t i : indices) {
      if (i >= rows()) throw Error("subset of a table", "row", "below " + std::to_string(rows()), std::to_string(i));
      out.values.insert(out.values.end(), row(i).begin(), row(i).end());
      if (!labels.empty()) out.labels.push_back(labels[i]);
      if (!targets.empty()) out.targets.push_back(targets[i]);
    }
    return out;
  }
};

namespace detail {

/// `value` as an element of the kind, or Error naming the cell: rounding and clamping are a Quantizer's work.
template <class Kind>
element_t<Kind> exact_element(double value, const Table& table, std::size_t row, std::size_t column) {
  const auto refuse = [&](const std::string& expected) {
    const std::string where = "row " + std::to_string(row) + ", column '" + table.columns[column] + "'";
    throw Error("table", where, expected, std::to_string(value));
  };
  if constexpr (std::is_same_v<Kind, Real>) {
    const auto element = static_cast<float>(value);
    if (!std::isfinite(element)) refuse("a number that a float can hold");
    return element;
  } else {
    constexpr std::uint32_t most = (std::uint32_t{1} << Kind::bits) - 1;
    if (!(value >= 0 && value <= most && value == std::floor(value)))
      refuse("a whole number 0.." + std::to_string(most) + " (a Quantizer turns other numbers into codes)");
    return static_cast<element_t<Kind>>(value);
  }
}

}  // namespace detail

/// The table's values as they are, without scaling: whole numbers in range for Byte, Level<Bits> and Bit, any for Real.
/// Throws Error naming the row (from 0) and column of a value that does not fit, or when the columns do not fill
/// `shape`.
template <class Kind>
[[nodiscard]] Dataset<Kind> to_dataset(const Table& table, const Shape& shape) {
  static_assert(is_code<Kind> || std::is_same_v<Kind, Bit> || std::is_same_v<Kind, Real>,
                "lutra: a table becomes Byte, Level<Bits>, Bit or Real");
  if (shape.size() != table.columns.size() || table.columns.empty())
    throw Error("table", "", "the " + std::to_string(shape.size()) + " columns of " + to_string(shape),
                std::to_string(table.columns.size()));
  Dataset<Kind> out{.shape = shape,
                    .values = {},
                    .labels = table.labels,
                    .classes = table.class_names.size(),
                    .targets = table.targets,
                    .target_size = table.targets.empty() ? std::size_t{0} : 1};
  out.values.reserve(table.values.size());
  for (std::size_t i = 0; i < table.values.size(); ++i)
    out.values.push_back(detail::exact_element<Kind>(table.values[i], table, i / shape.size(), i % shape.size()));
  out.validate("table");
  return out;
}

/// The same with a flat shape, one channel a column.
template <class Kind>
[[nodiscard]] Dataset<Kind> to_dataset(const Table& table) {
  return to_dataset<Kind>(table, Shape{.channels = table.columns.size()});
}

}  // namespace lutra
