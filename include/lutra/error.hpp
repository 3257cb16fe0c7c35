#pragma once
// The one exception type of the library. Every run-time refusal is an Error whose text names what was wrong, where,
// what was expected and what was found, so that a program can show it as it is.

#include <stdexcept>
#include <string>
#include <string_view>

namespace lutra {

class Error : public std::runtime_error {
 public:
  /// A refusal in one sentence, such as Error("circuit file", "a.lutra, byte 12", "version 1", "version 7").
  /// `where` may be empty; so may `expected` and `got` when there is nothing to compare.
  [[gnu::cold, gnu::noinline]] Error(std::string_view what, std::string_view where, std::string_view expected = {},
                                     std::string_view got = {})
      : std::runtime_error(sentence(what, where, expected, got)),
        what_(what),
        where_(where),
        expected_(expected),
        got_(got) {}

  [[nodiscard]] const std::string& subject() const noexcept { return what_; }
  [[nodiscard]] const std::string& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& expected() const noexcept { return expected_; }
  [[nodiscard]] const std::string& got() const noexcept { return got_; }

 private:
  static std::string sentence(std::string_view what, std::string_view where, std::string_view expected,
                              std::string_view got) {
    std::string text(what);
    if (!where.empty()) text.append(" (").append(where).append(")");
    if (!expected.empty()) text.append(": expected ").append(expected);
    if (!got.empty()) text.append(expected.empty() ? ": got " : ", got ").append(got);
    return text;
  }

  std::string what_, where_, expected_, got_;
};

}  // namespace lutra
