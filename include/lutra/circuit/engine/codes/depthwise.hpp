#pragma once
// A convolution of images of few-bit codes in which each output sees one channel, with weights of -1, 0 and 1, made
// ready to run.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/circuit/engine/codes/image.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/circuit/stages.hpp>
#include <optional>
#include <vector>

namespace lutra::engine {

/// The lines that a window sees are kept as kernels::DepthwiseLine wants them: each has its lower bits and then its
/// upper ones, of one column of every `stride` after another.
struct DepthwiseConvolution {
  CodeImage input, output;
  circuits::Offset stride;
  std::vector<std::int32_t> rows;  ///< that the window sees, from the lowest
  std::int32_t first_column = 0;
  std::size_t span = 0;                   ///< lines that are kept
  std::size_t part = 0;                   ///< pixels of the first part of a line of the answer
  std::size_t phases = 0, positions = 0;  ///< of a part's columns
  std::size_t plane_bytes = 0;            ///< lower bits of a kept line, and what may be read behind them
  std::size_t groups = 0, sum_bits = 0, variants = 0;
  bool has_masks = false;
  std::vector<std::uint32_t> own;         ///< the channel of each output; none where output o has channel o
  std::vector<std::uint32_t> offsets;     ///< [span][groups][9]
  AlignedVector<std::uint8_t> constants;  ///< see kernels::DepthwiseLine
};

/// Nothing where an output sees several channels, weights have other values (but for a factor that all weights of an
/// output have), codes more than two bits, or the window is very large.
[[nodiscard]] std::optional<DepthwiseConvolution> prepare_depthwise(const CodeLayer& layer);

/// Lines begin..end-1 of the answer.
void run_lines(const DepthwiseConvolution& convolution, std::size_t begin, std::size_t end, const std::uint8_t* input,
               std::uint8_t* output, Workspace& workspace);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/depthwise.hpp>
#include <lutra/circuit/engine/define/run_depthwise_lines.hpp>
#endif
