#pragma once
// The name of a circuit's content: 64 bits over its whole description, repeated by every file that is made from it.

#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/io/binary.hpp>
#include <string>

namespace lutra {

/// FNV-1a over the bytes of the circuit's file: the number that stands at the end of it. Circuits that are equal
/// (stages, names and notes) have equal hashes on every machine; it tells versions apart, and is no defence against
/// forgery.
[[nodiscard]] std::uint64_t content_hash(const Circuit& circuit);

using io::hash_text;

/// Those of a circuit's content.
[[nodiscard]] std::string hash_text(const Circuit& circuit);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/hash.hpp>
#endif
