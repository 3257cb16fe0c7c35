#pragma once
// How lines of a convolution of bytes are computed: the lines that the window sees are kept as bytes.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/engine/codes/byte_convolution.hpp>
#include <lutra/circuit/engine/kept_lines.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>

namespace lutra::engine {

namespace detail {

/// Copies `Bytes` bytes of each of `count` pixels.
template <std::size_t Bytes>
void copy_first_bytes(const std::uint8_t* from, std::size_t from_step, std::size_t count, std::uint8_t* to) {
  for (std::size_t i = 0; i < count; ++i) std::memcpy(to + i * Bytes, from + i * from_step, Bytes);
}

/// The codes of `count` pixels as bytes, nothing between the pixels.
LUTRA_INLINE void unpack_pixels(const CodeImage& image, const std::uint8_t* pixels, std::size_t count,
                                std::uint8_t* to) {
  const std::size_t channels = image.shape.channels, step = image.pixel_bytes();
  if (!image.is_packed()) {
    switch (channels) {
      case 1:
        return copy_first_bytes<1>(pixels, step, count, to);
      case 2:
        return copy_first_bytes<2>(pixels, step, count, to);
      case 3:
        return copy_first_bytes<3>(pixels, step, count, to);
      case 4:
        return copy_first_bytes<4>(pixels, step, count, to);
      default:
        break;
    }
    if (channels == step) return static_cast<void>(std::memcpy(to, pixels, count * step));
    for (std::size_t i = 0; i < count; ++i) std::memcpy(to + i * channels, pixels + i * step, channels);
    return;
  }
  constexpr std::size_t per_byte = kernels::codes_per_byte;
  for (std::size_t i = 0; i < count; ++i, pixels += step, to += channels) {
    std::size_t c = 0;
    for (; c + per_byte <= channels; c += per_byte) {
      const std::uint32_t byte = pixels[c / per_byte];
      const std::uint32_t four = (byte | byte << 6 | byte << 12 | byte << 18) & 0x03030303U;
      std::memcpy(to + c, &four, sizeof four);
    }
    for (; c < channels; ++c) to[c] = static_cast<std::uint8_t>(pixels[c / per_byte] >> (2 * (c % per_byte)) & 3);
  }
}

class ByteRun {
 public:
  ByteRun(const ByteConvolution& convolution, const std::uint8_t* input, std::uint8_t* output, Workspace& workspace)
      : plan_(convolution), input_(input), output_(output), lines_(convolution.span, workspace.lines) {
    workspace.packed_line.resize(plan_.span * plan_.line_bytes);
    bytes_ = workspace.packed_line.data();
  }

  void run(std::size_t begin, std::size_t end) {
    kernels::ByteLine line{.bytes = bytes_,
                           .pixel_step = static_cast<std::size_t>(plan_.stride.column) * plan_.input.shape.channels,
                           .steps = plan_.steps,
                           .flush_after = plan_.flush_after,
                           .weights = plan_.weights.data(),
                           .limits = plan_.limits.data(),
                           .added = plan_.added.data(),
                           .levels = plan_.levels,
                           .blocks = plan_.blocks,
                           .channels = plan_.output.channels,
                           .pixels = plan_.output.width,
                           .output = plan_.kind};
    for (std::size_t y = begin; y < end; ++y) {
      const std::int64_t first = static_cast<std::int64_t>(y) * plan_.stride.row + plan_.rows.front();
      for (const std::int32_t row : plan_.rows) keep(first + row - plan_.rows.front());
      line.offsets = plan_.offsets.data() + lines_.slot_of(first) * plan_.steps;
      line.out = output_ + y * plan_.output.width * plan_.out_bytes;
      kernels::chosen::byte_sums(line);
    }
  }

 private:
  void keep(std::int64_t row) {
    const std::size_t slot = lines_.slot_of(row);
    if (!lines_.replace(slot, row)) return;
    const Shape& image = plan_.input.shape;
    std::uint8_t* const to = bytes_ + slot * plan_.line_bytes;
    const auto width = static_cast<std::int64_t>(image.width), columns = static_cast<std::int64_t>(plan_.columns);
    const bool inside = row >= 0 && row < static_cast<std::int64_t>(image.height);
    const std::int64_t begin = inside ? std::clamp<std::int64_t>(-plan_.first_column, 0, columns) : columns;
    const std::int64_t end = std::clamp<std::int64_t>(width - plan_.first_column, begin, columns);
    const auto at = [&](std::int64_t column) { return to + static_cast<std::size_t>(column) * image.channels; };
    std::fill(to, at(begin), std::uint8_t{0});
    std::fill(at(end), to + plan_.line_bytes, std::uint8_t{0});
    if (begin == end) return;
    const auto pixel = static_cast<std::size_t>(row * width + begin + plan_.first_column);
    unpack_pixels(plan_.input, input_ + pixel * plan_.input.pixel_bytes(), static_cast<std::size_t>(end - begin),
                  at(begin));
  }

  const ByteConvolution& plan_;
  const std::uint8_t* input_;
  std::uint8_t* output_;
  KeptLines lines_;
  std::uint8_t* bytes_;
};

}  // namespace detail

LUTRA_INLINE void run_lines(const ByteConvolution& convolution, std::size_t begin, std::size_t end,
                            const std::uint8_t* input, std::uint8_t* output, Workspace& workspace) {
  detail::ByteRun(convolution, input, output, workspace).run(begin, end);
}

}  // namespace lutra::engine
