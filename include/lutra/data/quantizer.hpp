#pragma once
// Numbers turned into the codes that a circuit's input wires carry, as an analog-to-digital converter does: a lower
// bound and a step for each column. It is fitted once, on training rows, and then belongs to the circuit, so it can be
// written as text beside it.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <lutra/data/table.hpp>
#include <lutra/error.hpp>
#include <lutra/io/exact_text.hpp>
#include <lutra/signal.hpp>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace lutra {

struct QuantizerOptions {
  std::uint32_t bits = 16;  ///< of a code, 1 to 16

  /// The share of training values, at each end of a column, that may lie outside its range: a few wild values would
  /// otherwise take most of the codes. 0 puts every training value inside; less than 0.5.
  double clip = 0;
};

/// code = floor((x - lower) / step), and 0 or 2^bits - 1 where that is below or above: like a converter, it saturates.
/// saturated() counts how often. A column of whole numbers that has a code for each of its values gets step 1, so that
/// a code is the number itself less `lower`.
class Quantizer {
 public:
  struct Column {
    std::string name;
    double lower = 0;
    double step = 1;
    friend bool operator==(const Column&, const Column&) = default;
  };

  /// Throws Error unless bits are 1..16, there is a column, every lower bound is finite and every step finite and above
  /// 0.
  Quantizer(std::vector<Column> columns, std::uint32_t bits) : columns_(std::move(columns)), bits_(bits) {
    if (bits < 1 || bits > 16) throw Error("quantizer", "", "1 to 16 bits", std::to_string(bits));
    if (columns_.empty()) throw Error("quantizer", "", "at least one column", "none");
    for (const Column& column : columns_) {
      if (!std::isfinite(column.lower))
        throw Error("quantizer", "column '" + column.name + "'", "a finite lower bound", std::to_string(column.lower));
      if (!(column.step > 0 && std::isfinite(column.step)))
        throw Error("quantizer", "column '" + column.name + "'", "a finite step above 0", std::to_string(column.step));
    }
  }

