#pragma once
// Defines what <lutra/circuit/hash.hpp> declares.

#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/hash.hpp>
#include <lutra/circuit/serialize.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/binary.hpp>
#include <string>

namespace lutra {

LUTRA_INLINE std::uint64_t content_hash(const Circuit& circuit) {
  const std::string file = serialize(circuit);
  return io::detail::load<std::uint64_t>(file.data() + file.size() - io::frame_hash_size);
}

LUTRA_INLINE std::string hash_text(const Circuit& circuit) { return hash_text(content_hash(circuit)); }

}  // namespace lutra
