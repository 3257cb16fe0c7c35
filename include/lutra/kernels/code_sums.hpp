#pragma once
// Convolution of few-bit codes by weights of one bit (or of a few values): a shuffle of bytes adds four codes for each
// of sixteen channels at once, thresholds follow while the sums are in registers, and codes are packed again.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/code_lanes.hpp>
#include <lutra/kernels/code_line.hpp>
#include <lutra/kernels/code_tables.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

namespace scalar {

/// See CodeLine; in one lane.
inline void code_sums(const CodeLine& line) noexcept {
  const std::size_t bytes = bytes_of_block(line.output);
  for (std::size_t x = 0; x < line.pixels; ++x) {
    for (std::size_t channel = 0; channel < line.blocks * code_block; ++channel) {
      const std::size_t block = channel / code_block, i = channel % code_block;
      // Steps and levels are numbers and not pointers to begin at: where there are none, there may be no memory either.
      const std::size_t first_step = block * line.steps, first_level = block * line.levels;
      std::int32_t sum = 0;
      for (std::size_t p = 0; p < line.planes; ++p) {
        sum *= 4;
        for (std::size_t s = 0; s < line.steps; ++s)
          sum += line.tables[line.offsets[p * line.steps + s] + code_table_bytes * x +
                             line.weights[(first_step + s) * code_block + code_byte_of(i)]];
      }
      const auto total = static_cast<std::int16_t>((line.doubled ? 2 * sum : sum) + line.window_sums[x]);
      std::uint8_t* const out = line.out + (x * line.blocks + block) * bytes;
      std::uint8_t code = 0;
      for (std::size_t level = 0; level < line.levels; ++level)
        if (total > line.limits[(first_level + level) * code_block + i]) ++code;
      const std::size_t byte = i / codes_per_byte, bit = 2 * (i % codes_per_byte);
      if (line.output == CodeOutput::bytes)
        out[i] = code;
      else
        out[byte] = static_cast<std::uint8_t>((bit == 0 ? 0 : out[byte]) | code << bit);
    }
  }
}

}  // namespace scalar

namespace detail {

/// Tells the compiler that memory is looked at here: registers are for what is added up.
[[gnu::always_inline]] inline void keep_in_memory(const void* memory) noexcept {
  asm volatile("" : : "r"(memory) : "memory");
}

/// Sums of `Pixels` vectors of pixels and `Blocks` blocks of channels. Bytes are added up as long as they hold the sum;
/// then they are added, as words of two bytes and the upper ones alone, to sums of 16 bits.
template <std::size_t Pixels, std::size_t Blocks, class Arch>
struct CodeTile {
  using Lanes = CodeLanes<Arch>;
  static constexpr std::size_t size = Pixels * Blocks;

  Lanes both[size], upper[size];

  [[gnu::always_inline]] static Lanes zeros() noexcept {
    alignas(16) static constexpr std::uint8_t none[16] = {};
    return Lanes::repeat(none);
  }

  /// The sums of `count` steps, which fit into bytes, are added to the others, or are all there is.
  template <bool First>
  [[gnu::always_inline]] void add(const std::uint8_t* tables, const std::uint32_t* offsets, const std::uint8_t* weights,
                                  std::size_t count, std::size_t block_bytes) noexcept {
    Lanes bytes[size];
    const Lanes zero = zeros();
    unroll<size>([&](auto i) __attribute__((always_inline)) { bytes[i] = zero; });
    // One base for each vector and an index for all: scalar additions take the same ports.
    const std::uint8_t* bases[Pixels];
    unroll<Pixels>([&](auto p) __attribute__((always_inline)) {
      bases[p] = tables + p * Lanes::count * code_table_bytes;
      asm("" : "+r"(bases[p]));
    });
    const auto add_step = [&](std::size_t s) __attribute__((always_inline)) {
      const std::size_t offset = offsets[s];
      Lanes weight[Blocks];
      unroll<Blocks>([&](auto o) __attribute__((always_inline)) {
        weight[o] = Lanes::repeat(weights + o * block_bytes + s * code_block);
      });
      unroll<Pixels>([&](auto p) __attribute__((always_inline)) {
        Lanes table = Lanes::load(bases[p] + offset);
        table.keep();
        unroll<Blocks>([&](auto o) __attribute__((always_inline)) {
          bytes[p * Blocks + o] = bytes[p * Blocks + o].add_bytes(table.look_up(weight[o]));
          bytes[p * Blocks + o].keep();
        });
      });
    };
    constexpr std::size_t together = 3;
    std::size_t s = 0;
    for (; s + together <= count; s += together)
      unroll<together>([&](auto i) __attribute__((always_inline)) { add_step(s + i); });
    for (; s < count; ++s) add_step(s);
    unroll<size>([&](auto i) __attribute__((always_inline)) {
      const Lanes high = bytes[i].high_bytes();
      both[i] = First ? bytes[i] : both[i].add_words(bytes[i]);
      upper[i] = First ? high : upper[i].add_words(high);
    });
    keep_in_memory(this);
  }

