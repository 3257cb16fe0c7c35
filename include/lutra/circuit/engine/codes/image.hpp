#pragma once
// Images of few-bit codes as convolutions read and write them: line after line, pixel after pixel, all channels of a
// pixel side by side.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/code_line.hpp>
#include <lutra/signal.hpp>

namespace lutra::engine {

/// Codes of up to 8 bits. A pixel is blocks of sixteen channels, those of the last that are none being 0: four bytes
/// where a code has one or two bits, four codes a byte with the lowest bits first, and otherwise sixteen.
struct CodeImage {
  Shape shape;
  std::uint32_t bits = 2;

  [[nodiscard]] std::size_t blocks() const noexcept {
    return (shape.channels + kernels::code_block - 1) / kernels::code_block;
  }
  [[nodiscard]] std::size_t planes() const noexcept { return (bits + 1) / 2; }
  [[nodiscard]] bool is_packed() const noexcept { return bits <= 2; }
  [[nodiscard]] std::size_t pixel_bytes() const noexcept {
    return blocks() * kernels::bytes_of_block(is_packed() ? kernels::CodeOutput::codes : kernels::CodeOutput::bytes);
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return shape.height * shape.width * pixel_bytes(); }
};

/// Writes the code of `channel` at pixel `pixel`, which was 0.
inline void set_code(const CodeImage& image, std::uint8_t* bytes, std::size_t pixel, std::size_t channel,
                     std::uint32_t code) noexcept {
  std::uint8_t* const at = bytes + pixel * image.pixel_bytes();
  if (!image.is_packed())
    at[channel] = static_cast<std::uint8_t>(code);
  else
    at[channel / kernels::codes_per_byte] |= static_cast<std::uint8_t>(code << (2 * (channel % 4)));
}

[[nodiscard]] inline std::uint32_t code_of(const CodeImage& image, const std::uint8_t* bytes, std::size_t pixel,
                                           std::size_t channel) noexcept {
  const std::uint8_t* const at = bytes + pixel * image.pixel_bytes();
  return image.is_packed() ? at[channel / kernels::codes_per_byte] >> (2 * (channel % 4)) & 3U : at[channel];
}

}  // namespace lutra::engine
