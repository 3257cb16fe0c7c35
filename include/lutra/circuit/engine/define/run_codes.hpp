#pragma once
// Runs an image circuit of few-bit codes, one step of a whole frame after another, in bands of lines.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/pixels.hpp>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/circuit/engine/define/run_by_lines.hpp>
#include <lutra/circuit/engine/define/run_by_pixels.hpp>
#include <lutra/inline.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/max_codes.hpp>
#include <lutra/parallel.hpp>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

/// A frame on its way through a program.
class CodeRun {
 public:
  CodeRun(const CodeProgram& program, std::size_t threads, WorkspacePool& pool)
      : program_(program), threads_(threads), pool_(pool), loan_(pool.lend()), images_((*loan_).images) {
    images_.resize(std::max(images_.size(), program.slots));
    make_room(0);
    for (const CodeStep& step : program.steps) make_room(step.output);
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
        if (step.is_convolution())
          convolve(step, begin, end, workspace);
        else if (!step.copies.empty() && step.takes_largest())
          take_largest(step, begin, end);
        else if (!step.copies.empty())
          copy_pixels(step, begin, end);
        else
          run_step(step, begin, end);
      });
    }
  }

  void write(const FrameAnswers& answers) {
    if (answers.bytes != nullptr)
      write(answers.bytes);
    else
      write(answers.integers);
  }

 private:
  static constexpr std::size_t fewest_lines = 8;

  [[nodiscard]] CodePixels pixels_of(std::size_t signal) const {
    return {program_.signals[signal], images_[program_.signals[signal].slot].data()};
  }

  void make_room(std::uint32_t number) {
    const CodeSignal& signal = program_.signals[number];
    auto& image = images_[signal.slot];
    if (image.size() < signal.bytes()) image.resize(signal.bytes());
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

  void convolve(const CodeStep& step, std::size_t begin, std::size_t end, Workspace& workspace) const {
    const std::uint8_t* const input = pixels_of(step.signals[0]).data;
    std::uint8_t* const output = pixels_of(step.output).data;
    const auto run = [&](const auto& convolution) {
      if constexpr (!std::is_same_v<std::decay_t<decltype(convolution)>, std::monostate>)
        run_lines(convolution, begin, end, input, output, workspace);
    };
    std::visit(run, step.convolution);
  }

  template <class T>
  void write(T* answers) {
    const CodeStep& step = program_.answer;
    const Shape& shape = program_.signals[step.output].type.shape;
    in_bands(shape, [&](std::size_t begin, std::size_t end, Workspace&) {
      for (std::size_t c = 0; c < shape.channels; ++c)
        for (std::size_t y = begin; y < end; ++y) {
          T* const to = answers + (c * shape.height + y) * shape.width;
          if (std::is_same_v<T, std::uint32_t> && write_blocks(step, y, c, shape, to)) continue;
          for (std::size_t phase = 0; phase < step.block; ++phase)
            write_line(step, (y % step.block * step.block + phase) * shape.channels + c, y / step.block,
                       shape.width / step.block, to + phase);
        }
    });
  }

  /// A line of numbers whose blocks' columns lie side by side as channels of a pixel. False where they do not.
  bool write_blocks(const CodeStep& step, std::size_t y, std::size_t c, const Shape& shape, void* to) const {
    const auto source = [&](std::size_t phase) -> const CodeSource& {
      return step.sources[(y % step.block * step.block + phase) * shape.channels + c];
    };
    const CodeSource& first = source(0);
    const CodePixels from = pixels_of(step.signals[first.signal]);
    if (from.signal.is_code() || first.offset != circuits::Offset{} || step.stride != circuits::Offset{1, 1})
      return false;
    for (std::uint32_t phase = 1; phase < step.block; ++phase)
      if (source(phase) != CodeSource{first.signal, first.channel + phase, {}}) return false;
    const std::size_t pixel_bytes = from.signal.pixel_bytes(), bytes = step.block * sizeof(std::uint32_t);
    copy_bytes(from.data + y / step.block * from.signal.type.shape.width * pixel_bytes + 4 * first.channel, pixel_bytes,
               shape.width / step.block, bytes, static_cast<std::uint8_t*>(to), bytes);
    return true;
  }

  /// What `source` gives at `count` places of line y; what lies outside of its image is 0.
  template <class T>
  void write_line(const CodeStep& step, std::size_t source, std::size_t y, std::size_t count, T* to) const {
    const auto& [signal, channel, offset] = step.sources[source];
    const CodePixels from = pixels_of(step.signals[signal]);
    const Places places = places_inside(from.signal.type.shape, step.stride, offset, y, count);
    for (std::size_t x = 0; x < places.begin; ++x) to[x * step.block] = 0;
    for (std::size_t x = places.begin + places.count; x < count; ++x) to[x * step.block] = 0;
    if (places.count != 0)
      from.get_run(places.pixel, static_cast<std::size_t>(step.stride.column), places.count, channel,
                   to + places.begin * step.block, step.block);
  }

  /// Of places that look at an image, those that see a pixel of it, and the first of these pixels.
  struct Places {
    std::size_t begin, count, pixel;
  };

  static Places places_inside(const Shape& image, const circuits::Offset& stride, const circuits::Offset& offset,
                              std::size_t y, std::size_t count) {
    const std::int64_t row = static_cast<std::int64_t>(y) * stride.row + offset.row, step = stride.column;
    const auto all = static_cast<std::int64_t>(count), width = static_cast<std::int64_t>(image.width);
    if (row < 0 || row >= static_cast<std::int64_t>(image.height)) return {count, 0, 0};
    const std::int64_t begin = std::clamp<std::int64_t>(divide_up(-offset.column, step), 0, all);
    const std::int64_t end = std::clamp(divide_up(width - offset.column, step), begin, all);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin),
            begin == end ? 0 : static_cast<std::size_t>(row * width + begin * step + offset.column)};
  }

  void copy_pixels(const CodeStep& step, std::size_t begin, std::size_t end) const {
    const CodeSignal& signal = program_.signals[step.output];
    const std::size_t width = signal.type.shape.width, pixel_bytes = signal.pixel_bytes(), block = step.block;
    for (std::size_t y = begin; y < end; ++y) {
      std::uint8_t* const line = pixels_of(step.output).data + y * width * pixel_bytes;
      std::memset(line, 0, width * pixel_bytes);
      for (std::size_t phase = 0; phase < block; ++phase)
        for (const CodeCopy& copy : step.copies[y % block * block + phase])
          copy_line(step, copy, y / block, width / block, line + phase * pixel_bytes + copy.to, block * pixel_bytes);
    }
  }

  /// The bytes of `count` places of line y that lie inside of the image they are copied from.
  void copy_line(const CodeStep& step, const CodeCopy& copy, std::size_t y, std::size_t count, std::uint8_t* to,
                 std::size_t to_step) const {
    with_line(step, copy, y, count, [&](const std::uint8_t* from, std::size_t from_step, const Places& places) {
      copy_bytes(from, from_step, places.count, copy.bytes, to + places.begin * to_step, to_step);
    });
  }

  /// Outside of an image codes are 0, and so none of them is the largest.
  void take_largest(const CodeStep& step, std::size_t begin, std::size_t end) const {
    const CodeSignal& signal = program_.signals[step.output];
    const std::size_t width = signal.type.shape.width, pixel_bytes = signal.pixel_bytes();
    const bool packed = signal.image().is_packed();
    for (std::size_t y = begin; y < end; ++y) {
      std::uint8_t* const line = pixels_of(step.output).data + y * width * pixel_bytes;
      std::memset(line, 0, width * pixel_bytes);
      for (const std::vector<CodeCopy>& pixel : step.copies)
        for (const CodeCopy& copy : pixel)
          with_line(step, copy, y, width, [&](const std::uint8_t* from, std::size_t from_step, const Places& places) {
            kernels::max_codes(from, from_step, places.count, copy.bytes, packed,
                               line + places.begin * pixel_bytes + copy.to, pixel_bytes);
          });
    }
  }

  /// Calls body(first bytes, bytes between pixels, places) for those of `count` places of line y that see a pixel.
  template <class Body>
  void with_line(const CodeStep& step, const CodeCopy& copy, std::size_t y, std::size_t count, const Body& body) const {
    const CodePixels from = pixels_of(step.signals[copy.signal]);
    const Places places = places_inside(from.signal.type.shape, step.stride, copy.offset, y, count);
    const std::size_t pixel_bytes = from.signal.pixel_bytes();
    if (places.count != 0)
      body(from.data + places.pixel * pixel_bytes + copy.from,
           static_cast<std::size_t>(step.stride.column) * pixel_bytes, places);
  }

  /// Some bytes of each of `count` pixels; of as many as pixels often have, the compiler knows how many.
  static void copy_bytes(const std::uint8_t* from, std::size_t from_step, std::size_t count, std::size_t bytes,
                         std::uint8_t* to, std::size_t to_step) {
    const auto copy = [&](auto size) {
      for (std::size_t i = 0; i < count; ++i) std::memcpy(to + i * to_step, from + i * from_step, size);
    };
    switch (bytes) {
      case 4:
        return copy(std::integral_constant<std::size_t, 4>{});
      case 8:
        return copy(std::integral_constant<std::size_t, 8>{});
      case 12:
        return copy(std::integral_constant<std::size_t, 12>{});
      case 16:
        return copy(std::integral_constant<std::size_t, 16>{});
      default:
        return copy(bytes);
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
