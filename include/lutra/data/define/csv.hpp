#pragma once
// Defines what <lutra/data/csv.hpp> declares.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <lutra/data/csv.hpp>
#include <lutra/data/csv_classes.hpp>
#include <lutra/data/csv_options.hpp>
#include <lutra/data/csv_rows.hpp>
#include <lutra/data/table.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/input_file.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra {

namespace detail {

/// Reads one text; csv.hpp's functions are its only users.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name, const CsvOptions& options)
      : options_(options),
        rows_(text, options.separator != '\0' ? options.separator : detect_separator(text), name),
        name_(name),
        classes_(options.like, options.most_classes) {}

  [[nodiscard]] Table read() {
    read_first_rows();
    do {
      take_row();
    } while (rows_.next(cells_));
    if (label_ && options_.labels == Labels::classes) classes_.finish(table_, name_);
    expand_texts();
    if (options_.like != nullptr && table_.columns != options_.like->columns)
      fail_file("the columns " + name_list(options_.like->columns), name_list(table_.columns));
    return std::move(table_);
  }

 private:
  struct ValueColumn {
    std::size_t source;
    bool text = false;
    std::map<std::string, std::uint32_t, std::less<>> texts;  // in order of appearance until expand_texts
  };

  [[noreturn]] void fail_file(std::string_view expected, std::string_view got) const {
    throw Error("CSV file", name_, expected, got);
  }

  /// Leaves the first row of values in cells_, and the columns chosen.
  void read_first_rows() {
    if (!rows_.next(cells_)) fail_file("rows of numbers", "an empty file");
    const std::vector<std::string> first(cells_.begin(), cells_.end());
    CsvRows ahead = rows_;
    std::vector<std::string_view> second;
    const bool more = ahead.next(second);
    names_.resize(first.size());
    const bool header =
        options_.header == Header::automatic ? looks_like_header(first, second) : options_.header == Header::present;
    for (std::size_t i = 0; i < first.size(); ++i)
      names_[i] = header && !first[i].empty() ? first[i] : "column " + std::to_string(i + 1);
    if (header && !more) fail_file("at least one row of values", "a header only");
    choose_columns();
    if (header) (void)rows_.next(cells_);
  }

  [[nodiscard]] static bool looks_like_header(const std::vector<std::string>& first,
                                              const std::vector<std::string_view>& second) {
    bool any_number = false;
    for (std::size_t i = 0; i < first.size(); ++i) {
      const bool number = to_number(first[i]).has_value();
      any_number = any_number || number || stands_for_nothing(first[i]);
      if (!number && !stands_for_nothing(first[i]) && i < second.size() && to_number(second[i])) return true;
    }
    return !any_number;
  }

  void choose_columns() {
    std::vector<bool> used(names_.size());
    if (options_.labels != Labels::none) {
      label_ = find(options_.label, "the label column");
      used[*label_] = true;
      table_.label_name = names_[*label_];
    }
    for (const ColumnRef& reference : options_.skip) {
      const std::size_t column = find(reference, "a column to skip");
      if (column == label_) fail_file("the label column not to be skipped", "'" + names_[column] + "' in both");
      used[column] = true;
    }
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (!used[i]) columns_.push_back({.source = i, .texts = {}});
    if (columns_.empty()) fail_file("at least one column of values", "none beside the label and skipped columns");
  }

  [[nodiscard]] std::size_t find(const ColumnRef& reference, const std::string& role) const {
    const auto count = static_cast<std::ptrdiff_t>(names_.size());
    if (!reference.name) {
      const std::ptrdiff_t index = reference.index < 0 ? reference.index + count : reference.index;
      if (index < 0 || index >= count)
        fail_file(role + " at " + std::to_string(reference.index), std::to_string(count) + " columns");
      return static_cast<std::size_t>(index);
    }
    const auto found = std::find(names_.begin(), names_.end(), *reference.name);
    if (found == names_.end()) fail_file(role + " '" + *reference.name + "'", name_list(names_));
    if (std::find(found + 1, names_.end(), *reference.name) != names_.end())
      fail_file(role + " '" + *reference.name + "' once", "more than one column of that name");
    return static_cast<std::size_t>(found - names_.begin());
  }

  void take_row() {
    if (cells_.size() != names_.size())
      rows_.fail(std::to_string(names_.size()) + " cells", std::to_string(cells_.size()));
    const bool first = table_.values.empty();
    for (ValueColumn& column : columns_) {
      const std::string_view cell = cells_[column.source];
      if (first) column.text = is_text_column(column, cell);
      table_.values.push_back(column.text ? text_number(column, cell) : number(cell, column.source));
    }
    if (!label_) return;
    const std::string_view cell = cells_[*label_];
    if (options_.labels == Labels::numbers) {
      const auto target = static_cast<float>(number(cell, *label_));
      if (!std::isfinite(target)) rows_.fail("a number that a float can hold", quoted_cell(cell), names_[*label_]);
      table_.targets.push_back(target);
    } else {
      table_.labels.push_back(classes_.number(cell, rows_, table_.label_name));
    }
  }

