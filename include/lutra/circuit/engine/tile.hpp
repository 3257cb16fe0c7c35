#pragma once
// What the engine hands to its inner part, run_tile.hpp, which is compiled for each instruction set. All that the rest
// of the engine knows of it is declared here.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/sizes.hpp>
#include <span>

namespace lutra::engine {

/// The size of a tile: rows hold 2^log2_words words of 64 samples.
struct Tile {
  std::uint32_t log2_words;

  [[nodiscard]] std::size_t words() const noexcept { return std::size_t{1} << log2_words; }
  [[nodiscard]] std::size_t samples() const noexcept { return words() * kernels::word_bits; }
};

/// What is computed of each sample: some of the steps, and the integers they lead to.
struct Goal {
  std::span<const Step> steps;
  const Integers* integers;
};

/// Runs `count` samples (1 to tile.samples()) of T = uint8_t or uint16_t, one after another at `samples`, whose values
/// fit the program's input, and writes goal.integers->count integers a sample to `answers`.
template <class T>
using RunTile = void(const Program& program, const Goal& goal, const Tile& tile, const T* samples, std::size_t count,
                     std::uint32_t* answers, Workspace& workspace);

/// The RunTile of an instruction set; where it is chosen at run time, throws Error as kernels::instruction_set does.
template <class Arch, class T>
[[nodiscard]] RunTile<T>* tile_runner();
#ifdef LUTRA_DISPATCH
template <>
[[nodiscard]] RunTile<std::uint8_t>* tile_runner<kernels::ChosenArch, std::uint8_t>();
template <>
[[nodiscard]] RunTile<std::uint16_t>* tile_runner<kernels::ChosenArch, std::uint16_t>();
#endif

}  // namespace lutra::engine
