#pragma once
// Defines what <lutra/circuit/file.hpp> declares.

#include <filesystem>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/file.hpp>
#include <lutra/circuit/serialize.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/atomic_file.hpp>

namespace lutra {

LUTRA_INLINE void save(const Circuit& circuit, const std::filesystem::path& path) {
  io::write_file(path, serialize(circuit));
}

LUTRA_INLINE Circuit load_circuit(const std::filesystem::path& path) {
  return deserialize(io::read_file(path), path.string());
}

}  // namespace lutra
