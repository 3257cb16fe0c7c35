#pragma once
// From an image circuit to what the image engine runs.

#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/image/program.hpp>

namespace lutra::engine {

/// The program of a circuit all of whose stages work at each place, for tiles of so many lines of the input; 0 takes as
/// many as stay in the second cache. Throws Error where its windows reach further than 2^31 rows.
[[nodiscard]] ImageProgram compile_image(const Circuit& circuit, std::size_t tile_lines);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/compile_image.hpp>
#endif
