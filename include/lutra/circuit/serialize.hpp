#pragma once
// A circuit as bytes and back (docs/formats.md). The same circuit always gives the same bytes, so their hash names it.

#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <string>
#include <string_view>

namespace lutra {

inline constexpr std::string_view circuit_magic = "LUTRACIR";
inline constexpr std::uint32_t circuit_version = 1;

/// The bytes of a circuit file.
[[nodiscard]] std::string serialize(const Circuit& circuit);

/// The circuit that serialize() made these bytes from. `file` names them in messages. Throws Error where they are no
/// circuit file, of another version, cut short, too long or damaged, and where they hold what Circuit refuses.
[[nodiscard]] Circuit deserialize(std::string_view bytes, const std::string& file = {});

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/define/serialize.hpp>
#endif
