#pragma once
// Runs an image circuit of few-bit codes, one step of a whole frame after another, in bands of lines.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/pixels.hpp>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/circuit/engine/define/run_by_lines.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/parallel.hpp>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

using CodeValues = std::vector<std::uint32_t>;

/// What an operation gives at one place: out.size() values.
inline void apply(const circuits::WeighStage& weigh, const WeighMatrix& matrix, const CodeValues& in, CodeValues& out) {
  const std::size_t outputs = out.size();
  std::ranges::copy(weigh.offsets, out.begin());
  if (matrix.outputs != 0) {
    out.resize(matrix.outputs);
    kernels::chosen::weigh(in.data(), in.size(), matrix.weights.data(), matrix.outputs, out.data());
    out.resize(outputs);
    return;
  }
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t j = 0; j < weigh.sources[o].size(); ++j)
      out[o] += static_cast<std::uint32_t>(weigh.weights[o][j]) * in[weigh.sources[o][j]];
}
inline void apply(const circuits::LevelStage& level, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) {
    const std::uint32_t x = in[level.sources[o]];
    const auto thresholds = level.thresholds[o];
    const auto met = static_cast<std::uint32_t>(std::ranges::upper_bound(thresholds, x) - thresholds.begin());
    out[o] = level.falling[o] ? static_cast<std::uint32_t>(thresholds.size()) - met : met;
  }
}
inline void apply(const circuits::ThresholdStage& threshold, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) out[o] = in[threshold.sources[o]] >= threshold.thresholds[o] ? 1 : 0;
}
inline void apply(const circuits::LutStage& luts, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) {
    std::size_t address = 0;
    for (std::size_t j = 0; j < luts.fan_in(o); ++j) address |= std::size_t{in[luts.pins[o][j]]} << j;
    out[o] = static_cast<std::uint32_t>(luts.tables[o][address / 64] >> (address % 64) & 1);
  }
}
inline void apply(const circuits::CountStage& count, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) {
    out[o] = count.offsets[o];
    for (const std::uint32_t source : count.sources[o]) out[o] += in[source];
  }
}
inline void apply(const circuits::RearrangeStage& rearrange, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) out[o] = in[rearrange.sources[o]];
}
inline void apply(const circuits::AddStage&, const CodeValues& in, CodeValues& out) {
  for (std::size_t i = 0; i < in.size(); ++i) out[i % out.size()] += in[i];
}
inline void apply(const circuits::MaxStage&, const CodeValues& in, CodeValues& out) {
  for (std::size_t i = 0; i < in.size(); ++i) out[i % out.size()] = std::max(out[i % out.size()], in[i]);
}
inline void apply(const circuits::ArgmaxStage&, const CodeValues& in, CodeValues& out) {
  const std::size_t n = out.size();
  for (std::size_t i = n; i < in.size(); ++i)
    if (in[i] > in[out[i % n] * n + i % n]) out[i % n] = static_cast<std::uint32_t>(i / n);
}

/// A frame on its way through a program.
class CodeRun {
 public:
  CodeRun(const CodeProgram& program, std::size_t threads, WorkspacePool& pool)
      : program_(program), threads_(threads), pool_(pool), loan_(pool.lend()), images_((*loan_).images) {
    images_.resize(std::max(images_.size(), program.slots));
    for (const CodeSignal& signal : program.signals) {
      auto& image = images_[signal.slot];
      if (image.size() < signal.bytes()) image.resize(signal.bytes());
    }
  }

  template <class T>
  void read(std::span<const T> frame) {
    const Shape& shape = program_.signals[0].type.shape;
    const std::size_t pixels = shape.height * shape.width;
    const CodePixels to = pixels_of(0);
    in_bands(shape, [&](std::size_t begin, std::size_t end, Workspace&) {
      const auto channel = [&](std::size_t c) { return frame.data() + c * pixels + begin * shape.width; };
      to.set_run(begin * shape.width, (end - begin) * shape.width, channel);
    });
  }

  void run() {
    for (const CodeStep& step : program_.steps) {
      in_bands(program_.signals[step.output].type.shape, [&](std::size_t begin, std::size_t end, Workspace& workspace) {
        if (step.convolution)
          run_lines(*step.convolution, begin, end, pixels_of(step.signals[0]).data, pixels_of(step.output).data,
                    workspace);
        else if (!step.copies.empty())
          copy_pixels(step, begin, end);
        else
          run_step(step, begin, end);
      });
    }
  }

  void write(const FrameAnswers& answers) {
    const Shape& shape = program_.signals.back().type.shape;
    const CodePixels from = pixels_of(program_.signals.size() - 1);
    in_bands(shape, [&](std::size_t begin, std::size_t end, Workspace&) {
      const std::size_t first = begin * shape.width, count = (end - begin) * shape.width;
      for (std::size_t c = 0; c < shape.channels; ++c) {
        const std::size_t at = c * shape.height * shape.width + first;
        if (answers.bytes != nullptr)
          from.get_run(first, 1, count, c, answers.bytes + at);
        else
          from.get_run(first, 1, count, c, answers.integers + at);
      }
    });
  }

 private:
  static constexpr std::size_t fewest_lines = 8;

