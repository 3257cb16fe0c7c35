#pragma once
// How lines of a convolution are computed in which each output sees one channel: the lines that the window sees are
// kept as planes of bits.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/engine/codes/depthwise.hpp>
#include <lutra/circuit/engine/kept_lines.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>

namespace lutra::engine {

namespace detail {

class DepthwiseRun {
 public:
  DepthwiseRun(const DepthwiseConvolution& convolution, const std::uint8_t* input, std::uint8_t* output,
               Workspace& workspace)
      : plan_(convolution),
        input_(input),
        output_(output),
        workspace_(workspace),
        lines_(convolution.span, workspace.lines),
        pixel_bytes_(convolution.output.pixel_bytes()) {
    workspace.tables.resize(plan_.span * 2 * plan_.plane_bytes);
    // What lies outside of the image stays 0.
    workspace.packed_line.assign(2 * plan_.part * stride() * pixel_bytes_ + 2 * plan_.plane_bytes, 0);
    workspace.planes.resize(2 * plan_.plane_bytes);
  }

  void run(std::size_t begin, std::size_t end) {
    const std::size_t width = plan_.output.shape.width;
    kernels::DepthwiseLine line{.low = workspace_.tables.data(),
                                .high = workspace_.tables.data() + plan_.plane_bytes,
                                .groups = plan_.groups,
                                .constants = plan_.constants.data(),
                                .variants = plan_.variants,
                                .sum_bits = plan_.sum_bits,
                                .has_masks = plan_.has_masks,
                                .bytes = plan_.part * pixel_bytes_,
                                .second_bytes = (width - plan_.part) * pixel_bytes_};
    for (std::size_t y = begin; y < end; ++y) {
      const std::int64_t first = static_cast<std::int64_t>(y) * plan_.stride.row + plan_.rows.front();
      for (const std::int32_t row : plan_.rows) keep(first + row - plan_.rows.front());
      line.offsets = plan_.offsets.data() + lines_.slot_of(first) * plan_.groups * kernels::taps_together;
      line.first = output_ + y * width * pixel_bytes_;
      line.second = line.first + line.bytes;
      kernels::chosen::depthwise_sums(line);
    }
  }

 private:
  void keep(std::int64_t row) {
    const std::size_t slot = lines_.slot_of(row);
    if (!lines_.replace(slot, row)) return;
    std::uint8_t* const planes = workspace_.tables.data() + slot * 2 * plan_.plane_bytes;
    if (row < 0 || row >= static_cast<std::int64_t>(plan_.input.shape.height))
      return static_cast<void>(std::memset(planes, 0, 2 * plan_.plane_bytes));
    const std::uint8_t* const line = columns_of(line_of(static_cast<std::size_t>(row)));
    const std::size_t bytes = plan_.positions * pixel_bytes_, part_bytes = plan_.part * stride() * pixel_bytes_;
    for (std::size_t phase = 0; phase < plan_.phases; ++phase) {
      const std::uint8_t* first = line + phase * pixel_bytes_;
      const std::uint8_t* second = first + part_bytes;
      if (stride() != 1) {
        first = every_stride(first, workspace_.planes.data());
        second = every_stride(second, workspace_.planes.data() + plan_.plane_bytes);
      }
      kernels::chosen::split_codes(first, second, bytes, planes + phase * bytes,
                                   planes + plan_.plane_bytes + phase * bytes);
    }
  }

  /// A line of the input, with channels as the outputs see them.
  const std::uint8_t* line_of(std::size_t row) {
    const std::size_t width = plan_.input.shape.width;
    const std::uint8_t* const line = input_ + row * width * plan_.input.pixel_bytes();
    if (plan_.own.empty()) return line;
    workspace_.bits.assign(width * pixel_bytes_, 0);
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t o = 0; o < plan_.own.size(); ++o)
        set_code(plan_.output, workspace_.bits.data(), x, o, code_of(plan_.input, line, x, plan_.own[o]));
    return workspace_.bits.data();
  }

  /// A line from the first column that a window sees on.
  const std::uint8_t* columns_of(const std::uint8_t* line) {
    const auto width = static_cast<std::int64_t>(plan_.input.shape.width);
    const auto columns = static_cast<std::int64_t>(workspace_.packed_line.size() / pixel_bytes_);
    const std::int64_t begin = std::clamp<std::int64_t>(-plan_.first_column, 0, columns);
    const std::int64_t end = std::clamp(width - plan_.first_column, begin, columns);
    const auto bytes = [&](std::int64_t pixels) { return static_cast<std::size_t>(pixels) * pixel_bytes_; };
    if (begin < end)
      std::memcpy(workspace_.packed_line.data() + bytes(begin), line + bytes(begin + plan_.first_column),
                  bytes(end - begin));
    return workspace_.packed_line.data();
  }

  /// A part's pixels of one phase, one behind another.
  const std::uint8_t* every_stride(const std::uint8_t* from, std::uint8_t* to) const {
    for (std::size_t i = 0; i < plan_.positions; ++i)
      std::memcpy(to + i * pixel_bytes_, from + i * stride() * pixel_bytes_, pixel_bytes_);
    return to;
  }

  [[nodiscard]] std::size_t stride() const noexcept { return static_cast<std::size_t>(plan_.stride.column); }

  const DepthwiseConvolution& plan_;
  const std::uint8_t* input_;
  std::uint8_t* output_;
  Workspace& workspace_;
  KeptLines lines_;
  std::size_t pixel_bytes_;
};

}  // namespace detail

LUTRA_INLINE void run_lines(const DepthwiseConvolution& convolution, std::size_t begin, std::size_t end,
                            const std::uint8_t* input, std::uint8_t* output, Workspace& workspace) {
  detail::DepthwiseRun(convolution, input, output, workspace).run(begin, end);
}

}  // namespace lutra::engine
