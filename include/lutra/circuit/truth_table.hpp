#pragma once
// Truth tables of up to 8 inputs as values, with the operations that simplify needs: a handful of word operations each,
// whatever the fan-in. Everything is constexpr and nothing allocates.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/stages.hpp>
#include <span>

namespace lutra::circuits {

/// A function of `fan_in` bits. Bit a of the words (64 a word, lowest first) is its value where pin j has bit j of a;
/// all bits above 2^fan_in are 0, so that equal functions are equal objects. Pins are numbered from 0 and must exist.
struct TruthTable {
  std::array<std::uint64_t, table_words(max_fan_in)> words{};
  std::uint32_t fan_in = 0;

  constexpr TruthTable() = default;
  constexpr TruthTable(std::span<const std::uint64_t> table, std::size_t inputs)
      : fan_in(static_cast<std::uint32_t>(inputs)) {
    for (std::size_t i = 0; i < table_words(inputs); ++i) words[i] = table[i];
    words[0] &= table_mask(inputs);
  }
  constexpr TruthTable(std::uint64_t table, std::size_t inputs) : TruthTable(std::span(&table, 1), inputs) {}

  [[nodiscard]] constexpr std::span<const std::uint64_t> used_words() const noexcept {
    return {words.data(), table_words(fan_in)};
  }
  [[nodiscard]] constexpr bool operator[](std::size_t address) const noexcept {
    return (words[address / 64] >> (address % 64) & 1) != 0;
  }
  friend constexpr bool operator==(const TruthTable&, const TruthTable&) = default;
};

namespace detail {

/// The addresses, within one word, where pin j < 6 is 1.
inline constexpr std::array<std::uint64_t, 6> pin_is_one{0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0,
                                                         0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000};

}  // namespace detail

/// The function that is always `value`, written with `fan_in` pins.
[[nodiscard]] constexpr TruthTable constant_table(bool value, std::size_t fan_in = 0) noexcept {
  TruthTable table;
  table.fan_in = static_cast<std::uint32_t>(fan_in);
  if (value)
    for (std::size_t i = 0; i < table_words(fan_in); ++i) table.words[i] = table_mask(fan_in);
  return table;
}

/// The function that is pin `pin`.
[[nodiscard]] constexpr TruthTable pin_table(std::size_t pin, std::size_t fan_in) noexcept {
  TruthTable table = constant_table(true, fan_in);
  for (std::size_t i = 0; i < table_words(fan_in); ++i)
    if (pin < 6)
      table.words[i] &= detail::pin_is_one[pin];
    else if ((i >> (pin - 6) & 1) == 0)
      table.words[i] = 0;
  return table;
}

[[nodiscard]] constexpr TruthTable complement(TruthTable table) noexcept {
  for (std::size_t i = 0; i < table_words(table.fan_in); ++i) table.words[i] ^= table_mask(table.fan_in);
  return table;
}

/// selector ? one : zero, all three functions of the same pins.
[[nodiscard]] constexpr TruthTable select(const TruthTable& selector, const TruthTable& one,
                                          const TruthTable& zero) noexcept {
  TruthTable table = zero;
  for (std::size_t i = 0; i < table.words.size(); ++i)
    table.words[i] = (selector.words[i] & one.words[i]) | (~selector.words[i] & zero.words[i]);
  return table;
}

/// The same function with pins `pin` and `pin + 1` changing places.
[[nodiscard]] constexpr TruthTable swap_with_next(TruthTable table, std::size_t pin) noexcept {
  auto& words = table.words;
  if (pin < 5) {
    const std::uint64_t up = detail::pin_is_one[pin] & ~detail::pin_is_one[pin + 1];  // addresses ..01.. move to ..10..
    const unsigned by = 1u << pin;
    for (std::size_t i = 0; i < table_words(table.fan_in); ++i)
      words[i] = (words[i] & ~(up | up << by)) | (words[i] & up) << by | (words[i] >> by & up);
  } else if (pin == 5) {
    for (std::size_t i = 0; i < table_words(table.fan_in); i += 2) {
      const std::uint64_t low = words[i];
      words[i] = (low & 0xffffffff) | words[i + 1] << 32;
      words[i + 1] = low >> 32 | (words[i + 1] & 0xffffffff00000000);
    }
  } else {
    const std::uint64_t word = words[1];
    words[1] = words[2];
    words[2] = word;
  }
  return table;
}

/// The same function with one more pin at place `pin`, which it does not depend on; pins from there on move up by one.
[[nodiscard]] constexpr TruthTable insert_pin(TruthTable table, std::size_t pin) noexcept {
  const std::size_t top = table.fan_in++;
  if (top < 6)
    table.words[0] |= table.words[0] << (std::uint64_t{1} << top);
  else
    for (std::size_t i = 0; i < table_words(top); ++i) table.words[i + table_words(top)] = table.words[i];
  for (std::size_t i = top; i > pin; --i) table = swap_with_next(table, i - 1);
  return table;
}

/// What is left of the function when `pin` is held at `value`: a function of the other pins, in their order.
[[nodiscard]] constexpr TruthTable cofactor(TruthTable table, std::size_t pin, bool value) noexcept {
  for (std::size_t i = pin; i + 1 < table.fan_in; ++i) table = swap_with_next(table, i);
  const std::size_t top = --table.fan_in;
  if (top < 6) {
    table.words[0] = table.words[0] >> (value ? std::uint64_t{1} << top : 0) & table_mask(top);
    return table;
  }
  for (std::size_t i = 0; i < table_words(top); ++i) {
    if (value) table.words[i] = table.words[i + table_words(top)];
    table.words[i + table_words(top)] = 0;
  }
  return table;
}

[[nodiscard]] constexpr bool depends_on(const TruthTable& table, std::size_t pin) noexcept {
  const auto& words = table.words;
  if (pin == 6) return words[0] != words[1] || words[2] != words[3];
  if (pin == 7) return words[0] != words[2] || words[1] != words[3];
  for (std::size_t i = 0; i < table_words(table.fan_in); ++i)
    if (((words[i] >> (1u << pin) ^ words[i]) & ~detail::pin_is_one[pin] & table_mask(table.fan_in)) != 0) return true;
  return false;
}

/// Pin `dropped` joined to pin `kept`, which carry the same value: the function without `dropped`.
[[nodiscard]] constexpr TruthTable merge_pins(const TruthTable& table, std::size_t kept, std::size_t dropped) noexcept {
  const TruthTable zero = cofactor(table, dropped, false);
  return select(pin_table(kept < dropped ? kept : kept - 1, zero.fan_in), cofactor(table, dropped, true), zero);
}

/// The same function of the opposite of `pin`.
[[nodiscard]] constexpr TruthTable invert_pin(const TruthTable& table, std::size_t pin) noexcept {
  const TruthTable one = insert_pin(cofactor(table, pin, false), pin);
  const TruthTable zero = insert_pin(cofactor(table, pin, true), pin);
  return select(pin_table(pin, table.fan_in), one, zero);
}

/// `outer` with `inner`, a function of outer's other pins in their order, in place of `pin`.
[[nodiscard]] constexpr TruthTable compose(const TruthTable& outer, std::size_t pin, const TruthTable& inner) noexcept {
  return select(inner, cofactor(outer, pin, true), cofactor(outer, pin, false));
}

[[nodiscard]] constexpr bool is_constant(const TruthTable& table) noexcept {
  return table == constant_table(table[0], table.fan_in);
}

}  // namespace lutra::circuits
