#pragma once
// A writer of JSON for exporters: it keeps the commas, the escapes and the nesting right, and needs no library. It
// writes; whoever wants to read JSON has a library for it.

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <lutra/error.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::json {

/// The bytes of the valid UTF-8 sequence that `text` begins with (RFC 3629), 0 where it begins with none.
[[nodiscard]] constexpr std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80; };
  const unsigned first = byte(0), second = byte(1);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0, surrogate = first == 0xed && second > 0x9f;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && second < 0x90, beyond = first == 0xf4 && second > 0x8f;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// `text` as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD, since JSON has no way to say them.
[[nodiscard]] inline std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (length == 1 && c < ' ')
      ((out += "\\u00") += "01"[c >> 4]) += "0123456789abcdef"[c & 15];
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out += '"';
}

/// A number as it reads back to the same value; null for what JSON has no number for (infinities, NaN).
[[nodiscard]] inline std::string number(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

/// Writes one JSON value, indented by two spaces a level:
///
///     Writer json;
///     json.begin_object().key("luts").value(12).key("stages").begin_array().value("a").end().end();
///     std::move(json).text();   // {"luts": 12, ...}
///
/// Throws Error on a sequence of calls that is no JSON: a key outside an object or without a value, a value without
/// its key, an end too many or too few.
class Writer {
 public:
  Writer& begin_object() { return begin(true); }
  Writer& begin_array() { return begin(false); }

  /// Ends the innermost object or array.
  Writer& end() {
    if (levels_.empty() || has_key_) refuse("end()", levels_.empty() ? "something to end" : "a value for the last key");
    const Level level = levels_.back();
    levels_.pop_back();
    if (level.items != 0) new_line();
    text_ += level.is_object ? '}' : ']';
    return *this;
  }

  Writer& key(std::string_view name) {
    if (levels_.empty() || !levels_.back().is_object || has_key_)
      refuse(join({"key \"", name, "\""}), has_key_ ? "a value for the last key" : "an object around it");
    next_item();
    append(text_, {quoted(name), ": "});
    has_key_ = true;
    return *this;
  }

  Writer& value(std::string_view text) { return scalar(quoted(text)); }
  Writer& value(const char* text) { return scalar(quoted(text)); }
  Writer& value(bool truth) { return scalar(truth ? "true" : "false"); }
  Writer& value(std::floating_point auto x) { return scalar(number(static_cast<double>(x))); }
  Writer& value(std::integral auto x) { return scalar(std::to_string(x)); }
  Writer& null() { return scalar("null"); }

  /// A key and its value.
  template <class T>
  Writer& member(std::string_view name, const T& x) {
    return key(name).value(x);
  }

  /// The finished text, with a line end.
  [[nodiscard]] std::string text() && {
    if (!levels_.empty() || text_.empty()) refuse("text()", text_.empty() ? "a value" : "an end() for each begin");
    return std::move(text_) + "\n";
  }

 private:
  struct Level {
    bool is_object = false;
    std::size_t items = 0;
  };

  [[noreturn]] static void refuse(const std::string& call, const std::string& expected) {
    throw Error("json::Writer", call, expected);
  }

  Writer& begin(bool is_object) {
    before_value();
    text_ += is_object ? '{' : '[';
    levels_.push_back({is_object, 0});
    return *this;
  }

  Writer& scalar(const std::string& text) {
    before_value();
    text_ += text;
    return *this;
  }

  void before_value() {
    if (levels_.empty() && !text_.empty()) refuse("value", "one value at the top");
    if (!levels_.empty() && levels_.back().is_object && !has_key_) refuse("value", "a key before it");
    if (!levels_.empty() && !levels_.back().is_object) next_item();
    has_key_ = false;
  }

  void next_item() {
    if (levels_.back().items++ != 0) text_ += ',';
    new_line();
  }

  void new_line() { append(text_, {"\n", std::string(2 * levels_.size(), ' ')}); }

  std::string text_;
  std::vector<Level> levels_;
  bool has_key_ = false;
};

}  // namespace lutra::json
