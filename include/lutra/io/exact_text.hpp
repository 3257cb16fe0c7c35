#pragma once
// Numbers as text that gives them back.

#include <charconv>
#include <string>

namespace lutra::io {

/// The shortest decimal text that reads back as the same number, whatever the locale.
template <class Number>
[[nodiscard]] std::string exact_text(Number value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace lutra::io
