#pragma once
// Little-endian binary data with every read checked, and the frame that all of the library's binary files share: who
// wrote it, which version, how long, and a hash, so that a foreign, cut or damaged file is refused before it is used.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/error.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra::io {

/// FNV-1a, 64 bits (Fowler, Noll, Vo). Each step, h = (h ^ byte) * odd prime, is a bijection of h for a given byte and
/// of the byte for a given h, so changing any one byte always changes the hash. It guards against accidents, not
/// attackers.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

/// Such a hash as text: 16 hexadecimal digits, the most significant first.
[[nodiscard]] inline std::string hash_text(std::uint64_t hash) {
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[15 - i] = "0123456789abcdef"[hash >> (4 * i) & 15];
  return text;
}

/// Numbers that have one obvious form in a file: fixed-width integers and IEEE floats.
template <class T>
concept Number = std::is_arithmetic_v<T> && !std::same_as<T, bool> && sizeof(T) <= 8;

namespace detail {

template <std::size_t Size>
using UnsignedOf = std::conditional_t<
    Size == 1, std::uint8_t,
    std::conditional_t<Size == 2, std::uint16_t, std::conditional_t<Size == 4, std::uint32_t, std::uint64_t>>>;

// Compilers turn these loops into one move on a little-endian machine.
template <Number T>
void store(char* to, T value) noexcept {
  const auto bits = std::bit_cast<UnsignedOf<sizeof(T)>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<char>(static_cast<std::uint64_t>(bits) >> (8 * i));
}

template <Number T>
[[nodiscard]] T load(const char* from) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) bits |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
  return std::bit_cast<T>(static_cast<UnsignedOf<sizeof(T)>>(bits));
}

}  // namespace detail

/// Collects numbers, texts and lists as bytes. Texts and lists are preceded by their length (8 bytes).
class ByteWriter {
 public:
  template <Number T>
  void number(std::type_identity_t<T> value) {
    const std::size_t at = grow(sizeof(T));
    detail::store<T>(bytes_.data() + at, value);
  }
  void text(std::string_view value) {
    number<std::uint64_t>(value.size());
    bytes_.append(value);
  }
  template <Number T>
  void list(std::span<const T> values) {
    number<std::uint64_t>(values.size());
    std::size_t at = grow(values.size_bytes());
    for (const T value : values) {
      detail::store<T>(bytes_.data() + at, value);
      at += sizeof(T);
    }
  }
  template <Number T>
  void list(const std::vector<T>& values) {
    list(std::span<const T>(values));
  }

  [[nodiscard]] const std::string& bytes() const& noexcept { return bytes_; }
  [[nodiscard]] std::string bytes() && noexcept { return std::move(bytes_); }

 private:
  std::size_t grow(std::size_t more) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + more);
    return at;
  }
  std::string bytes_;
};

/// Reads back what a ByteWriter wrote. `file` names the source in messages; `first` is the offset of bytes[0] in it.
/// Every read names what it wants ("threshold") and throws Error where the bytes end before it; a length is held
/// against the bytes that are left before anything is allocated.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes, std::string file = {}, std::size_t first = 0)
      : bytes_(bytes), file_(std::move(file)), first_(first) {}

  template <Number T>
  [[nodiscard]] T number(std::string_view what) {
    return detail::load<T>(take(sizeof(T), what));
  }

  [[nodiscard]] std::string text(std::string_view what) {
    const std::size_t size = length(what, 1);
    return {take(size, what), size};
  }

  template <Number T>
  [[nodiscard]] std::vector<T> list(std::string_view what) {
    std::vector<T> values(length(what, sizeof(T)));
    const char* from = take(values.size() * sizeof(T), what);
    for (T& value : values) {
      value = detail::load<T>(from);
      from += sizeof(T);
    }
    return values;
  }

  /// The number of things that follow, each of at least `least_bytes_each` bytes (1 or more).
  [[nodiscard]] std::size_t length(std::string_view what, std::size_t least_bytes_each) {
    const std::size_t at = position();
    const auto count = number<std::uint64_t>(std::string("length of ").append(what));
    if (count > left() / least_bytes_each)
      throw Error("length of " + std::string(what), place(at),
                  "at most " + std::to_string(left() / least_bytes_each) + " in the bytes that follow",
                  std::to_string(count));
    return static_cast<std::size_t>(count);
  }

  /// Throws Error where bytes are left over.
  void end() const {
    if (left() != 0) fail("bytes after the end of the data", "none", std::to_string(left()));
  }

  /// Refuses the data at the current byte.
  [[noreturn]] void fail(const std::string& what, const std::string& expected, const std::string& got) const {
    throw Error(what, place(position()), expected, got);
  }

  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - at_; }
  /// Offset of the next byte in the file.
  [[nodiscard]] std::size_t position() const noexcept { return first_ + at_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  [[nodiscard]] std::string place(std::size_t position) const {
    return (file_.empty() ? "byte " : file_ + ", byte ") + std::to_string(position);
  }
  [[nodiscard]] const char* take(std::size_t size, std::string_view what) {
    if (size > left())
      fail("data ends inside " + std::string(what), std::to_string(size) + " more bytes", std::to_string(left()));
    const char* at = bytes_.data() + at_;
    at_ += size;
    return at;
  }

  std::string_view bytes_;
  std::string file_;
  std::size_t first_;
  std::size_t at_ = 0;
};

