#pragma once
// Runs an image circuit of few-bit codes, one step of a whole frame after another, in bands of lines.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/parallel.hpp>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

/// One pixel of a signal in memory.
struct CodePixels {
  const CodeSignal& signal;
  std::uint8_t* data;

  [[nodiscard]] std::uint32_t at(std::size_t pixel, std::size_t channel) const noexcept {
    if (signal.is_code()) return code_of(signal.image(), data, pixel, channel);
    std::uint32_t value;
    std::memcpy(&value, data + 4 * (pixel * signal.type.shape.channels + channel), sizeof value);
    return value;
  }

  template <class ValueOf>
  void set(std::size_t pixel, const ValueOf& value_of) const noexcept {
    const std::size_t channels = signal.type.shape.channels;
    if (signal.is_code()) {
      const CodeImage image = signal.image();
      std::memset(data + pixel * image.pixel_bytes(), 0, image.pixel_bytes());
      for (std::size_t c = 0; c < channels; ++c) set_code(image, data, pixel, c, value_of(c));
      return;
    }
    for (std::size_t c = 0; c < channels; ++c) {
      const std::uint32_t value = value_of(c);
      std::memcpy(data + 4 * (pixel * channels + c), &value, sizeof value);
    }
  }
};

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
    const circuits::Type& type = program_.signals[0].type;
    const std::size_t pixels = type.shape.height * type.shape.width;
    const CodePixels to = pixels_of(0);
    in_bands(type.shape, [&](std::size_t begin, std::size_t end, Workspace&) {
      for (std::size_t pixel = begin * type.shape.width; pixel < end * type.shape.width; ++pixel)
        to.set(pixel, [&](std::size_t c) { return std::uint32_t{frame[c * pixels + pixel]}; });
    });
  }

  void run() {
    for (const CodeStep& step : program_.steps) {
      in_bands(program_.signals[step.output].type.shape, [&](std::size_t begin, std::size_t end, Workspace& workspace) {
        if (step.convolution)
          run_lines(*step.convolution, begin, end, pixels_of(step.signals[0]).data, pixels_of(step.output).data,
                    workspace);
        else
          run_pixels(step, begin, end);
      });
    }
  }

  void write(const FrameAnswers& answers) {
    const circuits::Type& type = program_.signals.back().type;
    const std::size_t pixels = type.shape.height * type.shape.width;
    const CodePixels from = pixels_of(program_.signals.size() - 1);
    in_bands(type.shape, [&](std::size_t begin, std::size_t end, Workspace&) {
      for (std::size_t pixel = begin * type.shape.width; pixel < end * type.shape.width; ++pixel)
        for (std::size_t c = 0; c < type.shape.channels; ++c) {
          const std::uint32_t value = from.at(pixel, c);
          if (answers.bytes != nullptr)
            answers.bytes[c * pixels + pixel] = static_cast<std::uint8_t>(value);
          else
            answers.integers[c * pixels + pixel] = value;
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

  void run_pixels(const CodeStep& step, std::size_t begin, std::size_t end) const {
    std::vector<CodePixels> from;
    for (const std::uint32_t signal : step.signals) from.push_back(pixels_of(signal));
    const CodePixels to = pixels_of(step.output);
    const Shape out = to.signal.type.shape;
    CodeValues values, next;
    for (std::size_t y = begin; y < end; ++y)
      for (std::size_t x = 0; x < out.width; ++x) {
        values.resize(step.sources.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
          const CodeSource& source = step.sources[i];
          const Shape& in = from[source.signal].signal.type.shape;
          const auto row = static_cast<std::int64_t>(y) * step.stride.row + source.offset.row;
          const auto column = static_cast<std::int64_t>(x) * step.stride.column + source.offset.column;
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
