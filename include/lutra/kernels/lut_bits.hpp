#pragma once
// A look-up table applied to packed bits, 64 samples a word, with no code generation. The 16 functions of the first two
// inputs are computed once, the table's nibbles pick among them, and the other inputs join them two by two.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/words.hpp>

namespace lutra::kernels {

namespace scalar {

/// Bit s of `out` is bit a of `table`, where bit s of `pins[j]` is bit j of the address a. `fan_in` is 0..8.
inline void lut_bits(const std::uint64_t* table, std::size_t fan_in, const std::uint64_t* const* pins,
                     std::uint64_t* out, std::size_t words) noexcept {
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t bits = 0;
    for (std::size_t s = 0; s < word_bits; ++s) {
      std::size_t address = 0;
      for (std::size_t j = 0; j < fan_in; ++j) address |= (pins[j][w] >> s & 1) << j;
      bits |= (table[address / 64] >> (address % 64) & 1) << s;
    }
    out[w] = bits;
  }
}

}  // namespace scalar

/// A truth table made ready for the kernel. Splitting f by an input x as f = g ^ (x & h), with g = f at x = 0 and
/// h = g ^ (f at x = 1), costs two operations where a multiplexer costs three (Davio's expansion). g and h are tables
/// again, and the changes of all inputs from pin 2 on can be made in the table beforehand: nibble k then names the
/// function of the first two inputs that belongs to the product of the other inputs set in k.
template <std::size_t FanIn>
struct ExpandedTable {
  static_assert(FanIn <= 8, "lutra: a look-up table has at most 8 inputs");
  static constexpr std::size_t words = FanIn <= 6 ? 1 : std::size_t{1} << (FanIn - 6);
  std::array<std::uint64_t, words> nibbles;

  constexpr explicit ExpandedTable(const std::uint64_t* table) noexcept : nibbles{} {
    // A table of fewer inputs than two is repeated until it is one of two, so that nibbles always exist.
    std::uint64_t first = table[0];
    if constexpr (FanIn == 0) first |= first << 1;
    if constexpr (FanIn <= 1) first |= first << 2;
    nibbles[0] = first;
    for (std::size_t w = 1; w < words; ++w) nibbles[w] = table[w];
    for (auto& word : nibbles) {
      if constexpr (FanIn >= 3) word ^= (word & 0x0f0f0f0f0f0f0f0fu) << 4;
      if constexpr (FanIn >= 4) word ^= (word & 0x00ff00ff00ff00ffu) << 8;
      if constexpr (FanIn >= 5) word ^= (word & 0x0000ffff0000ffffu) << 16;
      if constexpr (FanIn >= 6) word ^= word << 32;
    }
    if constexpr (FanIn >= 7)
      for (std::size_t w = 1; w < words; w += 2) nibbles[w] ^= nibbles[w - 1];
    if constexpr (FanIn >= 8)
      for (std::size_t w = 0; w < 2; ++w) nibbles[w + 2] ^= nibbles[w];
  }
};

namespace detail {

/// All functions of two inputs, in the order of their truth tables: functions[n] has bit a of n at inputs a = x0 + 2·x1.
template <class Vector>
struct TwoInputFunctions {
  Vector values[16];

