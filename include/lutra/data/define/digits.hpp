#pragma once
// Defines what <lutra/data/digits.hpp> declares.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <lutra/data/csv.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/data/digits.hpp>
#include <lutra/data/table.hpp>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/signal.hpp>
#include <string>

namespace lutra {

LUTRA_INLINE Dataset<Byte> load_digits(const std::filesystem::path& path) {
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
