#pragma once
// A LUT as little as it can be: without pins that are constant, negated, repeated or without influence. What training
// leaves of such pins costs nothing then, and no row is ever computed only to be the opposite of another.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/truth_table.hpp>
#include <span>

namespace lutra::engine {

/// A bit of the circuit, given a value once. 0 and 1 are the constants, then come all bits of the input. With `negated`
/// set, the opposite of the bit without it.
using Name = std::uint32_t;

inline constexpr Name negated = Name{1} << 31;

/// The opposite of a bit.
[[nodiscard]] constexpr Name opposite(Name bit) noexcept {
  return bit == row_of_zeros || bit == row_of_ones ? bit ^ row_of_ones : bit ^ negated;
}

/// A table and the bits it looks at.
struct LutNode {
  circuits::TruthTable table;
  std::array<Name, circuits::max_fan_in> pins{};

  LutNode(std::span<const std::uint64_t> words, std::span<const Name> names) : table(words, names.size()) {
    for (std::size_t j = 0; j < names.size(); ++j) pins[j] = names[j];
  }
  [[nodiscard]] std::span<const Name> used_pins() const noexcept { return {pins.data(), table.fan_in}; }
};

namespace detail {

inline void drop_pin(LutNode& node, std::size_t pin, bool value) noexcept {
  node.table = circuits::cofactor(node.table, pin, value);
  for (std::size_t j = pin; j < node.table.fan_in; ++j) node.pins[j] = node.pins[j + 1];
}

/// The first of the pins with the bit of `pin`.
[[nodiscard]] inline std::size_t first_with_bit_of(const LutNode& node, std::size_t pin) noexcept {
  std::size_t first = 0;
  while (node.pins[first] != node.pins[pin]) ++first;
  return first;
}

}  // namespace detail

/// The same function of the fewest pins, none of them negated; one without pins is constant.
[[nodiscard]] inline LutNode reduced(LutNode node) noexcept {
  for (std::size_t j = node.table.fan_in; j-- > 0;) {
    Name& pin = node.pins[j];
    if (pin == row_of_zeros || pin == row_of_ones) {
      detail::drop_pin(node, j, pin == row_of_ones);
    } else if ((pin & negated) != 0) {
      node.table = circuits::invert_pin(node.table, j);
      pin = opposite(pin);
    }
  }
  for (std::size_t j = node.table.fan_in; j-- > 0;) {
    const std::size_t first = detail::first_with_bit_of(node, j);
    if (first != j) {
      const auto merged = circuits::merge_pins(node.table, first, j);
      detail::drop_pin(node, j, false);
      node.table = merged;
    } else if (!circuits::depends_on(node.table, j)) {
      detail::drop_pin(node, j, false);
    }
  }
  // Pins that only the table of merged pins ignores.
  for (std::size_t j = node.table.fan_in; j-- > 0;)
    if (!circuits::depends_on(node.table, j)) detail::drop_pin(node, j, false);
  return node;
}

}  // namespace lutra::engine
