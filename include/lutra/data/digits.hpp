#pragma once
// The small set of handwritten digits that the examples carry with them: large enough to learn from in seconds, small
// enough to lie in the repository.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <lutra/data/csv.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/data/table.hpp>
#include <lutra/error.hpp>
#include <lutra/signal.hpp>
#include <string>

namespace lutra {

/// The 1797 digits of examples/data/digits.csv.gz (UCI Optical Recognition of Handwritten Digits, test part; Alpaydin
/// and Kaynak), or any CSV file like it: 64 whole numbers 0..16, then the digit. Values stay 0..16 and are not
/// stretched to 0..255, so encoders with thresholds spread over a whole Byte see only its lowest part: fit thresholds
/// to the data. Throws Error when the file is not that.
[[nodiscard]] inline Dataset<Byte> load_digits(const std::filesystem::path& path) {
  const Table table = read_csv(path);
  if (table.columns.size() != 64)
    throw Error("digits", path.string(), "64 columns and a label",
                std::to_string(table.columns.size()) + " and a label");
  if (table.class_names.size() != 10 || table.class_names.front() != "0" || table.class_names.back() != "9")
    throw Error("digits", path.string(), "the ten classes 0 to 9",
                std::to_string(table.class_names.size()) + " classes from '" + table.class_names.front() + "' to '" +
                    table.class_names.back() + "'");
  auto data = to_dataset<Byte>(table, Shape{.channels = 1, .height = 8, .width = 8});
  for (std::size_t i = 0; i < data.values.size(); ++i)
    if (data.values[i] > 16)
      throw Error("digits", path.string() + ", image " + std::to_string(i / 64), "values 0..16",
                  std::to_string(data.values[i]));
  return data;
}

}  // namespace lutra
