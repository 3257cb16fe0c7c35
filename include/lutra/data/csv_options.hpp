#pragma once
// How a CSV file is to be read. The defaults fit a file of numbers whose last column is the class, with or without a
// line of names; everything else is said here and not guessed.

#include <concepts>
#include <cstddef>
#include <lutra/data/table.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

/// A column, by its name or by its place: 0 is the first, -1 the last.
struct ColumnRef {
  ColumnRef(std::string column_name) : name(std::move(column_name)) {}
  ColumnRef(const char* column_name) : name(column_name) {}
  template <std::integral Integer>
  ColumnRef(Integer place) : index(static_cast<std::ptrdiff_t>(place)) {}

  std::optional<std::string> name;
  std::ptrdiff_t index = 0;
};

/// What the label column holds.
enum class Labels {
  classes,  ///< texts or whole numbers, each one a class
  numbers,  ///< numbers to be predicted: Table::targets
  none      ///< there is no label column: every column is a value
};

/// Whether the first line holds names. `automatic`: it does when none of its cells is a number, or when one is a text
/// where the next line has a number ("", "?", "NA" and the like, which stand for a missing number, are not texts here).
enum class Header { automatic, present, absent };

/// What happens to a column that is text all the way down. A column that mixes texts and numbers is always refused.
enum class TextColumns {
  refuse,
  encode  ///< one column of zeros and ones for each text that occurs, in the texts' order
};

struct CsvOptions {
  char separator = '\0';  ///< '\0': comma, semicolon or tab, whichever the first lines have
  Header header = Header::automatic;
  Labels labels = Labels::classes;
  ColumnRef label = -1;  ///< ignored with Labels::none
  std::vector<ColumnRef> skip{};
  TextColumns text = TextColumns::refuse;
  std::size_t most_texts = 256;     ///< more different texts in a column are refused: that is a name, not a category
  std::size_t most_classes = 1000;  ///< more classes are refused: that is a number to be predicted, or a name

  /// The table this one must agree with, such as the training rows for a file of test rows: the same columns, classes
  /// and texts with the same numbers; what is not among them is refused.
  const Table* like = nullptr;
};

}  // namespace lutra
