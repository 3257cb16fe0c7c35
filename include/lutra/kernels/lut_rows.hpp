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

/// `count` tables of FanIn (3..8) inputs. Node i reads rows operands[i * (FanIn + 1)] on, pin 0 first, and writes the row
/// named after them; its table is NibbleBytes<FanIn>::size bytes of `nibbles`. A node may overwrite its own inputs.
template <std::size_t FanIn, class Arch = DefaultArch>
void lut_rows(const std::uint8_t* nibbles, const std::uint32_t* operands, std::size_t count,
              const RowBlock& rows) noexcept {
  using Vector = WordVector<Arch>;
  detail::TwoInputFunctions<Arch> functions;
  for (std::size_t i = 0; i < count; ++i, operands += FanIn + 1, nibbles += NibbleBytes<FanIn>::size) {
    const std::uint64_t* pins[FanIn];
    unroll<FanIn>([&](auto j) __attribute__((always_inline)) { pins[j] = rows[operands[j]]; });
    std::uint64_t* const out = rows[operands[FanIn]];
    for (std::size_t word = 0; word < rows.words; word += Vector::size) {
      Vector x[FanIn];
      unroll<FanIn>([&](auto j) __attribute__((always_inline)) { x[j] = Vector::load_aligned(pins[j] + word); });
      functions.set_inputs(x[0], x[1]);
      detail::join_nibbles<FanIn, 0, Arch>(NibbleBytes<FanIn>{nibbles}, functions, x).store_aligned(out + word);
    }
  }
}

namespace detail {

/// `count` nodes with the same table of two inputs. Node i reads rows operands[3i] and operands[3i + 1] and writes row
/// operands[3i + 2].
template <std::uint32_t Table, class Arch>
void gate_rows(const std::uint32_t* operands, std::size_t count, const RowBlock& rows) noexcept {
  using Vector = WordVector<Arch>;
  const Vector one(~std::uint64_t{0});
  for (std::size_t i = 0; i < count; ++i, operands += 3) {
    const std::uint64_t *const a = rows[operands[0]], *const b = rows[operands[1]];
    std::uint64_t* const out = rows[operands[2]];
    for (std::size_t word = 0; word < rows.words; word += Vector::size) {
      const Vector x0 = Vector::load_aligned(a + word), x1 = Vector::load_aligned(b + word);
      Vector y = one ^ one;
      if constexpr (Table == 1) y = one ^ (x0 | x1);
      if constexpr (Table == 2) y = x0 & (one ^ x1);
      if constexpr (Table == 3) y = one ^ x1;
      if constexpr (Table == 4) y = (one ^ x0) & x1;
      if constexpr (Table == 5) y = one ^ x0;
      if constexpr (Table == 6) y = x0 ^ x1;
      if constexpr (Table == 7) y = one ^ (x0 & x1);
      if constexpr (Table == 8) y = x0 & x1;
      if constexpr (Table == 9) y = one ^ x0 ^ x1;
      if constexpr (Table == 10) y = x0;
      if constexpr (Table == 11) y = x0 | (one ^ x1);
      if constexpr (Table == 12) y = x1;
      if constexpr (Table == 13) y = (one ^ x0) | x1;
      if constexpr (Table == 14) y = x0 | x1;
      if constexpr (Table == 15) y = one;
      y.store_aligned(out + word);
    }
  }
}

}  // namespace detail

/// `count` nodes of two inputs with the same table (0..15): node i reads rows operands[3i] (pin 0) and operands[3i + 1]
/// and writes row operands[3i + 2].
template <class Arch = DefaultArch>
void gate_rows(std::uint32_t table, const std::uint32_t* operands, std::size_t count, const RowBlock& rows) noexcept {
  using Run = void (*)(const std::uint32_t*, std::size_t, const RowBlock&) noexcept;
  static constexpr std::array<Run, 16> runs = []<std::uint32_t... Table>(
      std::integer_sequence<std::uint32_t, Table...>) {
    return std::array<Run, 16>{detail::gate_rows<Table, Arch>...};
  }(std::make_integer_sequence<std::uint32_t, 16>{});
  runs[table & 15](operands, count, rows);
}

}  // namespace lutra::kernels
