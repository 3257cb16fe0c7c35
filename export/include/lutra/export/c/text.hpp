#pragma once
// Small helpers for writing C: filling in names and figures, text that is safe in a comment, types by their range.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace lutra::c::detail {

using Substitutes = std::initializer_list<std::pair<char, std::string>>;

/// `text` with @ and $ replaced by the name and ~X by what `others` says about X.
[[nodiscard]] inline std::string fill_in(std::string_view text, const std::string& name, Substitutes others = {}) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '@') {
      out += name;
    } else if (text[i] == '$') {
      for (const char c : name) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    } else {
      const auto* other = text[i] != '~' || i + 1 == text.size()
                              ? others.end()
                              : std::ranges::find(others, text[i + 1], &std::pair<char, std::string>::first);
      if (other != others.end())
        ++i, out += other->second;
      else
        out += text[i];
    }
  }
  return out;
}

/// Free text as it may stand in a C comment: nothing in it ends the comment, and no compiler warns of it.
[[nodiscard]] inline std::string comment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool pair = !out.empty() && ((out.back() == '*' && c == '/') || (out.back() == '/' && c == '*') ||
                                       (out.back() == '?' && c == '?'));
    if (pair) out += ' ';
    out += c >= ' ' && c != '\\' && c != 127 ? c : ' ';
  }
  return out;
}

/// The smallest of C's unsigned types that holds `maximum`.
[[nodiscard]] inline std::string integer_type(std::uint64_t maximum) {
  return maximum <= 0xff ? "uint8_t" : maximum <= 0xffff ? "uint16_t" : maximum <= 0xffffffff ? "uint32_t" : "uint64_t";
}
[[nodiscard]] inline std::size_t type_bytes(std::string_view type) {
  return type == "uint64_t" ? 8 : type == "uint32_t" ? 4 : type == "uint16_t" ? 2 : 1;
}

}  // namespace lutra::c::detail
