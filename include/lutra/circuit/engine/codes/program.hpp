#pragma once
// An image circuit of few-bit codes made ready to run: all channels of a pixel side by side, one signal of the whole
// frame after another.

#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/code_window.hpp>
#include <lutra/circuit/engine/codes/byte_convolution.hpp>
#include <lutra/circuit/engine/codes/convolution.hpp>
#include <lutra/circuit/engine/codes/copies.hpp>
#include <lutra/circuit/engine/codes/depthwise.hpp>
#include <lutra/circuit/engine/codes/signal.hpp>
#include <lutra/circuit/engine/image/band.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace lutra::engine {

/// The weights of a stage as a matrix for kernels::weigh; none where it has few of those that there could be.
struct WeighMatrix {
  std::size_t outputs = 0;
  std::vector<std::uint32_t> weights;
};

/// Weights of a stage, output after output: of each of its sources, or of all inputs.
struct LineWeights {
  bool is_matrix = false;
  std::vector<float> values;
};

/// How a step is done line by line, all numbers as floats, which hold them exactly: what it reads of each line, once
/// for all places that see it.
struct LinePlan {
  std::vector<CodeSource> rows;       ///< of every stride-th column, from `first` strides and offset.column on
  std::int64_t first = 0;             ///< strides from a place to the first column that any source reads
  std::size_t columns = 0, row = 0;   ///< of a row: in use, and in memory
  std::vector<std::uint32_t> places;  ///< of each source among the rows' columns
  std::vector<LineWeights> weights;   ///< of each operation
};

/// A convolution in the way that suits it best, if there is one.
using AnyConvolution = std::variant<std::monostate, CodeConvolution, ByteConvolution, DepthwiseConvolution>;

/// Gives one signal: by a convolution, or pixel by pixel by one operation after another on what `sources` name.
struct CodeStep {
  std::vector<std::uint32_t> signals;  ///< that are read
  std::uint32_t output = 0;
  AnyConvolution convolution;
  std::vector<CodeSource> sources;  ///< of each pixel of a block, one after another
  circuits::Offset stride = {1, 1};
  std::size_t block = 1;  ///< pixels of the answer, in each direction, that are made of the same pixel
  std::vector<circuits::Operation> operations;
  std::vector<std::size_t> sizes;             ///< outputs of each operation at a place
  std::vector<WeighMatrix> matrices;          ///< of each operation
  std::optional<LinePlan> lines;              ///< where it is not done pixel by pixel
  std::vector<std::vector<CodeCopy>> copies;  ///< in place of `sources`, where there is nothing else to do, or where
                                              ///< the largest of several codes is taken

  [[nodiscard]] bool is_convolution() const noexcept { return convolution.index() != 0; }
  [[nodiscard]] bool takes_largest() const noexcept {
    return operations.size() == 1 && std::holds_alternative<circuits::MaxStage>(operations[0]);
  }
};

struct CodeProgram {
  std::vector<CodeSignal> signals;  ///< the first is the input, the last the answer
  std::vector<CodeStep> steps;
  CodeStep answer;  ///< nothing but what the answer is made of, read while it is written
  std::size_t slots = 0;
};

/// Whether a circuit has weights, and not look-up tables alone.
[[nodiscard]] bool has_weights(const Circuit& circuit);

/// The plan of a step that reads `signals`; none where it has numbers of 2^24 or more, operations on bits,
/// or pixels that become blocks.
[[nodiscard]] std::optional<LinePlan> plan_lines(const CodeStep& step, const std::vector<CodeSignal>& signals);

/// The program of a circuit all of whose stages work at each place, or spread pixels.
[[nodiscard]] CodeProgram compile_codes(const Circuit& circuit);

/// The answer for a frame of values that fit the input, channel-major, on so many threads.
void run_codes(const CodeProgram& program, std::span<const std::uint8_t> frame, const FrameAnswers& answers,
               std::size_t threads, WorkspacePool& pool);
void run_codes(const CodeProgram& program, std::span<const std::uint16_t> frame, const FrameAnswers& answers,
               std::size_t threads, WorkspacePool& pool);

}  // namespace lutra::engine

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/define/compile_codes.hpp>
#include <lutra/circuit/engine/define/plan_lines.hpp>
#include <lutra/circuit/engine/define/run_codes.hpp>
#endif
