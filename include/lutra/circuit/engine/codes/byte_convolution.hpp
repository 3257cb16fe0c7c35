#pragma once
// A convolution of images of codes by weights of up to eight bits, made ready to run: for what has too many values for
// the tables of a CodeConvolution, and for sums that have no thresholds behind them.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/circuit/engine/codes/image.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/kernels/byte_line.hpp>
#include <optional>
#include <vector>

namespace lutra::engine {

/// The lines that a window sees are kept as bytes, all channels of a pixel side by side and nothing between pixels, so
/// that four bytes that are multiplied together may be of several channels and columns.
struct ByteConvolution {
  CodeImage input;
  Shape output;
  kernels::ByteOutput kind = kernels::ByteOutput::codes;
  circuits::Offset stride;
  std::vector<std::int32_t> rows;  ///< that the window sees, from the lowest
  std::int32_t first_column = 0;
  std::size_t span = 0;        ///< lines that are kept
  std::size_t columns = 0;     ///< of the input that a line of the answer sees, those outside of the image too
  std::size_t line_bytes = 0;  ///< of a kept line
  std::size_t steps = 0, flush_after = 0, levels = 0, blocks = 0;
  std::vector<std::uint32_t> offsets;  ///< [span][steps]: where the first line is which
  AlignedVector<std::int8_t> weights;  ///< [blocks][steps][16][4]
  AlignedVector<std::int32_t> limits;  ///< [blocks][levels][16]
  AlignedVector<std::uint32_t> added;  ///< [blocks][16]
  std::size_t out_bytes = 0;           ///< of a pixel of the answer
};

/// Nothing where a weight has more than eight bits, four products may not fit, or a window is very high. `added` is
/// what is added to the sum of each output; with it, sums are given as numbers of 32 bits, and layer.output has no
/// bits.
[[nodiscard]] std::optional<ByteConvolution> prepare_bytes(const CodeLayer& layer,
                                                           const std::vector<std::uint32_t>& added = {});

/// Lines begin..end-1 of the answer.
void run_lines(const ByteConvolution& convolution, std::size_t begin, std::size_t end, const std::uint8_t* input,
               std::uint8_t* output, Workspace& workspace);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/byte_convolution.hpp>
#include <lutra/circuit/engine/define/run_byte_lines.hpp>
#endif
