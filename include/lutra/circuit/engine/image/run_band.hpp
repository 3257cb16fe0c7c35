#pragma once
// Running an image program on some lines of a frame, from top to bottom: a few lines of the input at a time become
// packed bits, 64 pixels a word, all steps and windows are done for the lines that they are enough for, and the lines
// of the answer that are complete become integers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/circuit/engine/image/band.hpp>
#include <lutra/circuit/engine/image/program.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/run_tile.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/kernels/bit_integers.hpp>
#include <lutra/kernels/lut_rows.hpp>
#include <lutra/kernels/row_block.hpp>
#include <lutra/kernels/threshold.hpp>
#include <lutra/kernels/window_bits.hpp>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Lines first..end - 1 of a scan, of which there may be none.
struct Lines {
  std::int64_t first = 0, end = 0;

  [[nodiscard]] bool empty() const noexcept { return first >= end; }
  [[nodiscard]] std::size_t count() const noexcept { return static_cast<std::size_t>(end - first); }
};

/// Adds what is between `first` and `end` to lines that are wanted.
inline void want(Lines& lines, std::int64_t first, std::int64_t end) noexcept {
  if (first >= end) return;
  lines = lines.empty() ? Lines{first, end} : Lines{std::min(lines.first, first), std::max(lines.end, end)};
}

template <class Arch, class T>
class BandRun {
 public:
  BandRun(const ImageProgram& program, Lines band, const T* frame, const FrameAnswers& answers, Workspace& workspace)
      : program_(program),
        band_(band),
        frame_(frame),
        answers_(answers),
        workspace_(workspace),
        wanted_(program.scans.size()) {
    if (workspace.rows.size() < program.words) workspace.rows.resize(program.words);
    words_ = workspace.rows.data();
    std::fill_n(words_ + program.zeros, program.constant_words, std::uint64_t{0});
    std::fill_n(words_ + program.ones, program.constant_words, ~std::uint64_t{0});
    find_wanted();
  }

  void run() {
    const Scan& answer = program_.scans[program_.answer_scan];
    for (first_ = start(); answer.lines_at(first_) < band_.end; first_ += program_.tile_lines) run_tile();
  }

 private:
  /// Backward from the answer's lines: what each window reads of its scan.
  void find_wanted() {
    wanted_[program_.answer_scan] = band_;
    for (std::size_t i = program_.windows.size(); i-- > 0;) {
      const Window& window = program_.windows[i];
      const Lines& places = wanted_[window.to];
      if (places.empty()) continue;
      const auto height = static_cast<std::int64_t>(program_.scans[window.from].height);
      want(wanted_[window.from], std::max<std::int64_t>(places.first * window.stride + window.first_row, 0),
           std::min((places.end - 1) * window.stride + window.last_row + 1, height));
    }
  }

