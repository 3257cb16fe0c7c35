#pragma once
// Circuits on disk. A file is written whole or not at all, and one that is damaged, foreign or of another version is
// refused with the reason (docs/formats.md has the format).

#include <filesystem>
#include <lutra/circuit/circuit.hpp>

namespace lutra {

/// Writes the circuit to `path`, replacing an older file in a single step. Throws Error, naming the path and the
/// system's reason, and leaves what was there.
void save(const Circuit& circuit, const std::filesystem::path& path);

/// The circuit saved at `path`. Throws Error, naming the path, where it cannot be read or is not a sound circuit file.
[[nodiscard]] Circuit load_circuit(const std::filesystem::path& path);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/file.hpp>
#endif
