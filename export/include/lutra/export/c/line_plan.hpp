#pragma once
// How emitted C computes a window of codes where the processor shuffles or multiplies bytes: line by line, by the plans
// of the engine.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/byte_convolution.hpp>
#include <lutra/circuit/engine/codes/choice.hpp>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/export/c/weights.hpp>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::c::detail {

/// Parts of a line that are worked on side by side, whatever the instruction set.
inline constexpr std::size_t line_parts = 2;

/// Bytes of a pixel of codes of two bits: sixteen channels in four bytes.
[[nodiscard]] constexpr std::size_t packed_pixel_bytes(std::size_t channels) noexcept {
  return (channels + kernels::code_block - 1) / kernels::code_block * 4;
}

class LinePlan {
 public:
  /// Nothing where neither way suits the layer. `bits` are those of what it gives, if it has levels.
  [[nodiscard]] static std::optional<LinePlan> make(const WindowLayer& layer, std::uint32_t bits) {
    const engine::CodeLayer codes{layer.window,
                                  {{layer.channels, layer.input.height, layer.input.width}, layer.bits},
                                  {{layer.outputs(), layer.output.height, layer.output.width}, bits},
                                  layer.stride};
    const std::vector<std::uint32_t> added = layer.has_levels ? std::vector<std::uint32_t>{} : layer.offsets;
    auto chosen = engine::choose_convolution(codes, added, line_parts);
    if (!chosen) return {};
    return LinePlan(*std::move(chosen));
  }

  [[nodiscard]] const engine::CodeConvolution* codes() const noexcept {
    return std::get_if<engine::CodeConvolution>(&plan_);
  }
  [[nodiscard]] const engine::ByteConvolution* bytes() const noexcept {
    return std::get_if<engine::ByteConvolution>(&plan_);
  }
  /// Whether it gives codes of one or two bits.
  [[nodiscard]] bool gives_packed() const noexcept {
    return codes() != nullptr ? codes()->output.is_packed() : bytes()->kind == kernels::ByteOutput::codes;
  }

  /// Bytes of memory that the lines take, as the functions of code_line_texts.hpp and byte_line_texts.hpp divide them.
  [[nodiscard]] std::size_t work() const noexcept {
    constexpr std::size_t cache_line = 64;
    if (const auto* const plan = codes()) {
      const std::size_t pixel = packed_pixel_bytes(plan->groups * kernels::codes_per_byte);
      return cache_line + 2 * plan->line_sums + 2 * plan->strip + (pixel + 1) * plan->input.shape.width +
             plan->span * (plan->line_bytes() + 2 * plan->line_sums +
                           4 * (plan->input.planes() * plan->steps + plan->taps + 1)) +
             plan->strip * plan->output.blocks() * kernels::code_block;
    }
    const auto* const plan = bytes();
    constexpr std::size_t together = 6, number = 4;
    const std::size_t pixel = static_cast<std::size_t>(plan->stride.column) * plan->input.shape.channels;
    return cache_line + plan->span * (plan->line_bytes + 4 * (plan->steps + 1)) + together * pixel + 4 +
           plan->output.width * plan->blocks * kernels::code_block * number;
  }

 private:
  explicit LinePlan(engine::DenseConvolution plan) : plan_(std::move(plan)) {}

  engine::DenseConvolution plan_;
};

}  // namespace lutra::c::detail
