#pragma once
// Running a program on a tile of samples at once, one bit of a word each: transpose and compare the raw input, run the
// steps, and turn the rows of the result into integers again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/kernels/bit_integers.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <lutra/kernels/lut_rows.hpp>
#include <lutra/kernels/threshold.hpp>
#include <lutra/kernels/transpose.hpp>
#include <span>

namespace lutra::engine {

/// The size of a tile: rows hold 2^log2_words words of 64 samples.
struct Tile {
  std::uint32_t log2_words;

  [[nodiscard]] std::size_t words() const noexcept { return std::size_t{1} << log2_words; }
  [[nodiscard]] std::size_t samples() const noexcept { return words() * kernels::word_bits; }
};

/// What is computed of each sample: some of the steps, and the integers they lead to.
struct Goal {
  std::span<const Step> steps;
  const Integers* integers;
};

namespace detail {

/// Input values that are transposed together, and how far apart their planes lie: not by a power of two, so that they
/// do not compete for the same places of the cache.
template <class T>
inline constexpr std::size_t block_values = 16 / sizeof(T);
[[nodiscard]] inline std::size_t plane_stride(const Tile& tile) noexcept { return tile.samples() + kernels::word_bits; }

template <class T>
void prepare(const Program& program, const Tile& tile, Workspace& workspace) {
  const std::size_t words = program.row_count << tile.log2_words;
  if (workspace.rows.size() != words) {
    workspace.rows.assign(words, 0);
    std::fill_n(workspace.rows.begin() + (static_cast<std::ptrdiff_t>(row_of_ones) << tile.log2_words), tile.words(),
                ~std::uint64_t{0});
  }
  workspace.planes.resize(16 * plane_stride(tile));
  workspace.samples.resize(tile.samples());
  workspace.integers.resize(tile.samples());
}

/// Blocks of values become planes, which are compared or cut into bits while they are in the first cache. `Packed`
/// samples hold eight values of one bit in each byte.
template <class Arch, bool Packed, class T>
void encode_blocks(const Program& program, std::size_t sample_size, std::size_t count, const Tile& tile,
                   const kernels::RowBlock& rows, Workspace& workspace) {
  const std::size_t stride = plane_stride(tile), words = kernels::words_for(count);
  const auto* const samples = reinterpret_cast<const T* const*>(workspace.samples.data());
  T* const planes = reinterpret_cast<T*>(workspace.planes.data());
  const std::size_t values = std::min(block_values<T>, sample_size);
  const auto place = [](const Encode& encode) { return Packed ? encode.value / 8 : encode.value; };
  const auto& encodes = program.encodes;
  for (std::size_t i = 0; i < encodes.size();) {
    const std::size_t begin = std::min(place(encodes[i]) / values * values, sample_size - values);
    kernels::transpose_samples<T, Arch>(samples, count, values, planes, stride, begin);
    for (; i < encodes.size() && place(encodes[i]) < begin + values; ++i) {
      const T* const plane = planes + (place(encodes[i]) - begin) * stride;
      std::uint64_t* const row = rows[encodes[i].row];
      if (Packed)
        kernels::slice_bit<T, Arch>(plane, encodes[i].value % 8, row, words);
      else if (encodes[i].kind == Encode::Kind::at_least)
        kernels::threshold_bits<T, Arch>(plane, encodes[i].constant, row, words);
      else
        kernels::slice_bit<T, Arch>(plane, encodes[i].constant, row, words);
    }
  }
}

/// Rows of the encoder. Samples of single bits are packed first, so that an eighth has to be transposed.
template <class Arch, class T>
void encode(const Program& program, const T* samples, std::size_t count, const Tile& tile,
            const kernels::RowBlock& rows, Workspace& workspace) {
  const std::size_t size = program.input_size;
  if (program.input_width > 1) {
    for (std::size_t s = 0; s < count; ++s) workspace.samples[s] = samples + s * size;
    return encode_blocks<Arch, false, T>(program, size, count, tile, rows, workspace);
  }
  const std::size_t words = kernels::words_for(size);
  workspace.packed.resize(words * tile.samples());
  for (std::size_t s = 0; s < count; ++s) {
    std::uint64_t* const packed = workspace.packed.data() + s * words;
    kernels::pack_bits<T, Arch>(samples + s * size, size, packed);
    workspace.samples[s] = packed;
  }
  encode_blocks<Arch, true, std::uint8_t>(program, words * sizeof(std::uint64_t), count, tile, rows, workspace);
}

template <class Arch>
void run_luts(const Program& program, const Step& step, const kernels::RowBlock& rows) {
  const std::uint8_t* const nibbles = program.nibbles.data() + step.nibbles;
  const std::uint32_t* const operands = program.operands.data() + step.operands;
  switch (step.detail) {
    case 3:
      return kernels::lut_rows<3, Arch>(nibbles, operands, step.nodes, rows);
    case 4:
      return kernels::lut_rows<4, Arch>(nibbles, operands, step.nodes, rows);
    case 5:
      return kernels::lut_rows<5, Arch>(nibbles, operands, step.nodes, rows);
    case 6:
      return kernels::lut_rows<6, Arch>(nibbles, operands, step.nodes, rows);
    case 7:
      return kernels::lut_rows<7, Arch>(nibbles, operands, step.nodes, rows);
    default:
      return kernels::lut_rows<8, Arch>(nibbles, operands, step.nodes, rows);
  }
}

template <class Arch>
void run_step(const Program& program, const Step& step, const kernels::RowBlock& rows, Workspace& workspace) {
  const std::uint32_t* const operands = program.operands.data() + step.operands;
  if (step.kind == Kind::gate) return kernels::gate_rows<Arch>(step.detail, operands, step.nodes, rows);
  if (step.kind == Kind::lut) return run_luts<Arch>(program, step, rows);
  if (step.kind == Kind::count) return kernels::count_rows<Arch>(operands, step.reads, rows);

  auto& reads = workspace.read_rows;
  auto& writes = workspace.written_rows;
  reads.clear();
  writes.clear();
  for (std::size_t i = 0; i < step.reads; ++i) reads.push_back(rows[operands[i]]);
  for (std::size_t i = 0; i < step.writes; ++i) writes.push_back(rows[operands[step.reads + i]]);
  switch (step.kind) {
    case Kind::at_least:
      return kernels::integer_at_least<Arch>(reads.data(), reads.size(), step.constant, writes[0], rows.words);
    case Kind::add: {
      const std::size_t width = reads.size() / 2;
      return kernels::add_integers<Arch>(reads.data(), width, reads.data() + width, width, writes.data(), writes.size(),
                                         rows.words);
    }
    default:
      return kernels::argmax_integers<Arch>(reads.data(), step.constant, reads.size() / step.constant, writes.data(),
                                            writes.size(), rows.words);
  }
}

/// Integers of all samples, sample after sample.
template <class Arch>
void unpack(const Integers& integers, std::size_t count, const kernels::RowBlock& rows, Workspace& workspace,
            std::uint32_t* answers) {
  auto& reads = workspace.read_rows;
  std::uint32_t* const values = workspace.integers.data();
  for (std::size_t i = 0; i < integers.count; ++i) {
    reads.clear();
    for (std::size_t j = 0; j < integers.width; ++j) reads.push_back(rows[integers.rows[i * integers.width + j]]);
    kernels::unpack_integers<std::uint32_t, Arch>(reads.data(), reads.size(), values, kernels::words_for(count));
    for (std::size_t s = 0; s < count; ++s) answers[s * integers.count + i] = values[s];
  }
}

}  // namespace detail

/// Runs `count` samples (1 to tile.samples()) of T = uint8_t or uint16_t, one after another at `samples`, whose values
/// fit the program's input, and writes goal.integers->count integers a sample to `answers`.
template <class Arch, class T>
void run_tile(const Program& program, const Goal& goal, const Tile& tile, const T* samples, std::size_t count,
              std::uint32_t* answers, Workspace& workspace) {
  detail::prepare<T>(program, tile, workspace);
  constexpr std::size_t vector = kernels::WordVector<Arch>::size;
  const std::size_t words = (kernels::words_for(count) + vector - 1) / vector * vector;
  const kernels::RowBlock rows{workspace.rows.data(), tile.log2_words, words};
  detail::encode<Arch>(program, samples, count, tile, rows, workspace);
  for (const Step& step : goal.steps) detail::run_step<Arch>(program, step, rows, workspace);
  detail::unpack<Arch>(*goal.integers, count, rows, workspace, answers);
}

}  // namespace lutra::engine