  [[gnu::always_inline]] CodeTile(const CodeLine& line, std::size_t pixel, std::size_t block) noexcept {
    const std::uint8_t* const tables = line.tables + pixel * Lanes::count * code_table_bytes;
    const std::size_t block_bytes = line.steps * code_block;
    const std::uint32_t* offsets = line.offsets;
    for (std::size_t p = 0; p < line.planes; ++p) {
      if (p != 0)
        for (std::size_t i = 0; i < size; ++i) {
          both[i] = both[i].template shift_words<2>();
          upper[i] = upper[i].template shift_words<2>();
        }
      const std::uint8_t* weights = line.weights + block * block_bytes;
      for (std::size_t left = line.steps; left != 0;) {
        const std::size_t count = std::min(left, line.flush_after);
        if (p == 0 && left == line.steps)
          add<true>(tables, offsets, weights, count, block_bytes);
        else
          add<false>(tables, offsets, weights, count, block_bytes);
        left -= count;
        offsets += count;
        weights += count * code_block;
      }
    }
  }
};

/// What becomes of the sums of a tile, which are words now: codes, packed or not. Pixel p and block o
/// of `blocks` are number p * blocks + o.
template <std::size_t Blocks, class Arch>
class CodeStore {
  using Lanes = CodeLanes<Arch>;

 public:
  [[gnu::always_inline]] CodeStore(const CodeLine& line, std::size_t pixel, std::size_t block) noexcept
      : line_(line), pixel_(pixel), block_(block) {}

  template <bool Doubled>
  [[gnu::always_inline]] void codes(const Lanes* both, const Lanes* upper, std::size_t pixels) noexcept {
    const std::int16_t* const limits = line_.limits + block_ * 3 * code_block;
    for (std::size_t p = 0; p < pixels; ++p, both += Blocks, upper += Blocks) {
      Lanes packed[Blocks];
      const Lanes window = window_of(p);
      unroll<Blocks>([&](auto o) __attribute__((always_inline)) {
        const std::int16_t* const own = limits + o * 3 * code_block;
        const Lanes low = exceeded(sum<Doubled>(both[o].subtract_words(upper[o].raise_bytes()), window), own);
        const Lanes high = exceeded(sum<Doubled>(upper[o], window), own + code_block / 2);
        packed[o] = Lanes::pack_codes(low, high);
      });
      if constexpr (Blocks == 4)
        store<16>(Lanes::join_pairs(Lanes::join_words(packed[0], packed[1]), Lanes::join_words(packed[2], packed[3])),
                  p, 0);
      else if constexpr (Blocks == 2)
        store<8>(Lanes::join_words(packed[0], packed[1]), p, 0);
      else
        store<4>(packed[0], p, 0);
    }
  }

  [[gnu::always_inline]] void bytes(const Lanes* both, const Lanes* upper, std::size_t pixels) noexcept {
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t o = 0; o < Blocks; ++o, ++both, ++upper) {
        const Lanes window = window_of(p), low = both->subtract_words(upper->raise_bytes());
        const Lanes first = line_.doubled ? sum<true>(low, window) : sum<false>(low, window);
        const Lanes second = line_.doubled ? sum<true>(*upper, window) : sum<false>(*upper, window);
        Lanes one = window.subtract_words(window), two = one;
        const std::int16_t* limits = line_.limits + (block_ + o) * line_.levels * code_block;
        for (std::size_t level = 0; level < line_.levels; ++level, limits += code_block) {
          one = one.add_words(first.greater_words(Lanes::repeat(limits)));
          two = two.add_words(second.greater_words(Lanes::repeat(limits + code_block / 2)));
        }
        store<16>(Lanes::pack_bytes(one, two), p, o * bytes_of_block(CodeOutput::bytes));
      }
  }

 private:
  [[gnu::always_inline]] Lanes window_of(std::size_t p) const noexcept {
    return Lanes::repeat_each(line_.window_sums + (pixel_ + p) * Lanes::count);
  }

