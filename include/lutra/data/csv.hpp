#pragma once
// CSV files of numbers with a column of labels, read into a Table. Nothing is guessed about a cell: one that is empty,
// not finite or not a number is refused by file, line and column, unless the caller asks for text columns to be
// encoded.

#include <filesystem>
#include <lutra/data/csv_options.hpp>
#include <lutra/data/table.hpp>
#include <string>
#include <string_view>

namespace lutra {

/// Reads CSV text: cells separated by commas, semicolons or tabs, quoted after RFC 4180, UTF-8 with or without a byte
/// order mark. Labels are numbered in order: by value where all are numbers, else by their bytes. `name` stands for the
/// file in errors. Throws Error, naming line and column, for a cell that is not what its column must hold.
[[nodiscard]] Table parse_csv(std::string_view text, const CsvOptions& options = {},
                              const std::string& name = "CSV text");

/// The same from a file, plain or gzipped.
[[nodiscard]] Table read_csv(const std::filesystem::path& path, const CsvOptions& options = {});

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/data/define/csv.hpp>
#endif