  [[nodiscard]] CodePixels pixels_of(std::size_t signal) const {
    return {program_.signals[signal], images_[program_.signals[signal].slot].data()};
  }

  template <class Body>
  void in_bands(const Shape& shape, const Body& body) {
    const std::size_t bands = std::min(threads_, Pieces{shape.height, fewest_lines}.size());
    if (bands == 1) return body(0, shape.height, *loan_);
    parallel_for(static_cast<int>(bands), bands, [&](std::size_t i) {
      const auto own = pool_.lend();
      body(shape.height * i / bands, shape.height * (i + 1) / bands, *own);
    });
  }

  void copy_pixels(const CodeStep& step, std::size_t begin, std::size_t end) const {
    const CodeSignal& signal = program_.signals[step.output];
    const Shape out = signal.type.shape;
    const std::size_t pixel_bytes = signal.pixel_bytes(), block = step.block;
    std::uint8_t* to = pixels_of(step.output).data + begin * out.width * pixel_bytes;
    for (std::size_t y = begin; y < end; ++y)
      for (std::size_t x = 0; x < out.width; ++x, to += pixel_bytes) {
        std::memset(to, 0, pixel_bytes);
        for (const CodeCopy& copy : step.copies[y % block * block + x % block]) {
          const CodeSignal& from = program_.signals[step.signals[copy.signal]];
          const Shape& in = from.type.shape;
          const auto row = static_cast<std::int64_t>(y / block) * step.stride.row + copy.offset.row;
          const auto column = static_cast<std::int64_t>(x / block) * step.stride.column + copy.offset.column;
          if (row < 0 || column < 0 || row >= static_cast<std::int64_t>(in.height) ||
              column >= static_cast<std::int64_t>(in.width))
            continue;
          const std::size_t pixel = static_cast<std::size_t>(row) * in.width + static_cast<std::size_t>(column);
          std::memcpy(to + copy.to, images_[from.slot].data() + pixel * from.pixel_bytes() + copy.from, copy.bytes);
        }
      }
  }

  void run_step(const CodeStep& step, std::size_t begin, std::size_t end) const {
    std::vector<CodePixels> from;
    for (const std::uint32_t signal : step.signals) from.push_back(pixels_of(signal));
    const CodePixels to = pixels_of(step.output);
    if (!step.lines)
      run_pixels(step, from, to, begin, end);
    else if (step.operations.empty() && to.signal.is_code())
      LineRun<std::uint8_t>(step, from, to).run(begin, end);
    else
      LineRun<float>(step, from, to).run(begin, end);
  }

  static void run_pixels(const CodeStep& step, std::span<const CodePixels> from, const CodePixels& to,
                         std::size_t begin, std::size_t end) {
    const Shape out = to.signal.type.shape;
    CodeValues values, next;
    const std::size_t block = step.block, read = step.sources.size() / (block * block);
    for (std::size_t y = begin; y < end; ++y)
      for (std::size_t x = 0; x < out.width; ++x) {
        values.resize(read);
        for (std::size_t i = 0; i < read; ++i) {
          const CodeSource& source = step.sources[(y % block * block + x % block) * read + i];
          const Shape& in = from[source.signal].signal.type.shape;
          const auto row = static_cast<std::int64_t>(y / block) * step.stride.row + source.offset.row;
          const auto column = static_cast<std::int64_t>(x / block) * step.stride.column + source.offset.column;
          const bool inside = row >= 0 && column >= 0 && row < static_cast<std::int64_t>(in.height) &&
                              column < static_cast<std::int64_t>(in.width);
          values[i] =
              inside ? from[source.signal].at(
                           static_cast<std::size_t>(row) * in.width + static_cast<std::size_t>(column), source.channel)
                     : 0;
        }
        for (std::size_t i = 0; i < step.operations.size(); ++i) {
          next.assign(step.sizes[i], 0);
          std::visit(
              [&](const auto& operation) {
                if constexpr (std::is_same_v<std::decay_t<decltype(operation)>, circuits::WeighStage>)
                  apply(operation, step.matrices[i], values, next);
                else
                  apply(operation, values, next);
              },
              step.operations[i]);
          values.swap(next);
        }
        to.set(y * out.width + x, [&](std::size_t c) { return values[c]; });
      }
  }

  const CodeProgram& program_;
  std::size_t threads_;
  WorkspacePool& pool_;
  WorkspacePool::Loan loan_;
  std::vector<AlignedVector<std::uint8_t>>& images_;
};

template <class T>
void run_codes(const CodeProgram& program, std::span<const T> frame, const FrameAnswers& answers, std::size_t threads,
               WorkspacePool& pool) {
  CodeRun run(program, threads, pool);
  run.read(frame);
  run.run();
  run.write(answers);
}

}  // namespace detail

LUTRA_INLINE void run_codes(const CodeProgram& program, std::span<const std::uint8_t> frame,
                            const FrameAnswers& answers, std::size_t threads, WorkspacePool& pool) {
  detail::run_codes(program, frame, answers, threads, pool);
}
LUTRA_INLINE void run_codes(const CodeProgram& program, std::span<const std::uint16_t> frame,
                            const FrameAnswers& answers, std::size_t threads, WorkspacePool& pool) {
  detail::run_codes(program, frame, answers, threads, pool);
}

}  // namespace lutra::engine
