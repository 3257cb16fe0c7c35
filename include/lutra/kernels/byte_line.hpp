#pragma once
// What a kernel needs to know of a line of bytes under a window of weights.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/code_line.hpp>

namespace lutra::kernels {

/// Bytes that lie one behind another and are multiplied together.
inline constexpr std::size_t bytes_together = 4;
/// Weights of a step: of these bytes for each output of a block.
inline constexpr std::size_t byte_step = bytes_together * code_block;

/// What is written for an output and pixel.
enum class ByteOutput : std::uint8_t {
  codes,   ///< two bits: sixteen outputs in four bytes
  bytes,   ///< the code as a byte
  numbers  ///< the sum and what is added to it, modulo 2^32, and nothing for outputs that are none
};

/// A line of pixels of a convolution of bytes. Output o of pixel x has the sum
///
///     S = sum over steps s and j below 4 of weights[o, s, j] · bytes[offsets[s] + x · pixel_step + j]
///
/// whose code is the number of its limits that it exceeds. A pair of products (j of 0 and 1, or of 2 and 3) and the
/// sum of such pairs over flush_after steps fit into signed words of 16 bits whatever the bytes are.
struct ByteLine {
  const std::uint8_t* bytes = nullptr;
  const std::uint32_t* offsets = nullptr;  ///< [steps]
  std::size_t pixel_step = 1;
  std::size_t steps = 0, flush_after = 1;
  const std::int8_t* weights = nullptr;  ///< [blocks][steps][16][4]
  const std::int32_t* limits = nullptr;  ///< [blocks][levels][16], of codes
  const std::uint32_t* added = nullptr;  ///< [blocks][16], of numbers
  std::size_t levels = 3;                ///< 3 for codes, at most 255 for bytes
  std::size_t blocks = 0, channels = 0;  ///< of sixteen outputs, and outputs in all
  std::size_t pixels = 0;
  ByteOutput output = ByteOutput::codes;
  std::uint8_t* out = nullptr;  ///< [pixels][blocks][4 or 16], or of numbers [pixels][channels][4]
};

}  // namespace lutra::kernels
