#pragma once
// What each instruction set's object file holds: one constant with pointers to its kernels, and no other name that a
// linker could see.

#include <cstdint>
#include <lutra/circuit/engine/image/band.hpp>
#include <lutra/circuit/engine/tile.hpp>
#include <lutra/kernels/table.hpp>

namespace lutra::dispatch {

struct InstructionSet {
  const char* name;
  kernels::Table kernels;
  engine::RunTile<std::uint8_t>* run_bytes;
  engine::RunTile<std::uint16_t>* run_shorts;
  engine::RunBand<std::uint8_t>* run_band_of_bytes;
  engine::RunBand<std::uint16_t>* run_band_of_shorts;
};

}  // namespace lutra::dispatch

// In C's way, so that the build can name the one symbol it keeps.
extern "C" {
extern const lutra::dispatch::InstructionSet lutra_sse2, lutra_avx2, lutra_avx512, lutra_neon;
}
