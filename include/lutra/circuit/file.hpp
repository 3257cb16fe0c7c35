#pragma once
// Circuits on disk. A file is written whole or not at all, and one that is damaged, foreign or of another version is
// refused with the reason (docs/formats.md has the format).

#include <filesystem>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/serialize.hpp>
#include <lutra/io/atomic_file.hpp>

namespace lutra {

/// Writes the circuit to `path`, replacing an older file in a single step. Throws Error, naming the path and the
/// system's reason, and leaves what was there.
inline void save(const Circuit& circuit, const std::filesystem::path& path) {
  io::write_file(path, serialize(circuit));
}

/// The circuit saved at `path`. Throws Error, naming the path, where it cannot be read or is not a sound circuit file.
[[nodiscard]] inline Circuit load_circuit(const std::filesystem::path& path) {
  return deserialize(io::read_file(path), path.string());
}

}  // namespace lutra
