#pragma once
// Defines what <lutra/export/design.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <lutra/error.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/text.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/atomic_file.hpp>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

namespace lutra {

LUTRA_INLINE void check_design_name(std::string_view name, const std::string& where) {
  if (!is_design_name(name))
    throw Error("name of a design", where,
                "a letter, then letters, digits and single underscores, no word of Verilog, C or C++",
                join({"'", name, "'"}));
}

LUTRA_INLINE void Design::add(const std::string& file, const std::string& text) {
  const bool plain = !file.empty() && file.front() != '.' && std::ranges::all_of(file, [](char c) {
    return detail::is_letter(c) || detail::is_digit(c) || c == '_' || c == '.' || c == '-';
  });
  if (!plain)
    throw Error("file name", join({"design ", name}), "letters, digits and _.- without a folder",
                join({"'", file, "'"}));
  const auto [found, is_new] = files.try_emplace(file, text);
  if (!is_new && found->second != text)
    throw Error("file name", join({"design ", name}), "one text for each file", join({"two texts for '", file, "'"}));
}

LUTRA_INLINE Design& Design::operator+=(const Design& other) {
  Design joined = *this;
  for (const auto& [file, text] : other.files) joined.add(file, text);
  return *this = std::move(joined);
}

LUTRA_INLINE const std::string& Design::operator[](const std::string& file) const {
  const auto found = files.find(file);
  if (found == files.end())
    throw Error("file", join({"design ", name}), "one of the design's files", join({"'", file, "'"}));
  return found->second;
}

LUTRA_INLINE void write(const Design& design, const std::filesystem::path& folder) {
  Design checked{design.name, {}};  // `files` is open to everybody, so names are looked at again before the disk
  for (const auto& [file, text] : design.files) checked.add(file, text);
  io::write_folder(folder, checked.files);
}

LUTRA_INLINE void write(const Design& design, std::ostream& out) {
  for (const auto& [file, text] : design.files) {
    if (design.files.size() > 1) out << "==> " << file << " <==\n";
    out << text;
    if (design.files.size() > 1) out << '\n';
  }
  if (!out) throw Error(join({"design ", design.name}), "write", "a stream that takes it", "a failed stream");
}

}  // namespace lutra
