#pragma once
// A look-up table applied to packed bits, 64 samples a word, with no code generation. The 16 functions of the first two
// inputs are computed once, the table's nibbles pick among them, and the other inputs join them two by two.

#include <array>
#include <bit>
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

/// A truth table in the form the kernel reads. Splitting f by an input x as f = g ^ (x & h), with g = f at x = 0 and
/// h = g ^ (f at x = 1), costs two operations where a multiplexer costs three (Davio's expansion). g and h are tables
/// again, so that the changes of all inputs from pin 2 on can be made in the table beforehand: nibble k then names the
/// function of the first two inputs that belongs to the product of the other inputs set in k.
template <std::size_t FanIn>
struct DavioTable {
  static_assert(FanIn <= 8, "lutra: a look-up table has at most 8 inputs");
  static constexpr std::size_t words = FanIn <= 6 ? 1 : std::size_t{1} << (FanIn - 6);
  std::array<std::uint64_t, words> nibbles;

  constexpr explicit DavioTable(const std::uint64_t* table) noexcept : nibbles{} {
    for (std::size_t w = 0; w < words; ++w) nibbles[w] = table[w];
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

  [[nodiscard]] constexpr std::size_t operator[](std::size_t k) const noexcept {
    return nibbles[k / 16] >> (4 * (k % 16)) & 15;
  }
};

/// The same nibbles, a byte each: twice the memory, and nothing left to be taken apart where a table is used often. The
/// byte holds eight times the nibble, which an address can scale without an instruction more.
template <std::size_t FanIn>
struct NibbleBytes {
  static constexpr std::size_t size = std::size_t{1} << (FanIn - 2);
  const std::uint8_t* bytes;

  /// Writes `size` bytes.
  static constexpr void unpack(const DavioTable<FanIn>& table, std::uint8_t* bytes) noexcept {
    for (std::size_t k = 0; k < size; ++k) bytes[k] = static_cast<std::uint8_t>(8 * table[k]);
  }
};

namespace detail {

/// All functions of two inputs in the order of their truth tables: function n has bit a of n at inputs a = x0 + 2·x1.
template <class Arch>
class TwoInputFunctions {
 public:
  using Vector = WordVector<Arch>;

  [[gnu::always_inline]] TwoInputFunctions() noexcept {
    values_[0] = Vector(std::uint64_t{0});
    values_[15] = Vector(~std::uint64_t{0});
  }
  [[gnu::always_inline]] void set_inputs(const Vector& x0, const Vector& x1) noexcept {
    const Vector one(~std::uint64_t{0}), not0 = x0 ^ one, not1 = x1 ^ one;
    const Vector both = x0 & x1, either = x0 | x1, differ = x0 ^ x1;
    values_[1] = either ^ one;
    values_[2] = x0 & not1;
    values_[3] = not1;
    values_[4] = not0 & x1;
    values_[5] = not0;
    values_[6] = differ;
    values_[7] = both ^ one;
    values_[8] = both;
    values_[9] = differ ^ one;
    values_[10] = x0;
    values_[11] = x0 | not1;
    values_[12] = x1;
    values_[13] = not0 | x1;
    values_[14] = either;
  }
  template <std::size_t FanIn>
  [[gnu::always_inline]] const Vector& at(const DavioTable<FanIn>& table, std::size_t k) const noexcept {
    return values_[table[k]];
  }
  template <std::size_t FanIn>
  [[gnu::always_inline]] const Vector& at(const NibbleBytes<FanIn>& table, std::size_t k) const noexcept {
    return *reinterpret_cast<const Vector*>(reinterpret_cast<const char*>(values_) +
                                            std::size_t{table.bytes[k]} * (sizeof(Vector) / 8));
  }