  /// The line of the input to begin with: as far down as all scans still have their first wanted line before them.
  [[nodiscard]] std::int64_t start() const noexcept {
    std::int64_t line = static_cast<std::int64_t>(program_.input.height);
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      const Scan& scan = program_.scans[i];
      if (!wanted_[i].empty()) line = std::min(line, (wanted_[i].first + 1) * scan.step - 1 - scan.offset);
    }
    return std::max<std::int64_t>(line, 0);
  }

  void run_tile() {
    encode();
    for (const Action& action : program_.actions) {
      if (action.kind == Action::Kind::window)
        run_window(program_.windows[action.index]);
      else
        run_pixels(action);
    }
    unpack();
  }

  /// The first line of a scan that this tile, and that the next one may compute; rows begin with it.
  [[nodiscard]] std::int64_t begin_of(std::uint32_t scan) const noexcept {
    return program_.scans[scan].lines_at(first_);
  }
  [[nodiscard]] std::int64_t end_of(std::uint32_t scan) const noexcept {
    return program_.scans[scan].lines_at(first_ + program_.tile_lines);
  }
  [[nodiscard]] Lines lines_of(std::uint32_t scan) const noexcept {
    return {std::max(begin_of(scan), wanted_[scan].first), std::min(end_of(scan), wanted_[scan].end)};
  }
  /// The word of a row where a line begins.
  [[nodiscard]] std::size_t word_of(std::uint32_t scan, std::int64_t line) const noexcept {
    return static_cast<std::size_t>(line - begin_of(scan)) * program_.scans[scan].words();
  }

  void encode() {
    const Lines lines = lines_of(0);
    if (lines.empty()) return;
    const auto [channels, height, width] = program_.input;
    const std::size_t pitch = program_.scans[0].words();
    for (const Encode& code : program_.pixel.encodes) {
      const T* from = frame_ + (code.value * height + static_cast<std::size_t>(lines.first)) * width;
      std::uint64_t* to = words_ + code.row + word_of(0, lines.first);
      if (width % kernels::word_bits == 0) {
        compare(code, from, to, lines.count() * pitch);
        continue;
      }
      for (std::size_t line = 0; line < lines.count(); ++line, from += width, to += pitch) {
        compare(code, from, to, pitch - 1);
        T rest[kernels::word_bits] = {};
        std::copy_n(from + (pitch - 1) * kernels::word_bits, width % kernels::word_bits, rest);
        compare(code, rest, to + pitch - 1, 1);
      }
    }
  }

  static void compare(const Encode& code, const T* from, std::uint64_t* to, std::size_t words) noexcept {
    if (code.kind == Encode::Kind::at_least)
      kernels::threshold_bits<T, Arch>(from, code.constant, to, words);
    else
      kernels::slice_bit<T, Arch>(from, code.constant, to, words);
  }

  void run_pixels(const Action& action) {
    const Lines lines = lines_of(action.scan);
    if (lines.empty()) return;
    // Whole vectors: what is computed besides lies in the same rows and is read by nobody.
    const std::size_t first = word_of(action.scan, lines.first) / vector_words * vector_words;
    const std::size_t end = word_of(action.scan, lines.end);
    const std::size_t words = (end - first + vector_words - 1) / vector_words * vector_words;
    const kernels::RowBlock rows{words_ + first, 0, words};
    if (action.kind == Action::Kind::luts)
      run_shared<3>(program_.luts[action.index], rows);
    else
      run_step<Arch>(program_.pixel, program_.pixel.steps[action.index], rows, workspace_);
  }

  template <std::size_t FanIn>
  void run_shared(const SharedLuts& luts, const kernels::RowBlock& rows) {
    if constexpr (FanIn <= circuits::max_fan_in) {
      if (luts.fan_in != FanIn) return run_shared<FanIn + 1>(luts, rows);
      kernels::shared_lut_rows<FanIn, Arch>(program_.pixel.nibbles.data() + luts.nibbles,
                                            program_.pixel.operands.data() + luts.operands, luts.nodes, rows);
    }
  }

  void run_window(const Window& window) {
    const std::int64_t place = begin_of(window.to), next_place = end_of(window.to);
    if (wanted_[window.to].empty() || place >= wanted_[window.to].end) return;
    const std::int64_t first = std::min(place * window.stride + window.first_row, begin_of(window.from));
    gather(window, first);
    if (const Lines places = lines_of(window.to); !places.empty())
      for (std::size_t i = 0; i < window.plane_count; ++i)
        fill(window, program_.planes[window.planes + i], first, places);
    if (window.source == row_of_ones || next_place >= wanted_[window.to].end) return;
    const std::size_t pitch = program_.scans[window.from].words();
    const std::int64_t end = end_of(window.from);
    const std::int64_t next = std::min(next_place * window.stride + window.first_row, end);
    copy_words(words_ + window.lines + static_cast<std::size_t>(next - first) * pitch,
               static_cast<std::size_t>(end - next) * pitch, words_ + window.kept);
  }

  static void copy_words(const std::uint64_t* from, std::size_t words, std::uint64_t* to) noexcept {
    std::memcpy(to, from, words * sizeof(std::uint64_t));
  }

  /// Lines of the source from `first` on: those that were kept, and the tile's. What lies outside is 0.
  void gather(const Window& window, std::int64_t first) {
    const Scan& scan = program_.scans[window.from];
    const std::size_t pitch = scan.words();
    const std::int64_t begin = begin_of(window.from), end = end_of(window.from);
    std::uint64_t* const to = words_ + window.lines;
    const auto line = [&](std::int64_t y) { return to + static_cast<std::size_t>(y - first) * pitch; };
    if (window.source == row_of_ones) {
      std::fill(to, line(end), ~std::uint64_t{0});
    } else {
      copy_words(words_ + window.kept, static_cast<std::size_t>(begin - first) * pitch, to);
      copy_words(words_ + window.source, static_cast<std::size_t>(end - begin) * pitch, line(begin));
    }
    const auto height = static_cast<std::int64_t>(scan.height);
    if (first < 0) std::fill(to, line(std::min<std::int64_t>(end, 0)), std::uint64_t{0});
    if (end > height) std::fill(line(std::max(first, height)), line(end), std::uint64_t{0});
    if (const std::size_t rest = scan.width % kernels::word_bits; rest != 0)
      for (std::uint64_t* last = to + pitch - 1; last < line(end); last += pitch)
        *last &= (std::uint64_t{1} << rest) - 1;
  }

  /// A plane for some of the places; the window's lines begin with line `first` of its source.
  void fill(const Window& window, const Plane& plane, std::int64_t first, const Lines& places) {
    const Scan &from = program_.scans[window.from], &to = program_.scans[window.to];
    const std::uint64_t* const lines = words_ + window.lines;
    if (plane.kind == Plane::Kind::moved) {
      const std::size_t begin = word_of(window.to, places.first);
      const std::size_t count = places.count() + static_cast<std::size_t>(window.last_row - window.first_row);
      return kernels::shift_lines<Arch>(lines + begin, to.words(), plane.column, words_ + plane.to + begin, count);
    }
    for (std::int64_t y = places.first; y < places.end; ++y) {
      const auto line = static_cast<std::size_t>(y * window.stride + plane.row - first);
      kernels::window_line<Arch>(lines + line * from.words(), from.width, plane.column, plane.stride,
                                 words_ + plane.to + word_of(window.to, y), to.words());
    }
  }

  void unpack() {
    // A window may want more lines of the answer's own scan; these are other bands'.
    Lines lines = lines_of(program_.answer_scan);
    lines = {std::max(lines.first, band_.first), std::min(lines.end, band_.end)};
    if (lines.empty()) return;
    const auto [channels, height, width] = program_.output;
    const std::size_t pitch = program_.scans[program_.answer_scan].words();
    const Integers& answer = program_.pixel.answer;
    const std::size_t first = word_of(program_.answer_scan, lines.first);
    for (std::size_t i = 0; i < answer.count; ++i) {
      const std::size_t to = (i * height + static_cast<std::size_t>(lines.first)) * width;
      if (width % kernels::word_bits == 0) {
        unpack_words(answer, i, first, lines.count() * pitch, to);
        continue;
      }
      for (std::size_t line = 0; line < lines.count(); ++line) {
        unpack_words(answer, i, first + line * pitch, pitch - 1, to + line * width);
        unpack_rest(answer, i, first + (line + 1) * pitch - 1, width % kernels::word_bits,
                    to + line * width + (pitch - 1) * kernels::word_bits);
      }
    }
  }

  /// The words of integer i's rows, from word `first` of them on, whose pixels are the answers from `to` on.
  void unpack_words(const Integers& answer, std::size_t i, std::size_t first, std::size_t words, std::size_t to) {
    if (answers_.bytes != nullptr)
      kernels::unpack_bytes<Arch>(bits_of(answer, i, first), answer.width, answers_.bytes + to, words);
    else
      kernels::unpack_integers<std::uint32_t, Arch>(bits_of(answer, i, first), answer.width, answers_.integers + to,
                                                    words);
  }
  /// The first pixels of one word.
  void unpack_rest(const Integers& answer, std::size_t i, std::size_t word, std::size_t pixels, std::size_t to) {
    std::uint32_t values[kernels::word_bits];
    kernels::unpack_integers<std::uint32_t, Arch>(bits_of(answer, i, word), answer.width, values, 1);
    for (std::size_t x = 0; x < pixels; ++x) {
      if (answers_.bytes != nullptr)
        answers_.bytes[to + x] = static_cast<std::uint8_t>(values[x]);
      else
        answers_.integers[to + x] = values[x];
    }
  }
  [[nodiscard]] const std::uint64_t* const* bits_of(const Integers& answer, std::size_t i, std::size_t word) {
    auto& reads = workspace_.read_rows;
    reads.clear();
    for (std::size_t j = 0; j < answer.width; ++j) reads.push_back(words_ + answer.rows[i * answer.width + j] + word);
    return reads.data();
  }

  const ImageProgram& program_;
  Lines band_;
  const T* frame_;
  const FrameAnswers& answers_;
  Workspace& workspace_;
  std::uint64_t* words_;
  std::vector<Lines> wanted_;  // of each scan
  std::int64_t first_ = 0;     // the tile's first line of the input
};

}  // namespace detail

/// The RunBand of this architecture.
template <class Arch, class T>
void run_band(const ImageProgram& program, std::size_t first, std::size_t end, const T* frame,
              const FrameAnswers& answers, Workspace& workspace) {
  const detail::Lines band{static_cast<std::int64_t>(first), static_cast<std::int64_t>(end)};
  detail::BandRun<Arch, T>(program, band, frame, answers, workspace).run();
}

template <class Arch, class T>
RunBand<T>* band_runner() {
  return run_band<Arch, T>;
}

}  // namespace lutra::engine
