#pragma once
// What a kernel needs to know of a line of few-bit codes: known to everything that prepares one, whatever the
// instruction set.

#include <cstddef>
#include <cstdint>

namespace lutra::kernels {

/// Channels that are computed together: sixteen, one in each byte of a lane.
inline constexpr std::size_t code_block = 16;
/// Bytes of one table: entry n is the sum of those of four codes whose bit is set in n.
inline constexpr std::size_t code_table_bytes = 16;
/// Codes of two bits in a byte, the lowest bits first.
inline constexpr std::size_t codes_per_byte = 4;

/// Four codes of two bits, a byte each with the lowest first, as one byte.
[[nodiscard]] constexpr std::uint8_t pack_four(std::uint32_t four) noexcept {
  // Bits 0, 8, 16 and 24 of the codes move to 24, 26, 28 and 30; nothing else reaches the highest byte.
  return static_cast<std::uint8_t>(four * 0x01041040U >> 24);
}

/// Window sums are made by so many at most.
inline constexpr std::size_t window_sums_together = 32;

/// What is written for a channel and pixel.
enum class CodeOutput : std::uint8_t {
  codes,  ///< two bits: sixteen channels in four bytes
  bytes   ///< the code as a byte
};

/// Bytes that are written for a block of channels of one pixel.
[[nodiscard]] constexpr std::size_t bytes_of_block(CodeOutput output) noexcept {
  return output == CodeOutput::codes ? 4 : 16;
}

/// Where a block's channel lies among the sixteen bytes of a step's weights: bytes are summed up as the lower and upper
/// halves of words.
[[nodiscard]] constexpr std::size_t code_byte_of(std::size_t channel) noexcept { return channel % 8 * 2 + channel / 8; }

/// A line of pixels of a convolution, whose weights are lowest + scale · u with small whole u and a scale of 1 or 2, on
/// codes made of planes of two bits. The line is cut into as many parts as the instruction set has lanes, which are
/// worked on side by side: pixel x of part l is pixel l · part + x of the line. Its sum for channel o is
///
///     (S << doubled) + window_sums of the pixel, where
///     S = sum over planes p and steps s of 4^(planes - 1 - p) · table[weights of o and s]
///     table = tables + offsets[p · steps + s] + 16 (x · lanes + l)
///
/// A step stands for four channels at one place of the window and one bit of u, its table for the four codes there.
/// Everything fits into 16 bits. The code of channel o is the number of its limits that the sum exceeds.
struct CodeLine {
  const std::uint8_t* tables = nullptr;       ///< aligned to 64 bytes, as are offsets
  const std::uint32_t* offsets = nullptr;     ///< [planes][steps], the most significant plane first
  std::size_t planes = 1, steps = 0;          ///< at least one of each
  std::size_t flush_after = 21;               ///< steps whose sum fits into a byte
  const std::uint8_t* weights = nullptr;      ///< [blocks][steps][16], channels in the order of code_byte_of
  const std::int16_t* window_sums = nullptr;  ///< [part][lanes]
  bool doubled = false;                       ///< whether the scale is 2
  const std::int16_t* limits = nullptr;       ///< [blocks][levels][16]
  std::size_t levels = 3;                     ///< 3 for codes, at most 255 for bytes
  std::size_t blocks = 0;                     ///< of sixteen channels
  std::size_t pixels = 0, part = 0;           ///< of the line and of a part of it: part · lanes is at least pixels
  CodeOutput output = CodeOutput::codes;
  std::uint8_t* out = nullptr;  ///< [pixels][blocks][bytes_of_block]
};

}  // namespace lutra::kernels
