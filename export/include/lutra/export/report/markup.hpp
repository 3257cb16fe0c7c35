#pragma once
// Writes HTML and SVG whose tags always match, with all text escaped; and numbers as people read them.

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <lutra/error.hpp>
#include <lutra/export/json.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::report {

/// Text as it may stand between tags and in attributes. Control characters and what is no UTF-8 become U+FFFD.
[[nodiscard]] inline std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = json::utf8_length(text);
    const char c = text.front();
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (length == 0 || (length == 1 && (c < ' ' || c == 127) && c != '\n' && c != '\t'))
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

class Markup {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  [[gnu::noinline]] Markup& open(std::string_view name, Attributes attributes = {}) {
    tag(name, attributes, ">");
    names_.emplace_back(name);
    return *this;
  }
  [[gnu::noinline]] Markup& close() {
    if (names_.empty()) throw Error("markup", "close()", "an open element");
    append(text_, {"</", names_.back(), ">"});
    names_.pop_back();
    return *this;
  }
  [[gnu::noinline]] Markup& text(std::string_view text) {
    text_ += escaped(text);
    return *this;
  }
  /// An element with nothing but text in it.
  [[gnu::noinline]] Markup& element(std::string_view name, Attributes attributes, std::string_view content) {
    return open(name, attributes).text(content).close();
  }
  Markup& element(std::string_view name, std::string_view content) { return element(name, {}, content); }
  /// An element without an end tag: a void element of HTML, or any of SVG.
  [[gnu::noinline]] Markup& empty(std::string_view name, Attributes attributes) {
    tag(name, attributes, "/>");
    return *this;
  }
  /// Finished markup as it is.
  Markup& raw(std::string_view markup) {
    text_ += markup;
    return *this;
  }
  [[nodiscard]] std::string finish() && {
    if (!names_.empty()) throw Error("markup", "finish()", join({"</", names_.back(), "> first"}));
    return std::move(text_);
  }

 private:
  void tag(std::string_view name, Attributes attributes, std::string_view end) {
    for (const std::string_view block : {"section", "div", "table", "tr", "svg", "g", "h2", "p", "header", "footer"})
      if (name == block) text_ += '\n';
    append(text_, {"<", name});
    for (const auto& [key, value] : attributes) append(text_, {" ", key, "=\"", escaped(value), "\""});
    text_ += end;
  }

  std::string text_;
  std::vector<std::string> names_;
};

/// 1234567 as "1,234,567".
[[nodiscard, gnu::noinline]] inline std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

/// With `digits` behind the point, in any locale.
[[nodiscard, gnu::noinline]] inline std::string fixed(double value, int digits) {
  std::array<char, 400> text{};  // the largest double has 309 digits
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits).ptr;
  const std::string_view out(text.data(), end);
  return std::string(out.find_first_not_of("-0.") == out.npos && out.front() == '-' ? out.substr(1) : out);
}

/// 0.9812 as "98.12 %".
[[nodiscard]] inline std::string percent(double share) { return join({fixed(100 * share, 2), " %"}); }

/// Three significant digits and a prefix: 1140000 as "1.14 M".
[[nodiscard]] inline std::string scaled(double value) {
  static constexpr std::array<std::string_view, 5> prefixes{"", "k", "M", "G", "T"};
  std::size_t prefix = 0;
  for (; value >= 999.5 && prefix + 1 < prefixes.size(); value /= 1000) ++prefix;
  return join({fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0), " ", prefixes[prefix]});
}

/// A length or a coordinate in a picture, below 10^20: at most two digits behind the point, no trailing zeros.
[[nodiscard, gnu::noinline]] inline ShortText px(double value) {
  std::string text = fixed(value, 2);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return ShortText(text);
}

}  // namespace lutra::report