inline constexpr std::size_t magic_size = 8;
inline constexpr std::size_t frame_header_size = magic_size + 4 + 8;
inline constexpr std::size_t frame_hash_size = 8;

/// A whole file: magic (8 bytes), version (4), length of the payload (8), payload, fnv1a of everything before (8).
[[nodiscard]] inline std::string frame(std::string_view magic, std::uint32_t version, std::string_view payload) {
  if (magic.size() != magic_size) throw Error("magic of a frame", {}, "8 bytes", std::to_string(magic.size()));
  std::string file;
  file.reserve(frame_header_size + payload.size() + frame_hash_size);
  file.append(magic).resize(frame_header_size);
  detail::store<std::uint32_t>(file.data() + magic_size, version);
  detail::store<std::uint64_t>(file.data() + magic_size + 4, payload.size());
  file.append(payload);
  const std::uint64_t hash = fnv1a(file);
  file.resize(file.size() + frame_hash_size);
  detail::store<std::uint64_t>(file.data() + file.size() - frame_hash_size, hash);
  return file;
}

/// A reader over the payload of `bytes`, which must outlive it. `kind` is what the file should be ("circuit file"),
/// `file` its name. Throws Error, each with its own sentence: foreign magic, other version, cut short, bytes after the
/// end, and a hash that does not match (any single changed byte is found by one of these).
[[nodiscard]] inline ByteReader unframe(std::string_view bytes, std::string_view magic, std::uint32_t version,
                                        const std::string& kind, const std::string& file = {}) {
  if (bytes.substr(0, magic_size) != magic)
    throw Error("not a " + kind, file, "a file that begins with '" + std::string(magic) + "'",
                bytes.empty() ? "an empty file" : "other bytes");
  if (bytes.size() < frame_header_size + frame_hash_size)
    throw Error(kind + " is cut short", file,
                "at least " + std::to_string(frame_header_size + frame_hash_size) + " bytes",
                std::to_string(bytes.size()));
  const auto found = detail::load<std::uint32_t>(bytes.data() + magic_size);
  if (found != version)
    throw Error(kind + " of another version", file, "version " + std::to_string(version),
                "version " + std::to_string(found));
  const auto size = detail::load<std::uint64_t>(bytes.data() + magic_size + 4);
  const std::uint64_t present = bytes.size() - frame_header_size - frame_hash_size;
  if (size != present)
    throw Error(size > present ? kind + " is cut short" : kind + " has bytes after its end", file,
                std::to_string(size) + " bytes of payload", std::to_string(present));
  const std::string_view body = bytes.substr(0, bytes.size() - frame_hash_size);
  if (fnv1a(body) != detail::load<std::uint64_t>(bytes.data() + body.size()))
    throw Error(kind + " is damaged", file, "bytes that match the hash at its end", "other bytes");
  return ByteReader(body.substr(frame_header_size), file, frame_header_size);
}

}  // namespace lutra::io
