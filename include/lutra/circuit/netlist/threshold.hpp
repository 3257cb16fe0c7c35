#pragma once
// A comparison with a constant as LUTs. Only the bits from the constant's lowest 1 upward matter, and comparisons of
// one value share what they have in common at the lower end.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/netlist/builder.hpp>
#include <span>

namespace lutra::circuits {

/// The bit value >= threshold. A value of w bits of which the lowest z do not matter costs 1 LUT where w - z is at most
/// the fan-in K, and one more for every K - 1 further bits: 8 bits are at most 2 LUTs of 6 inputs.
inline BitId at_least(NetlistBuilder& builder, std::span<const BitId> value, std::uint64_t threshold, Origin origin) {
  if (threshold == 0) return 1;
  if (threshold >> value.size() != 0) return 0;
  const std::size_t begin = static_cast<std::size_t>(std::countr_zero(threshold));
  const std::size_t direct = value.size() - begin;
  const std::size_t fan_in = builder.max_fan_in();
  const std::size_t own = direct <= fan_in ? direct : fan_in - 1;  // bits that the last LUT compares itself
  const std::size_t first = value.size() - own;
  Bits pins(value.begin() + static_cast<std::ptrdiff_t>(first), value.end());
  const std::uint64_t high = threshold >> first;
  if (direct <= fan_in) return builder.function(pins, origin, [&](std::uint64_t address) { return address >= high; });
  Origin lower = origin;
  ++lower.part;
  const std::uint64_t low = threshold & ((std::uint64_t{1} << first) - 1);
  pins.insert(pins.begin(), at_least(builder, value.first(first), low, lower));
  return builder.function(pins, origin, [&](std::uint64_t address) {
    return address >> 1 > high || (address >> 1 == high && (address & 1) != 0);
  });
}

}  // namespace lutra::circuits
