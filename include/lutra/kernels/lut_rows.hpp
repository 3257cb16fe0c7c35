#pragma once
// Runs of look-up tables of one kind over numbered rows of one block of memory: what a whole circuit on packed bits
// consists of. A run keeps its constants in registers and has no branch that depends on a node.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/lut_bits.hpp>
#include <lutra/kernels/row_block.hpp>
#include <lutra/kernels/words.hpp>
#include <utility>

namespace lutra::kernels {

namespace detail {

/// How many nodes before its turn a node's inputs are asked for: a processor looks ahead by itself, but by
/// instructions, of which a LUT has so many that it sees too few nodes where rows come from far.
inline constexpr std::size_t nodes_ahead = 4;

/// Only the first line of each row: where rows come from far, tiles are small and rows one line long.
template <std::size_t Count>
[[gnu::always_inline]] inline void prefetch_rows(const std::uint32_t* operands, const RowBlock& rows) noexcept {
  unroll<Count>([&](auto j) __attribute__((always_inline)) { __builtin_prefetch(rows[operands[j]]); });
}

}  // namespace detail

/// `count` tables of FanIn (3..8) inputs. Node i reads rows operands[i * (FanIn + 1)] on, pin 0 first, and writes the
/// row named after them; its table is NibbleBytes<FanIn>::size bytes of `nibbles`. A node may overwrite its own inputs.
template <std::size_t FanIn, class Arch = DefaultArch>
void lut_rows(const std::uint8_t* nibbles, const std::uint32_t* operands, std::size_t count,
              const RowBlock& rows) noexcept {
  using Vector = WordVector<Arch>;
  const RowBlock own = rows;  // a copy that stays in registers: stores to rows cannot change it
  detail::TwoInputFunctions<Arch> functions;
  for (std::size_t i = 0; i < count; ++i, operands += FanIn + 1, nibbles += NibbleBytes<FanIn>::size) {
    const std::uint64_t* pins[FanIn];
    unroll<FanIn>([&](auto j) __attribute__((always_inline)) { pins[j] = own[operands[j]]; });
    std::uint64_t* const out = own[operands[FanIn]];
    if (own.far && i + detail::nodes_ahead < count)
      detail::prefetch_rows<FanIn>(operands + detail::nodes_ahead * (FanIn + 1), own);
    for (std::size_t word = 0; word < own.words; word += Vector::size) {
      Vector x[FanIn];
      unroll<FanIn>([&](auto j) __attribute__((always_inline)) { x[j] = Vector::load_unaligned(pins[j] + word); });
      functions.set_inputs(x[0], x[1]);
      detail::join_nibbles<FanIn, 0, Arch>(NibbleBytes<FanIn>{nibbles}, functions, x).store_aligned(out + word);
    }
  }
}

namespace detail {

/// The words of `Count` vectors, from the same place of several rows on.
template <std::size_t Count, class Arch>
using Vectors = std::array<WordVector<Arch>, Count>;

/// join_nibbles for several vectors at once, which share the way to each nibble.
template <std::size_t Pins, std::size_t First, std::size_t Count, class Arch, class Table>
[[gnu::always_inline]] inline Vectors<Count, Arch> join_vectors(const Table& table,
                                                                const TwoInputFunctions<Arch>* functions,
                                                                const std::uint64_t* const* pins) noexcept {
  Vectors<Count, Arch> joined;
  if constexpr (Pins == 2) {
    unroll<Count>([&](auto v) __attribute__((always_inline)) { joined[v] = functions[v].at(table, First); });
  } else {
    constexpr std::size_t half = std::size_t{1} << (Pins - 3);
    const auto low = join_vectors<Pins - 1, First, Count, Arch>(table, functions, pins);
    const auto high = join_vectors<Pins - 1, First + half, Count, Arch>(table, functions, pins);
    unroll<Count>([&](auto v) __attribute__((always_inline)) {
      const auto x = load_words<Arch>(pins[Pins - 1] + v * WordVector<Arch>::size);
      joined[v] = change_where<Arch>(x, low[v], high[v]);
    });
  }
  return joined;
}

/// shared_lut_rows for Count vectors of each row, from `word` on.
template <std::size_t FanIn, std::size_t Count, class Arch>
[[gnu::always_inline]] inline void shared_luts(const std::uint8_t* nibbles, const std::uint32_t* operands,
                                               std::size_t count, const RowBlock& rows, std::size_t word,
                                               TwoInputFunctions<Arch>* functions) noexcept {
  using Vector = WordVector<Arch>;
  const std::uint64_t *const first = rows[operands[0]] + word, *const second = rows[operands[1]] + word;
  unroll<Count>([&](auto v) __attribute__((always_inline)) {
    functions[v].set_inputs(load_words<Arch>(first + v * Vector::size), load_words<Arch>(second + v * Vector::size));
  });
  operands += 2;
  for (std::size_t i = 0; i < count; ++i, operands += FanIn - 1, nibbles += NibbleBytes<FanIn>::size) {
    const std::uint64_t* pins[FanIn];
    unroll<FanIn - 2>([&](auto j) __attribute__((always_inline)) { pins[j + 2] = rows[operands[j]] + word; });
    std::uint64_t* const out = rows[operands[FanIn - 2]] + word;
    const auto joined = join_vectors<FanIn, 0, Count, Arch>(NibbleBytes<FanIn>{nibbles}, functions, pins);
    unroll<Count>([&](auto v) __attribute__((always_inline)) { joined[v].store_aligned(out + v * Vector::size); });
  }
}

}  // namespace detail

/// `count` tables of FanIn (3..8) inputs, the first two of which all of them share: they are rows operands[0] and
/// operands[1]. Node i reads rows operands[2 + i * (FanIn - 1)] on, pin 2 first, and writes the row named after them,
/// which none of the nodes reads; tables are as for lut_rows.
template <std::size_t FanIn, class Arch = DefaultArch>
void shared_lut_rows(const std::uint8_t* nibbles, const std::uint32_t* operands, std::size_t count,
                     const RowBlock& rows) noexcept {
  constexpr std::size_t vectors = has_avx512<Arch> ? 4 : 2, size = WordVector<Arch>::size;
  const RowBlock own = rows;  // a copy that stays in registers: stores to rows cannot change it
  detail::TwoInputFunctions<Arch> functions[vectors];
  std::size_t word = 0;
  for (; word + vectors * size <= own.words; word += vectors * size)
    detail::shared_luts<FanIn, vectors, Arch>(nibbles, operands, count, own, word, functions);
  for (; word < own.words; word += size)
    detail::shared_luts<FanIn, 1, Arch>(nibbles, operands, count, own, word, functions);
}

namespace detail {

/// A table of two inputs that is known to the compiler.
template <std::uint32_t Table, class Vector>
[[gnu::always_inline]] inline Vector gate(const Vector& x0, const Vector& x1, const Vector& one) noexcept {
  static_assert(Table < 16, "lutra: a table of two inputs has four bits");
  if constexpr (Table == 0) return one ^ one;
  if constexpr (Table == 1) return one ^ (x0 | x1);
  if constexpr (Table == 2) return x0 & (one ^ x1);
  if constexpr (Table == 3) return one ^ x1;
  if constexpr (Table == 4) return (one ^ x0) & x1;
  if constexpr (Table == 5) return one ^ x0;
  if constexpr (Table == 6) return x0 ^ x1;
  if constexpr (Table == 7) return one ^ (x0 & x1);
  if constexpr (Table == 8) return x0 & x1;
  if constexpr (Table == 9) return one ^ x0 ^ x1;
  if constexpr (Table == 10) return x0;
  if constexpr (Table == 11) return x0 | (one ^ x1);
  if constexpr (Table == 12) return x1;
  if constexpr (Table == 13) return (one ^ x0) | x1;
  if constexpr (Table == 14) return x0 | x1;
  if constexpr (Table == 15) return one;
}

/// gate_rows for one table, and for rows of 2^Log2Words words that are all in use, or of any number where that is 0 or
/// less than a vector: so little is done for a gate that a loop over its words would cost as much again.
template <std::uint32_t Table, class Arch, std::uint32_t Log2Words>
void gate_rows(const std::uint32_t* operands, std::size_t count, const RowBlock& rows) noexcept {
  using Vector = WordVector<Arch>;
  RowBlock own = rows;  // a copy that stays in registers: stores to rows cannot change it
  constexpr std::size_t vectors = (std::size_t{1} << Log2Words) / Vector::size;
  if constexpr (vectors != 0) own.log2_stride = Log2Words;
  const Vector one(~std::uint64_t{0});
  for (std::size_t i = 0; i < count; ++i, operands += 3) {
    const std::uint64_t *const a = own[operands[0]], *const b = own[operands[1]];
    std::uint64_t* const out = own[operands[2]];
    const auto run_vector = [&](std::size_t word) __attribute__((always_inline)) {
      gate<Table>(Vector::load_unaligned(a + word), Vector::load_unaligned(b + word), one).store_aligned(out + word);
    };
    if constexpr (vectors == 0)
      for (std::size_t word = 0; word < own.words; word += Vector::size) run_vector(word);
    else
      unroll<vectors>([&](auto vector) __attribute__((always_inline)) { run_vector(vector * Vector::size); });
  }
}

}  // namespace detail

/// `count` nodes of two inputs with the same table (0..15): node i reads rows operands[3i] (pin 0) and operands[3i + 1]
/// and writes row operands[3i + 2].
template <class Arch = DefaultArch>
void gate_rows(std::uint32_t table, const std::uint32_t* operands, std::size_t count, const RowBlock& rows) noexcept {
  using Run = void (*)(const std::uint32_t*, std::size_t, const RowBlock&) noexcept;
  constexpr std::uint32_t tables = 16, least_log2 = 3, most_log2 = 5;  // words of a row that the compiler knows
  static constexpr auto runs = []<std::uint32_t... Index>(std::integer_sequence<std::uint32_t, Index...>) {
    return std::array<Run, sizeof...(Index)>{
        detail::gate_rows<Index % tables, Arch, (Index < tables ? 0 : least_log2 - 1 + Index / tables)>...};
  }
  (std::make_integer_sequence<std::uint32_t, tables*(most_log2 - least_log2 + 2)>{});
  const bool known = rows.log2_stride >= least_log2 && rows.log2_stride <= most_log2 &&
                     rows.words == std::size_t{1} << rows.log2_stride;
  runs[(known ? rows.log2_stride - least_log2 + 1 : 0) * tables + (table & 15)](operands, count, rows);
}

}  // namespace lutra::kernels