  [[gnu::always_inline]] inline TwoInputFunctions(const Vector& x0, const Vector& x1) noexcept {
    const Vector zero(std::uint64_t{0}), one(~std::uint64_t{0});
    const Vector both = x0 & x1, either = x0 | x1, differ = x0 ^ x1, not0 = x0 ^ one, not1 = x1 ^ one;
    values[0] = zero;
    values[1] = either ^ one;
    values[2] = x0 & not1;
    values[3] = not1;
    values[4] = not0 & x1;
    values[5] = not0;
    values[6] = differ;
    values[7] = both ^ one;
    values[8] = both;
    values[9] = differ ^ one;
    values[10] = x0;
    values[11] = x0 | not1;
    values[12] = x1;
    values[13] = not0 | x1;
    values[14] = either;
    values[15] = one;
  }
};

/// Joins 2^(Pins-2) nibbles of `table` over inputs 2..Pins-1.
template <std::size_t Pins, class Arch>
[[gnu::always_inline]] inline WordVector<Arch> join_nibbles(std::uint64_t table,
                                                            const TwoInputFunctions<WordVector<Arch>>& functions,
                                                            const WordVector<Arch>* x) noexcept {
  if constexpr (Pins <= 2) {
    return functions.values[table & 15];
  } else {
    const auto low = join_nibbles<Pins - 1, Arch>(table, functions, x);
    const auto high = join_nibbles<Pins - 1, Arch>(table >> (std::size_t{1} << (Pins - 1)), functions, x);
    return change_where<Arch>(x[Pins - 1], low, high);
  }
}

/// One vector of results; x[j] is pin j.
template <std::size_t FanIn, class Arch>
[[gnu::always_inline]] inline WordVector<Arch> lut_vector(const ExpandedTable<FanIn>& table,
                                                          const WordVector<Arch>* x) noexcept {
  using Vector = WordVector<Arch>;
  if constexpr (FanIn == 0) {
    return Vector(std::uint64_t{0} - (table.nibbles[0] & 1));
  } else if constexpr (FanIn == 1) {
    const Vector at_zero(std::uint64_t{0} - (table.nibbles[0] & 1));
    const Vector change(std::uint64_t{0} - ((table.nibbles[0] ^ table.nibbles[0] >> 1) & 1));
    return change_where<Arch>(x[0], at_zero, change);
  } else if constexpr (FanIn == 2) {
    // Two broadcast pairs cost less than the 16 functions of which only one is wanted.
    const std::uint64_t t = table.nibbles[0], changes = t ^ t >> 1;
    const auto spread = [](std::uint64_t bit) noexcept { return Vector(std::uint64_t{0} - (bit & 1)); };
    const Vector low = change_where<Arch>(x[0], spread(t), spread(changes));
    const Vector high = change_where<Arch>(x[0], spread(t ^ t >> 2), spread(changes ^ changes >> 2));
    return change_where<Arch>(x[1], low, high);
  } else {
    const TwoInputFunctions<Vector> functions(x[0], x[1]);
    const auto word = [&](std::size_t w) noexcept {
      return join_nibbles<(FanIn < 6 ? FanIn : 6), Arch>(table.nibbles[w], functions, x);
    };
    if constexpr (FanIn <= 6) {
      return word(0);
    } else if constexpr (FanIn == 7) {
      return change_where<Arch>(x[6], word(0), word(1));
    } else {
      return change_where<Arch>(x[7], change_where<Arch>(x[6], word(0), word(1)),
                                change_where<Arch>(x[6], word(2), word(3)));
    }
  }
}

}  // namespace detail

/// As below, for a fan-in the compiler knows and a table made ready beforehand.
template <std::size_t FanIn, class Arch = DefaultArch>
void lut_bits(const ExpandedTable<FanIn>& table, const std::uint64_t* const* pins, std::uint64_t* out,
              std::size_t words) noexcept {
  for_each_vector<Arch>(words, [&](auto load, auto store) noexcept {
    WordVector<Arch> x[FanIn + 1];
    unroll<FanIn>([&](auto j) noexcept { x[j] = load(pins[j]); });
    store(detail::lut_vector<FanIn, Arch>(table, x), out);
  });
}

/// Bit s of `out` is bit a of `table`, where bit s of `pins[j]` is bit j of the address a (pin 0 is the least
/// significant). `fan_in` is 0..8; `table` holds 2^fan_in bits and zeros above them; every row has `words` words. `out`
/// may be one of the pins.
template <class Arch = DefaultArch>
void lut_bits(const std::uint64_t* table, std::size_t fan_in, const std::uint64_t* const* pins, std::uint64_t* out,
              std::size_t words) noexcept {
  switch (fan_in) {
    case 0: return lut_bits<0, Arch>(ExpandedTable<0>(table), pins, out, words);
    case 1: return lut_bits<1, Arch>(ExpandedTable<1>(table), pins, out, words);
    case 2: return lut_bits<2, Arch>(ExpandedTable<2>(table), pins, out, words);
    case 3: return lut_bits<3, Arch>(ExpandedTable<3>(table), pins, out, words);
    case 4: return lut_bits<4, Arch>(ExpandedTable<4>(table), pins, out, words);
    case 5: return lut_bits<5, Arch>(ExpandedTable<5>(table), pins, out, words);
    case 6: return lut_bits<6, Arch>(ExpandedTable<6>(table), pins, out, words);
    case 7: return lut_bits<7, Arch>(ExpandedTable<7>(table), pins, out, words);
    case 8: return lut_bits<8, Arch>(ExpandedTable<8>(table), pins, out, words);
    default: return;
  }
}

}  // namespace lutra::kernels
