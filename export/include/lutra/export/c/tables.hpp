#pragma once
// Constant tables of emitted C: their text, and the bytes that they take.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/export/c/text.hpp>
#include <lutra/export/text.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::c::detail {

/// A number as hexadecimal C.
[[nodiscard]] inline std::string hex(std::uint64_t value) {
  std::string digits;
  do digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
  while ((value >>= 4) != 0);
  return join({"0x", digits});
}

/// The tables of a design called `name`, one after another.
class Tables {
 public:
  explicit Tables(std::string name) : name_(std::move(name)) {}

  /// A type of the design's own, such as "index" for name_index, as one of C's.
  void set_type(const std::string& own, const std::string& type) { types_[own] = type; }
  [[nodiscard]] const std::string& type(const std::string& own) const { return types_.at(own); }

  void add_text(std::string_view text) { text_ += text; }

  /// What is added next stands in one of two texts of which a compiler sees one, or in both.
  enum class In { both, first, second };
  void set_in(In in) { in_ = in; }

  /// A constant array called name_<what>, and its name. C has no arrays of nothing: an empty one holds a 0.
  std::string add(std::string_view what, std::string_view type, std::vector<std::uint64_t> values,
                  bool as_hex = false) {
    if (values.empty()) values.push_back(0);
    std::vector<std::string> items;
    items.reserve(values.size());
    for (const std::uint64_t value : values) items.push_back(as_hex ? hex(value) : std::to_string(value));
    return add_items(what, type, items, bytes_of(type));
  }
  /// The same of signed numbers of 32 bits.
  std::string add_signed(std::string_view what, std::string_view type, std::vector<std::int64_t> values) {
    if (values.empty()) values.push_back(0);
    std::vector<std::string> items;
    items.reserve(values.size());
    for (const std::int64_t value : values)  // C has no number -2147483648, only one with a sign before it
      items.push_back(value == -2147483648LL ? "(-2147483647 - 1)" : std::to_string(value));
    return add_items(what, type, items, bytes_of(type));
  }
  /// The same of items that are written already, of `bytes` bytes each.
  std::string add_items(std::string_view what, std::string_view type, const std::vector<std::string>& items,
                        std::size_t bytes) {
    const bool own = type.find("_t") == std::string_view::npos && type.find(' ') == std::string_view::npos;
    std::string is = join({name_, "_", what});
    append(text_, {"\nstatic const ", own ? name_ : "", own ? "_" : "", type, " ", is, "[", items.size(), "] = {"});
    std::size_t column = 120;
    for (const std::string& item : items) {
      if (column + item.size() + 2 > 118) text_ += "\n   ", column = 3;
      append(text_, {" ", item, ","});
      column += item.size() + 2;
    }
    text_ += "\n};\n";
    bytes_[static_cast<std::size_t>(in_)] += items.size() * bytes;
    return is;
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// That the larger text has.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_[0] + std::max(bytes_[1], bytes_[2]); }

 private:
  [[nodiscard]] std::size_t bytes_of(std::string_view type) const {
    const auto own = types_.find(type);
    return type_bytes(own == types_.end() ? type : std::string_view(own->second));
  }

  std::string name_, text_;
  std::map<std::string, std::string, std::less<>> types_;
  In in_ = In::both;
  std::array<std::size_t, 3> bytes_{};
};

}  // namespace lutra::c::detail
