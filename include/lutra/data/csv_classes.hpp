#pragma once
// The classes of a label column: each text, or each whole number however it is written, is one class. They are numbered
// in order, so that the same classes get the same numbers whatever the order of the rows.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/data/csv_rows.hpp>
#include <lutra/data/table.hpp>
#include <lutra/error.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::detail {

class ClassNumbers {
 public:
  /// With `like`, classes keep the numbers they have there, and others are refused.
  ClassNumbers(const Table* like, std::size_t most) : like_(like), most_(most) {}

  /// The class of a cell, numbered by appearance until finish().
  [[nodiscard]] std::uint32_t number(std::string_view cell, const CsvRows& rows, const std::string& column) {
    if (const auto found = numbers_.find(cell); found != numbers_.end()) return found->second;
    const auto value = to_number(cell);
    if (cell.empty() || (value && !std::isfinite(*value))) rows.fail("a label", quoted_cell(cell), column);
    if (value && *value != std::floor(*value))
      rows.fail("a class: a text or a whole number (CsvOptions::labels = Labels::numbers predicts a number)",
                quoted_cell(cell), column);
    const std::uint32_t id = find(names_, cell);
    if (id == names_.size()) {
      if (like_ != nullptr && find(like_->class_names, cell) == like_->class_names.size())
        rows.fail("one of the classes " + name_list(like_->class_names), quoted_cell(cell), column);
      if (names_.size() == most_)
        rows.fail("at most " + std::to_string(most_) +
                      " classes (CsvOptions::most_classes; .labels = Labels::numbers predicts a number)",
                  "another: " + quoted_cell(cell), column);
      names_.emplace_back(cell);
    }
    numbers_.emplace(cell, id);
    return id;
  }

  /// Gives the table its class names, in order, and its labels their final numbers.
  void finish(Table& table, const std::string& file) const {
    if (like_ == nullptr && names_.size() == 1)
      throw Error("CSV file", file, "at least two classes in column '" + table.label_name + "'",
                  "only '" + names_[0] + "'");
    table.class_names = like_ != nullptr ? like_->class_names : sorted_names();
    std::vector<std::uint32_t> final_number;
    for (const std::string& name : names_) final_number.push_back(find(table.class_names, name));
    for (std::uint32_t& label : table.labels) label = final_number[label];
  }

 private:
  /// Where the name is among `names`, as a text or as a number; names.size() if nowhere.
  [[nodiscard]] static std::uint32_t find(const std::vector<std::string>& names, std::string_view name) {
    const auto value = to_number(name);
    const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& other) {
      return other == name || (value && to_number(other) == value);
    });
    return static_cast<std::uint32_t>(found - names.begin());
  }

  [[nodiscard]] std::vector<std::string> sorted_names() const {
    auto names = names_;
    const bool numbers = std::all_of(names.begin(), names.end(), [](const auto& name) { return to_number(name); });
    std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
      return numbers ? *to_number(a) < *to_number(b) : a < b;
    });
    return names;
  }

  const Table* like_;
  std::size_t most_;
  std::vector<std::string> names_;                             // in order of appearance
  std::map<std::string, std::uint32_t, std::less<>> numbers_;  // every spelling → place in names_
};

}  // namespace lutra::detail