 private:
  Vector values_[16];
};

/// Joins nibbles First..First + 2^(Pins-2) - 1 of `table` over inputs 2..Pins-1.
template <std::size_t Pins, std::size_t First, class Arch, class Table>
[[gnu::always_inline]] inline WordVector<Arch> join_nibbles(const Table& table,
                                                            const TwoInputFunctions<Arch>& functions,
                                                            const WordVector<Arch>* x) noexcept {
  if constexpr (Pins == 2) {
    return functions.at(table, First);
  } else {
    constexpr std::size_t half = std::size_t{1} << (Pins - 3);
    const auto low = join_nibbles<Pins - 1, First, Arch>(table, functions, x);
    const auto high = join_nibbles<Pins - 1, First + half, Arch>(table, functions, x);
    return change_where<Arch>(x[Pins - 1], low, high);
  }
}

/// One vector of results of a table of at most two inputs; x[j] is pin j. Words of equal bits do here what the
/// functions of two inputs do above: only one of those would be wanted.
template <std::size_t FanIn, class Arch>
[[gnu::always_inline]] inline WordVector<Arch> small_lut(std::uint64_t table, const WordVector<Arch>* x) noexcept {
  const auto spread = [table](int differences) __attribute__((always_inline)) {
    return WordVector<Arch>(std::uint64_t{0} - (static_cast<std::uint64_t>(std::popcount(table & differences)) & 1));
  };
  if constexpr (FanIn == 0) {
    return spread(0b1);
  } else if constexpr (FanIn == 1) {
    return change_where<Arch>(x[0], spread(0b1), spread(0b11));
  } else {
    const auto low = change_where<Arch>(x[0], spread(0b1), spread(0b11));
    return change_where<Arch>(x[1], low, change_where<Arch>(x[0], spread(0b101), spread(0b1111)));
  }
}

}  // namespace detail

/// As below, for a fan-in the compiler knows and a DavioTable or NibbleBytes made beforehand.
template <std::size_t FanIn, class Arch = DefaultArch, class Table>
void lut_bits(const Table& table, const std::uint64_t* const* pins, std::uint64_t* out, std::size_t words) noexcept {
  static_assert(FanIn >= 3, "lutra: tables of fewer than 3 inputs are given as they are");
  detail::TwoInputFunctions<Arch> functions;
  for_each_vector<Arch>(
      words, [&](auto load, auto store) __attribute__((always_inline)) {
        WordVector<Arch> x[FanIn];
        unroll<FanIn>([&](auto j) __attribute__((always_inline)) { x[j] = load(pins[j]); });
        functions.set_inputs(x[0], x[1]);
        store(detail::join_nibbles<FanIn, 0, Arch>(table, functions, x), out);
      });
}

/// As below, for a fan-in of 0 to 2 that the compiler knows.
template <std::size_t FanIn, class Arch = DefaultArch>
void small_lut_bits(std::uint64_t table, const std::uint64_t* const* pins, std::uint64_t* out,
                    std::size_t words) noexcept {
  for_each_vector<Arch>(
      words, [&](auto load, auto store) __attribute__((always_inline)) {
        WordVector<Arch> x[FanIn + 1];
        unroll<FanIn>([&](auto j) __attribute__((always_inline)) { x[j] = load(pins[j]); });
        store(detail::small_lut<FanIn, Arch>(table, x), out);
      });
}

namespace detail {

/// Not inlined: a caller whose table is one word would be warned of words that a table of 8 inputs has.
template <std::size_t FanIn, class Arch>
[[gnu::noinline]] void lut_bits_of(const std::uint64_t* table, const std::uint64_t* const* pins, std::uint64_t* out,
                                   std::size_t words) noexcept {
  lut_bits<FanIn, Arch>(DavioTable<FanIn>(table), pins, out, words);
}

}  // namespace detail

/// Bit s of `out` is bit a of `table`, where bit s of `pins[j]` is bit j of the address a (pin 0 is the least
/// significant). `fan_in` is 0..8; `table` holds 2^fan_in bits and zeros above them; every row has `words` words. `out`
/// may be one of the pins.
template <class Arch = DefaultArch>
void lut_bits(const std::uint64_t* table, std::size_t fan_in, const std::uint64_t* const* pins, std::uint64_t* out,
              std::size_t words) noexcept {
  switch (fan_in) {
    case 0:
      return small_lut_bits<0, Arch>(table[0], pins, out, words);
    case 1:
      return small_lut_bits<1, Arch>(table[0], pins, out, words);
    case 2:
      return small_lut_bits<2, Arch>(table[0], pins, out, words);
    case 3:
      return detail::lut_bits_of<3, Arch>(table, pins, out, words);
    case 4:
      return detail::lut_bits_of<4, Arch>(table, pins, out, words);
    case 5:
      return detail::lut_bits_of<5, Arch>(table, pins, out, words);
    case 6:
      return detail::lut_bits_of<6, Arch>(table, pins, out, words);
    case 7:
      return detail::lut_bits_of<7, Arch>(table, pins, out, words);
    case 8:
      return detail::lut_bits_of<8, Arch>(table, pins, out, words);
    default:
      return;
  }
}

}  // namespace lutra::kernels
