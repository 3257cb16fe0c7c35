#pragma once
// The bytes of one NumPy .npy file and what its header says of them (format 1.0 to 3.0 of numpy.lib.format). xtensor's
// own reader believes the header: a short file leaves garbage in the array, and some header lengths are misread. So
// files are read here, and every byte accounted for.

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <lutra/io/input_file.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace lutra::detail {

struct NpyHeader {
  char kind = 0;  // 'b' truth values, 'u' unsigned, 'i' signed, 'f' floating
  std::size_t width = 0;
  bool big_endian = false;
  bool column_major = false;
  std::vector<std::size_t> shape;
};

/// Takes apart the header's text: a Python dictionary with the keys descr, fortran_order and shape.
class NpyHeaderParser {
 public:
  NpyHeaderParser(std::string_view text, const io::InputFile& file) : rest_(text), file_(file) {}

  [[nodiscard]] NpyHeader parse() {
    NpyHeader header;
    std::array<bool, 3> seen{};
    expect('{', "a Python dictionary");
    while (!take('}')) {
      const std::string_view key = quoted();
      expect(':', "':' after a key");
      const std::size_t which = key == "descr" ? 0 : key == "fortran_order" ? 1 : key == "shape" ? 2 : 3;
      if (which == 3 || seen[which])
        refuse("each of the keys 'descr', 'fortran_order' and 'shape' once", "'" + std::string(key) + "'");
      seen[which] = true;
      if (which == 0) type(header);
      if (which == 1) header.column_major = truth();
      if (which == 2) header.shape = sizes();
      if (!take(',') && !next_is('}')) refuse("',' or '}' after a value", shown());
    }
    if (!seen[0] || !seen[1] || !seen[2]) refuse("the keys 'descr', 'fortran_order' and 'shape'", "fewer");
    skip_blanks();
    if (!rest_.empty()) refuse("the end of the header", shown());
    return header;
  }

 private:
  [[noreturn]] void refuse(std::string_view expected, std::string_view got) const {
    file_.fail("header", expected, got);
  }
  [[nodiscard]] std::string shown() const {
    return rest_.empty() ? "its end" : "'" + std::string(rest_.substr(0, 20)) + "'";
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  [[nodiscard]] bool next_is(char c) {
    skip_blanks();
    return rest_.starts_with(c);
  }
  [[nodiscard]] bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c, const char* expected) {
    if (!take(c)) refuse(expected, shown());
  }

  [[nodiscard]] std::string_view quoted() {
    const char quote = next_is('"') ? '"' : '\'';
    const std::string before = (skip_blanks(), shown());
    if (!take(quote)) refuse("a quoted text (arrays of records are not supported)", before);
    const auto end = rest_.find(quote);
    if (end == rest_.npos) refuse("a closing quote", before);
    const auto text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  [[nodiscard]] bool truth() {
    skip_blanks();
    for (const std::string_view word : {"True", "False"}) {
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      return word == "True";
    }
    refuse("True or False", shown());
  }

  void type(NpyHeader& header) {
    const std::string_view text = quoted();
    constexpr std::array<std::string_view, 11> known{"b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"};
    const auto found = std::find(known.begin(), known.end(), text.substr(text.empty() ? 0 : 1));
    const bool order_known = !text.empty() && (text[0] == '<' || text[0] == '>' || text[0] == '|');
    if (found == known.end() || !order_known)
      refuse("a type among b1, u1-u8, i1-i8, f4 and f8", "'" + std::string(text) + "'");
    header.kind = (*found)[0];
    header.width = static_cast<std::size_t>((*found)[1] - '0');
    header.big_endian = text[0] == '>';
  }

  [[nodiscard]] std::vector<std::size_t> sizes() {
    std::vector<std::size_t> all;
    expect('(', "a tuple of sizes");
    while (!take(')')) {
      skip_blanks();
      std::size_t size = 0;
      const auto [end, result] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (result != std::errc{}) refuse("a size", shown());
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      all.push_back(size);
      if (!take(',') && !next_is(')')) refuse("',' or ')' after a size", shown());
    }
    return all;
  }

  std::string_view rest_;
  const io::InputFile& file_;
};

struct NpyFile {
  NpyHeader header;
  std::vector<std::uint8_t> bytes;  // as many as the header promises

  [[nodiscard]] std::size_t count() const noexcept { return bytes.size() / header.width; }
};

inline std::size_t npy_read(io::InputFile& file, std::span<std::uint8_t> out, const std::string& meaning) {
  const std::string place = "byte " + std::to_string(file.position());
  const std::size_t count = file.read(out);
  if (count < out.size()) file.fail(place, std::to_string(out.size()) + " bytes of " + meaning, std::to_string(count));
  return count;
}

[[nodiscard]] inline NpyHeader read_npy_header(io::InputFile& file) {
  std::array<std::uint8_t, 8> start{};
  npy_read(file, start, "magic and version");
  const std::string_view magic(reinterpret_cast<const char*>(start.data()), 6);
  if (magic != "\x93NUMPY") file.fail("byte 0", "\\x93NUMPY", "other bytes");
  if (start[6] < 1 || start[6] > 3 || start[7] != 0)
    file.fail("byte 6", "format 1.0, 2.0 or 3.0", std::to_string(start[6]) + "." + std::to_string(start[7]));
  std::array<std::uint8_t, 4> length_bytes{};
  npy_read(file, std::span(length_bytes).first(start[6] == 1 ? 2 : 4), "the header's length");
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length |= std::size_t{length_bytes[i]} << (8 * i);
  constexpr std::size_t longest = std::size_t{1} << 16;  // an array's header has a hundred bytes
  if (length > longest) file.fail("byte 8", "a header of at most 65536 bytes", std::to_string(length));
  std::vector<std::uint8_t> text(length);
  npy_read(file, text, "header");
  return NpyHeaderParser({reinterpret_cast<const char*>(text.data()), text.size()}, file).parse();
}

/// Throws Error naming file and byte when it is foreign, cut short, or longer than its header says.
[[nodiscard]] inline NpyFile read_npy_file(const std::filesystem::path& path) {
  io::InputFile file(path, "npy file");
  NpyFile npy{.header = read_npy_header(file), .bytes = {}};
  std::uint64_t size = npy.header.width;
  constexpr std::uint64_t limit = std::uint64_t{1} << 48;
  for (const std::size_t side : npy.header.shape) {
    if (side != 0 && size > limit / side) file.fail("header", "no more than 2^48 bytes in all", "a larger shape");
    size *= side;
  }
  if (size > file.most_left())
    file.fail("byte " + std::to_string(file.position()), std::to_string(size) + " bytes of values",
              "at most " + std::to_string(file.most_left()) + " left in the file");
  npy.bytes.resize(static_cast<std::size_t>(size));
  npy_read(file, npy.bytes, "values");
  std::array<std::uint8_t, 1> one{};
  if (file.read(one) != 0)
    file.fail("byte " + std::to_string(file.position() - 1), "the end of the file, as the header says", "more bytes");
  return npy;
}

/// `value` as a T where that is the same number; a float may be rounded to a shorter float, but not to infinity.
template <class T, class From>
[[nodiscard]] std::optional<T> same_number(From value) {
  if constexpr (std::floating_point<T> && std::floating_point<From>) {
    const auto rounded = static_cast<T>(value);
    if (std::isinf(rounded) && !std::isinf(value)) return std::nullopt;
    return rounded;
  } else if constexpr (std::floating_point<T>) {
    constexpr auto most = std::int64_t{1} << std::numeric_limits<T>::digits;
    if (std::cmp_greater(value, most) || std::cmp_less(value, -most)) return std::nullopt;
    return static_cast<T>(value);
  } else if constexpr (std::floating_point<From>) {
    const From above = std::ldexp(From{1}, std::numeric_limits<T>::digits);
    const From below = std::is_signed_v<T> ? -above : From{0};
    if (!(value >= below && value < above && value == std::floor(value))) return std::nullopt;
    return static_cast<T>(value);
  } else {
    if (!std::in_range<T>(value)) return std::nullopt;
    return static_cast<T>(value);
  }
}

/// Element i, in the file's own order, as a T.
template <class T>
[[nodiscard]] std::optional<T> npy_element(const NpyFile& npy, std::size_t i) {
  const std::size_t width = npy.header.width;
  std::uint64_t bits = 0;
  for (std::size_t byte = 0; byte < width; ++byte) {
    const std::size_t place = npy.header.big_endian ? width - 1 - byte : byte;
    bits |= std::uint64_t{npy.bytes[i * width + place]} << (8 * byte);
  }
  if (npy.header.kind == 'f')
    return width == 4 ? same_number<T>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                      : same_number<T>(std::bit_cast<double>(bits));
  if (npy.header.kind != 'i') return same_number<T>(bits);
  const std::size_t unused = 64 - 8 * width;
  return same_number<T>(static_cast<std::int64_t>(bits << unused) >> unused);
}

/// Element i as errors show it.
[[nodiscard]] inline std::string npy_element_text(const NpyFile& npy, std::size_t i) {
  if (npy.header.kind == 'f') return std::to_string(*npy_element<double>(npy, i));
  if (npy.header.kind == 'i') return std::to_string(*npy_element<std::int64_t>(npy, i));
  return std::to_string(*npy_element<std::uint64_t>(npy, i));
}

}  // namespace lutra::detail