  /// Fits each column's range to the table's rows, which should be the training rows only.
  /// Throws Error when there are no rows, a value is not finite, or a range is too wide for a double.
  [[nodiscard]] static Quantizer fit(const Table& table, const QuantizerOptions& options = {}) {
    if (table.rows() == 0) throw Error("quantizer", "fit", "at least one row", "none");
    if (!(options.clip >= 0 && options.clip < 0.5))
      throw Error("quantizer", "fit", "a clipped share in [0, 0.5)", std::to_string(options.clip));
    std::vector<Column> columns;
    std::vector<double> values(table.rows());
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      for (std::size_t r = 0; r < values.size(); ++r) {
        values[r] = table.row(r)[c];
        if (!std::isfinite(values[r]))
          throw Error("quantizer", "fit, row " + std::to_string(r) + ", column '" + table.columns[c] + "'",
                      "a finite number", std::to_string(values[r]));
      }
      columns.push_back(fit_column(table.columns[c], values, options));
    }
    return {std::move(columns), options.bits};
  }

  [[nodiscard]] std::uint32_t bits() const noexcept { return bits_; }
  [[nodiscard]] const std::vector<Column>& columns() const noexcept { return columns_; }
  [[nodiscard]] std::uint32_t largest_code() const noexcept { return (std::uint32_t{1} << bits_) - 1; }

  /// The code of a number in a column. NaN has none: code 0; encode() refuses it.
  [[nodiscard]] std::uint32_t code(std::size_t column, double x) const noexcept {
    const double place = (x - columns_[column].lower) / columns_[column].step;
    if (!(place >= 0)) return 0;
    return place >= largest_code() ? largest_code() : static_cast<std::uint32_t>(place);
  }

  /// The table in codes, as a network reads it. Kind is Byte (8 bits) or Level<Bits>, with this quantizer's bits.
  /// Throws Error when the bits differ, the columns do not agree in name and order, or a number is NaN.
  template <class Kind>
  [[nodiscard]] Dataset<Kind> encode(const Table& table) const {
    static_assert(is_code<Kind>, "lutra: a Quantizer gives Byte or Level<Bits>");
    if (Kind::bits != bits_)
      throw Error("quantizer", "encode", "Level<" + std::to_string(bits_) + "> (or Byte for 8 bits)", Kind::name());
    require_columns(table);
    Dataset<Kind> out{.shape = Shape{.channels = columns_.size()},
                      .values = {},
                      .labels = table.labels,
                      .classes = table.class_names.size(),
                      .targets = table.targets,
                      .target_size = table.targets.empty() ? std::size_t{0} : 1};
    out.values.reserve(table.values.size());
    for (std::size_t r = 0; r < table.rows(); ++r)
      for (std::size_t c = 0; c < columns_.size(); ++c) {
        const double x = table.row(r)[c];
        if (std::isnan(x))
          throw Error("quantizer", "row " + std::to_string(r) + ", column '" + columns_[c].name + "'", "a number",
                      "NaN");
        out.values.push_back(static_cast<element_t<Kind>>(code(c, x)));
      }
    out.validate("quantized table");
    return out;
  }

  /// How many of the table's values lie outside a column's range, and so get its first or last code; one count a
  /// column. The upper bound itself lies inside.
  [[nodiscard]] std::vector<std::size_t> saturated(const Table& table) const {
    require_columns(table);
    std::vector<std::size_t> counts(columns_.size());
    for (std::size_t r = 0; r < table.rows(); ++r)
      for (std::size_t c = 0; c < columns_.size(); ++c) {
        const double place = (table.row(r)[c] - columns_[c].lower) / columns_[c].step;
        counts[c] += !(place >= 0 && place <= std::ldexp(1.0, static_cast<int>(bits_)));
      }
    return counts;
  }

  /// A line "quantizer 1 bits B columns N", then a line "lower step name" for each column; numbers in the fewest digits
  /// that give them back exactly. In names, a backslash is written \\, a line feed \n, a carriage return \r.
  [[nodiscard]] std::string to_text() const {
    std::string text =
        "quantizer 1 bits " + std::to_string(bits_) + " columns " + std::to_string(columns_.size()) + "\n";
    for (const Column& column : columns_)
      text += io::exact_text(column.lower) + " " + io::exact_text(column.step) + " " + escaped(column.name) + "\n";
    return text;
  }

  /// What to_text wrote. Throws Error naming the line for anything else.
  [[nodiscard]] static Quantizer from_text(std::string_view text) {
    std::size_t line = 1;
    std::string_view head = take_line(text, line);
    const auto bits = take_number<std::uint32_t>(head, "quantizer 1 bits ", line);
    const auto count = take_number<std::size_t>(head, " columns ", line);
    if (!head.empty()) refuse(line, "the end of the line", head);
    std::vector<Column> columns;
    while (!text.empty() && columns.size() < count) {
      ++line;
      std::string_view rest = take_line(text, line);
      const auto lower = take_number<double>(rest, "", line);
      const auto step = take_number<double>(rest, " ", line);
      if (!rest.starts_with(' ')) refuse(line, "a space and a column's name", rest);
      columns.push_back({.name = unescaped(rest.substr(1), line), .lower = lower, .step = step});
    }
    if (columns.size() != count) refuse(line + 1, std::to_string(count) + " columns", std::to_string(columns.size()));
    if (!text.empty()) refuse(line + 1, "the end of the text", text);
    return {std::move(columns), bits};
  }

  friend bool operator==(const Quantizer&, const Quantizer&) = default;

 private:
  [[nodiscard]] static Column fit_column(const std::string& name, std::vector<double>& values,
                                         const QuantizerOptions& options) {
    const auto outside = static_cast<std::size_t>(options.clip * static_cast<double>(values.size()));
    const auto low = values.begin() + static_cast<std::ptrdiff_t>(outside);
    std::nth_element(values.begin(), low, values.end());
    const double lower = *low;
    const auto high = values.end() - 1 - static_cast<std::ptrdiff_t>(outside);
    std::nth_element(values.begin(), high, values.end());
    const double range = *high - lower;
    if (!std::isfinite(range))
      throw Error("quantizer", "column '" + name + "'", "a range that a double can hold", "a wider one");
    const double codes = std::ldexp(1.0, static_cast<int>(options.bits));
    const bool whole = std::all_of(values.begin(), values.end(), [](double x) { return x == std::floor(x); });
    if (range == 0 || (whole && range < codes)) return {.name = name, .lower = lower, .step = 1};
    return {.name = name, .lower = lower, .step = std::max(range / codes, std::numeric_limits<double>::min())};
  }

  void require_columns(const Table& table) const {
    if (table.columns.size() != columns_.size())
      throw Error("quantizer", "", std::to_string(columns_.size()) + " columns", std::to_string(table.columns.size()));
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (table.columns[c] != columns_[c].name)
        throw Error("quantizer", "column " + std::to_string(c + 1), "'" + columns_[c].name + "'",
                    "'" + table.columns[c] + "'");
  }

  [[noreturn]] static void refuse(std::size_t line, std::string_view expected, std::string_view got) {
    throw Error("quantizer text", "line " + std::to_string(line), expected,
                got.empty() ? "the end of the line" : "'" + std::string(got.substr(0, 40)) + "'");
  }

  [[nodiscard]] static std::string_view take_line(std::string_view& text, std::size_t number) {
    const auto end = text.find('\n');
    if (end == text.npos) refuse(number, "a line with a line feed at its end", text);
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
  }

  template <class Number>
  [[nodiscard]] static Number take_number(std::string_view& rest, std::string_view before, std::size_t line) {
    if (!rest.starts_with(before)) refuse(line, "'" + std::string(before) + "'", rest);
    rest.remove_prefix(before.size());
    Number value{};
    const auto [end, result] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (result != std::errc{}) refuse(line, "a number", rest);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return value;
  }

  [[nodiscard]] static std::string escaped(std::string_view name) {
    std::string text;
    for (const char c : name) {
      if (c == '\\')
        text += "\\\\";
      else if (c == '\n')
        text += "\\n";
      else if (c == '\r')
        text += "\\r";
      else
        text += c;
    }
    return text;
  }

  [[nodiscard]] static std::string unescaped(std::string_view text, std::size_t line) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\') {
        name += text[i];
        continue;
      }
      const char c = ++i < text.size() ? text[i] : '\0';
      if (c != '\\' && c != 'n' && c != 'r') refuse(line, "\\\\, \\n or \\r", text.substr(i - 1));
      name += c == 'n' ? '\n' : c == 'r' ? '\r' : '\\';
    }
    return name;
  }

  std::vector<Column> columns_;
  std::uint32_t bits_;
};

}  // namespace lutra
