#pragma once
// Puts texts together from parts. A part needs no memory and no destructor, and one function joins them all: programs
// write text in hundreds of places, and so each of them compiles to little, in little time.

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace lutra {

/// Up to 31 characters that need no memory of their own.
class ShortText {
 public:
  ShortText() = default;
  explicit ShortText(std::string_view text) noexcept : size_(text.copy(characters_.data(), characters_.size())) {}
  operator std::string_view() const noexcept { return {characters_.data(), size_}; }

 private:
  std::array<char, 31> characters_;
  std::size_t size_ = 0;
};

/// Characters, or a whole number as its decimal digits. It refers to the characters: make it in the call that uses it.
class Part {
 public:
  Part(const char* text) noexcept : Part(std::string_view(text)) {}
  Part(const std::string& text) noexcept : text_(text.data()), value_(text.size()) {}
  Part(const ShortText& text) noexcept : Part(std::string_view(text)) {}
  Part(std::string_view text) noexcept : text_(text.data()), value_(text.size()) {}
  template <std::unsigned_integral Number>
  Part(Number number) noexcept : value_(number), is_number_(true) {}
  Part(bool) = delete;
  Part(char) = delete;

  void append_to(std::string& out) const {
    if (!is_number_) {
      out.append(text_, static_cast<std::size_t>(value_));
      return;
    }
    std::array<char, 20> digits;  // of 2^64 - 1
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value_).ptr);
  }

 private:
  const char* text_ = nullptr;
  std::uint64_t value_ = 0;  ///< the number, or how many characters
  bool is_number_ = false;
};

/// append(out, {"in[", 3u, "]"}) appends "in[3]". No part may refer to `out` itself.
[[gnu::noinline]] inline void append(std::string& out, std::initializer_list<Part> parts) {
  for (const Part& part : parts) part.append_to(out);
}

/// The parts as one text.
[[nodiscard, gnu::noinline]] inline std::string join(std::initializer_list<Part> parts) {
  std::string out;
  append(out, parts);
  return out;
}

}  // namespace lutra