  template <bool Doubled>
  [[gnu::always_inline]] static Lanes sum(Lanes sums, Lanes window) noexcept {
    return (Doubled ? sums.add_words(sums) : sums).add_words(window);
  }

  /// Minus the number of three limits that are exceeded.
  [[gnu::always_inline]] static Lanes exceeded(Lanes sums, const std::int16_t* limits) noexcept {
    const Lanes one = sums.greater_words(Lanes::repeat(limits));
    const Lanes two = sums.greater_words(Lanes::repeat(limits + code_block));
    return one.add_words(two).add_words(sums.greater_words(Lanes::repeat(limits + 2 * code_block)));
  }

  /// Writes the first bytes of each lane whose pixel is one of the line's, `shift` behind where its block begins.
  template <std::size_t Bytes>
  [[gnu::always_inline]] void store(Lanes lanes, std::size_t p, std::size_t shift) const noexcept {
    const std::size_t bytes = bytes_of_block(line_.output), pixel_bytes = line_.blocks * bytes, at = pixel_ + p;
    std::uint8_t* const to = line_.out + at * pixel_bytes + block_ * bytes + shift;
    const std::size_t stride = line_.part * pixel_bytes;
    if (at + (Lanes::count - 1) * line_.part < line_.pixels) return lanes.template store_lanes<Bytes>(to, stride);
    alignas(64) std::uint8_t parts[Lanes::count * 16];
    lanes.store(parts);
    for (std::size_t lane = 0; lane < Lanes::count && at + lane * line_.part < line_.pixels; ++lane)
      std::memcpy(to + lane * stride, parts + 16 * lane, Bytes);
  }

  const CodeLine& line_;
  std::size_t pixel_, block_;
};

template <std::size_t Pixels, std::size_t Blocks, class Arch>
[[gnu::noinline]] void code_tile(const CodeLine& line, std::size_t pixel, std::size_t block) noexcept {
  const CodeTile<Pixels, Blocks, Arch> tile(line, pixel, block);
  CodeStore<Blocks, Arch> store(line, pixel, block);
  if (line.output != CodeOutput::codes)
    store.bytes(tile.both, tile.upper, Pixels);
  else if (line.doubled)
    store.template codes<true>(tile.both, tile.upper, Pixels);
  else
    store.template codes<false>(tile.both, tile.upper, Pixels);
}

/// Vectors of pixels and blocks of channels whose sums are kept in registers.
template <class Arch>
inline constexpr std::size_t code_tile_pixels = CodeLanes<Arch>::count > 1 ? 4 : 1;
template <class Arch>
inline constexpr std::size_t code_tile_blocks = CodeLanes<Arch>::count;

/// All channels of a tile of pixels: its tables are then in the first cache, and weights come from the second.
template <std::size_t Pixels, class Arch>
void code_column(const CodeLine& line, std::size_t pixel) noexcept {
  constexpr std::size_t blocks = code_tile_blocks<Arch>;
  std::size_t block = 0;
  for (; block + blocks <= line.blocks; block += blocks) code_tile<Pixels, blocks, Arch>(line, pixel, block);
  if constexpr (blocks > 2)
    for (; block + 2 <= line.blocks; block += 2) code_tile<Pixels, 2, Arch>(line, pixel, block);
  for (; block < line.blocks; ++block) code_tile<Pixels, 1, Arch>(line, pixel, block);
}

}  // namespace detail

/// See CodeLine.
template <class Arch = DefaultArch>
void code_sums(const CodeLine& line) noexcept {
  constexpr std::size_t most = detail::code_tile_pixels<Arch>;
  using Column = void (*)(const CodeLine&, std::size_t) noexcept;
  static constexpr auto columns = []<std::size_t... P>(std::index_sequence<P...>) {
    return std::array<Column, most>{detail::code_column<P + 1, Arch>...};
  }
  (std::make_index_sequence<most>{});
  const std::size_t tiles = (line.part + most - 1) / most;
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    const std::size_t begin = line.part * tile / tiles, end = line.part * (tile + 1) / tiles;
    columns[end - begin - 1](line, begin);
  }
}

/// Lanes that the instruction set works on at once: parts of a line.
template <class Arch = DefaultArch>
[[nodiscard]] constexpr std::size_t code_lanes() noexcept {
  return CodeLanes<Arch>::count;
}

}  // namespace lutra::kernels
