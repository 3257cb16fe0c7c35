#pragma once
// Running a program on a tile of samples at once, one bit of a word each: transpose and compare the raw input, run the
// steps, and turn the rows of the result into integers again.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/tile.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/kernels/bit_integers.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <lutra/kernels/lut_rows.hpp>
#include <lutra/kernels/threshold.hpp>
#include <lutra/kernels/transpose.hpp>
#include <span>

namespace lutra::engine {

namespace detail {

/// Input values that are transposed together: as many as a line of the cache holds of a sample, so that each line is
/// read once. They become planes of a few samples, which fit the first cache.
template <class T>
inline constexpr std::size_t block_values = 64 / sizeof(T);
inline constexpr std::size_t block_samples = 512;
/// How far apart planes lie, in values: not by a power of two, so that they do not compete for the same places of the
/// cache.
inline constexpr std::size_t plane_stride = block_samples + kernels::word_bits;

/// Memory for a run. Rows lie as close together as `count` samples allow: a few samples use few lines of the cache.
template <class Arch>
[[nodiscard]] kernels::RowBlock prepare(const Program& program, const Tile& tile, std::size_t count,
                                        Workspace& workspace) {
  constexpr std::size_t vector = kernels::WordVector<Arch>::size;
  const std::size_t words = (kernels::words_for(count) + vector - 1) / vector * vector;
  const auto log2_words = static_cast<std::uint32_t>(std::bit_width(words - 1));
  if (const std::size_t most = program.row_count << tile.log2_words; workspace.rows.size() < most)
    workspace.rows.resize(most);
  workspace.planes.resize(block_values<unsigned char> * plane_stride);
  workspace.samples.resize(block_samples);
  workspace.integers.resize(tile.samples());
  constexpr std::size_t near_bytes = std::size_t{1} << 21;
  const bool far = program.row_count * words * sizeof(std::uint64_t) > near_bytes;
  const kernels::RowBlock rows{workspace.rows.data(), log2_words, words, far};
  std::fill_n(rows[row_of_zeros], words, std::uint64_t{0});
  std::fill_n(rows[row_of_ones], words, ~std::uint64_t{0});
  return rows;
}

/// Where the values that an encode reads are found in a sample. `Packed` samples hold eight values of one bit in each
/// byte.
template <bool Packed>
[[nodiscard]] std::size_t place_of(const Encode& encode) noexcept {
  return Packed ? encode.value / 8 : encode.value;
}

/// Planes of the `values` values from `begin` on, of `count` samples. Meanwhile the line of each sample that is wanted
/// next, the one at `next`, is asked for: lines of different samples are too far apart for the processor to foresee.
template <class Arch, class T>
void transpose_block(const T* const* samples, std::size_t count, std::size_t begin, std::size_t values,
                     std::size_t next, T* planes) {
  for (std::size_t s = 0; s < count; s += kernels::word_bits) {
    const std::size_t few = std::min(count - s, kernels::word_bits);
    for (std::size_t i = s; i < s + few; ++i) __builtin_prefetch(samples[i] + next);
    kernels::transpose_samples<T, Arch>(samples + s, few, values, planes + s, plane_stride, begin);
  }
}

/// Blocks of values become planes, which are compared or cut into bits while they are in the first cache. Row words
/// from `word` on are written.
template <class Arch, bool Packed, class T>
void encode_blocks(const Program& program, std::size_t sample_size, const T* const* samples, std::size_t count,
                   std::size_t word, const kernels::RowBlock& rows, T* planes) {
  const std::size_t words = kernels::words_for(count), values = std::min(block_values<T>, sample_size);
  const auto& encodes = program.encodes;
  const auto begin_of = [&](std::size_t i) {
    return std::min(place_of<Packed>(encodes[i]) / values * values, sample_size - values);
  };
  for (std::size_t i = 0; i < encodes.size();) {
    const std::size_t begin = begin_of(i);
    std::size_t end = i + 1;
    while (end < encodes.size() && place_of<Packed>(encodes[end]) < begin + values) ++end;
    const std::size_t next = begin_of(end == encodes.size() ? i : end) + values - 1;
    transpose_block<Arch>(samples, count, begin, values, next, planes);
    for (; i < end; ++i) {
      const T* const plane = planes + (place_of<Packed>(encodes[i]) - begin) * plane_stride;
      std::uint64_t* const row = rows[encodes[i].row] + word;
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
void encode(const Program& program, const T* samples, std::size_t count, const kernels::RowBlock& rows,
            Workspace& workspace) {
  const std::size_t size = program.input_size, packed_words = kernels::words_for(size);
  const bool packed = program.input_width == 1;
  if (packed) workspace.packed.resize(packed_words * block_samples);
  for (std::size_t first = 0; first < count; first += block_samples) {
    const std::size_t some = std::min(count - first, block_samples), word = first / kernels::word_bits;
    for (std::size_t s = 0; s < some; ++s) {
      const T* const sample = samples + (first + s) * size;
      workspace.samples[s] = packed ? static_cast<const void*>(workspace.packed.data() + s * packed_words) : sample;
      if (packed) kernels::pack_bits<T, Arch>(sample, size, workspace.packed.data() + s * packed_words);
    }
    if (packed)
      encode_blocks<Arch, true>(program, packed_words * sizeof(std::uint64_t),
                                reinterpret_cast<const std::uint8_t* const*>(workspace.samples.data()), some, word,
                                rows, workspace.planes.data());
    else
      encode_blocks<Arch, false>(program, size, reinterpret_cast<const T* const*>(workspace.samples.data()), some, word,
                                 rows, reinterpret_cast<T*>(workspace.planes.data()));
  }
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

/// The RunTile of this architecture.
template <class Arch, class T>
void run_tile(const Program& program, const Goal& goal, const Tile& tile, const T* samples, std::size_t count,
              std::uint32_t* answers, Workspace& workspace) {
  const kernels::RowBlock rows = detail::prepare<Arch>(program, tile, count, workspace);
  detail::encode<Arch>(program, samples, count, rows, workspace);
  for (const Step& step : goal.steps) detail::run_step<Arch>(program, step, rows, workspace);
  detail::unpack<Arch>(*goal.integers, count, rows, workspace, answers);
}

template <class Arch, class T>
RunTile<T>* tile_runner() {
  return run_tile<Arch, T>;
}

}  // namespace lutra::engine
