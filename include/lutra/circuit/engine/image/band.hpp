#pragma once
// What the image engine hands to its inner part, run_band.hpp, which is compiled for each instruction set. All that the
// rest of the engine knows of it is declared here.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/image/program.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/kernels/chosen.hpp>

namespace lutra::engine {

/// Where answers go, channel after channel, row after row: one of the two.
struct FrameAnswers {
  std::uint32_t* integers = nullptr;
  std::uint8_t* bytes = nullptr;
};

/// Computes lines first..end - 1 of the answer's image from a frame of T = uint8_t or uint16_t, channel-major, whose
/// values fit the program's input.
template <class T>
using RunBand = void(const ImageProgram& program, std::size_t first, std::size_t end, const T* frame,
                     const FrameAnswers& answers, Workspace& workspace);

/// The RunBand of an instruction set; where it is chosen at run time, throws Error as kernels::instruction_set does.
template <class Arch, class T>
[[nodiscard]] RunBand<T>* band_runner();
#ifdef LUTRA_DISPATCH
template <>
[[nodiscard]] RunBand<std::uint8_t>* band_runner<kernels::ChosenArch, std::uint8_t>();
template <>
[[nodiscard]] RunBand<std::uint16_t>* band_runner<kernels::ChosenArch, std::uint16_t>();
#endif

}  // namespace lutra::engine