  [[nodiscard]] double number(std::string_view cell, std::size_t column) const {
    const auto value = to_number(cell);
    if (value && std::isfinite(*value)) return *value;
    std::string expected = value ? "a finite number that a double can hold" : "a number";
    if (!value && cell.find(',') != cell.npos) expected += " with a decimal point";
    if (!value && !stands_for_nothing(cell) && options_.text == TextColumns::refuse)
      expected += " (CsvOptions: a column of texts is left out by .skip, or one-hot encoded by .text)";
    rows_.fail(expected, quoted_cell(cell), names_[column]);
  }

  [[nodiscard]] bool is_text_column(const ValueColumn& column, std::string_view cell) const {
    if (options_.like != nullptr) return options_.like->categories.count(names_[column.source]) != 0;
    return options_.text == TextColumns::encode && !cell.empty() && !to_number(cell);
  }

  [[nodiscard]] double text_number(ValueColumn& column, std::string_view cell) {
    if (const auto found = column.texts.find(cell); found != column.texts.end()) return found->second;
    const std::string& name = names_[column.source];
    if (cell.empty() || to_number(cell)) rows_.fail("a text, as on the lines before", quoted_cell(cell), name);
    if (options_.like != nullptr) {
      const auto& known = options_.like->categories.at(name);
      if (std::find(known.begin(), known.end(), cell) == known.end())
        rows_.fail("one of " + name_list(known), quoted_cell(cell), name);
    }
    if (column.texts.size() == options_.most_texts)
      rows_.fail("at most " + std::to_string(options_.most_texts) + " different texts (CsvOptions::most_texts)",
                 "another: " + quoted_cell(cell), name);
    const auto id = static_cast<std::uint32_t>(column.texts.size());
    column.texts.emplace(cell, id);
    return id;
  }

  /// Gives every text column its columns of zeros and ones, and all columns their names.
  void expand_texts() {
    std::vector<std::vector<std::size_t>> place_of(columns_.size());  // of a text among the column's new columns
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const ValueColumn& column = columns_[i];
      const std::string& name = names_[column.source];
      if (!column.text) {
        table_.columns.push_back(name);
        continue;
      }
      auto& texts = table_.categories[name];
      if (!texts.empty()) fail_file("text columns with names of their own", "'" + name + "' twice");
      if (options_.like != nullptr)
        texts = options_.like->categories.at(name);
      else
        for (const auto& [text, id] : column.texts) texts.push_back(text);  // a map is in order
      place_of[i].resize(column.texts.size());
      for (const auto& [text, id] : column.texts)
        place_of[i][id] = static_cast<std::size_t>(std::find(texts.begin(), texts.end(), text) - texts.begin());
      for (const std::string& text : texts) table_.columns.emplace_back(name).append("=").append(text);
    }
    if (table_.categories.empty()) return;
    std::vector<double> expanded;
    expanded.reserve(table_.values.size() / columns_.size() * table_.columns.size());
    for (std::size_t i = 0; i < table_.values.size(); ++i) {
      const std::size_t column = i % columns_.size();
      if (!columns_[column].text) {
        expanded.push_back(table_.values[i]);
        continue;
      }
      const std::size_t size = table_.categories.at(names_[columns_[column].source]).size();
      const std::size_t begin = expanded.size();
      expanded.resize(begin + size);
      expanded[begin + place_of[column][static_cast<std::size_t>(table_.values[i])]] = 1;
    }
    table_.values = std::move(expanded);
  }

  const CsvOptions& options_;
  CsvRows rows_;
  std::string name_;
  std::vector<std::string> names_;
  std::optional<std::size_t> label_;
  std::vector<ValueColumn> columns_;
  std::vector<std::string_view> cells_;
  ClassNumbers classes_;
  Table table_;
};

}  // namespace detail

LUTRA_INLINE Table parse_csv(std::string_view text, const CsvOptions& options, const std::string& name) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  if (const auto zero = text.find('\0'); zero != text.npos)
    throw Error("CSV file", name + ", byte " + std::to_string(zero), "text in UTF-8", "a zero byte");
  return detail::CsvReader(text, name, options).read();
}

LUTRA_INLINE Table read_csv(const std::filesystem::path& path, const CsvOptions& options) {
  const std::string text = io::InputFile(path, "CSV file").read_rest();
  return parse_csv(text, options, path.string());
}

}  // namespace lutra
