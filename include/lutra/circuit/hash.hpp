#pragma once
// The name of a circuit's content: 64 bits over its whole description, repeated by every file that is made from it.

#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/serialize.hpp>
#include <string>

namespace lutra {

/// FNV-1a over the bytes of the circuit's file: the number that stands at the end of it. Circuits that are equal
/// (stages, names and notes) have equal hashes on every machine; it tells versions apart, and is no defence against
/// forgery.
[[nodiscard]] inline std::uint64_t content_hash(const Circuit& circuit) {
  const std::string file = serialize(circuit);
  return io::detail::load<std::uint64_t>(file.data() + file.size() - io::frame_hash_size);
}

/// 16 hexadecimal digits, the most significant first.
[[nodiscard]] inline std::string hash_text(std::uint64_t hash) {
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[15 - i] = "0123456789abcdef"[hash >> (4 * i) & 15];
  return text;
}

[[nodiscard]] inline std::string hash_text(const Circuit& circuit) { return hash_text(content_hash(circuit)); }

}  // namespace lutra
